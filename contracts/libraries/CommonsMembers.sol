// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Firewall} from "../types/CommonsReason.sol";
import {Requests} from "./Requests.sol";
import {RouterMessage} from "./RouterMessage.sol";

/// @title CommonsMembers
/// @notice What a commons keeps of its members, and the checks of the firewall against it.
/// @dev A state has 128 bits, two members to a word: last message, slot x 4 + part (34), open clients (16), sum of their
/// packets per slot (12), emergencies used (4), rejections, 2 bits a client (32), month of the emergencies modulo 2^13 (13),
/// and for the slot of the last message whether signals were kept (1) and the clients at which all arrived (16). Signals have
/// 64 bits, three members to a word over the slot they belong to: for each client whether a part was received (1),
/// nothing (1), urgent (1), given up (1). `agents/model/commonsFirewall.ts` is the twin.
library CommonsMembers {
    using Requests for uint256;

    uint256 private constant OPEN = 34;
    uint256 private constant POWER = 50;
    uint256 private constant USED = 62;
    uint256 private constant REJECTIONS = 66;
    uint256 private constant MONTH = 98;
    uint256 private constant SPOKE = 111;
    uint256 private constant ARRIVED = 112;
    uint256 private constant MONTHS = 0x1fff;
    /// @dev What was said, for the slot of the last message.
    uint256 private constant SAID = uint256(0x1ffff) << SPOKE;
    uint256 private constant NOWHERE = type(uint256).max;
    uint256 private constant ALL_RECEIPTS = (1 << 192) - 1;

    /// @notice All members, by id 1 .. 8,192.
    struct Table {
        uint256[4097] states;
        uint256[2731] signals;
        mapping(uint256 member => uint256) parts;
    }

    /// @notice The member whose requests are read, and words of the table that were read last: requests of a member stand
    /// side by side in the book.
    /// @param arrived Clients at which all arrived, a bit each.
    /// @param signals Its signals, 0 where nothing else was said.
    struct Window {
        uint256 slot;
        uint256 member;
        uint256 arrived;
        uint256 signals;
        uint256 stateAt;
        uint256 states;
    }

    function load(Table storage table, uint256 member) internal view returns (uint256) {
        return (table.states[member >> 1] >> ((member & 1) << 7)) & type(uint128).max;
    }

    function store(Table storage table, uint256 member, uint256 state) internal {
        unchecked {
            uint256 shift = (member & 1) << 7;
            uint256 word = table.states[member >> 1];
            table.states[member >> 1] = (word & ~(uint256(type(uint128).max) << shift)) | (state << shift);
        }
    }

    /// @notice Why a message is refused, its signature apart.
    function admits(uint256 state, RouterMessage.Message memory m, uint256 next) internal pure returns (Firewall) {
        unchecked {
            if (m.slot > next || m.slot + 1 < next) return Firewall.StaleMessage;
            if (m.slot * 4 + m.part <= state & 0x3ffffffff) return Firewall.Replayed;
            bool empty = m.count == 0 && m.signals | m.arrived == 0;
            return empty || m.count > 16 || m.part > 3 ? Firewall.WrongSize : Firewall.None;
        }
    }

    /// @notice The state after a message for a slot was taken in a month; what was said before another one is forgotten.
    function turn(uint256 state, uint256 slot, uint256 part, uint256 month) internal pure returns (uint256) {
        unchecked {
            if ((state >> 2) & 0xffffffff != slot) state &= ~SAID;
            state = (state & ~uint256(0x3ffffffff)) | (slot << 2) | part;
            if ((state >> MONTH) & MONTHS == month) return state;
            return (state & ~((MONTHS << MONTH) | (uint256(0xf) << USED))) | (month << MONTH);
        }
    }

    /// @notice The month of a slot, as states have it.
    function monthOf(uint256 slot, uint256 monthSlots) internal pure returns (uint256) {
        return (slot / monthSlots) & MONTHS;
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
        unchecked {
            if (request.isMalformed()) return Firewall.Malformed;
            if (request.earliest() < first || request.deadline() > end) return Firewall.OutOfWindow;
            if (isOpen(state, request.client())) return Firewall.ClientBusy;
            if (((state >> POWER) & 0xfff) + request.perSlot() > connection) return Firewall.AboveConnection;
            return request & Requests.URGENT != 0 && used(state) >= quota ? Firewall.QuotaSpent : Firewall.None;
        }
    }

    function isOpen(uint256 state, uint256 client) internal pure returns (bool) {
        unchecked {
            return (state >> (OPEN + client)) & 1 == 1;
        }
    }

    function used(uint256 state) internal pure returns (uint256) {
        return (state >> USED) & 0xf;
    }

    function useEmergency(uint256 state) internal pure returns (uint256) {
        return state + (1 << USED);
    }

    /// @notice Books an admitted request.
    function occupy(uint256 state, uint256 request) internal pure returns (uint256) {
        unchecked {
            uint256 client = request.client();
            state = (state | (uint256(1) << (OPEN + client))) & ~(uint256(3) << (REJECTIONS + 2 * client));
            state += request.perSlot() << POWER;
            return request & Requests.URGENT != 0 ? useEmergency(state) : state;
        }
    }

    /// @notice Frees clients of a member, with the packets per slot of their requests, in the word of states that `w` holds.
    /// Assumes that `w` is at the member.
    function release(Window memory w, uint256 member, uint256 clients, uint256 power) internal pure {
        unchecked {
            w.states -= ((clients << OPEN) + (power << POWER)) << ((member & 1) << 7); // both were booked with the requests
        }
    }

    /// @notice Writes the word of states that `w` holds.
    function flush(Table storage table, Window memory w) internal {
        if (w.stateAt != NOWHERE && table.states[w.stateAt] != w.states) table.states[w.stateAt] = w.states;
    }

    /// @notice Nobody yet, for what was said before `slot`.
    function newWindow(uint256 slot) internal pure returns (Window memory) {
        return Window(slot, NOWHERE, 0, 0, NOWHERE, 0);
    }

    /// @notice Moves on to a member: what it said, and its word of states; the last one is written if it changed.
    function moveTo(Table storage table, Window memory w, uint256 member) internal {
        unchecked {
            w.member = member;
            uint256 at = member >> 1;
            if (at != w.stateAt) {
                flush(table, w);
                (w.stateAt, w.states) = (at, table.states[at]);
            }
            uint256 state = w.states >> ((member & 1) << 7);
            bool said = (state >> 2) & 0xffffffff == w.slot;
            w.arrived = said ? (state >> ARRIVED) & 0xffff : 0;
            w.signals = said && (state >> SPOKE) & 1 == 1 ? loadSignals(table, member, w.slot) : 0;
        }
    }

    /// @notice Packets of `pending` that arrived at a client of the member of `w`, by its word.
    function receivedOf(
        Table storage table,
        Window memory w,
        uint256 client,
        uint256 pending
    ) internal view returns (uint256) {
        unchecked {
            if ((w.arrived >> client) & 1 == 1) return pending;
            if ((w.signals >> (4 * client)) & 1 == 0) return 0;
            uint256 part = (table.parts[w.member] >> (12 * client)) & 0xfff;
            return part < pending ? part : pending;
        }
    }

    /// @notice Whether enough rejections raise the client's next request; not in a month with an emergency.
    function isRaised(uint256 state, uint256 client, uint256 riseAfter) internal pure returns (bool) {
        unchecked {
            return riseAfter != 0 && used(state) == 0 && (state >> (REJECTIONS + 2 * client)) & 3 >= riseAfter;
        }
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
            uint16((state >> MONTH) & MONTHS),
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
        unchecked {
            return (signals >> (4 * client + 2)) & 1 == 1;
        }
    }

    function makeUrgent(uint256 signals, uint256 client) internal pure returns (uint256) {
        return signals | (uint256(4) << (4 * client));
    }

    function isWithdrawn(uint256 signals, uint256 client) internal pure returns (bool) {
        unchecked {
            return (signals >> (4 * client + 3)) & 1 == 1;
        }
    }

    /// @notice The state in which all arrived at the clients of these bits.
    function arrive(uint256 state, uint256 clients) internal pure returns (uint256) {
        return state | (clients << ARRIVED);
    }

    /// @notice State and signals of a member with the partial receipts and withdrawals of a message.
    function take(
        Table storage table,
        uint256 member,
        uint256 signals,
        uint256 said,
        uint256 state
    ) internal returns (uint256, uint256) {
        unchecked {
            uint256 receipts = said & ALL_RECEIPTS;
            uint256 gone = (said >> 208) & (state >> OPEN) & 0xffff;
            for (uint256 client; receipts | gone != 0; (receipts >>= 12, gone >>= 1, ++client)) {
                uint256 receipt = receipts & 0xfff;
                if (receipt != 0) {
                    signals |= uint256(1) << (4 * client);
                    state &= ~(uint256(1) << (ARRIVED + client));
                    _setPart(table, member, client * 12, receipt);
                }
                signals |= (gone & 1) << (4 * client + 3);
            }
            return (state | (1 << SPOKE), signals);
        }
    }

    function _setPart(Table storage table, uint256 member, uint256 shift, uint256 receipt) private {
        table.parts[member] = (table.parts[member] & ~(uint256(0xfff) << shift)) | (receipt << shift);
    }
}
