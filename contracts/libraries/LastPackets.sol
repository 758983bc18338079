// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Requests} from "./Requests.sol";

/// @title LastPackets
/// @notice Records of requests that were given their last packets. Where all of them arrived nothing of a request is needed
/// any more but what its member gets back; so requests side by side of one member share a record, and their cells are shown
/// only where something did not arrive.
/// @dev A record is a word: member (top 16 bits), bits of its clients (16), sum of their packets per slot (16), packets
/// given (16), and 192 bits of the hash of their cells. Sums are at most 16 x 4,095.
/// `agents/model/commonsProposal.ts` is the twin.
library LastPackets {
    using Requests for uint256;

    /// @notice Bytes of a record.
    uint256 internal constant SIZE = 32;

    /// @notice Records while they are written, and cells of the one that is not yet complete.
    /// @param sums The record but for its hash.
    struct Ledger {
        bytes records;
        bytes cells;
        uint256 sums;
    }

    /// @notice An empty ledger with room for `count` records.
    function ledger(uint256 count) internal pure returns (Ledger memory kept) {
        kept.records = new bytes(count * SIZE);
        kept.cells = new bytes(17 * Requests.SIZE);
        _setLength(kept.records, 0);
        _setLength(kept.cells, 0);
    }

    /// @notice Adds the cell of a request that was given its last packets.
    function add(Ledger memory kept, uint256 cell) internal pure {
        unchecked {
            bytes memory cells = kept.cells;
            uint256 size = cells.length;
            if (size != 0 && kept.sums >> 240 != cell & 0xffff) {
                close(kept);
                size = 0;
            }
            if (size == 0) kept.sums = (cell & 0xffff) << 240;
            kept.sums += (uint256(1) << (224 + cell.client())) + (cell.perSlot() << 208) + (cell.pending() << 192);
            assembly ("memory-safe") {
                mstore(add(add(cells, 0x20), size), shl(128, cell)) // 16 bytes of room more than 16 cells
            }
            _setLength(cells, size + Requests.SIZE);
        }
    }

    /// @notice Completes the record that is being written, if there is one.
    function close(Ledger memory kept) internal pure {
        unchecked {
            (bytes memory records, bytes memory cells) = (kept.records, kept.cells);
            if (cells.length == 0) return;
            uint256 record = kept.sums | (uint256(keccak256(cells)) >> 64);
            uint256 size = records.length;
            assembly ("memory-safe") {
                mstore(add(add(records, 0x20), size), record)
            }
            _setLength(records, size + SIZE);
            _setLength(cells, 0);
        }
    }

    /// @notice The record at `at`.
    function recordAt(bytes calldata records, uint256 at) internal pure returns (uint256 record) {
        assembly ("memory-safe") {
            record := calldataload(add(records.offset, at))
        }
    }

    function memberOf(uint256 record) internal pure returns (uint256) {
        return record >> 240;
    }

    /// @notice Bits of the clients.
    function clients(uint256 record) internal pure returns (uint256) {
        return (record >> 224) & 0xffff;
    }

    /// @notice The sum of their packets per slot.
    function power(uint256 record) internal pure returns (uint256) {
        return (record >> 208) & 0xffff;
    }

    /// @notice The packets that they were given.
    function packets(uint256 record) internal pure returns (uint256) {
        return (record >> 192) & 0xffff;
    }

    /// @notice Bytes of the cells of a record.
    function cellBytes(uint256 record) internal pure returns (uint256 size) {
        unchecked {
            for (uint256 left = clients(record); left != 0; left &= left - 1) size += Requests.SIZE;
        }
    }

    /// @notice Whether these cells, by their hash, are those of a record.
    function binds(uint256 record, bytes32 cells) internal pure returns (bool) {
        return uint256(cells) >> 64 == record & type(uint192).max;
    }

    function _setLength(bytes memory b, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(b, length)
        }
    }
}
