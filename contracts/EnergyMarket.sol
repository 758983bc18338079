// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAuction} from "./interfaces/IAuction.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IEcoinRegistry} from "./interfaces/IEcoinRegistry.sol";
import {IEnergyMarket} from "./interfaces/IEnergyMarket.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {Admission} from "./libraries/Admission.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {MemberCells} from "./libraries/MemberCells.sol";
import {ProfileBook} from "./libraries/ProfileBook.sol";
import {SeedBlock} from "./libraries/SeedBlock.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Refusal} from "./types/Refusal.sol";
import {Slot} from "./types/Slot.sol";

/// @title EnergyMarket
/// @notice Sessions over the slots of a day: signed profiles in, one checked outcome per slot out. It holds no money and
/// no ecoins; it tells the `ClearingHouse` what to lock and the `EcoinRegistry` what is offered.
contract EnergyMarket is IEnergyMarket, AccessControl, EIP712 {
    using ProfileBook for uint256;

    /// @notice Who opens sessions.
    bytes32 public constant OPERATOR_ROLE = keccak256("OPERATOR_ROLE");
    /// @notice Profiles that count in a session, at most: keeps every tally lane below 2^24.
    uint256 public constant MAX_ROWS = 8192;
    /// @notice A member's profiles in one session, at most, replacements included.
    uint256 public constant MAX_NONCE = 8;
    /// @notice Sessions of a day, at most: the day book counts a member's profiles of the day in a byte.
    uint256 public constant MAX_SESSIONS = 255;

    IMemberRegistry public immutable members;
    ITariff public immutable tariff;
    IEcoinRegistry public immutable ecoins;
    IClearingHouse public immutable house;
    IDayBook public immutable dayBook;
    /// @notice The mechanism.
    IAuction public immutable auction;
    /// @notice Seconds after the gate until which a session may be cleared.
    uint256 public immutable clearWindow;
    /// @notice Days in the ring.
    uint256 public immutable ringDays;
    /// @notice Whether traded packets and orders per slot are kept, for a fund that shares its surplus.
    bool public immutable keepsVolumes;

    /// @dev A batch: what binds it, and which of its profiles were replaced (bits 0..119), their number (bits 128..).
    struct Batch {
        bytes32 commitment;
        uint256 flags;
    }

    /// @dev All of an entry of the ring; rewritten day by day, so that a word once written costs 5,000 gas, not 22,100.
    struct Entry {
        Session session;
        bytes32 seed;
        uint256[274] nonces;
        uint256[34] results;
        uint256[20] volumes;
        mapping(uint256 => Batch) batches;
        mapping(bytes32 => bytes32) progress;
    }

    /// @dev A batch being posted: heads and marks of what was taken, the last member, the first reason of refusal.
    struct Posting {
        uint256[] heads;
        bytes32[] marks;
        uint256 taken;
        uint256 last;
        Refusal refusal;
    }

    /// @dev Per ring day: its day (bits 0..15), sessions opened (bits 16..).
    mapping(uint256 => uint256) private _days;
    mapping(uint256 => Entry) private _entries;

    /// @param admin Grants the operator's role.
    constructor(
        address admin,
        IMemberRegistry members_,
        ITariff tariff_,
        IEcoinRegistry ecoins_,
        IClearingHouse house_,
        IDayBook dayBook_,
        IAuction auction_,
        uint256 clearWindow_,
        bool keepsVolumes_
    ) EIP712("Commonwatt EnergyMarket", "1") {
        members = members_;
        tariff = tariff_;
        ecoins = ecoins_;
        house = house_;
        dayBook = dayBook_;
        auction = auction_;
        clearWindow = clearWindow_;
        keepsVolumes = keepsVolumes_;
        ringDays = tariff_.ringDays();
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(OPERATOR_ROLE, admin);
    }

    // ------------------------------------------------------------------ open

    /// @inheritdoc IEnergyMarket
    function openSession(
        uint16 day,
        uint8 first,
        uint8 count,
        uint40 gate
    ) external onlyRole(OPERATOR_ROLE) returns (uint32 session) {
        (Slot firstSlot, uint8 slots) = tariff.dayOf(day);
        if (count == 0 || uint256(first) + count > slots) revert SessionOutsideDay(day, first, count, slots);
        uint256 start = (uint256(Slot.unwrap(firstSlot)) + first) * tariff.slotSeconds();
        if (gate <= block.timestamp || gate > start) revert GateOutOfRange(gate, block.timestamp + 1, start);
        uint256 known = _days[day % ringDays];
        uint256 number = known & 0xffff == day ? known >> 16 : 0;
        if (number == MAX_SESSIONS) revert TooManySessions(day);
        _days[day % ringDays] = uint256(day) | ((number + 1) << 16);
        session = uint32(uint256(day) * 256 + number);
        (uint16 highest, uint16 active) = members.counts();
        _entry(session).session = Session(day, first, count, highest, gate, 0, 0, 0, false, false, active);
        emit SessionOpened(session, Slot.unwrap(firstSlot) + first, count, gate);
    }

    // ------------------------------------------------------------------ post

    /// @inheritdoc IEnergyMarket
    function post(uint32 session, bytes calldata rows, bytes[] calldata signatures) external {
        Entry storage entry = _taking(session);
        Admission.Limits memory limits = Admission.limitsOf(session, entry.session, tariff);
        uint256 size = 32 * (limits.words + 3);
        uint256 count = rows.length / size;
        if (count == 0 || count > ProfileBook.MAX_ROWS || count * size != rows.length) {
            revert WrongBatchSize(rows.length, size, ProfileBook.MAX_ROWS);
        }
        Posting memory posting = Posting(new uint256[](count), new bytes32[](count), 0, 0, Refusal.None);
        for (uint256 i; i < count; ++i) {
            Refusal reason = _postOne(entry, limits, posting, rows[i * size:(i + 1) * size], signatures);
            if (reason == Refusal.None) continue;
            if (posting.refusal == Refusal.None) posting.refusal = reason;
            emit ProfileRefused(session, i, uint16(uint256(bytes32(rows[i * size:]))), reason);
        }
        if (posting.taken == 0) revert NothingAccepted(posting.refusal);
        uint256 live = entry.session.rows + posting.taken;
        if (live > MAX_ROWS) revert BookFull(session, MAX_ROWS);
        entry.session.rows = uint16(live);
        _append(entry, session, posting.heads, posting.marks, posting.taken);
        dayBook.addProfiles(limits.day, posting.heads);
    }

    /// @dev Takes one profile of a batch, or says why not.
    function _postOne(
        Entry storage entry,
        Admission.Limits memory limits,
        Posting memory posting,
        bytes calldata row,
        bytes[] calldata signatures
    ) private returns (Refusal) {
        (Admission.Incoming memory p, Refusal reason) = _read(limits, row, signatures);
        if (reason != Refusal.None) return reason;
        uint256 member = p.head.member();
        if (member <= posting.last) return member == posting.last ? Refusal.AlreadyPosted : Refusal.OutOfOrder;
        reason = _take(entry, limits, p);
        if (reason != Refusal.None) return reason;
        posting.last = member;
        posting.heads[posting.taken] = p.head | (p.lock << 128);
        posting.marks[posting.taken++] = ProfileBook.mark(p.profile, p.lock);
        return Refusal.None;
    }

    /// @dev The first profile of a member in a session: nonce 1, funds, ecoins. All or nothing.
    function _take(
        Entry storage entry,
        Admission.Limits memory limits,
        Admission.Incoming memory p
    ) private returns (Refusal) {
        uint16 member = uint16(p.head.member());
        if (MemberCells.get8(entry.nonces, limits.day, member) != 0) return Refusal.AlreadyPosted;
        if (p.head.nonce() != 1) return Refusal.AlreadyPosted;
        Refusal reason = house.lock(member, p.lock);
        if (reason != Refusal.None) return reason;
        if (p.offers && !ecoins.offer(limits.day, member, p.capacity, p.head.registers(), p.asks)) {
            house.unlock(member, p.lock);
            return Refusal.NoEcoins;
        }
        MemberCells.set8(entry.nonces, limits.day, member, 1);
        return Refusal.None;
    }

    /// @dev Binds a batch and says so.
    function _append(
        Entry storage entry,
        uint32 session,
        uint256[] memory heads,
        bytes32[] memory marks,
        uint256 taken
    ) private {
        uint16 batch = entry.session.batches;
        bytes32 commitment;
        assembly ("memory-safe") {
            mstore(heads, taken)
            commitment := keccak256(add(marks, 0x20), mul(taken, 0x20))
        }
        entry.batches[batch].commitment = commitment;
        entry.batches[batch].flags = taken << 128;
        entry.session.batches = batch + 1;
        emit BatchPosted(session, batch, commitment, heads);
    }

    /// @inheritdoc IEnergyMarket
    function replace(
        uint32 session,
        uint16 batch,
        bytes calldata reading,
        bytes calldata row,
        bytes[] calldata signatures
    ) external {
        Entry storage entry = _taking(session);
        Admission.Limits memory limits = Admission.limitsOf(session, entry.session, tariff);
        uint256 old = _retire(entry, limits, batch, reading);
        if (row.length != 32 * (limits.words + 3)) revert WrongBatchSize(row.length, 32 * (limits.words + 3), 1);
        (Admission.Incoming memory p, Refusal reason) = _read(limits, row, signatures);
        if (reason == Refusal.None) reason = _renew(entry, limits, p, old);
        if (reason != Refusal.None) revert NothingAccepted(reason);
        _appendOne(entry, session, p);
    }

    /// @dev A batch of one.
    function _appendOne(Entry storage entry, uint32 session, Admission.Incoming memory p) private {
        uint256[] memory heads = new uint256[](1);
        bytes32[] memory marks = new bytes32[](1);
        (heads[0], marks[0]) = (p.head | (p.lock << 128), ProfileBook.mark(p.profile, p.lock));
        _append(entry, session, heads, marks, 1);
    }

    /// @dev The next profile of a member whose `old` one (its head) was just retired.
    function _renew(
        Entry storage entry,
        Admission.Limits memory limits,
        Admission.Incoming memory p,
        uint256 old
    ) private returns (Refusal) {
        uint16 member = uint16(old.member());
        uint256 live = old.nonce();
        if (p.head.member() != member || p.head.nonce() != live + 1 || live == MAX_NONCE) {
            revert WrongNonce(member, p.head.nonce(), live);
        }
        if (p.offers && !ecoins.offer(limits.day, member, p.capacity, p.head.registers(), p.asks))
            return Refusal.NoEcoins;
        MemberCells.set8(entry.nonces, limits.day, member, live + 1);
        return house.relock(member, old.lockOf(), p.lock);
    }

    /// @dev Marks the one profile in full of `batch` as replaced and takes its offers back; returns its head.
    function _retire(
        Entry storage entry,
        Admission.Limits memory limits,
        uint16 batch,
        bytes calldata reading
    ) private returns (uint256 head) {
        (uint256 full, bytes memory rows) = _readBatch(entry, limits.id, batch, reading, limits.words);
        if (full == 0 || full & (full - 1) != 0) revert NotOneProfile(full);
        if (entry.batches[batch].flags & full != 0) revert NotTheLiveProfile(limits.id, batch, full);
        entry.batches[batch].flags |= full;
        assembly ("memory-safe") {
            head := mload(add(rows, 0x20))
        }
        (uint256[10] memory asks, bool offers) = Admission.asksOf(rows, limits);
        if (offers) ecoins.takeBack(limits.day, uint16(head.member()), asks);
        emit ProfileReplaced(limits.id, batch, full, uint16(head.member()));
    }

    /// @dev Reads one signed profile and holds it against everything that needs no state of the session.
    function _read(
        Admission.Limits memory limits,
        bytes calldata row,
        bytes[] calldata signatures
    ) private view returns (Admission.Incoming memory p, Refusal) {
        bool active;
        uint256 head;
        uint256 orders;
        assembly ("memory-safe") {
            head := and(calldataload(row.offset), 0x1ffffff)
            orders := add(row.offset, 0x60)
        }
        (p.head, p.orders) = (head, orders);
        (p.account, p.capacity, active) = members.record(uint16(head));
        // who came later is not among those that the fund's rule shares between
        if (!active || uint16(head) > limits.members) return (p, Refusal.UnknownMember);
        Refusal reason = Admission.price(limits, p);
        if (reason != Refusal.None) return (p, reason);
        p.profile = ProfileBook.structHash(limits.id, head, orders, limits.words);
        return (p, _isSigned(p, row, signatures) ? Refusal.None : Refusal.BadSignature);
    }

    /// @dev By r and vs in the row, or, where vs is 0, by the r-th of `signatures`.
    function _isSigned(
        Admission.Incoming memory p,
        bytes calldata row,
        bytes[] calldata signatures
    ) private view returns (bool) {
        bytes32 digest = _hashTypedDataV4(p.profile);
        bytes32 r;
        bytes32 vs;
        assembly ("memory-safe") {
            r := calldataload(add(row.offset, 0x20))
            vs := calldataload(add(row.offset, 0x40))
        }
        if (vs != 0) return Signatures.isCompact(p.account, digest, r, vs);
        return uint256(r) < signatures.length && Signatures.isValid(p.account, digest, signatures[uint256(r)]);
    }

    // ----------------------------------------------------------------- clear

    /// @inheritdoc IEnergyMarket
    function close(uint32 session) external {
        Entry storage entry = _known(session);
        Session memory s = entry.session;
        if (block.timestamp < s.gate) revert GateNotPassed(session, s.gate);
        if (s.cleared) revert AlreadyCleared(session);
        if (s.closedAt != 0 && (s.seeded || block.number <= s.closedAt + 2 || SeedBlock.hashOf(s.closedAt + 2) != 0)) {
            revert AlreadyClosed(session);
        }
        entry.session.closedAt = uint40(block.number);
        emit SessionClosed(session, block.number + 2);
    }

    /// @inheritdoc IEnergyMarket
    function clear(
        uint32 session,
        uint256[] calldata claims,
        uint256[] calldata tally,
        bytes[] calldata readings
    ) external {
        Entry storage entry = _clearing(session);
        Session memory s = entry.session;
        uint256 slots = Lanes.COUNT * Admission.wordsOf(s);
        if (claims.length != slots) revert WrongNumberOfClaims(session, claims.length, slots);
        bytes32 key = keccak256(abi.encode(session, entry.seed, claims));
        uint256 next;
        if (tally.length != 0) {
            next = uint256(entry.progress[key]) & 0xffff;
            if (next == 0 || entry.progress[key] != _progress(next, tally)) revert WrongTally(session);
        }
        uint256[] memory sums = _fold(entry, session, claims, tally, next, readings);
        next += readings.length;
        if (next < s.batches) {
            // whoever is further stays further: a tally of so many batches is the same from anyone
            if (next > uint256(entry.progress[key]) & 0xffff) entry.progress[key] = _progress(next, sums);
            emit ClearingAdvanced(session, key, next, sums);
            return;
        }
        if (tally.length != 0) delete entry.progress[key];
        _conclude(entry, session, claims, sums);
    }

    /// @dev Adds the batches from `next` on to the tally.
    function _fold(
        Entry storage entry,
        uint32 session,
        uint256[] calldata claims,
        uint256[] calldata tally,
        uint256 next,
        bytes[] calldata readings
    ) private view returns (uint256[] memory sums) {
        sums = tally;
        uint32 firstSlot = _firstSlot(entry.session);
        for (uint256 i; i < readings.length; ++i) {
            bytes memory rows = _liveRows(entry, session, next + i, readings[i]);
            sums = auction.fold(entry.seed, firstSlot, claims, sums, rows);
        }
    }

    /// @dev Exactly the profiles of a batch that count.
    function _liveRows(
        Entry storage entry,
        uint32 session,
        uint256 batch,
        bytes calldata reading
    ) private view returns (bytes memory rows) {
        uint256 full;
        (full, rows) = _readBatch(entry, session, batch, reading, Admission.wordsOf(entry.session));
        uint256 flags = entry.batches[batch].flags;
        if (full & flags != 0) revert ReplacedProfileInFull(session, batch);
        if ((full | flags) & ((1 << 128) - 1) != (1 << (flags >> 128)) - 1) revert LiveProfileMissing(session, batch);
    }

    /// @dev Judges the claims and keeps the outcome.
    function _conclude(Entry storage entry, uint32 session, uint256[] calldata claims, uint256[] memory sums) private {
        (uint256[] memory results, uint256[] memory traded, uint256[] memory orders) = auction.conclude(claims, sums);
        for (uint256 i; i < results.length; ++i) entry.results[i] = results[i];
        if (keepsVolumes) {
            for (uint256 w; w < traded.length; ++w) (entry.volumes[w], entry.volumes[10 + w]) = (traded[w], orders[w]);
        }
        entry.session.cleared = true;
        emit SessionCleared(session, entry.seed, results, traded);
    }

    /// @dev What binds a tally to the batches it holds: their number in the low 16 bits, a hash above.
    function _progress(uint256 next, uint256[] memory tally) private pure returns (bytes32) {
        return bytes32((uint256(keccak256(abi.encodePacked(tally))) & ~uint256(0xffff)) | next);
    }

    // ----------------------------------------------------------------- views

    /// @inheritdoc IEnergyMarket
    function outcome(uint32 session, uint16 batch, bytes calldata reading) external view returns (Outcome memory o) {
        Entry storage entry = _known(session);
        Session memory s = entry.session;
        Stage stage = _stage(s);
        if (stage < Stage.Cleared) revert NotCleared(session);
        uint256 words = Admission.wordsOf(s);
        bytes memory rows;
        (o.full, rows) = _readBatch(entry, session, batch, reading, words);
        if (entry.batches[batch].flags & o.full != 0) revert ReplacedProfileInFull(session, batch);
        (o.firstWord, o.words) = (s.first / Lanes.COUNT, words);
        if (stage == Stage.Void) return o;
        uint256[] memory results = _results(entry, words);
        o.prices = auction.prices(results, words);
        (o.fills, o.tradedWords) = auction.fills(entry.seed, _firstSlot(s), results, rows, words);
    }

    /// @inheritdoc IEnergyMarket
    function sessionOf(uint32 session) external view returns (Session memory) {
        return _known(session).session;
    }

    /// @inheritdoc IEnergyMarket
    function stageOf(uint32 session) external view returns (Stage) {
        return _stage(_known(session).session);
    }

    /// @inheritdoc IEnergyMarket
    function nonceOf(uint32 session, uint16 member) external view returns (uint256) {
        Entry storage entry = _known(session);
        return MemberCells.get8(entry.nonces, entry.session.day, member);
    }

    /// @notice The seed of the session's tie keys, 0 until the book is cleared or a part of it was.
    function seedOf(uint32 session) external view returns (bytes32) {
        Entry storage entry = _known(session);
        return entry.session.seeded ? entry.seed : bytes32(0);
    }

    /// @inheritdoc IEnergyMarket
    function batchOf(
        uint32 session,
        uint16 batch
    ) external view returns (bytes32 commitment, uint256 replaced, uint256 count) {
        Batch storage b = _known(session).batches[batch];
        return (b.commitment, b.flags & ((1 << 128) - 1), b.flags >> 128);
    }

    /// @inheritdoc IEnergyMarket
    function surplusOf(
        uint32 session
    )
        external
        view
        returns (uint256[] memory traded, uint256[] memory orders, uint256[] memory prices, uint256 firstWord)
    {
        Entry storage entry = _known(session);
        if (!entry.session.cleared) revert NotCleared(session);
        firstWord = entry.session.first / Lanes.COUNT;
        uint256 words = Admission.wordsOf(entry.session);
        prices = auction.prices(_results(entry, words), words);
        if (!keepsVolumes) return (traded, orders, prices, firstWord);
        (traded, orders) = (new uint256[](words), new uint256[](words));
        for (uint256 w; w < words; ++w) (traded[w], orders[w]) = (entry.volumes[w], entry.volumes[10 + w]);
    }

    // --------------------------------------------------------------- details

    /// @dev Checks a batch's reading against its commitment.
    function _readBatch(
        Entry storage entry,
        uint32 session,
        uint256 batch,
        bytes calldata reading,
        uint256 words
    ) private view returns (uint256 full, bytes memory rows) {
        Batch storage b = entry.batches[batch];
        bytes32 commitment;
        uint256 count = batch < entry.session.batches ? b.flags >> 128 : 0;
        (full, rows, commitment) = ProfileBook.read(session, reading, count, words);
        if (count == 0 || full >> count != 0 || commitment != b.commitment) revert WrongCommitment(session, batch);
    }

    function _results(Entry storage entry, uint256 words) private view returns (uint256[] memory results) {
        results = new uint256[]((words * 10 + 2) / 3);
        for (uint256 i; i < results.length; ++i) results[i] = entry.results[i];
    }

    function _entry(uint32 session) private view returns (Entry storage) {
        return _entries[((session >> 8) % ringDays) * 256 + (session & 0xff)];
    }

    function _known(uint32 session) private view returns (Entry storage entry) {
        entry = _entry(session);
        uint256 day = session >> 8;
        uint256 known = _days[day % ringDays];
        if (day == 0 || known & 0xffff != day || known >> 16 <= session & 0xff) revert UnknownSession(session);
    }

    function _taking(uint32 session) private view returns (Entry storage entry) {
        entry = _known(session);
        if (block.timestamp >= entry.session.gate) revert GatePassed(session, entry.session.gate);
    }

    /// @dev A closed session that may still be cleared; fixes its seed at the first call.
    function _clearing(uint32 session) private returns (Entry storage entry) {
        entry = _known(session);
        Session memory s = entry.session;
        if (s.closedAt == 0) revert NotClosed(session);
        if (s.cleared) revert AlreadyCleared(session);
        if (block.timestamp > s.gate + clearWindow) revert ClearingOver(session, s.gate + clearWindow);
        if (s.seeded) return entry;
        uint256 seedBlock = uint256(s.closedAt) + 2;
        if (block.number <= seedBlock) revert SeedNotReady(session, seedBlock);
        bytes32 seed = SeedBlock.hashOf(seedBlock);
        if (seed == 0) revert SeedMissed(session, seedBlock);
        (entry.seed, entry.session.seeded) = (seed, true);
    }

    function _stage(Session memory s) private view returns (Stage) {
        if (block.timestamp < s.gate) return Stage.Taking;
        if (s.cleared) return Stage.Cleared;
        return block.timestamp > s.gate + clearWindow ? Stage.Void : Stage.Closed;
    }

    /// @dev Slot number of lane 0 of the session's first word.
    function _firstSlot(Session memory s) private view returns (uint32 slot) {
        (Slot first, ) = tariff.dayOf(s.day);
        slot = Slot.unwrap(first) + uint32((s.first / Lanes.COUNT) * Lanes.COUNT);
    }
}
