// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {CommonsRules} from "./CommonsRules.sol";
import {Requests} from "./Requests.sol";
import {SlotPlan} from "./SlotPlan.sol";

/// @title PacketAllocation
/// @notice Allocation of a slot: forced packets first, what is left in slices by class, and in each class by the rule
/// that was voted, in an order that is proposed and checked.
/// @dev `agents/model/commonsAllocation.ts` is the twin. An item is a cell (bits 0 .. 127), the packets that it wants
/// beyond the forced ones (128 .. 139), the forced ones (140 .. 151), what it got beyond them (152 .. 163), and, if it wants
/// any, its place in the order of the slot (168 .. 255): class, emergencies used, the rule's rank, the member's lot, the client.
library PacketAllocation {
    using CommonsRules for uint256;
    using Requests for uint256;

    uint256 private constant WANTED = 128;
    uint256 private constant FORCED = 140;
    uint256 private constant GOT = 152;
    uint256 private constant PLACE = 168;
    uint256 private constant LEVEL = 252;

    /// @notice A slot while it is allocated. Rings in words of lanes.
    /// @param items The open requests of the book, the first `open` of them.
    /// @param waiting How many of them want packets beyond forced ones.
    /// @param carried What forecast and allowance give a slot.
    /// @param planned Runs of started blocks, and at the end all plans.
    /// @param drawn The member whose `lot` was drawn last.
    /// @param closed Cells that left the book, as long as they are written.
    /// @param receipts What arrived in the slot before, as long as they are written.
    struct Pass {
        uint256 slot;
        uint256 rules;
        bool emergencyMode;
        bytes32 seed;
        uint256[8] feeder;
        uint256[8] carried;
        uint256[8] planned;
        uint256[8] latest;
        uint256[] items;
        uint256 open;
        uint256 waiting;
        uint256 forced;
        uint256 shared;
        uint256 held;
        uint256 given;
        uint256 atRisk;
        uint256 drawn;
        uint256 lot;
        bytes closed;
        bytes receipts;
    }

    /// @notice Adds a settled cell to the pass: what it must and could get. Blocks that must run are started.
    function add(Pass memory p, uint256 cell) internal pure {
        unchecked {
            uint256 item = cell;
            uint256 most = (cell >> 32) & 0xfff;
            uint256 ahead = ((cell >> 84) - p.slot) & 0xffff;
            if (cell & Requests.RUNNING != 0) {
                SlotPlan.addRun(p.planned, p.slot + 1, p.slot + cell.left() / most, most);
                item = cell | (most << FORCED);
                p.forced += most;
            } else if (ahead <= (cell >> 100) & 0xff) {
                item = _due(p, cell, most, ahead);
            }
            _put(p, p.open++, item);
        }
    }

    /// @dev What an open request must and could get. In emergency mode only class 0 gets anything.
    function _due(Pass memory p, uint256 cell, uint256 most, uint256 ahead) private pure returns (uint256) {
        unchecked {
            (uint256 forced, uint256 wanted) = _needsOf(cell, most, ahead);
            uint256 level = _levelOf(p.rules, cell, most, ahead);
            if (p.emergencyMode && level != 0) return forced == 0 ? cell : cell | Requests.EXCUSED;
            p.forced += forced;
            if (wanted == 0) {
                if (cell & Requests.BLOCK != 0) cell = _startBlock(p, cell, most, ahead);
                return cell | (forced << FORCED);
            }
            ++p.waiting;
            return cell | (wanted << WANTED) | (forced << FORCED) | _placeOf(p, cell, level, ahead);
        }
    }

    /// @dev Packets that must be given in this slot, since the slots after it can't take them any more, and those that
    /// could be given beyond them. Assumes a slot before the deadline. Without branches: products with 0 or 1.
    function _needsOf(uint256 cell, uint256 most, uint256 ahead) private pure returns (uint256 forced, uint256 wanted) {
        assembly ("memory-safe") {
            let left := and(shr(44, cell), 0x3fff)
            let all := add(left, and(shr(58, cell), 0x3fff))
            let later := mul(most, sub(ahead, 1))
            forced := mul(gt(left, later), sub(left, later))
            forced := xor(forced, mul(xor(forced, most), gt(forced, most)))
            wanted := sub(xor(all, mul(xor(all, most), gt(all, most))), forced)
        }
    }

    /// @dev The class of a request in a slot: its category's, moved by the home, by rejections and laxity. Without branches.
    function _levelOf(uint256 rules, uint256 cell, uint256 most, uint256 ahead) private pure returns (uint256 level) {
        uint256 urgent = Requests.URGENT;
        assembly ("memory-safe") {
            let all := add(and(shr(44, cell), 0x3fff), and(shr(58, cell), 0x3fff))
            let laxity := and(shr(30, rules), 0x3f)
            // with less than the laxity ahead the product is of a number below 0, and does not matter
            let pressed := or(lt(ahead, laxity), gt(all, mul(most, sub(ahead, laxity))))
            let up := add(and(shr(24, cell), 1), and(gt(laxity, 0), pressed))
            level := add(and(shr(add(36, mul(3, and(shr(20, cell), 0xf))), rules), 7), and(shr(26, cell), 3))
            level := mul(gt(level, up), sub(level, up))
            let last := sub(and(rules, 0xf), 1)
            level := xor(level, mul(xor(level, last), gt(level, last)))
            level := mul(level, iszero(and(cell, urgent)))
        }
    }

    /// @dev The place of a request in the order of the slot: class, emergencies used, the rule's rank, 68 bits of the
    /// member's lot, client. Ranks are at most 255.
    function _placeOf(Pass memory p, uint256 cell, uint256 level, uint256 ahead) private pure returns (uint256 place) {
        unchecked {
            uint256 member = cell & 0xffff;
            if (member != p.drawn) (p.drawn, p.lot) = (member, uint256(_lotOf(p.seed, member)) >> 188);
            uint256 rank = ahead;
            uint256 rule = (p.rules >> 4) & 3;
            if (rule != CommonsRules.BY_DEADLINE) {
                rank = rule == CommonsRules.BY_LOT ? 0 : 255 - (((cell >> 108) & 0xff) - ahead);
            }
            (uint256 lot, uint256 urgent) = (p.lot, Requests.URGENT);
            assembly ("memory-safe") {
                let behind := mul(iszero(and(cell, urgent)), and(shr(117, cell), 7))
                place := or(or(shl(252, level), shl(248, behind)), shl(240, rank))
                place := or(place, or(shl(172, lot), shl(168, and(shr(16, cell), 0xf))))
            }
        }
    }

    /// @dev keccak(seed, member).
    function _lotOf(bytes32 seed, uint256 member) private pure returns (bytes32 lot) {
        assembly ("memory-safe") {
            mstore(0, seed)
            mstore(0x20, member)
            lot := keccak256(0, 0x40)
        }
    }

    /// @notice Gives out the shared packets less those held: first each class its own slice, then what is left over,
    /// highest class first. `order` names, in two bytes each, the items that want packets, by rising place; it is empty
    /// where there is nothing to give.
    function giveOut(Pass memory p, bytes calldata order) internal pure {
        unchecked {
            uint256 most = p.shared - p.held;
            uint256 needed = most == 0 ? 0 : p.waiting;
            if (order.length != needed << 1) revert IPacketCommons.WrongOrderLength(order.length, needed << 1);
            uint256[8] memory slices;
            for (uint256 class; class < 8; ++class) slices[class] = (p.shared * p.rules.share(class)) / 1000;
            (uint256 place, uint256 given, uint256 short) = (0, 0, 0);
            for (uint256 i; i < needed; ++i) {
                uint256 at = _at(order, i);
                if (at >= p.open) revert IPacketCommons.NotInBook(at, p.open);
                uint256 item = _item(p, at);
                uint256 wanted = (item >> WANTED) & 0xfff;
                if (wanted == 0) revert IPacketCommons.WantsNothing(at);
                if (item >> PLACE <= place) revert IPacketCommons.OutOfOrder(i);
                place = item >> PLACE;
                uint256 slice = _sliceAt(slices, item >> LEVEL);
                uint256 got = wanted;
                uint256 rest = most - given;
                if (slice < rest) rest = slice;
                if (item & Requests.BLOCK != 0) {
                    got = _takeBlock(p, at, item, wanted, rest);
                } else {
                    if (rest < wanted) got = rest;
                    _put(p, at, item + (got << GOT));
                }
                _setSlice(slices, item >> LEVEL, slice - got);
                given += got;
                if (got != wanted) ++short;
            }
            for (uint256 i; short != 0 && given < most && i < needed; ++i) {
                uint256 item = _item(p, _at(order, i));
                uint256 wanted = ((item >> WANTED) & 0xfff) - ((item >> GOT) & 0xfff);
                if (wanted == 0) continue;
                uint256 got = most - given;
                if (item & Requests.BLOCK != 0) {
                    got = _takeBlock(p, _at(order, i), item, wanted, got);
                } else {
                    if (wanted < got) got = wanted;
                    _put(p, _at(order, i), item + (got << GOT));
                }
                given += got;
            }
            p.given = given;
        }
    }

    /// @dev Of eight slices the one of a class below 8: no check of the bound.
    function _sliceAt(uint256[8] memory slices, uint256 class) private pure returns (uint256 slice) {
        assembly ("memory-safe") {
            slice := mload(add(slices, shl(5, class)))
        }
    }

    function _setSlice(uint256[8] memory slices, uint256 class, uint256 slice) private pure {
        assembly ("memory-safe") {
            mstore(add(slices, shl(5, class)), slice)
        }
    }

    /// @dev Gives a block all the packets that it wants of `rest`, or nothing.
    function _takeBlock(
        Pass memory p,
        uint256 at,
        uint256 item,
        uint256 wanted,
        uint256 rest
    ) private pure returns (uint256) {
        unchecked {
            if (wanted > rest) return 0;
            (bool starts, uint256 cell) = _tryStart(p, item);
            if (!starts) return 0;
            _put(p, at, ((item & (type(uint256).max << 128)) | cell) + (wanted << GOT));
            return wanted;
        }
    }

    /// @dev Starts a block if forecast and feeder carry its run next to running ones and all latest services.
    function _tryStart(Pass memory p, uint256 item) private pure returns (bool, uint256 cell) {
        unchecked {
            cell = item & ((1 << 128) - 1);
            (uint256 most, uint256 ahead) = (cell.perSlot(), cell.ahead(p.slot));
            uint256 end = p.slot + (cell.left() + cell.returned()) / most;
            if (!SlotPlan.hasRun(p.carried, p.planned, p.slot + 1, end, most)) return (false, cell);
            SlotPlan.dropLatest(p.latest, p.slot + 1, p.slot + ahead, most, cell.left());
            if (SlotPlan.hasRun(p.feeder, p.latest, p.slot + 1, end, most)) {
                return (true, _run(p, cell, most, end));
            }
            if (cell.left() != 0) SlotPlan.addLatest(p.latest, p.slot + ahead, most, cell.left());
            return (false, cell);
        }
    }

    /// @dev Starts a block that must start.
    function _startBlock(Pass memory p, uint256 cell, uint256 most, uint256 ahead) private pure returns (uint256) {
        unchecked {
            SlotPlan.dropLatest(p.latest, p.slot + 1, p.slot + ahead, most, cell.left());
            return _run(p, cell, most, p.slot + (cell.left() + cell.returned()) / most);
        }
    }

    /// @dev Books the run of a block from the next slot to `end`; returned packets become promised ones.
    function _run(Pass memory p, uint256 cell, uint256 most, uint256 end) private pure returns (uint256) {
        unchecked {
            SlotPlan.addRunToBoth(p.latest, p.planned, p.slot + 1, end, most);
            uint256 back = cell.returned();
            cell = cell - (back << Requests.RETURNED) + (back << Requests.LEFT);
            return cell | Requests.RUNNING | Requests.FRESH;
        }
    }

    /// @notice Books what item `i` got and plans what it still needs; returns its cell and its packets of the slot.
    function finish(Pass memory p, uint256 i) internal pure returns (uint256 cell, uint256 packets) {
        unchecked {
            (uint256 left, uint256 promised) = (0, 0);
            uint256 item = _item(p, i);
            assembly ("memory-safe") {
                packets := add(and(shr(140, item), 0xfff), and(shr(152, item), 0xfff))
                left := and(shr(44, item), 0x3fff)
                promised := xor(left, mul(xor(left, packets), gt(left, packets)))
                cell := and(item, 0xffffffffffffffffffffffffffffffff)
                cell := sub(add(cell, shl(72, packets)), add(shl(44, promised), shl(58, sub(packets, promised))))
            }
            if (cell & Requests.RUNNING != 0) return (cell, packets);
            uint256 ahead = ((cell >> 84) - p.slot) & 0xffff;
            if (promised != 0) _ease(p, (cell >> 32) & 0xfff, ahead, left, promised);
            if (cell.needsNothing()) return (cell, packets);
            uint256 needs = ((cell >> 44) & 0x3fff) + ((cell >> 58) & 0x3fff);
            p.atRisk += _planRest(p, cell, needs, p.slot + ahead);
        }
    }

    /// @dev Takes promised packets that were given out of the latest service; at once if that was in the last slot only.
    function _ease(Pass memory p, uint256 most, uint256 ahead, uint256 left, uint256 promised) private pure {
        unchecked {
            if (left > most) SlotPlan.easeLatest(p.latest, p.slot, p.slot + ahead, most, left, promised);
            else if (ahead > 1) SlotPlan.sub(p.latest, p.slot + ahead - 1, promised);
        }
    }

    /// @dev Plans what an open request still needs from the next slot on; returns the packets that found no place.
    function _planRest(Pass memory p, uint256 cell, uint256 needs, uint256 end) private pure returns (uint256) {
        unchecked {
            uint256 most = (cell >> 32) & 0xfff;
            uint256 from = end - ((cell >> 100) & 0xff);
            if (from <= p.slot) from = p.slot + 1;
            if (cell & Requests.BLOCK == 0)
                return SlotPlan.layBudget(p.carried, p.planned, from, end, most, needs, true);
            uint256 run = needs / most;
            if (from + run > end) return needs;
            uint256 free = SlotPlan.freeSlots(p.carried, p.planned, from, end, most);
            uint256 start = SlotPlan.firstStart(free, from, end - run, run);
            if (start == 0) return needs;
            SlotPlan.addRun(p.planned, start, start + run, most);
            return 0;
        }
    }

    /// @dev Item `i`. Assumes that the book has so many: no check of the bound.
    function _item(Pass memory p, uint256 i) private pure returns (uint256 item) {
        uint256[] memory items = p.items;
        assembly ("memory-safe") {
            item := mload(add(items, shl(5, add(i, 1))))
        }
    }

    /// @dev Replaces item `i`. Assumes that the book has so many.
    function _put(Pass memory p, uint256 i, uint256 item) private pure {
        uint256[] memory items = p.items;
        assembly ("memory-safe") {
            mstore(add(items, shl(5, add(i, 1))), item)
        }
    }

    /// @dev The i-th two bytes of `order`.
    function _at(bytes calldata order, uint256 i) private pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := shr(240, calldataload(add(order.offset, shl(1, i))))
        }
    }
}
