// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Accounts
/// @notice A member's money in one word: balance (bits 0..119), of it locked (120..239), in debt to the supplier (240).
library Accounts {
    uint256 private constant AMOUNT = (1 << 120) - 1;
    uint256 private constant DEBT = 1 << 240;

    /// @notice A payment that the lock should have covered does not fit the balance.
    error Uncovered(uint256 balance, uint256 locked, int256 change);

    function balance(uint256 account) internal pure returns (uint256) {
        return account & AMOUNT;
    }

    function locked(uint256 account) internal pure returns (uint256) {
        return (account >> 120) & AMOUNT;
    }

    /// @notice What may be withdrawn or locked: balance less what is locked.
    function free(uint256 account) internal pure returns (uint256) {
        return balance(account) - locked(account);
    }

    function inDebt(uint256 account) internal pure returns (bool) {
        return account & DEBT != 0;
    }

    /// @notice The account with its balance changed; never below what is locked.
    function plus(uint256 account, int256 change) internal pure returns (uint256) {
        int256 sum = int256(balance(account)) + change;
        if (sum < int256(locked(account)) || sum > int256(AMOUNT)) {
            revert Uncovered(balance(account), locked(account), change);
        }
        return (account & ~AMOUNT) | uint256(sum);
    }

    /// @notice The account with more, or less, of its balance locked.
    function plusLocked(uint256 account, int256 change) internal pure returns (uint256) {
        int256 sum = int256(locked(account)) + change;
        if (sum < 0 || sum > int256(balance(account))) revert Uncovered(balance(account), locked(account), change);
        return (account & ~(AMOUNT << 120)) | (uint256(sum) << 120);
    }

    function withDebt(uint256 account, bool debt) internal pure returns (uint256) {
        return debt ? account | DEBT : account & ~DEBT;
    }
}
