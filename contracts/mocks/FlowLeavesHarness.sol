// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {FlowLeaves} from "../libraries/FlowLeaves.sol";
import {FlowTree} from "../libraries/FlowTree.sol";
import {LaneSettlement} from "../libraries/LaneSettlement.sol";

/// @title FlowLeavesHarness
/// @notice Lets tests call `FlowLeaves`.
contract FlowLeavesHarness {
    /// @notice Members of the leaves in full, their ten flow words each, and the root.
    function read(
        bytes calldata reading,
        uint256 first,
        uint256 count,
        uint256 leafCount,
        bytes32[] calldata proof
    ) external pure returns (uint256[] memory who, uint256[10][] memory flows, bytes32 root) {
        LaneSettlement.Party[] memory parties;
        (parties, root) = FlowLeaves.read(reading, first, count, leafCount, proof);
        (who, flows) = (new uint256[](parties.length), new uint256[10][](parties.length));
        for (uint256 i; i < parties.length; ++i) {
            who[i] = parties[i].member;
            uint256 position = parties[i].flows;
            uint256[10] memory words = flows[i];
            assembly ("memory-safe") {
                calldatacopy(words, position, 320)
            }
        }
    }

    /// @notice Never called: puts the errors of `FlowTree` into the ABI.
    function errors() external pure {
        revert FlowTree.RangeOutOfTree(0, 0, 0);
    }
}
