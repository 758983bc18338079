// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {FlowTree} from "../libraries/FlowTree.sol";

/// @title FlowTreeHarness
/// @notice Makes `FlowTree` callable, and OpenZeppelin's `MerkleProof` as its reference for single leaves.
contract FlowTreeHarness {
    /// @notice The hash of a leaf.
    function leaf(uint256[12] calldata words) external pure returns (bytes32) {
        return FlowTree.leaf(words);
    }

    /// @notice Packets drawn and fed in, a lane per slot.
    function flows(uint256 word) external pure returns (uint256 drawn, uint256 fedIn) {
        return (FlowTree.drawn(word), FlowTree.fedIn(word));
    }

    /// @notice The root over a run of leaves.
    function rangeRoot(
        bytes32[] memory leaves,
        uint256 first,
        uint256 leafCount,
        bytes32[] calldata proof
    ) external pure returns (bytes32) {
        return FlowTree.rangeRoot(leaves, first, leafCount, proof);
    }

    /// @notice Gas of `rangeRoot` alone.
    function rangeRootGas(
        bytes32[] memory leaves,
        uint256 first,
        uint256 leafCount,
        bytes32[] calldata proof
    ) external view returns (uint256 gas) {
        gas = gasleft();
        FlowTree.rangeRoot(leaves, first, leafCount, proof);
        return gas - gasleft();
    }

    /// @notice Gas of hashing the leaves alone.
    function leavesGas(uint256[12][] calldata rows) external view returns (uint256 gas) {
        gas = gasleft();
        for (uint256 i; i < rows.length; ++i) FlowTree.leaf(rows[i]);
        return gas - gasleft();
    }

    /// @notice Whether OpenZeppelin finds `leafHash` under `root`.
    function verify(bytes32[] calldata proof, bytes32 root, bytes32 leafHash) external pure returns (bool) {
        return MerkleProof.verifyCalldata(proof, root, leafHash);
    }
}
