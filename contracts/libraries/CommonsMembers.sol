// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Firewall} from "../types/CommonsReason.sol";
import {Requests} from "./Requests.sol";
import {RouterMessage} from "./RouterMessage.sol";

/// @title CommonsMembers
/// @notice What a commons keeps of its members, and the checks of the firewall against it.
/// @dev A state has 128 bits, two members to a word: last message, slot x 4 + part (34), open clients (16), sum of their
/// packets per slot (12), emergencies used (4), rejections, 2 bits a client (32), month of the emergencies (16). Signals
/// have 64 bits, three members to a word over the slot they belong to: for each client what it received (2: nothing said,
/// a part, all), urgent (1), given up (1). `agents/model/commonsFirewall.ts` is the twin.
library CommonsMembers {
    using Requests for uint256;

    uint256 private constant OPEN = 34;
    uint256 private constant POWER = 50;
    uint256 private constant USED = 62;
    uint256 private constant REJECTIONS = 66;
    uint256 private constant MONTH = 98;
    uint256 private constant NOWHERE = type(uint256).max;
    uint256 private constant ALL_RECEIPTS = (1 << 192) - 1;

    /// @notice All members, by id 1 .. 8,192.
    struct Table {
        uint256[4097] states;
        uint256[2731] signals;
        mapping(uint256 member => uint256) parts;
    }

    /// @notice Words of the table that were read last: requests of a member stand side by side in the book.
    struct Window {
        uint256 stateAt;
        uint256 states;
        uint256 signalAt;
        uint256 signals;
    }

    function load(Table storage table, uint256 member) internal view returns (uint256) {
        return (table.states[member >> 1] >> ((member & 1) << 7)) & type(uint128).max;
    }

    function store(Table storage table, uint256 member, uint256 state) internal {
        uint256 shift = (member & 1) << 7;
        uint256 word = table.states[member >> 1];
        table.states[member >> 1] = (word & ~(uint256(type(uint128).max) << shift)) | (state << shift);
    }

    /// @notice Why a message is refused, its signature apart.
    function admits(uint256 state, RouterMessage.Message memory m, uint256 next) internal pure returns (Firewall) {
        unchecked {
            if (m.slot > next || m.slot + 1 < next) return Firewall.StaleMessage;
            if (m.slot * 4 + m.part <= state & 0x3ffffffff) return Firewall.Replayed;
            bool empty = m.count == 0 && m.signals == 0;
            return empty || m.count > 16 || m.part > 3 ? Firewall.WrongSize : Firewall.None;
        }
    }

    /// @notice The state after a message was taken in a month.
    function turn(uint256 state, uint256 last, uint256 month) internal pure returns (uint256) {
        state = (state & ~uint256(0x3ffffffff)) | last;
        if ((state >> MONTH) & 0xffff == month) return state;
        return (state & ~((uint256(0xffff) << MONTH) | (uint256(0xf) << USED))) | (month << MONTH);
    }

    /// @notice Why a request is refused before admission looks at it.
    function permits(
        uint256 state,
        uint256 request,
        uint256 first,
        uint256 end,
        uint256 connection,
        uint256 quota
    ) internal pure returns (Firewall) {
        if (request.isMalformed()) return Firewall.Malformed;
        if (request.earliest() < first || request.deadline() > end) return Firewall.OutOfWindow;
        if (isOpen(state, request.client())) return Firewall.ClientBusy;
        if (((state >> POWER) & 0xfff) + request.perSlot() > connection) return Firewall.AboveConnection;
        return request & Requests.URGENT != 0 && used(state) >= quota ? Firewall.QuotaSpent : Firewall.None;
    }

    function isOpen(uint256 state, uint256 client) internal pure returns (bool) {
        return (state >> (OPEN + client)) & 1 == 1;
    }

    function used(uint256 state) internal pure returns (uint256) {
        return (state >> USED) & 0xf;
    }

    function useEmergency(uint256 state) internal pure returns (uint256) {
        return state + (1 << USED);
    }

    /// @notice Books an admitted request.
    function occupy(uint256 state, uint256 request) internal pure returns (uint256) {
        uint256 client = request.client();
        state = (state | (uint256(1) << (OPEN + client))) & ~(uint256(3) << (REJECTIONS + 2 * client));
        state += request.perSlot() << POWER;
        return request & Requests.URGENT != 0 ? useEmergency(state) : state;
    }

    /// @notice Frees the client of a request that ended in the word of states that `w` holds, which is written only once
    /// the word of another member is needed: a member's requests stand side by side.
    function release(Table storage table, Window memory w, uint256 cell) internal {
        unchecked {
            uint256 at = (cell & 0xffff) >> 1;
            if (at != w.stateAt) {
                flush(table, w);
                w.stateAt = at;
                w.states = table.states[at];
            }
            uint256 taken = (uint256(1) << (OPEN + ((cell >> 16) & 0xf))) + (((cell >> 32) & 0xfff) << POWER);
            w.states -= taken << ((cell & 1) << 7); // both were booked with the request
        }
    }

    /// @notice Writes the word of states that `w` holds.
    function flush(Table storage table, Window memory w) internal {
        if (w.stateAt != NOWHERE) table.states[w.stateAt] = w.states;
    }

    /// @notice No words yet.
    function newWindow() internal pure returns (Window memory) {
        return Window(NOWHERE, 0, NOWHERE, 0);
    }

    /// @notice Whether enough rejections raise the client's next request; not in a month with an emergency.
    function isRaised(uint256 state, uint256 client, uint256 riseAfter) internal pure returns (bool) {
        return riseAfter != 0 && used(state) == 0 && (state >> (REJECTIONS + 2 * client)) & 3 >= riseAfter;
    }

    /// @notice Counts a rejection of the client, up to 3.
    function countRejection(uint256 state, uint256 client) internal pure returns (uint256) {
        uint256 shift = REJECTIONS + 2 * client;
        return (state >> shift) & 3 == 3 ? state : state + (uint256(1) << shift);
    }

    /// @notice The fields of a state, as `IPacketCommons.stateOf` returns them.
    function fields(uint256 state) internal pure returns (uint64, uint16, uint16, uint8, uint16, uint32) {
        return (
            uint64(state & 0x3ffffffff),
            uint16(state >> OPEN),
            uint16((state >> POWER) & 0xfff),
            uint8(used(state)),
            uint16(state >> MONTH),
            uint32(state >> REJECTIONS)
        );
    }

    /// @notice The signals of a member before `slot`.
    function loadSignals(Table storage table, uint256 member, uint256 slot) internal view returns (uint256) {
        uint256 word = table.signals[member / 3];
        return uint64(word) == slot ? uint64(word >> (64 + 64 * (member % 3))) : 0;
    }

    function storeSignals(Table storage table, uint256 member, uint256 slot, uint256 signals) internal {
        uint256 word = table.signals[member / 3];
        if (uint64(word) != slot) word = slot;
        uint256 shift = 64 + 64 * (member % 3);
        table.signals[member / 3] = (word & ~(uint256(type(uint64).max) << shift)) | (signals << shift);
    }

    function isUrgent(uint256 signals, uint256 client) internal pure returns (bool) {
        return (signals >> (4 * client + 2)) & 1 == 1;
    }

    function makeUrgent(uint256 signals, uint256 client) internal pure returns (uint256) {
        return signals | (uint256(4) << (4 * client));
    }

    /// @notice The signals of a member with the receipts and withdrawals of a message.
    function take(
        Table storage table,
        uint256 member,
        uint256 signals,
        uint256 said,
        uint256 state
    ) internal returns (uint256) {
        unchecked {
            uint256 receipts = said & ALL_RECEIPTS;
            uint256 gone = (said >> 208) & (state >> OPEN) & 0xffff;
            for (uint256 at; receipts | gone != 0; (receipts >>= 12, gone >>= 1, at += 4)) {
                uint256 receipt = receipts & 0xfff;
                if (receipt != 0) {
                    signals = (signals & ~(uint256(3) << at)) | (uint256(receipt == 0xfff ? 2 : 1) << at);
                    if (receipt != 0xfff) _setPart(table, member, at * 3, receipt);
                }
                signals |= (gone & 1) << (at + 3);
            }
            return signals;
        }
    }

    /// @notice What was said of a cell's request before `slot`: its four bits, and above them the part received.
    function signalOf(
        Table storage table,
        Window memory w,
        uint256 cell,
        uint256 slot
    ) internal view returns (uint256 signal) {
        unchecked {
            uint256 member = cell & 0xffff;
            uint256 at = member / 3;
            if (at != w.signalAt) {
                uint256 word = table.signals[at];
                (w.signalAt, w.signals) = (at, uint64(word) == slot ? word : 0);
            }
            if (w.signals == 0) return 0;
            uint256 client = (cell >> 16) & 0xf;
            signal = (w.signals >> (64 + 64 * (member - 3 * at) + 4 * client)) & 0xf;
            if (signal & 3 == 1) signal |= ((table.parts[member] >> (12 * client)) & 0xfff) << 4;
        }
    }

    function _setPart(Table storage table, uint256 member, uint256 shift, uint256 receipt) private {
        table.parts[member] = (table.parts[member] & ~(uint256(0xfff) << shift)) | (receipt << shift);
    }
}
