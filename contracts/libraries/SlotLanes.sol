// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title SlotLanes
/// @notice Sixteen numbers of 16 bits side by side in one word, a slot each, worked on all at once.
/// @dev Lane i sits at bits 16i .. 16i+15. Bit 15 is its guard: lanes below 2^15 with the guard set never borrow from a
/// neighbour (`docs/gas.md`, Lanes). `agents/model/commonsPlan.ts` is the plain twin.
library SlotLanes {
    /// @notice Lanes in a word.
    uint256 internal constant COUNT = 16;
    /// @notice 1 in every lane.
    uint256 internal constant ONES = 0x0001000100010001000100010001000100010001000100010001000100010001;
    /// @notice The guard, bit 15, of every lane.
    uint256 internal constant GUARD = ONES << 15;
    /// @dev Brings the lowest bit of lane i to bit 225 + i: 16i + 15j meets 225 + i at j = 15 - i only, and no two
    /// products share a bit, so nothing carries.
    uint256 private constant GATHER =
        (1 << 0) |
            (1 << 15) |
            (1 << 30) |
            (1 << 45) |
            (1 << 60) |
            (1 << 75) |
            (1 << 90) |
            (1 << 105) |
            (1 << 120) |
            (1 << 135) |
            (1 << 150) |
            (1 << 165) |
            (1 << 180) |
            (1 << 195) |
            (1 << 210) |
            (1 << 225);

    /// @notice The same 16-bit `value` in every lane.
    function spread(uint256 value) internal pure returns (uint256) {
        unchecked {
            return value * ONES;
        }
    }

    /// @notice Lane-wise a - b where a > b, else 0. Assumes every lane below 2^15.
    function minusFloor(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 d = (a | GUARD) - b;
            uint256 g = d & GUARD;
            return d & (g - (g >> 15));
        }
    }

    /// @notice Lane-wise the smaller of two. Assumes every lane below 2^15.
    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            return a - minusFloor(a, b);
        }
    }

    /// @notice Whether a >= b in every lane. Assumes every lane below 2^15.
    function covers(uint256 a, uint256 b) internal pure returns (bool) {
        unchecked {
            return ((a | GUARD) - b) & GUARD == GUARD;
        }
    }

    /// @notice Bit i where a >= b in lane i. Assumes every lane below 2^15.
    function bits(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 g = ((a | GUARD) - b) & GUARD;
            return (((g >> 15) * GATHER) >> 225) & 0xffff;
        }
    }
}
