// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title CommonsRules
/// @notice What the community of a commons decides by vote, in one word.
/// @dev From the low bits up: classes (4), rule (2), goal (1), surplus order (2), import allowance (15), quota of
/// emergencies (4), rejections until a rise (2), urgent laxity (6), class of each of 16 categories (3 each), share of each
/// of 8 classes (10 each, permille), share held for the buffer (10). `agents/model/commonsRules.ts` is the twin.
library CommonsRules {
    /// @notice Rules of allocation: earliest deadline, first arrival, the lot.
    uint256 internal constant BY_DEADLINE = 0;
    uint256 internal constant BY_ARRIVAL = 1;
    uint256 internal constant BY_LOT = 2;
    /// @notice The goal under which the server may plan import.
    uint256 internal constant LEAST_COST = 1;
    /// @notice Where surplus goes first.
    uint256 internal constant TO_BUFFER = 0;
    uint256 internal constant TO_CACHE = 1;
    uint256 internal constant TO_EXPORT = 2;

    /// @notice These bits can't be voted in.
    error RulesOutOfRange(uint256 rules);

    /// @notice Reverts for rules that are not in range: 2 .. 8 classes, shares of at most 1,000 permille in all and none
    /// for a class that is not there, categories in classes that are, known rule and order, no other bits.
    function check(uint256 rules) internal pure {
        uint256 n = classes(rules);
        bool fits = n >= 2 && n <= 8 && rule(rules) <= BY_LOT && surplusFirst(rules) <= TO_EXPORT && rules >> 174 == 0;
        uint256 sum = bufferShare(rules);
        for (uint256 i; i < 8; ++i) {
            sum += share(rules, i);
            if (i >= n && share(rules, i) != 0) fits = false;
        }
        for (uint256 i; i < 16; ++i) if (classOf(rules, i) >= n) fits = false;
        if (!fits || sum > 1000) revert RulesOutOfRange(rules);
    }

    function classes(uint256 rules) internal pure returns (uint256) {
        return rules & 0xf;
    }

    function rule(uint256 rules) internal pure returns (uint256) {
        return (rules >> 4) & 3;
    }

    function goal(uint256 rules) internal pure returns (uint256) {
        return (rules >> 6) & 1;
    }

    function surplusFirst(uint256 rules) internal pure returns (uint256) {
        return (rules >> 7) & 3;
    }

    /// @notice Import per slot that admission counts on, packets.
    function importAllowance(uint256 rules) internal pure returns (uint256) {
        return (rules >> 9) & 0x7fff;
    }

    /// @notice Import that the server may plan in a slot, packets: none where the goal is to be self-sufficient.
    function plannedImport(uint256 rules) internal pure returns (uint256) {
        return goal(rules) == LEAST_COST ? importAllowance(rules) : 0;
    }

    function emergencyQuota(uint256 rules) internal pure returns (uint256) {
        return (rules >> 24) & 0xf;
    }

    function riseAfter(uint256 rules) internal pure returns (uint256) {
        return (rules >> 28) & 3;
    }

    function urgentLaxity(uint256 rules) internal pure returns (uint256) {
        return (rules >> 30) & 0x3f;
    }

    function classOf(uint256 rules, uint256 category) internal pure returns (uint256) {
        unchecked {
            return (rules >> (36 + 3 * category)) & 7;
        }
    }

    /// @notice Share of a class in what a slot has to share, permille.
    function share(uint256 rules, uint256 class) internal pure returns (uint256) {
        unchecked {
            return (rules >> (84 + 10 * class)) & 0x3ff;
        }
    }

    /// @notice Share that is held for the buffer, permille.
    function bufferShare(uint256 rules) internal pure returns (uint256) {
        return (rules >> 164) & 0x3ff;
    }
}
