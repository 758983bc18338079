// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title RouterMessage
/// @notice What a member's router signs for a slot: requests of its clients, and its word on open ones.
/// @dev In calldata: head, r, vs, then signals and clients if bit 64 of the head is set, then the requests. Head: member
/// (bits 0 .. 15), slot (16 .. 47), part (48 .. 55), number of requests (56 .. 63). `agents/model/commonsMessages.ts` is the
/// twin.
library RouterMessage {
    /// @notice EIP-712 type of what a router signs.
    bytes32 internal constant TYPEHASH = keccak256(
        "Message(uint16 member,uint32 slot,uint8 part,uint256[] requests,uint256 signals,bytes32 clients)"
    );

    /// @notice A message as it was read.
    /// @param at Where its requests begin, position in calldata.
    struct Message {
        uint256 member;
        uint256 slot;
        uint256 part;
        uint256 count;
        uint256 signals;
        bytes32 clients;
        bytes32 r;
        bytes32 vs;
        uint256 at;
    }

    /// @notice Bytes of the message that begins at `at`; a head cut short counts as zeros.
    function sizeAt(bytes calldata rows, uint256 at) internal pure returns (uint256) {
        unchecked {
            uint256 head = _word(rows, at);
            return 96 + ((head >> 64) & 1) * 64 + ((head >> 56) & 0xff) * 32;
        }
    }

    /// @notice The member that a message names.
    function memberOf(bytes calldata row) internal pure returns (uint256) {
        return _word(row, 0) & 0xffff;
    }

    /// @notice Reads a message. Assumes that `row` has its size.
    function read(bytes calldata row) internal pure returns (Message memory m) {
        unchecked {
            uint256 head = _word(row, 0);
            m.member = head & 0xffff;
            m.slot = (head >> 16) & 0xffffffff;
            m.part = (head >> 48) & 0xff;
            m.count = (head >> 56) & 0xff;
            (m.r, m.vs) = (bytes32(_word(row, 32)), bytes32(_word(row, 64)));
            bool speaks = (head >> 64) & 1 == 1;
            if (speaks) (m.signals, m.clients) = (_word(row, 96), bytes32(_word(row, 128)));
            uint256 skip = speaks ? 160 : 96;
            uint256 at;
            assembly ("memory-safe") {
                at := add(row.offset, skip)
            }
            m.at = at;
        }
    }

    /// @notice The i-th request of a message.
    function requestAt(Message memory m, uint256 i) internal pure returns (uint256 request) {
        uint256 at = m.at;
        assembly ("memory-safe") {
            request := calldataload(add(at, shl(5, i)))
        }
    }

    /// @notice EIP-712 struct hash of a message.
    function structHash(Message memory m) internal pure returns (bytes32 hash) {
        bytes32 typeHash = TYPEHASH;
        assembly ("memory-safe") {
            let p := mload(0x40)
            let size := shl(5, mload(add(m, 0x60)))
            calldatacopy(p, mload(add(m, 0x100)), size)
            let requests := keccak256(p, size)
            mstore(p, typeHash)
            mstore(add(p, 0x20), mload(m))
            mstore(add(p, 0x40), mload(add(m, 0x20)))
            mstore(add(p, 0x60), mload(add(m, 0x40)))
            mstore(add(p, 0x80), requests)
            mstore(add(p, 0xa0), mload(add(m, 0x80)))
            mstore(add(p, 0xc0), mload(add(m, 0xa0)))
            hash := keccak256(p, 0xe0)
        }
    }

    function _word(bytes calldata rows, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(rows.offset, at))
        }
    }
}
