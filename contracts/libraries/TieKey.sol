// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title TieKey
/// @notice The order among members whose prices are equal; it depends on no price and no quantity.
/// @dev key(member, slot) = ofMember ^ ofSlot: a hash of the session's seed and the member, crossed with a hash of the
/// seed and the slot, so that nobody is first in every slot. The low 16 bits are the member id: keys never collide.
/// Under the seed 0 the key is the member id itself (for tests and published books); a session's seed is never 0.
library TieKey {
    uint256 private constant HASH = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0000;

    /// @notice The member's half of the key.
    function ofMember(bytes32 seed, uint256 member) internal pure returns (uint256 key) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(32, member)
            key := member
            if seed {
                key := or(and(keccak256(0, 64), HASH), member)
            }
        }
    }

    /// @notice The slot's half of the key; its low 16 bits are 0.
    function ofSlot(bytes32 seed, uint256 slot) internal pure returns (uint256 key) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(32, slot)
            if seed {
                key := and(keccak256(0, 64), HASH)
            }
        }
    }
}
