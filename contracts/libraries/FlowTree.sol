// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";

/// @title FlowTree
/// @notice The Merkle tree over the meters of a day, whose root the DSO signs.
/// @dev Leaf i belongs to member i + 1: members in rising order of their id, without gaps. A leaf is twelve words: the
/// member id, a private salt (so that nobody can guess readings from the root), and ten flow words. Its hash is the hash
/// of the hash of the words, so that no inner node can pass as a leaf. An inner node is the hash of its children in
/// rising order, as in OpenZeppelin's `MerkleProof`, which verifies a single leaf. Where a level has an odd number of
/// nodes, the last is paired with zero; a tree of n leaves has ceil(log2(n)) levels above them.
///
/// A flow word holds ten slots of the day, lane i at bits 24i .. 24i+23: bits 23..22 quality (0 measured, 1 estimated,
/// 2 substituted, 3 missing), bits 21..11 packets drawn from the feeder, bits 10..0 packets fed into it, both >= 0.
///
/// Warning: pairs commute, so a proof does not bind the position of a leaf. Whose flows they are is what the leaf says,
/// never where it was said to stand. `agents/model/flowTree.ts` is the twin.
library FlowTree {
    /// @notice Words of a leaf.
    uint256 internal constant LEAF_WORDS = 12;

    /// @notice The leaves first .. first + count - 1 are not all in a tree of `leafCount` leaves, or are none.
    error RangeOutOfTree(uint256 first, uint256 count, uint256 leafCount);
    /// @notice The proof has `given` nodes; where fewer than needed, the walk stopped at asking for `needed`.
    error WrongProofLength(uint256 given, uint256 needed);

    /// @notice The hash of a leaf: member id, salt, ten flow words.
    function leaf(uint256[LEAF_WORDS] calldata words) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, words, 0x180)
            mstore(0, keccak256(free, 0x180))
            hash := keccak256(0, 0x20)
        }
    }

    /// @notice The root over `leaves`, which stand at `first`, `first` + 1, ... in a tree of `leafCount`, and `proof`.
    /// @dev The proof has the siblings that the run lacks: level by level from the leaves up, on each level the left
    /// neighbour of the run before the right one. Not in the proof: a right neighbour beyond the last node of its level,
    /// which is zero. `leaves` is overwritten.
    function rangeRoot(
        bytes32[] memory leaves,
        uint256 first,
        uint256 leafCount,
        bytes32[] calldata proof
    ) internal pure returns (bytes32) {
        bool inside = first < leafCount && leaves.length <= leafCount - first;
        if (leaves.length == 0 || !inside) revert RangeOutOfTree(first, leaves.length, leafCount);
        uint256 end = first + leaves.length; // the first node after the run
        uint256 used;
        // unchecked: nothing exceeds leafCount or the length of the proof by more than 1; see the bounds above
        unchecked {
            for (; leafCount > 1; leafCount = (leafCount + 1) >> 1) {
                bytes32 left = first & 1 == 1 ? _at(proof, used++) : bytes32(0);
                bytes32 right = end & 1 == 1 && end < leafCount ? _at(proof, used++) : bytes32(0);
                _climb(leaves, first, end, left, right);
                (first, end) = (first >> 1, (end + 1) >> 1);
            }
        }
        if (used != proof.length) revert WrongProofLength(proof.length, used);
        return leaves[0];
    }

    /// @notice Packets drawn, a lane per slot.
    function drawn(uint256 flow) internal pure returns (uint256) {
        return (flow >> 11) & Lanes.LOW11;
    }

    /// @notice Packets fed in, a lane per slot.
    function fedIn(uint256 flow) internal pure returns (uint256) {
        return flow & Lanes.LOW11;
    }

    /// @dev Puts the parents of the nodes first .. end - 1, which stand at the front of `nodes`, in their place. An odd
    /// first node is the right child of `left`, an even last one the left child of `right`.
    function _climb(bytes32[] memory nodes, uint256 first, uint256 end, bytes32 left, bytes32 right) private pure {
        assembly ("memory-safe") {
            // in scratch space, the smaller child to the front
            function pair(a, b) -> hash {
                let place := shl(5, gt(a, b))
                mstore(place, a)
                mstore(xor(place, 0x20), b)
                hash := keccak256(0, 0x40)
            }
            let source := add(nodes, 0x20)
            let target := source
            let last := add(source, shl(5, sub(end, first)))
            if and(first, 1) {
                mstore(target, pair(left, mload(source)))
                source := add(source, 0x20)
                target := source
            }
            for {
                let lone := sub(last, 0x20)
            } lt(source, lone) {
                source := add(source, 0x40)
            } {
                mstore(target, pair(mload(source), mload(add(source, 0x20))))
                target := add(target, 0x20)
            }
            if and(end, 1) {
                mstore(target, pair(mload(source), right))
            }
        }
    }

    function _at(bytes32[] calldata proof, uint256 i) private pure returns (bytes32) {
        if (i >= proof.length) revert WrongProofLength(proof.length, i + 1);
        return proof[i];
    }
}
