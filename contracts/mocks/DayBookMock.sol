// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title DayBookMock
/// @notice A house whose days are done with unless a test says otherwise.
contract DayBookMock {
    mapping(uint16 day => bool) private _busy;

    /// @notice Sets whether `day` still waits for something.
    function setBusy(uint16 day, bool busy) external {
        _busy[day] = busy;
    }

    /// @notice As `IDayBook.isFree`.
    function isFree(uint16 day) external view returns (bool) {
        return !_busy[day];
    }
}
