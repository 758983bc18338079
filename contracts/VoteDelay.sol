// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title VoteDelay
/// @notice What a community decided waits here before it is carried out, by anyone.
contract VoteDelay is TimelockController {
    /// @param delay Seconds between decision and execution.
    /// @param admin Names the governor and then renounces.
    constructor(uint256 delay, address admin) TimelockController(delay, new address[](0), _anyone(), admin) {}

    /// @dev The zero address stands for everybody.
    function _anyone() private pure returns (address[] memory) {
        return new address[](1);
    }
}
