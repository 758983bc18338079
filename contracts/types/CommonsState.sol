// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {CommonsMembers} from "../libraries/CommonsMembers.sol";

/// @dev Where a commons stands in time, one word.
struct CommonsClock {
    uint32 next;
    uint40 closedAt;
    uint16 live;
    uint32 emergencyFrom;
    uint32 emergencyTo;
    uint32 detailsFrom;
}

/// @dev All that a commons stores, so that a library at an address of its own can work on it.
struct CommonsState {
    CommonsClock clock;
    bytes32 bound;
    uint256 rules;
    uint256 upcoming;
    IPacketCommons.Stores stores;
    uint256 details;
    uint256[8] carried;
    uint256[8] planned;
    uint256[8] latest;
    CommonsMembers.Table members;
    bytes32[8192] received;
}
