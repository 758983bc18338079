// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {PacketAllocation} from "./PacketAllocation.sol";
import {PacketBalance} from "./PacketBalance.sol";
import {Requests} from "./Requests.sol";
import {SeedBlock} from "./SeedBlock.sol";
import {SlotLanes} from "./SlotLanes.sol";
import {SlotPlan} from "./SlotPlan.sol";

/// @title CommonsBook
/// @notice The book of open requests in calldata and what binds it, the forecast's bytes, and the words of a plan.
/// @dev A book is its first page, as the last allocation left it, and a page for each post since. It is bound by the hash
/// of the first page, and for each further page by the hash of what bound it before and the page's hash.
library CommonsBook {
    using Requests for uint256;

    /// @notice Bytes of a slot in a forecast.
    uint256 internal constant FORECAST_SIZE = 10;

    /// @notice What binds a book after one more page.
    function extend(bytes32 bound, bytes32 page) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, bound)
            mstore(0x20, page)
            hash := keccak256(0, 0x40)
        }
    }

    /// @notice What would bind a book of such pages; 0 if they are not all of it.
    function commitmentOf(bytes calldata pages, bytes calldata book) internal pure returns (bytes32 bound) {
        uint256 at;
        for (uint256 i; i < pages.length / 2; ++i) {
            uint256 size = uint256(uint16(bytes2(pages[2 * i:2 * i + 2]))) * Requests.SIZE;
            if (at + size > book.length) return 0;
            bytes32 page = _hash(book[at:at + size]);
            bound = i == 0 ? page : extend(bound, page);
            at += size;
        }
        if (at != book.length) return 0;
    }

    function _hash(bytes calldata page) private pure returns (bytes32 hash) {
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

    /// @notice Writes a cell. Assumes 32 bytes of room from `at` on.
    function put(bytes memory cells, uint256 at, uint256 cell) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(cells, 0x20), at), shl(128, cell))
        }
    }

    /// @notice Reads what was said of a request since the last slot into its cell; says whether it is at its end, which is
    /// then in the cell. What was not acknowledged is to be given again, at once; a block that started and runs goes on.
    function settle(
        PacketAllocation.Pass memory p,
        uint256 cell,
        uint256 signal,
        bytes memory receipts
    ) internal pure returns (uint256, bool) {
        unchecked {
            uint256 pending = (cell >> 72) & 0xfff;
            if (pending != 0) {
                uint256 received = signal & 3 == 2 ? pending : signal >> 4;
                if (received > pending) received = pending;
                if (received != 0) _note(receipts, cell, received);
                cell -= pending << Requests.PENDING;
                if (cell & Requests.BLOCK == 0) cell += (pending - received) << Requests.RETURNED;
                else if (cell & Requests.FRESH != 0) cell = _started(p, cell, pending, received);
            }
            if (signal & 4 != 0) cell |= Requests.URGENT;
            if (cell & Requests.RUNNING != 0) return (cell, (cell >> 44) & 0x3fff == 0);
            return _ending(p, cell, signal & 8 != 0);
        }
    }

    /// @dev Appends member and packets, two bytes each. Assumes the room, and 28 bytes more.
    function _note(bytes memory receipts, uint256 cell, uint256 received) private pure {
        assembly ("memory-safe") {
            let size := mload(receipts)
            mstore(add(add(receipts, 0x20), size), or(shl(240, cell), shl(224, received)))
            mstore(receipts, add(size, 4))
        }
    }

    /// @notice What binds the receipts of a slot: its number in the top 32 bits, and 224 bits of their hash.
    function receiptsHash(uint256 slot, bytes memory receipts) internal pure returns (bytes32) {
        return bytes32((slot << 224) | (uint256(keccak256(receipts)) >> 32));
    }

    /// @dev A block that was to start in the last slot: where nothing arrived it did not.
    function _started(
        PacketAllocation.Pass memory p,
        uint256 cell,
        uint256 pending,
        uint256 received
    ) private pure returns (uint256) {
        unchecked {
            cell ^= Requests.FRESH;
            if (received != 0) return cell;
            (uint256 left, uint256 most) = (cell.left(), cell.perSlot());
            SlotPlan.subRun(p.latest, p.slot, p.slot + left / most, most);
            cell = cell - (left << Requests.LEFT) + ((left + pending) << Requests.RETURNED);
            return cell ^ Requests.RUNNING;
        }
    }

    /// @dev 0 kept, 1 broken, 2 excused by emergency mode, 3 withdrawn.
    function _ending(
        PacketAllocation.Pass memory p,
        uint256 cell,
        bool withdrawn
    ) private pure returns (uint256, bool) {
        unchecked {
            uint256 left = (cell >> 44) & 0x3fff;
            uint256 rest = left + ((cell >> 58) & 0x3fff);
            if (rest == 0 && !withdrawn) return (cell, true);
            uint256 ahead = ((cell >> 84) - p.slot) & 0xffff;
            uint256 most = (cell >> 32) & 0xfff;
            bool late = cell & Requests.BLOCK == 0 ? ahead == 0 : rest > most * ahead;
            if (rest != 0 && !late && !withdrawn) return (cell, false);
            SlotPlan.dropLatest(p.latest, p.slot, p.slot + ahead, most, left);
            uint256 ending = 3;
            if (!withdrawn) ending = left == 0 ? 0 : (cell & Requests.EXCUSED == 0 ? 1 : 2);
            return (cell | (ending << Requests.ENDING), true);
        }
    }

    /// @notice Books what each request got, holding it against what was proposed, and returns what binds the new book.
    function finish(PacketAllocation.Pass memory p, bytes calldata grants) internal pure returns (bytes32 bound) {
        unchecked {
            if (grants.length != p.open << 1) revert IPacketCommons.WrongGrantsLength(grants.length, p.open << 1);
            bytes memory cells = new bytes(p.open * Requests.SIZE + 32);
            for (uint256 i; i < p.open; ++i) {
                (uint256 cell, uint256 packets) = PacketAllocation.finish(p, i);
                uint256 proposed;
                assembly ("memory-safe") {
                    proposed := shr(240, calldataload(add(grants.offset, shl(1, i))))
                }
                if (proposed != packets) revert IPacketCommons.FalseGrant(i, proposed, packets);
                put(cells, i * Requests.SIZE, cell);
            }
            uint256 size = p.open * Requests.SIZE;
            assembly ("memory-safe") {
                bound := keccak256(add(cells, 0x20), size)
            }
        }
    }

    /// @notice What a forecast from slot `first` on carries, in a ring; reverts where it plans more than may be.
    function readForecast(
        bytes calldata slots,
        uint256 first,
        IPacketCommons.Stores memory held,
        uint256 mostImported,
        uint256 feederLimit
    ) internal pure returns (uint256[8] memory carried) {
        (uint256 ofBuffer, uint256 ofCache) = (held.buffer.stored, held.cache.stored);
        for (uint256 i; i < slots.length / FORECAST_SIZE; ++i) {
            IPacketCommons.Forecast memory f = _unpack(_load(slots, i * FORECAST_SIZE) >> 176);
            bool fits = f.bufferOut <= held.buffer.dischargeLimit && f.cacheOut <= held.cache.dischargeLimit;
            fits = fits && f.bufferOut <= ofBuffer && f.cacheOut <= ofCache && f.imported <= mostImported;
            if (!fits) revert IPacketCommons.PlanOutOfRange(i);
            (ofBuffer, ofCache) = (ofBuffer - f.bufferOut, ofCache - f.cacheOut);
            uint256 packets = PacketBalance.carried(f);
            if (packets > feederLimit) packets = feederLimit;
            carried[((first + i) >> 4) & 7] |= packets << (((first + i) & 15) << 4);
        }
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
