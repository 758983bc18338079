// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FlowTree} from "./FlowTree.sol";
import {LaneSettlement} from "./LaneSettlement.sol";

/// @title FlowLeaves
/// @notice Reads a run of a report's leaves: in full (12 words: member, salt, ten flow words) or as hashes.
library FlowLeaves {
    uint256 private constant LEAF = 12 * 32;

    /// @notice The reading has another length than its mask says.
    error WrongLeaves(uint256 bytesGiven, uint256 bytesNeeded);
    /// @notice Members of leaves rise.
    error LeavesNotRising(uint256 member);
    /// @notice A leaf names a member of more than 16 bits: cut to them it would pass for another.
    error NotAMemberId(uint256 member);

    /// @notice Members of the leaves in full, in order, with the calldata position of their flows, and the root that the
    /// run and its proof lead to.
    function read(
        bytes calldata reading,
        uint256 first,
        uint256 count,
        uint256 leafCount,
        bytes32[] calldata proof
    ) internal pure returns (LaneSettlement.Party[] memory parties, bytes32 root) {
        bytes32[] memory leaves = new bytes32[](count);
        uint256 position;
        uint256 full;
        assembly ("memory-safe") {
            position := reading.offset
            full := calldataload(position)
            position := add(position, 32)
        }
        parties = new LaneSettlement.Party[](_ones(full));
        uint256 next;
        for (uint256 i; i < count; ++i) {
            if ((full >> i) & 1 == 1) {
                leaves[i] = _leaf(position, parties, next++);
                position += LEAF;
            } else {
                assembly ("memory-safe") {
                    mstore(add(add(leaves, 0x20), mul(i, 0x20)), calldataload(position))
                }
                position += 32;
            }
        }
        uint256 start;
        assembly ("memory-safe") {
            start := reading.offset
        }
        if (next != parties.length || position - start != reading.length)
            revert WrongLeaves(reading.length, position - start);
        root = FlowTree.rangeRoot(leaves, first, leafCount, proof);
    }

    /// @dev Hash of the leaf at `position`; its member becomes the `index`-th party.
    function _leaf(
        uint256 position,
        LaneSettlement.Party[] memory parties,
        uint256 index
    ) private pure returns (bytes32 leaf) {
        uint256 member;
        assembly ("memory-safe") {
            let p := mload(0x40)
            calldatacopy(p, position, 384)
            member := mload(p)
            mstore(0, keccak256(p, 384))
            leaf := keccak256(0, 32)
        }
        if (member > type(uint16).max) revert NotAMemberId(member);
        if (index != 0 && member <= parties[index - 1].member) revert LeavesNotRising(member);
        (parties[index].member, parties[index].flows) = (member, position + 64);
    }

    /// @dev Number of ones.
    function _ones(uint256 mask) private pure returns (uint256 n) {
        for (; mask != 0; mask &= mask - 1) ++n;
    }
}
