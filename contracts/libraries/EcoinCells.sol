// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";

/// @title EcoinCells
/// @notice Twenty counts of at most 2,047 packets in a word, five words for the 100 slots of the longest day.
/// @dev A cell has 12 bits, the highest a guard. Two words of ten lanes make one of twenty cells without moving a bit:
/// the slots 20 c .. 20 c + 9 lie in the low half of each lane, 20 c + 10 .. 20 c + 19 in the high half. Bits 240..254
/// are the day, bit 255 a flag of the owner's.
library EcoinCells {
    uint256 internal constant FLAG = 1 << 255;
    uint256 private constant CELLS = (1 << 240) - 1;
    uint256 private constant GUARDS = Lanes.ONES * 0x800800;

    /// @notice The cells of two words of lanes, each lane at most 2,047.
    function pack(uint256 low, uint256 high) internal pure returns (uint256) {
        return low | (high << 12);
    }

    /// @notice The two words of lanes.
    function unpack(uint256 word) internal pure returns (uint256 low, uint256 high) {
        return (word & Lanes.LOW12, (word >> 12) & Lanes.LOW12);
    }

    /// @notice The cells of `word` if it belongs to `day`, else none.
    function ofDay(uint256 word, uint256 day) internal pure returns (uint256) {
        return (word >> 240) & 0x7fff == day ? word & CELLS : 0;
    }

    /// @notice The twenty cells of a word, whatever stands above them.
    function cellsOf(uint256 word) internal pure returns (uint256) {
        return word & CELLS;
    }

    /// @notice Whether the word is the day's and carries the flag.
    function flagged(uint256 word, uint256 day) internal pure returns (bool) {
        return word & FLAG != 0 && (word >> 240) & 0x7fff == day;
    }

    /// @notice The word of `day` with `cells`.
    function tagged(uint256 cells, uint256 day, bool flag) internal pure returns (uint256) {
        return cells | (day << 240) | (flag ? FLAG : 0);
    }

    /// @notice Cell `i` of 0..19: the i-th slot of the word's twenty.
    function at(uint256 cells, uint256 i) internal pure returns (uint256) {
        return (cells >> (i < 10 ? 24 * i : 24 * i - 228)) & 0xfff;
    }

    /// @notice The ten lanes of a word that carries its day in the top 16 bits, none under another day.
    function lanesOfDay(uint256 word, uint256 day) internal pure returns (uint256) {
        return word >> 240 == day ? word & CELLS : 0;
    }

    /// @notice Ten lanes with their day.
    function taggedLanes(uint256 lanes, uint256 day) internal pure returns (uint256) {
        return lanes | (day << 240);
    }

    /// @notice The day's word with `more` cells added; its flag stays. Assumes no cell exceeds 4,095.
    function plus(uint256 word, uint256 day, uint256 more) internal pure returns (uint256) {
        return tagged(ofDay(word, day) + more, day, flagged(word, day));
    }

    /// @notice Whether every cell of `cells` (sums of two counts, below 4,096) is at most `capacity`.
    function within(uint256 cells, uint256 capacity) internal pure returns (bool) {
        unchecked {
            cells &= CELLS;
            if (cells & GUARDS != 0) return false;
            return ((Lanes.spread(capacity | (capacity << 12)) | GUARDS) - cells) & GUARDS == GUARDS;
        }
    }

    /// @notice Sum of the twenty cells.
    function sum(uint256 cells) internal pure returns (uint256) {
        (uint256 low, uint256 high) = unpack(cells & CELLS);
        return Lanes.sum(low) + Lanes.sum(high);
    }
}
