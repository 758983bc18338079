// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {LaneAuction} from "../libraries/LaneAuction.sol";

/// @title LaneAuctionHarness
/// @notice Lets tests judge a whole word of claims at once, false ones too, where `HuangAuction` stops at the first.
contract LaneAuctionHarness {
    /// @notice Reason against each claim, empty if there is none, and the packets it trades.
    /// @param dirt Words of free memory that hold ones beforehand.
    function judge(
        bytes32 seed,
        uint256 firstSlot,
        uint256[] memory claims,
        bytes calldata rows,
        uint256 dirt
    ) external pure returns (string[] memory reasons, uint256[] memory traded) {
        uint256 words = claims.length / 10;
        uint256[] memory tally = new uint256[](words * LaneAuction.TALLY);
        (reasons, traded) = (new string[](claims.length), new uint256[](claims.length));
        _soil(dirt);
        LaneAuction.Pass memory pass = LaneAuction.Pass(
            LaneAuction.prepare(seed, firstSlot, claims, false),
            0,
            seed,
            words,
            false
        );
        uint256 row;
        assembly ("memory-safe") {
            row := rows.offset
            mstore(add(pass, 0x20), add(tally, 0x20))
        }
        uint256 stride = 32 * (words + 1);
        for (uint256 end = row + rows.length; row < end; row += stride) LaneAuction.addRow(pass, row);
        for (uint256 i; i < claims.length; ++i) {
            (reasons[i], traded[i]) = LaneAuction.judge(claims[i], _lanes(tally, i / 10), i % 10);
        }
    }

    /// @dev Memory that is free need not be 0.
    function _soil(uint256 words) private pure {
        assembly ("memory-safe") {
            let p := mload(0x40)
            for {
                let i := 0
            } lt(i, words) {
                i := add(i, 1)
            } {
                mstore(add(p, mul(i, 0x20)), not(0))
            }
        }
    }

    function _lanes(uint256[] memory tally, uint256 word) private pure returns (uint256 a) {
        assembly ("memory-safe") {
            a := add(add(tally, 0x20), mul(word, 288))
        }
    }
}
