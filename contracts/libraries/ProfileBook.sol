// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title ProfileBook
/// @notice The book of a session: profiles in batches, each batch bound by one hash.
/// @dev A profile is a head word and the order words of the session's slots. Head: member (bits 0..15), nonce (16..23),
/// 1 if its asks register new ecoins (24), lock in token base units (128..255, 0 while it is only signed). A batch's
/// commitment is the hash over the marks of its profiles, in order; a mark is keccak(struct hash, lock). So one who
/// reads a batch gives each profile in full or, where it does not matter, as its mark of 32 bytes.
library ProfileBook {
    /// @notice EIP-712 type of what a member signs.
    bytes32 internal constant PROFILE_TYPEHASH = keccak256(
        "Profile(uint32 session,uint16 member,uint8 nonce,bool registers,uint256[] orders)"
    );
    /// @notice Profiles in a batch, at most: what fits in one word of flags beside another.
    uint256 internal constant MAX_ROWS = 120;

    /// @notice The batch's reading has another length than its profiles need.
    error WrongReading(uint256 given, uint256 needed);

    function member(uint256 head) internal pure returns (uint256) {
        return head & 0xffff;
    }

    function nonce(uint256 head) internal pure returns (uint256) {
        return (head >> 16) & 0xff;
    }

    function registers(uint256 head) internal pure returns (bool) {
        return head & (1 << 24) != 0;
    }

    function lockOf(uint256 head) internal pure returns (uint256) {
        return head >> 128;
    }

    /// @notice EIP-712 struct hash of the profile with `head` and `words` order words at calldata `orders`.
    function structHash(uint32 session, uint256 head, uint256 orders, uint256 words) internal pure returns (bytes32) {
        uint256 copy;
        assembly ("memory-safe") {
            copy := mload(0x40)
            calldatacopy(copy, orders, mul(words, 32))
        }
        return _structHash(session, head, copy, words, copy);
    }

    /// @dev The same with the orders at memory `orders`; overwrites six words at memory `scratch`.
    function _structHash(
        uint32 session,
        uint256 head,
        uint256 orders,
        uint256 words,
        uint256 scratch
    ) private pure returns (bytes32 h) {
        bytes32 typeHash = PROFILE_TYPEHASH;
        assembly ("memory-safe") {
            let ordersHash := keccak256(orders, mul(words, 32))
            mstore(scratch, typeHash)
            mstore(add(scratch, 0x20), session)
            mstore(add(scratch, 0x40), and(head, 0xffff))
            mstore(add(scratch, 0x60), and(shr(16, head), 0xff))
            mstore(add(scratch, 0x80), and(shr(24, head), 1))
            mstore(add(scratch, 0xa0), ordersHash)
            h := keccak256(scratch, 0xc0)
        }
    }

    /// @notice The mark of a profile in its batch: its struct hash bound to the lock that was taken for it.
    function mark(bytes32 profile, uint256 lock) internal pure returns (bytes32 h) {
        assembly ("memory-safe") {
            mstore(0, profile)
            mstore(0x20, lock)
            h := keccak256(0, 0x40)
        }
    }

    /// @notice Reads a batch: a word whose bit i says that the i-th profile is given in full, then per profile head and
    /// orders, or its mark.
    /// @return full The mask.
    /// @return rows The full ones, head and orders, one after another.
    /// @return commitment What the batch's commitment must be for all of it to be true.
    function read(
        uint32 session,
        bytes calldata reading,
        uint256 count,
        uint256 words
    ) internal pure returns (uint256 full, bytes memory rows, bytes32 commitment) {
        unchecked {
            uint256 position;
            uint256 marks;
            uint256 to;
            uint256 end;
            assembly ("memory-safe") {
                position := reading.offset
                end := add(position, reading.length)
                full := calldataload(position)
                position := add(position, 32)
                marks := mload(0x40)
                rows := add(marks, mul(32, count))
                to := add(rows, 32)
            }
            uint256 size = 32 * (words + 1);
            // Enough for every profile in full and the scratch behind it, so that nothing else is put there meanwhile.
            assembly ("memory-safe") {
                mstore(0x40, add(add(to, mul(count, size)), 0xc0))
            }
            for (uint256 i; i < count; ++i) {
                bytes32 item;
                if ((full >> i) & 1 == 1) {
                    item = _take(session, position, to, words);
                    position += size;
                    to += size;
                } else {
                    assembly ("memory-safe") {
                        item := calldataload(position)
                    }
                    position += 32;
                }
                assembly ("memory-safe") {
                    mstore(add(marks, mul(32, i)), item)
                }
            }
            if (position != end) revert WrongReading(reading.length, reading.length + position - end);
            assembly ("memory-safe") {
                mstore(rows, sub(to, add(rows, 32)))
                commitment := keccak256(marks, mul(32, count))
                mstore(0x40, to)
            }
        }
    }

    /// @dev Copies a full profile to memory `to` and returns its mark.
    function _take(uint32 session, uint256 position, uint256 to, uint256 words) private pure returns (bytes32) {
        uint256 head;
        uint256 size = 32 * (words + 1);
        assembly ("memory-safe") {
            head := calldataload(position)
            calldatacopy(to, position, size)
        }
        return mark(_structHash(session, head, to + 32, words, to + size), lockOf(head));
    }
}
