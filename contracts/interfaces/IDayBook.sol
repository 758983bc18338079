// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title IDayBook
/// @notice Knows which days are done with, so that a ring may take their place for a later day.
interface IDayBook {
    /// @notice Whether nothing that was posted for `day` still waits for settlement, revision or unwinding.
    function isFree(uint16 day) external view returns (bool);
}
