// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title MemberCells
/// @notice A small number per member and day, many members in a word. The low 16 bits of a word are the day it belongs
/// to: under another day every cell reads as 0, so that a ring of days needs no clearing.
/// @dev Members go from 1 to 8,192: 274 words of 30 cells of 8 bits, or 547 words of 15 cells of 16 bits.
library MemberCells {
    function get8(uint256[274] storage words, uint256 day, uint256 member) internal view returns (uint256) {
        uint256 word = words[member / 30];
        return word & 0xffff == day ? (word >> (16 + 8 * (member % 30))) & 0xff : 0;
    }

    function set8(uint256[274] storage words, uint256 day, uint256 member, uint256 value) internal {
        words[member / 30] = _with(words[member / 30], day, 16 + 8 * (member % 30), 0xff, value);
    }

    function get16(uint256[547] storage words, uint256 day, uint256 member) internal view returns (uint256) {
        uint256 word = words[member / 15];
        return word & 0xffff == day ? (word >> (16 + 16 * (member % 15))) & 0xffff : 0;
    }

    function set16(uint256[547] storage words, uint256 day, uint256 member, uint256 value) internal {
        words[member / 15] = _with(words[member / 15], day, 16 + 16 * (member % 15), 0xffff, value);
    }

    /// @dev The word with one cell set; starts from an empty word if it belongs to another day.
    function _with(
        uint256 word,
        uint256 day,
        uint256 shift,
        uint256 mask,
        uint256 value
    ) private pure returns (uint256) {
        if (word & 0xffff != day) word = day;
        return (word & ~(mask << shift)) | (value << shift);
    }
}
