// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "../libraries/Lanes.sol";

/// @title LanesHarness
/// @notice Lets tests call `Lanes`, for many pairs of words at once.
contract LanesHarness {
    /// @notice Everything that `Lanes` says about one pair of words.
    struct Said {
        uint256 minusFloor;
        uint256 above;
        uint256 zero;
        uint256 dot;
        uint256 sum;
    }

    /// @notice For each i what is said about a[i] and b[i].
    function all(uint256[] calldata a, uint256[] calldata b) external pure returns (Said[] memory said) {
        said = new Said[](a.length);
        for (uint256 i; i < a.length; ++i) {
            (uint256 even, uint256 odd) = Lanes.turned(b[i]);
            said[i] = Said(
                Lanes.minusFloor(a[i], b[i]),
                Lanes.above(a[i], b[i]),
                Lanes.zero(a[i]),
                Lanes.dot(a[i], even, odd),
                Lanes.sum(a[i])
            );
        }
    }

    /// @notice The lanes of a word, one after the other, and a word of equal lanes.
    function lanes(uint256 word, uint256 value) external pure returns (uint256[10] memory each, uint256 spread) {
        for (uint256 i; i < Lanes.COUNT; ++i) each[i] = Lanes.at(word, i);
        spread = Lanes.spread(value);
    }

    /// @notice `b` made ready for `dot`.
    function turned(uint256 b) external pure returns (uint256 even, uint256 odd) {
        return Lanes.turned(b);
    }

    /// @notice The constants.
    function constants() external pure returns (uint256[7] memory) {
        return [Lanes.COUNT, Lanes.ONES, Lanes.GUARD, Lanes.LOW11, Lanes.LOW12, Lanes.LOW23, Lanes.ALL];
    }
}
