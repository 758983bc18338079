// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPacketCommons} from "./interfaces/IPacketCommons.sol";
import {CommonsBook} from "./libraries/CommonsBook.sol";
import {CommonsMembers} from "./libraries/CommonsMembers.sol";
import {CommonsRules} from "./libraries/CommonsRules.sol";
import {PacketAdmission} from "./libraries/PacketAdmission.sol";
import {PlainRequest} from "./libraries/PlainRequest.sol";
import {Requests} from "./libraries/Requests.sol";
import {RouterMessage} from "./libraries/RouterMessage.sol";
import {SeedBlock} from "./libraries/SeedBlock.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {SlotLanes} from "./libraries/SlotLanes.sol";
import {SlotPass} from "./libraries/SlotPass.sol";
import {CommonsState} from "./types/CommonsState.sol";
import {Firewall, Rejection} from "./types/CommonsReason.sol";

/// @title PacketCommons
/// @notice A shared pool of packets: admission, classes, slices, allocation and acknowledgment, slot by slot.
contract PacketCommons is IPacketCommons, AccessControl, EIP712 {
    using CommonsMembers for uint256;
    using CommonsRules for uint256;
    using Requests for uint256;
    using SlotLanes for uint256;

    /// @notice Who forecasts and measures the stores.
    bytes32 public constant SERVER_ROLE = keccak256("SERVER_ROLE");
    /// @notice Who declares emergency mode.
    bytes32 public constant DSO_ROLE = keccak256("DSO_ROLE");
    /// @notice The community's governor.
    bytes32 public constant GOVERNOR_ROLE = keccak256("GOVERNOR_ROLE");
    /// @notice Open requests, at most: one call allocates them all, within 80 % of a transaction's gas.
    uint256 public constant MAX_LIVE = 1024;
    /// @notice Slots for which a forecast stays in force in full if the server falls silent.
    uint256 public constant DETAILED = 3;

    IMemberRegistry public immutable members;
    uint256 public immutable slotSeconds;
    uint256 public immutable horizonSlots;
    uint256 public immutable feederLimit;
    uint256 public immutable monthSlots;

    /// @dev While rows are read.
    struct Posting {
        uint256 next;
        uint256 rules;
        uint256 first;
        uint256 month;
        uint256 taken;
        Firewall refusal;
        PacketAdmission.Pool pool;
        bytes cells;
        uint256 room;
        bytes arrived;
    }

    CommonsState private _s;

    /// @param admin May grant and revoke the roles.
    /// @param firstSlot The first slot to be allocated.
    constructor(
        address admin,
        IMemberRegistry members_,
        Terms memory terms,
        uint256 rules_,
        uint32 firstSlot
    ) EIP712("Commonwatt PacketCommons", "1") {
        CommonsRules.check(rules_);
        bool fits = terms.slotSeconds != 0 && terms.monthSlots != 0 && firstSlot != 0;
        fits = fits && terms.horizonSlots != 0 && terms.horizonSlots <= 112;
        if (!fits || terms.feederLimit == 0 || terms.feederLimit > 0x7fff) revert TermsOutOfRange(terms);
        members = members_;
        (slotSeconds, horizonSlots) = (terms.slotSeconds, terms.horizonSlots);
        (feederLimit, monthSlots) = (terms.feederLimit, terms.monthSlots);
        _s.rules = rules_;
        _s.clock.next = firstSlot;
        _s.bound = CommonsBook.empty();
        _s.stores = Stores(Store(0, 0, 0, 0, 1000), Store(0, 0, 0, 0, 1000));
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        emit CommonsStarted(firstSlot, terms, rules_);
    }

    // ------------------------------------------------------------------ post

    /// @inheritdoc IPacketCommons
    function post(bytes calldata rows, bytes[] calldata signatures) external {
        Posting memory p;
        p.next = _s.clock.next;
        p.first = p.next + (_s.clock.closedAt == 0 ? 0 : 1);
        p.rules = _s.rules;
        p.month = CommonsMembers.monthOf(p.next, monthSlots);
        p.cells = CommonsBook.growing(rows.length * 2);
        p.arrived = CommonsBook.growing(rows.length / 16);
        p.room = (MAX_LIVE - _s.clock.live) * Requests.SIZE;
        _loadPool(p.pool, p.next, p.rules);
        uint256 at;
        for (uint256 row; at < rows.length; ++row) {
            uint256 end = at + RouterMessage.sizeAt(rows, at);
            if (end > rows.length) revert RowsCutShort(rows.length, end);
            Firewall reason = _read(p, rows[at:end], signatures);
            if (reason == Firewall.None) {
                ++p.taken;
            } else {
                if (p.refusal == Firewall.None) p.refusal = reason;
                emit MessageRefused(uint16(RouterMessage.memberOf(rows[at:end])), row, reason);
            }
            at = end;
        }
        if (p.taken == 0) revert NothingTaken(p.refusal);
        if (p.arrived.length != 0) emit PacketsArrived(uint32(p.next), p.arrived);
        if (p.cells.length != 0) _append(p);
    }

    /// @dev Binds a page of the book.
    function _append(Posting memory p) private {
        bytes memory cells = p.cells;
        _s.clock.live += uint16(cells.length / Requests.SIZE);
        _s.bound = CommonsBook.extend(_s.bound, keccak256(cells));
        CommonsBook.save(_s.planned, p.pool.planned);
        CommonsBook.save(_s.latest, p.pool.latest);
        emit RequestsAccepted(uint32(p.next), cells);
    }

    function _loadPool(PacketAdmission.Pool memory pool, uint256 next, uint256 rules_) private view {
        pool.end = next + horizonSlots;
        pool.feeder = feederLimit.spread();
        pool.planned = _s.planned;
        pool.latest = _s.latest;
        CommonsBook.loadCarried(_s.carried, pool.carried, pool.feeder, rules_.importAllowance());
    }

    /// @dev Reads one message, or says why not.
    function _read(Posting memory p, bytes calldata row, bytes[] calldata signatures) private returns (Firewall) {
        RouterMessage.Message memory m = RouterMessage.read(row);
        (address account, uint16 capacity, bool active) = members.record(uint16(m.member));
        if (!active) return Firewall.UnknownMember;
        uint256 state = CommonsMembers.load(_s.members, m.member);
        Firewall reason = state.admits(m, p.next);
        if (reason != Firewall.None) return reason;
        if (!_isSigned(account, m, signatures)) return Firewall.BadSignature;
        state = state.turn(m.slot, m.part, p.month);
        if (m.slot == p.next) {
            if (m.arrived != 0) {
                state = state.arrive(m.arrived);
                CommonsBook.appendPair(p.arrived, m.member, m.arrived);
            }
            if (m.signals != 0) state = _signal(p, m, state);
        }
        if (capacity > feederLimit) capacity = uint16(feederLimit);
        for (uint256 i; i < m.count; ++i) {
            state = _answer(p, RouterMessage.requestAt(m, i), m.member, state, capacity);
        }
        CommonsMembers.store(_s.members, m.member, state);
        return Firewall.None;
    }

    /// @dev By r and vs in the row, or, where vs is 0, by the r-th of `signatures`.
    function _isSigned(
        address account,
        RouterMessage.Message memory m,
        bytes[] calldata signatures
    ) private view returns (bool) {
        bytes32 digest = _hashTypedDataV4(RouterMessage.structHash(m));
        if (m.vs != 0) return Signatures.isCompact(account, digest, m.r, m.vs);
        return uint256(m.r) < signatures.length && Signatures.isValid(account, digest, signatures[uint256(m.r)]);
    }

    /// @dev Receipts, emergencies and withdrawals of a member's open requests.
    function _signal(Posting memory p, RouterMessage.Message memory m, uint256 state) private returns (uint256) {
        uint256 word = CommonsMembers.loadSignals(_s.members, m.member, p.next);
        uint256 urgent = (m.signals >> 192) & 0xffff;
        for (uint256 client; urgent != 0; (urgent >>= 1, ++client)) {
            if (urgent & 1 == 1) (state, word) = _urge(p, m.member, client, state, word);
        }
        (state, word) = CommonsMembers.take(_s.members, m.member, word, m.signals, state);
        CommonsMembers.storeSignals(_s.members, m.member, p.next, word);
        emit Acknowledged(uint16(m.member), uint32(p.next), m.signals, m.clients);
        return state;
    }

    /// @dev An emergency of an open request.
    function _urge(
        Posting memory p,
        uint256 member,
        uint256 client,
        uint256 state,
        uint256 word
    ) private returns (uint256, uint256) {
        Firewall reason = Firewall.None;
        if (!state.isOpen(client)) reason = Firewall.ClientIdle;
        else if (CommonsMembers.isUrgent(word, client)) reason = Firewall.AlreadyUrgent;
        else if (state.used() >= p.rules.emergencyQuota()) reason = Firewall.QuotaSpent;
        if (reason != Firewall.None) {
            emit RequestRefused(uint16(member), uint8(client), reason);
            return (state, word);
        }
        state = state.useEmergency();
        emit EmergencyUsed(uint16(member), uint8(client), uint32(p.next), uint8(state.used()));
        return (state, CommonsMembers.makeUrgent(word, client));
    }

    /// @dev Answers one request of a member.
    function _answer(
        Posting memory p,
        uint256 request,
        uint256 member,
        uint256 state,
        uint256 capacity
    ) private returns (uint256) {
        if (p.cells.length != p.room) {
            (uint256 cell, uint256 booked) = PlainRequest.admit(
                request,
                state,
                member,
                capacity,
                p.next,
                p.first,
                p.pool
            );
            if (cell != 0) {
                CommonsBook.append(p.cells, cell);
                return booked;
            }
        }
        Firewall refusal = state.permits(request, p.first, p.pool.end, capacity, p.rules.emergencyQuota());
        if (refusal == Firewall.None && p.cells.length == p.room) refusal = Firewall.BookFull;
        if (refusal != Firewall.None) {
            emit RequestRefused(uint16(member), uint8(request.client()), refusal);
            return state;
        }
        Rejection reason = PacketAdmission.admit(request, p.pool);
        return
            reason == Rejection.None ? _accept(p, request, member, state) : _reject(p, request, member, state, reason);
    }

    function _accept(Posting memory p, uint256 request, uint256 member, uint256 state) private returns (uint256) {
        bool raised = state.isRaised(request.client(), p.rules.riseAfter());
        CommonsBook.append(p.cells, request.cellOf(member, p.next, raised, state.used()));
        state = state.occupy(request);
        if (request & Requests.URGENT != 0) {
            emit EmergencyUsed(uint16(member), uint8(request.client()), uint32(p.next), uint8(state.used()));
        }
        return state;
    }

    function _reject(
        Posting memory p,
        uint256 request,
        uint256 member,
        uint256 state,
        Rejection reason
    ) private returns (uint256) {
        PacketAdmission.Offer memory offer = PacketAdmission.offerFor(request, p.pool);
        uint8 client = uint8(request.client());
        emit RequestRejected(uint16(member), client, reason, uint16(offer.packets), uint32(offer.deadline));
        return reason == Rejection.BeyondForecast ? state : state.countRejection(client);
    }

    // ------------------------------------------------------------ told by roles

    /// @inheritdoc IPacketCommons
    function forecast(uint32 first, bytes calldata slots) external onlyRole(SERVER_ROLE) {
        uint256 count = slots.length / 10;
        if (first != _s.clock.next || count * 10 != slots.length || count > horizonSlots) {
            revert WrongForecast(first, _s.clock.next, count);
        }
        Stores memory held = _s.stores;
        uint256[8] memory carried = CommonsBook.readForecast(slots, first, held, _s.rules.plannedImport(), feederLimit);
        CommonsBook.save(_s.carried, carried);
        _s.details = CommonsBook.detailsOf(slots, count < DETAILED ? count : DETAILED);
        _s.clock.detailsFrom = first;
        emit Forecasted(first, slots);
    }

    /// @inheritdoc IPacketCommons
    function setStores(Stores calldata measured) external onlyRole(SERVER_ROLE) {
        CommonsBook.checkStore(measured.buffer);
        CommonsBook.checkStore(measured.cache);
        _s.stores = measured;
        emit StoresMeasured(measured);
    }

    /// @inheritdoc IPacketCommons
    function declareEmergency(uint32 from, uint32 to) external onlyRole(DSO_ROLE) {
        if (from < _s.clock.next) from = _s.clock.next;
        (_s.clock.emergencyFrom, _s.clock.emergencyTo) = (from, to);
        emit EmergencyModeDeclared(from, to);
    }

    /// @inheritdoc IPacketCommons
    function setRules(uint256 rules_) external onlyRole(GOVERNOR_ROLE) {
        CommonsRules.check(rules_);
        bool closed = _s.clock.closedAt != 0;
        if (closed) _s.upcoming = rules_;
        else _s.rules = rules_;
        emit RulesVoted(closed ? _s.clock.next + 1 : _s.clock.next, rules_);
    }

    // -------------------------------------------------------------- allocate

    /// @inheritdoc IPacketCommons
    function close() external {
        uint256 closedAt = _s.clock.closedAt;
        uint256 from = (uint256(_s.clock.next) - 1) * slotSeconds;
        if (block.timestamp < from) revert TooEarly(_s.clock.next, from);
        if (closedAt != 0 && (block.number <= closedAt + 2 || SeedBlock.hashOf(closedAt + 2) != 0)) {
            revert AlreadyClosed(_s.clock.next);
        }
        _s.clock.closedAt = uint40(block.number);
        emit SlotClosed(_s.clock.next, block.number + 2);
    }

    /// @inheritdoc IPacketCommons
    function allocate(Proposal calldata proposal) external {
        SlotPass.allocate(_s, feederLimit, proposal);
    }

    // ----------------------------------------------------------------- views

    /// @inheritdoc IPacketCommons
    function clock() external view returns (uint32 next, uint40 closedAt, uint16 live) {
        return (_s.clock.next, _s.clock.closedAt, _s.clock.live);
    }

    /// @inheritdoc IPacketCommons
    function seed() external view returns (bytes32) {
        return CommonsBook.seedOf(_s.clock.closedAt);
    }

    /// @inheritdoc IPacketCommons
    function bound() external view returns (bytes32) {
        return _s.bound;
    }

    /// @inheritdoc IPacketCommons
    function receivedIn(uint32 slot) external view returns (bytes32) {
        bytes32 kept = _s.received[slot & 8191];
        return uint256(kept) >> 224 == slot ? kept : bytes32(0);
    }

    /// @inheritdoc IPacketCommons
    function rules() external view returns (uint256 current, uint256 upcoming) {
        return (_s.rules, _s.upcoming);
    }

    /// @inheritdoc IPacketCommons
    function stores() external view returns (Stores memory) {
        return _s.stores;
    }

    /// @inheritdoc IPacketCommons
    function plan() external view returns (uint256[8] memory, uint256[8] memory, uint256[8] memory) {
        return (_s.carried, _s.planned, _s.latest);
    }

    /// @inheritdoc IPacketCommons
    function stateOf(
        uint16 member
    ) external view returns (uint64 last, uint16 open, uint16 power, uint8 used, uint16 month, uint32 rejections) {
        return CommonsMembers.fields(CommonsMembers.load(_s.members, member));
    }
}
