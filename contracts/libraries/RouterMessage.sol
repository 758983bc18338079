// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Requests} from "./Requests.sol";

/// @title RouterMessage
/// @notice What a member's router signs for a slot: requests of its clients, and its word on open ones.
/// @dev In calldata, without gaps: a head of eleven bytes, r, vs, then signals and clients if bit 64 of the head is set,
/// then the requests, eight bytes each. Head: member (bits 0 .. 15), slot (16 .. 47), part (48 .. 55), number of requests
/// (56 .. 63), clients at which all arrived (72 .. 87). `agents/model/commonsMessages.ts` is the twin.
library RouterMessage {
    /// @notice EIP-712 type of what a router signs.
    bytes32 internal constant TYPEHASH = keccak256(
        "Message(uint16 member,uint32 slot,uint8 part,bytes requests,uint16 arrived,uint256 signals,bytes32 clients)"
    );
    /// @dev Bytes of head and signature.
    uint256 private constant FIXED = 75;

    /// @notice A message as it was read.
    /// @param at Where its requests begin, position in calldata.
    struct Message {
        uint256 member;
        uint256 slot;
        uint256 part;
        uint256 count;
        uint256 arrived;
        uint256 signals;
        bytes32 clients;
        bytes32 r;
        bytes32 vs;
        uint256 at;
    }

    /// @notice Bytes of the message that begins at `at`; a head cut short counts as zeros.
    function sizeAt(bytes calldata rows, uint256 at) internal pure returns (uint256) {
        unchecked {
            uint256 head = _head(rows, at);
            return FIXED + ((head >> 64) & 1) * 64 + ((head >> 56) & 0xff) * Requests.SIGNED_SIZE;
        }
    }

    /// @notice The member that a message names.
    function memberOf(bytes calldata row) internal pure returns (uint256) {
        return _head(row, 0) & 0xffff;
    }

    /// @notice Reads a message. Assumes that `row` has its size.
    function read(bytes calldata row) internal pure returns (Message memory m) {
        unchecked {
            uint256 head = _head(row, 0);
            m.member = head & 0xffff;
            m.slot = (head >> 16) & 0xffffffff;
            m.part = (head >> 48) & 0xff;
            m.count = (head >> 56) & 0xff;
            m.arrived = (head >> 72) & 0xffff;
            (m.r, m.vs) = (bytes32(_word(row, 11)), bytes32(_word(row, 43)));
            bool speaks = (head >> 64) & 1 == 1;
            if (speaks) (m.signals, m.clients) = (_word(row, FIXED), bytes32(_word(row, FIXED + 32)));
            uint256 skip = speaks ? FIXED + 64 : FIXED;
            uint256 at;
            assembly ("memory-safe") {
                at := add(row.offset, skip)
            }
            m.at = at;
        }
    }

    /// @notice The i-th request of a message.
    function requestAt(Message memory m, uint256 i) internal pure returns (uint256) {
        uint256 at = m.at;
        uint256 signed;
        assembly ("memory-safe") {
            signed := shr(192, calldataload(add(at, shl(3, i))))
        }
        return Requests.fromSigned(signed, m.slot);
    }

    /// @notice EIP-712 struct hash of a message.
    function structHash(Message memory m) internal pure returns (bytes32 hash) {
        bytes32 typeHash = TYPEHASH;
        assembly ("memory-safe") {
            let p := mload(0x40)
            let size := shl(3, mload(add(m, 0x60)))
            calldatacopy(p, mload(add(m, 0x120)), size)
            let requests := keccak256(p, size)
            mstore(p, typeHash)
            mcopy(add(p, 0x20), m, 0x60) // member, slot, part
            mstore(add(p, 0x80), requests)
            mcopy(add(p, 0xa0), add(m, 0x80), 0x60) // arrived, signals, clients
            hash := keccak256(p, 0x100)
        }
    }

    function _head(bytes calldata rows, uint256 at) private pure returns (uint256) {
        return _word(rows, at) >> 168;
    }

    function _word(bytes calldata rows, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(rows.offset, at))
        }
    }
}
