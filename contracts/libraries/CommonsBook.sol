// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {Requests} from "./Requests.sol";
import {SeedBlock} from "./SeedBlock.sol";
import {SlotLanes} from "./SlotLanes.sol";

/// @title CommonsBook
/// @notice The book of open requests in calldata and what binds it, the forecast's bytes, and the words of a plan.
/// @dev A book is its first page and the records of requests that got their last packets (`LastPackets`), both as the last
/// allocation left them, and a page for each post since. `start` binds the first page and the records, `extend` each page
/// after them.
library CommonsBook {
    using Requests for uint256;

    /// @notice Bytes of a slot in a forecast.
    uint256 internal constant FORECAST_SIZE = 10;
    /// @dev What of a forecast is planned: discharge and import.
    uint256 private constant PLANS = 0xffffffffffff;

    /// @notice What binds a book that was bound by `bound` after one more page.
    function extend(bytes32 bound, bytes32 page) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, bound)
            mstore(0x20, page)
            hash := keccak256(0, 0x40)
        }
    }

    /// @notice What binds a book as an allocation leaves it.
    /// @dev Of three words, where `extend` takes two: else the hashes of a book's pages, shown as the cells of a single page,
    /// would be bound as well.
    function start(bytes32 page, bytes32 records) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore(p, page)
            mstore(add(p, 0x20), records)
            mstore(add(p, 0x40), 0)
            hash := keccak256(p, 0x60)
        }
    }

    /// @notice What binds a book of nothing.
    function empty() internal pure returns (bytes32) {
        return start(keccak256(""), keccak256(""));
    }

    /// @notice What would bind a book of such pages and records; 0 if the pages are not all of it.
    function commitmentOf(
        bytes calldata pages,
        bytes calldata book,
        bytes calldata records
    ) internal pure returns (bytes32 bound) {
        uint256 at;
        for (uint256 i; i < pages.length / 2; ++i) {
            uint256 size = pageSize(pages, i);
            if (at + size > book.length) return 0;
            bytes32 page = hashOf(book[at:at + size]);
            bound = i == 0 ? start(page, hashOf(records)) : extend(bound, page);
            at += size;
        }
        if (at != book.length) return 0;
    }

    /// @notice Bytes of the i-th page.
    function pageSize(bytes calldata pages, uint256 i) internal pure returns (uint256 size) {
        assembly ("memory-safe") {
            size := shl(4, shr(240, calldataload(add(pages.offset, shl(1, i)))))
        }
    }

    /// @notice The hash of bytes in calldata.
    function hashOf(bytes calldata page) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let p := mload(0x40)
            calldatacopy(p, page.offset, page.length)
            hash := keccak256(p, page.length)
        }
    }

    /// @notice The cell at `at`.
    function cellAt(bytes calldata book, uint256 at) internal pure returns (uint256 cell) {
        assembly ("memory-safe") {
            cell := shr(128, calldataload(add(book.offset, at)))
        }
    }

    /// @notice Bytes of length 0 with room for `size` and a word more.
    function growing(uint256 size) internal pure returns (bytes memory b) {
        b = new bytes(size + 32);
        assembly ("memory-safe") {
            mstore(b, 0)
        }
    }

    /// @notice Appends two numbers, two bytes each. Assumes the room, and 28 bytes more.
    function appendPair(bytes memory pairs, uint256 a, uint256 b) internal pure {
        assembly ("memory-safe") {
            let size := mload(pairs)
            mstore(add(add(pairs, 0x20), size), or(shl(240, a), shl(224, b)))
            mstore(pairs, add(size, 4))
        }
    }

    /// @notice Appends a cell. Assumes the room, and 16 bytes more.
    function append(bytes memory cells, uint256 cell) internal pure {
        assembly ("memory-safe") {
            let size := mload(cells)
            mstore(add(add(cells, 0x20), size), shl(128, cell))
            mstore(cells, add(size, 16))
        }
    }

    /// @notice What binds the receipts of a slot: its number in the top 32 bits, and 224 bits of their hash.
    function receiptsHash(uint256 slot, bytes memory receipts) internal pure returns (bytes32) {
        return bytes32((slot << 224) | (uint256(keccak256(receipts)) >> 32));
    }

    /// @notice What a forecast from slot `first` on carries, in a ring; reverts where it plans more than may be. `held` is
    /// changed: what is left of the stores by plan.
    function readForecast(
        bytes calldata slots,
        uint256 first,
        IPacketCommons.Stores memory held,
        uint256 mostImported,
        uint256 feederLimit
    ) internal pure returns (uint256[8] memory carried) {
        unchecked {
            for (uint256 i; i < slots.length / FORECAST_SIZE; ++i) {
                uint256 f = _load(slots, i * FORECAST_SIZE) >> 176;
                uint256 packets = f >> 64;
                if (f & PLANS != 0) packets += _checkPlan(f, i, held, mostImported);
                uint256 baseload = (f >> 48) & 0xffff;
                packets = packets > baseload ? packets - baseload : 0;
                if (packets > feederLimit) packets = feederLimit;
                uint256 slot = first + i;
                assembly ("memory-safe") {
                    let at := add(carried, and(shl(1, slot), 0xe0))
                    mstore(at, or(mload(at), shl(shl(4, and(slot, 15)), packets)))
                }
            }
        }
    }

    /// @dev Reverts if slot `i` plans more than the stores have left or may be imported; returns what stores give.
    function _checkPlan(
        uint256 f,
        uint256 i,
        IPacketCommons.Stores memory held,
        uint256 mostImported
    ) private pure returns (uint256) {
        (uint16 ofBuffer, uint16 ofCache) = (uint16(f >> 32), uint16(f >> 16));
        bool fits = ofBuffer <= held.buffer.dischargeLimit && ofCache <= held.cache.dischargeLimit;
        fits = fits && ofBuffer <= held.buffer.stored && ofCache <= held.cache.stored && f & 0xffff <= mostImported;
        if (!fits) revert IPacketCommons.PlanOutOfRange(i);
        held.buffer.stored -= ofBuffer;
        held.cache.stored -= ofCache;
        return uint256(ofBuffer) + ofCache;
    }

    /// @notice The first `count` slots of a forecast, at most three, in a word.
    function detailsOf(bytes calldata slots, uint256 count) internal pure returns (uint256) {
        return count == 0 ? 0 : (_load(slots, 0) >> (256 - 80 * count)) << (256 - 80 * count);
    }

    /// @notice The forecast of `slot` in the details kept from slot `from` on; zeros if there is none.
    function detailAt(
        uint256 details,
        uint256 slot,
        uint256 from
    ) internal pure returns (IPacketCommons.Forecast memory) {
        return _unpack(slot - from > 2 ? 0 : (details << (80 * (slot - from))) >> 176);
    }

    function _unpack(uint256 f) private pure returns (IPacketCommons.Forecast memory) {
        return IPacketCommons.Forecast(uint16(f >> 64), uint16(f >> 48), uint16(f >> 32), uint16(f >> 16), uint16(f));
    }

    function _load(bytes calldata slots, uint256 at) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(slots.offset, at))
        }
    }

    /// @notice Reverts for a store that holds more than it can, or has no efficiency of 1 .. 1000 permille.
    function checkStore(IPacketCommons.Store calldata store) internal pure {
        bool fits = store.stored <= store.capacity && store.efficiency != 0 && store.efficiency <= 1000;
        if (!fits || store.capacity > type(uint32).max / 2) revert IPacketCommons.StoreOutOfRange(store);
    }

    /// @notice What forecast and allowance give each slot, at most the feeder limit, in lanes.
    function loadCarried(
        uint256[8] storage kept,
        uint256[8] memory carried,
        uint256 feeder,
        uint256 allowance
    ) internal view {
        unchecked {
            uint256 lanes = SlotLanes.spread(allowance);
            for (uint256 w; w < 8; ++w) {
                uint256 word = kept[w];
                carried[w] = word + SlotLanes.min(feeder - word, lanes);
            }
        }
    }

    /// @notice The seed of a slot that was closed in a block, 0 if it was not or the hash can't be had.
    function seedOf(uint256 closedAt) internal view returns (bytes32) {
        return closedAt == 0 ? bytes32(0) : SeedBlock.hashOf(closedAt + 2);
    }

    /// @notice Writes the words of a ring that changed.
    function save(uint256[8] storage kept, uint256[8] memory ring) internal {
        for (uint256 w; w < 8; ++w) if (kept[w] != ring[w]) kept[w] = ring[w];
    }
}
