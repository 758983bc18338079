// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IDayBook} from "../interfaces/IDayBook.sol";

/// @title DayBookMock
/// @notice A house whose days are done with unless a test says otherwise.
contract DayBookMock is IDayBook {
    mapping(uint16 day => bool) private _busy;

    /// @notice Sets whether `day` still waits for something.
    function setBusy(uint16 day, bool busy) external {
        _busy[day] = busy;
    }

    /// @inheritdoc IDayBook
    function isFree(uint16 day) external view returns (bool) {
        return !_busy[day];
    }
}
