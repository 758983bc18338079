// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {DoubleAuction} from "../libraries/DoubleAuction.sol";

/// @title DoubleAuctionHarness
/// @notice Lets tests call `DoubleAuction`.
contract DoubleAuctionHarness {
    /// @notice Checks several claims about one book.
    function check(
        DoubleAuction.Order[] memory orders,
        DoubleAuction.Claim[] memory claims
    ) external pure returns (DoubleAuction.Refusal[] memory refusals, DoubleAuction.Outcome[] memory outcomes) {
        refusals = new DoubleAuction.Refusal[](claims.length);
        outcomes = new DoubleAuction.Outcome[](claims.length);
        for (uint256 i; i < claims.length; ++i) {
            (refusals[i], outcomes[i]) = DoubleAuction.check(orders, claims[i]);
        }
    }
}
