// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Lanes
/// @notice Ten numbers of 24 bits side by side in one word, worked on all at once.
/// @dev Lane i sits at bits 24i .. 24i+23; the top 16 bits of a word are not used. Bit 23 of a lane is its guard: a
/// lane below 2^23 with the guard set never borrows from its neighbour, and after a subtraction the guard tells which
/// of the two was larger. `docs/gas.md` derives each trick; `agents/model/lanes.ts` is the plain twin.
library Lanes {
    /// @notice Lanes in a word.
    uint256 internal constant COUNT = 10;
    /// @notice 1 in every lane.
    uint256 internal constant ONES = 0x0000000001000001000001000001000001000001000001000001000001000001;
    /// @notice The guard, bit 23, of every lane.
    uint256 internal constant GUARD = ONES << 23;
    /// @notice 11 ones, the packets of an order, in every lane.
    uint256 internal constant LOW11 = ONES * 0x7ff;
    /// @notice 12 ones in every lane.
    uint256 internal constant LOW12 = ONES * 0xfff;
    /// @notice 23 ones in every lane.
    uint256 internal constant LOW23 = ONES * 0x7fffff;
    /// @notice 24 ones in every lane.
    uint256 internal constant ALL = ONES * 0xffffff;
    /// @dev 24 ones in the lanes 0, 2, 4, 6, 8.
    uint256 private constant EVEN = 0x0000ffffff000000ffffff000000ffffff000000ffffff000000ffffff & ALL;

    /// @notice The same 24-bit `value` in every lane.
    function spread(uint256 value) internal pure returns (uint256) {
        return value * ONES;
    }

    /// @notice The number in lane `i`.
    function at(uint256 word, uint256 i) internal pure returns (uint256) {
        return (word >> (24 * i)) & 0xffffff;
    }

    /// @notice Lane-wise a - b where a > b, else 0. Assumes every lane below 2^23.
    function minusFloor(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 d = (a | GUARD) - b;
            uint256 g = d & GUARD;
            return d & (g - (g >> 23));
        }
    }

    /// @notice 23 ones in the lanes with a > b, 0 elsewhere. Assumes every lane below 2^23.
    function above(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 g = (((b | GUARD) - a) & GUARD) ^ GUARD;
            return g - (g >> 23);
        }
    }

    /// @notice 23 ones in the lanes that are 0, 0 elsewhere. Assumes every lane below 2^23.
    function zero(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 g = (GUARD - a) & GUARD;
            return g - (g >> 23);
        }
    }

    /// @notice The sum over lanes of a x b, exact. Assumes every product sum of five lanes below 2^48.
    /// @dev Two numbers whose digits in base 2^48 are the lanes are multiplied like polynomials; the digit in which
    /// lane i of one meets lane i of the other is the sum of products. `b` is given turned around (see `turned`), even
    /// and odd lanes apart, so that a product has 48 bits of room.
    function dot(uint256 a, uint256 turnedEven, uint256 turnedOdd) internal pure returns (uint256) {
        unchecked {
            uint256 even = ((a & EVEN) * turnedEven) >> 192;
            uint256 odd = (((a >> 24) & EVEN) * turnedOdd) >> 192;
            return (even & 0xffffffffffff) + (odd & 0xffffffffffff);
        }
    }

    /// @notice `b` made ready for `dot`: its even and its odd lanes, in falling order, as digits in base 2^48.
    function turned(uint256 b) internal pure returns (uint256 even, uint256 odd) {
        even = _mirror(b & EVEN);
        odd = _mirror((b >> 24) & EVEN);
    }

    /// @dev Five digits in base 2^48 in reverse order.
    function _mirror(uint256 digits) private pure returns (uint256) {
        return
            (digits >> 192) |
            ((digits >> 96) & (0xffffff << 48)) |
            (digits & (0xffffff << 96)) |
            ((digits << 96) & (0xffffff << 144)) |
            ((digits << 192) & (0xffffff << 192));
    }

    /// @notice The sum of all lanes. Assumes each lane below 2^23.
    function sum(uint256 a) internal pure returns (uint256) {
        unchecked {
            uint256 pairs = (a & EVEN) + ((a >> 24) & EVEN);
            return ((pairs * 0x1000000000001000000000001000000000001000000000001) >> 192) & 0xffffffffffff;
        }
    }
}
