// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {ProfileBook} from "../libraries/ProfileBook.sol";

/// @title ProfileBookHarness
/// @notice Lets tests call `ProfileBook`.
contract ProfileBookHarness {
    using ProfileBook for uint256;

    /// @notice Reads a batch; `after_` is fresh memory taken afterwards, which must not overlap the rows.
    function read(
        uint32 session,
        bytes calldata reading,
        uint256 count,
        uint256 words
    ) external pure returns (uint256 full, bytes memory rows, bytes32 commitment, bytes memory after_) {
        (full, rows, commitment) = ProfileBook.read(session, reading, count, words);
        after_ = abi.encodePacked(type(uint256).max, type(uint256).max);
    }

    /// @notice Struct hash and mark of one profile: head, then orders.
    function hashes(uint32 session, uint256[] calldata row) external pure returns (bytes32 struct_, bytes32 mark) {
        uint256 position;
        assembly ("memory-safe") {
            position := add(row.offset, 32)
        }
        struct_ = ProfileBook.structHash(session, row[0], position, row.length - 1);
        mark = ProfileBook.mark(struct_, row[0].lockOf());
    }

    /// @notice The fields of a head.
    function head(uint256 word) external pure returns (uint256 member, uint256 nonce, bool registers, uint256 lock) {
        return (word.member(), word.nonce(), word.registers(), word.lockOf());
    }
}
