// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {LeftOver} from "../libraries/LeftOver.sol";

/// @title LeftOverHarness
/// @notice Lets tests call `LeftOver`.
contract LeftOverHarness {
    using LeftOver for LeftOver.Tally;

    /// @notice What each word of orders leaves after its fills.
    function rests(uint256[] calldata orders, uint256[] calldata fills) external pure returns (uint256[] memory left) {
        left = new uint256[](orders.length);
        for (uint256 i; i < orders.length; ++i) left[i] = LeftOver.rest(orders[i], fills[i]);
    }

    /// @notice What is offered of ten slots' orders at the levels, with the tally, and whether asks and bids have the least
    /// levels for their rooms.
    function offered(
        uint256[] calldata left,
        uint256[2] calldata levels,
        uint256[2] calldata rooms
    ) external pure returns (uint256[] memory out, LeftOver.Tally memory tally, bool asksLeast, bool bidsLeast) {
        tally = LeftOver.tallyOf(1);
        out = new uint256[](left.length);
        for (uint256 i; i < left.length; ++i) out[i] = tally.add(0, left[i], levels[0], levels[1]);
        asksLeast = LeftOver.isLeast(tally.asks[0], tally.askers[0], rooms[0], levels[0]);
        bidsLeast = LeftOver.isLeast(tally.bids[0], tally.bidders[0], rooms[1], levels[1]);
    }
}
