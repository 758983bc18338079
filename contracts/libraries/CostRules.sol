// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title CostRules
/// @notice Parts of a whole that add up to it exactly.
/// @dev `agents/model/costRules.ts` is the twin.
library CostRules {
    /// @notice Parts of `whole` in proportion to `weights`: part i is floor(whole x W(i) / W) - floor(whole x W(i-1) / W), W(i)
    /// the sum of the first i weights and W of all, floors towards minus infinity. Equal parts where all weights are 0.
    /// @dev Each part is less than 1 away from its exact share, and has no error of those before it. Assumes that whole and
    /// weights have 120 bits at most.
    function parts(int256 whole, uint256[] memory weights) internal pure returns (int256[] memory result) {
        uint256 sum;
        for (uint256 i; i < weights.length; ++i) sum += weights[i];
        bool equal = sum == 0;
        if (equal) sum = weights.length;
        result = new int256[](weights.length);
        uint256 reached;
        int256 given;
        for (uint256 i; i < weights.length; ++i) {
            reached += equal ? 1 : weights[i];
            int256 upTo = _floor(whole * int256(reached), int256(sum));
            (result[i], given) = (upTo - given, upTo);
        }
    }

    /// @dev a / b rounded towards minus infinity; b > 0.
    function _floor(int256 a, int256 b) private pure returns (int256 quotient) {
        quotient = a / b;
        if (a < quotient * b) --quotient;
    }
}
