// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IArbitration} from "./interfaces/IArbitration.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {IEcoinRegistry} from "./interfaces/IEcoinRegistry.sol";
import {IEnergyMarket} from "./interfaces/IEnergyMarket.sol";
import {IFlowOracle} from "./interfaces/IFlowOracle.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {FlowLeaves} from "./libraries/FlowLeaves.sol";
import {LaneSettlement} from "./libraries/LaneSettlement.sol";
import {MemberCells} from "./libraries/MemberCells.sol";

/// @title DayBook
/// @notice Brings a day to its one end: settled by proof of flow, or unwound where no report came. It works out what
/// each member gets and owes; the `ClearingHouse` pays, the `EcoinRegistry` mints.
contract DayBook is IDayBook {
    uint256 private constant RULED = 125;
    uint256 private constant UNWOUND = 126;
    uint256 private constant UNPROVEN = 127;
    /// @dev In a member's cell: some of its profiles were released.
    uint256 private constant RELEASED = 0x100;

    ITariff public immutable tariff;
    IFlowOracle public immutable oracle;
    IEcoinRegistry public immutable ecoins;
    IEnergyMarket public immutable market;
    IClearingHouse public immutable house;
    IArbitration public immutable arbitration;
    uint256 public immutable ringDays;
    uint256 private immutable _tickSize;
    uint256 private immutable _zeroTick;

    /// @dev A day of the ring; `pot` is what its buyers paid more than its sellers got so far.
    struct Day {
        uint16 day;
        uint16 unsettled;
        bool closed;
        int128 pot;
    }

    /// @dev Fills of released profiles: `legs` in token base units, `lock` still held. Belongs to `day`.
    struct Pending {
        uint16 day;
        int120 legs;
        uint120 lock;
    }

    /// @dev What a settlement adds up before it writes.
    struct Run {
        uint16 day;
        uint256 revision;
        LaneSettlement.Terms terms;
        LaneSettlement.Proved proved;
        uint256[] minted;
        uint256[] movements;
        uint256 count;
        int256 pot;
    }

    /// @dev A member's supplier leg and receipts by the report it was settled by, and by the latest.
    struct Correction {
        int256 ticks;
        int256 ticksBefore;
        uint256[5] received;
        uint256[5] receivedBefore;
        LaneSettlement.Proved proved;
    }

    mapping(uint256 => Day) private _days;
    /// @dev Per ring day: 16 bits a member: unreleased profiles (0..7), some released (8), settled by (9..15).
    mapping(uint256 => uint256[547]) private _profiles;
    mapping(uint256 => Pending) private _pending;
    /// @dev Per ring session and batch: released profiles (bits 0..119), session (128..159).
    mapping(uint256 => uint256) private _released;

    constructor(
        ITariff tariff_,
        IFlowOracle oracle_,
        IEcoinRegistry ecoins_,
        IEnergyMarket market_,
        IClearingHouse house_,
        IArbitration arbitration_
    ) {
        tariff = tariff_;
        oracle = oracle_;
        ecoins = ecoins_;
        market = market_;
        house = house_;
        arbitration = arbitration_;
        ringDays = tariff_.ringDays();
        (, _tickSize) = tariff_.scale();
        _zeroTick = tariff_.zeroTick();
    }

    // ----------------------------------------------------------------- profiles

    /// @inheritdoc IDayBook
    function addProfiles(uint16 day, uint256[] calldata heads) external {
        if (msg.sender != address(market)) revert NotTheMarket(msg.sender);
        uint256[547] storage cells = _profiles[day % ringDays];
        uint256 first;
        for (uint256 i; i < heads.length; ++i) {
            uint256 member = heads[i] & 0xffff;
            uint256 cell = MemberCells.get16(cells, day, member);
            if (cell == 0) ++first;
            MemberCells.set16(cells, day, member, cell + 1);
        }
        Day storage d = _days[day % ringDays];
        if (d.day != day) _days[day % ringDays] = Day(day, uint16(first), false, 0);
        else if (first != 0) d.unsettled += uint16(first);
    }

    /// @inheritdoc IDayBook
    function release(BatchReading calldata reading) external {
        uint16 day = uint16(reading.session >> 8);
        IEnergyMarket.Outcome memory o = market.outcome(reading.session, reading.batch, reading.reading);
        _markReleased(reading, o.full);
        LaneSettlement.Terms memory terms = _terms(day);
        LaneSettlement.Prices memory prices = LaneSettlement.sessionPrices(o.prices, o.firstWord, o.tradedWords);
        uint256 row = _start(reading.reading);
        uint256 fills = _fills(o);
        for (uint256 full = o.full; full != 0; full >>= 1) {
            if (full & 1 == 1) {
                LaneSettlement.Party memory party;
                party.member = _memberAt(row);
                LaneSettlement.addProfile(party, prices, row, fills, _zeroTick);
                _releaseOne(reading.session, day, terms, o, party, row);
                fills += 32 * prices.count;
            }
            row += full & 1 == 1 ? 32 * (o.words + 1) : 32;
        }
    }

    /// @dev Books one profile: its legs wait in `_pending`, its lock falls to what its fills need.
    function _releaseOne(
        uint32 session,
        uint16 day,
        LaneSettlement.Terms memory terms,
        IEnergyMarket.Outcome memory o,
        LaneSettlement.Party memory party,
        uint256 row
    ) private {
        uint256 held = LaneSettlement.lockAfter(terms, party, o.prices, o.firstWord) * _tickSize;
        int256 legs = party.legs * int256(_tickSize);
        _hold(day, uint16(party.member), party.lock, held, legs);
        ecoins.release(day, uint16(party.member), LaneSettlement.returned(party, row, o.firstWord, o.words));
        emit ProfileReleased(session, uint16(party.member), legs, held);
    }

    /// @dev One profile less to settle from the book, its outcome pending instead.
    function _hold(uint16 day, uint16 member, uint256 freed, uint256 held, int256 legs) private {
        uint256[547] storage cells = _profiles[day % ringDays];
        uint256 cell = MemberCells.get16(cells, day, member);
        if (cell >> 9 != 0) revert AlreadySettled(member, day);
        MemberCells.set16(cells, day, member, (cell - 1) | RELEASED);
        Pending storage p = _pending[(day % ringDays) * 8193 + member];
        if (p.day == day) (p.legs, p.lock) = (p.legs + int120(legs), p.lock + uint120(held));
        else (p.day, p.legs, p.lock) = (day, int120(legs), uint120(held));
        house.reduceLock(member, freed, held);
    }

    function _markReleased(BatchReading calldata reading, uint256 full) private {
        uint256 key = _releasedKey(reading.session, reading.batch);
        uint256 word = _released[key];
        uint256 tag = uint256(reading.session) << 128;
        if (word >> 128 != reading.session) word = tag;
        if (word & full != 0) revert ProfileAlreadyReleased(reading.session, reading.batch, word & full);
        _released[key] = word | full;
    }

    function _releasedKey(uint32 session, uint16 batch) private view returns (uint256) {
        return (((((session >> 8) % ringDays) << 8) | (session & 0xff)) << 16) | batch;
    }

    // ------------------------------------------------------------------ settle

    /// @inheritdoc IDayBook
    function settle(uint16 day, Leaves calldata leaves, BatchReading[] calldata readings) external {
        _requireSettleable(day);
        uint8 revision = oracle.latestRevision(day);
        Run memory run = _run(day, 1 + uint256(revision));
        LaneSettlement.Party[] memory parties = _proved(day, revision, leaves);
        _addReadings(run, parties, readings);
        _settleAll(run, parties);
    }

    /// @inheritdoc IDayBook
    function settleUnproven(uint16 day, uint16[] calldata who, BatchReading[] calldata readings) external {
        _requireSettleable(day);
        (, uint256 from, ) = oracle.deadlines(day);
        from += oracle.settleLimit();
        if (block.timestamp < from) revert ProvenOnly(day, from);
        Run memory run = _run(day, UNPROVEN);
        LaneSettlement.Party[] memory parties = _unproved(who);
        _addReadings(run, parties, readings);
        _settleAll(run, parties);
    }

    /// @inheritdoc IDayBook
    function unwind(uint16 day, uint16[] calldata who, BatchReading[] calldata readings) external {
        if (oracle.status(day).state != IFlowOracle.State.Missing) revert NotMissing(day);
        Run memory run = _run(day, UNWOUND);
        LaneSettlement.Party[] memory parties = _unproved(who);
        _addReadings(run, parties, readings);
        _settleAll(run, parties);
    }

    function _settleAll(Run memory run, LaneSettlement.Party[] memory parties) private {
        run.movements = new uint256[](2 * parties.length);
        run.minted = new uint256[](5 * parties.length);
        for (uint256 i; i < parties.length; ++i) _settleOne(run, parties[i], 2 * i);
        Day storage d = _days[run.day % ringDays];
        (d.unsettled, d.pot) = (d.unsettled - uint16(parties.length), d.pot + int128(run.pot));
        emit MembersSettled(run.day, run.revision, parties.length);
        house.pay(run.movements);
        _trim(run.minted, run.count);
        if (run.revision != UNWOUND) ecoins.mint(run.day, run.minted, run.proved.delivered, run.proved.received);
    }

    /// @dev One member: its trades, its deviation with the supplier, its locks.
    function _settleOne(Run memory run, LaneSettlement.Party memory party, uint256 index) private {
        (int256 legs, uint256 held) = _takeProfiles(run, party);
        run.movements[index] = (party.member << 240) | (held << 120);
        if (run.revision == UNWOUND) return;
        (int256 ticks, uint256[5] memory received) = LaneSettlement.supplierLeg(run.terms, party, run.proved);
        for (uint256 c; c < 5; ++c) {
            if (received[c] == 0) continue;
            run.minted[run.count++] = ((party.member - 1) << 243) | (c << 240) | received[c];
        }
        run.pot -= legs;
        run.movements[index] |= uint256(legs) & ((1 << 120) - 1);
        run.movements[index + 1] = uint256(ticks * int256(_tickSize));
    }

    /// @dev Marks the member as settled once all its profiles are here; what they bring and what they held locked.
    function _takeProfiles(
        Run memory run,
        LaneSettlement.Party memory party
    ) private returns (int256 legs, uint256 held) {
        uint16 member = uint16(party.member);
        uint256[547] storage cells = _profiles[run.day % ringDays];
        uint256 cell = MemberCells.get16(cells, run.day, member);
        if (cell >> 9 != 0) revert AlreadySettled(member, run.day);
        if (cell == 0) revert NothingToSettle(member);
        _requireAll(cell, party);
        MemberCells.set16(cells, run.day, member, cell | (run.revision << 9));
        (legs, held) = (party.legs * int256(_tickSize), party.lock);
        if (cell & RELEASED != 0) {
            Pending storage p = _pending[(run.day % ringDays) * 8193 + member];
            (legs, held) = (legs + p.legs, held + p.lock);
            _addReleased(run.day, party);
        }
    }

    /// @dev A member's profiles of the day are all given here, or all released.
    function _requireAll(uint256 cell, LaneSettlement.Party memory party) private pure {
        if (cell & RELEASED != 0 && cell & 0xff != 0) revert ReleaseTheRest(uint16(party.member), cell & 0xff);
        if (cell & 0xff != party.count) revert ProfilesMissing(uint16(party.member), party.count, cell & 0xff);
    }

    /// @dev Adds the net position of released profiles.
    function _addReleased(uint16 day, LaneSettlement.Party memory party) private view {
        (uint256[10] memory sold, uint256[10] memory bought) = ecoins.positionOf(day, uint16(party.member));
        LaneSettlement.addPosition(party, sold, bought);
    }

    // ----------------------------------------------------------------- correct

    /// @inheritdoc IDayBook
    function correct(
        uint16 day,
        uint16 member,
        Leaves calldata before,
        Leaves calldata latest,
        BatchReading[] calldata readings
    ) external {
        (Run memory run, uint256 settled) = _correctable(day, member);
        LaneSettlement.Party memory party = _only(member, _proved(day, uint8(run.revision - 1), latest));
        _moveDifference(run, party, settled, before, readings);
    }

    /// @inheritdoc IDayBook
    function settleRuled(
        uint16 day,
        uint16 member,
        uint256[10] calldata flows,
        Leaves calldata before,
        BatchReading[] calldata readings
    ) external {
        if (msg.sender != address(arbitration)) revert NotTheArbitration(msg.sender);
        _requireSettleable(day);
        Run memory run = _run(day, RULED);
        LaneSettlement.Party[] memory parties = new LaneSettlement.Party[](1);
        parties[0].member = member;
        uint256 position;
        assembly ("memory-safe") {
            position := flows
        }
        parties[0].flows = position;
        uint256 settled = settledBy(day, member);
        if (settled != 0) {
            _markSettled(run, member);
            return _moveDifference(run, parties[0], settled, before, readings);
        }
        _addReadings(run, parties, readings);
        _settleAll(run, parties);
    }

    /// @dev Moves the supplier leg from what the member was `settled` by to what `run` stands for.
    function _moveDifference(
        Run memory run,
        LaneSettlement.Party memory party,
        uint256 settled,
        Leaves calldata before,
        BatchReading[] calldata readings
    ) private {
        (uint16 day, uint16 member) = (run.day, uint16(party.member));
        _completePosition(run, party, readings);
        Correction memory c;
        (c.ticks, c.received) = LaneSettlement.supplierLeg(run.terms, party, run.proved);
        party.flows = settled == UNPROVEN ? 0 : _only(member, _proved(day, uint8(settled - 1), before)).flows;
        (c.ticksBefore, c.receivedBefore) = LaneSettlement.supplierLeg(run.terms, party, c.proved);
        int256 toSupplier = (c.ticks - c.ticksBefore) * int256(_tickSize);
        emit MemberCorrected(day, member, run.revision, toSupplier);
        house.move(member, toSupplier);
        if (!_days[day % ringDays].closed) _remint(run, member, c);
    }

    /// @dev A member of a settled day who was settled by an older report than the latest; marks it as corrected.
    function _correctable(uint16 day, uint16 member) private returns (Run memory run, uint256 settled) {
        _requireSettleable(day);
        (, , uint256 hardBy) = oracle.deadlines(day);
        if (block.timestamp > hardBy) revert CorrectionsOver(day, hardBy);
        run = _run(day, 1 + uint256(oracle.latestRevision(day)));
        settled = settledBy(day, member);
        if (settled == 0 || settled == UNWOUND) revert NotSettled(member, day);
        if (settled == run.revision || settled == RULED) revert NothingToCorrect(member, settled, run.revision);
        _markSettled(run, member);
    }

    /// @dev The member, settled before, is settled anew.
    function _markSettled(Run memory run, uint16 member) private {
        uint256[547] storage cells = _profiles[run.day % ringDays];
        uint256 cell = MemberCells.get16(cells, run.day, member);
        MemberCells.set16(cells, run.day, member, (cell & 0x1ff) | (run.revision << 9));
    }

    /// @dev The member's net position in the day, from all its profiles.
    function _completePosition(
        Run memory run,
        LaneSettlement.Party memory party,
        BatchReading[] calldata readings
    ) private view {
        LaneSettlement.Party[] memory parties = new LaneSettlement.Party[](1);
        parties[0] = party;
        _addReadings(run, parties, readings);
        uint256 cell = MemberCells.get16(_profiles[run.day % ringDays], run.day, party.member);
        _requireAll(cell, party);
        if (cell & RELEASED != 0) _addReleased(run.day, party);
    }

    /// @dev Rewrites what the member received and the day's totals.
    function _remint(Run memory run, uint16 member, Correction memory c) private {
        run.minted = new uint256[](5);
        for (uint256 i; i < 5; ++i) {
            if (c.receivedBefore[i] == c.received[i]) continue;
            run.minted[run.count++] = (uint256(member - 1) << 243) | (i << 240) | c.received[i];
        }
        _trim(run.minted, run.count);
        ecoins.unmint(run.day, c.proved.delivered, c.proved.received);
        ecoins.mint(run.day, run.minted, run.proved.delivered, run.proved.received);
    }

    // ------------------------------------------------------------------- close

    /// @inheritdoc IDayBook
    function closeDay(uint16 day) external {
        _requireSettleable(day);
        Day memory d = _days[day % ringDays];
        if (d.day != day) d = Day(day, 0, false, 0);
        if (d.closed) revert DayAlreadyClosed(day);
        if (d.unsettled != 0) revert DayNotSettled(day, d.unsettled);
        (, uint256 closesAt, ) = oracle.deadlines(day);
        closesAt += oracle.settleLimit();
        if (block.timestamp < closesAt) revert DayStillOpen(day, closesAt);
        uint256 surplus = uint128(d.pot);
        house.raiseFund(surplus);
        _days[day % ringDays] = Day(day, 0, true, 0);
        ecoins.finalize(day);
        emit DayClosed(day, surplus);
    }

    /// @inheritdoc IDayBook
    function isFree(uint16 day) external view returns (bool) {
        Day memory d = _days[day % ringDays];
        if (d.day != day) return true;
        (, , uint256 hardBy) = oracle.deadlines(day);
        if (d.unsettled != 0 || block.timestamp <= hardBy || arbitration.unresolved(day) != 0) return false;
        return d.closed || oracle.status(day).state == IFlowOracle.State.Missing;
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IDayBook
    function dayState(uint16 day) external view returns (uint256 unsettled, int256 pot, bool closed) {
        Day memory d = _days[day % ringDays];
        if (d.day == day) return (d.unsettled, d.pot, d.closed);
    }

    /// @inheritdoc IDayBook
    function settledBy(uint16 day, uint16 member) public view returns (uint256) {
        return MemberCells.get16(_profiles[day % ringDays], day, member) >> 9;
    }

    /// @inheritdoc IDayBook
    function profilesOf(uint16 day, uint16 member) external view returns (uint256 unreleased, bool released) {
        uint256 cell = MemberCells.get16(_profiles[day % ringDays], day, member);
        return (cell & 0xff, cell & RELEASED != 0);
    }

    // ----------------------------------------------------------------- details

    function _requireSettleable(uint16 day) private view {
        if (oracle.status(day).state != IFlowOracle.State.Settleable) revert NotSettleable(day);
    }

    function _run(uint16 day, uint256 revision) private view returns (Run memory run) {
        (run.day, run.revision, run.terms) = (day, revision, _terms(day));
    }

    function _terms(uint16 day) private view returns (LaneSettlement.Terms memory) {
        return LaneSettlement.terms(tariff.prices(day), _zeroTick, _tickSize);
    }

    /// @dev Members whose leaves are in full in `leaves`, with their flows; reverts unless the report holds them.
    function _proved(
        uint16 day,
        uint8 revision,
        Leaves calldata leaves
    ) private view returns (LaneSettlement.Party[] memory parties) {
        (bytes32 root, uint256 leafCount) = oracle.rootOf(day, revision);
        bytes32 given;
        (parties, given) = FlowLeaves.read(leaves.reading, leaves.first, leaves.count, leafCount, leaves.proof);
        if (given != root) revert WrongRoot(day, given, root);
    }

    function _unproved(uint16[] calldata who) private pure returns (LaneSettlement.Party[] memory parties) {
        parties = new LaneSettlement.Party[](who.length);
        for (uint256 i; i < who.length; ++i) {
            if (i != 0 && who[i] <= who[i - 1]) revert PartiesNotRising(who[i]);
            parties[i].member = who[i];
        }
    }

    function _only(
        uint16 member,
        LaneSettlement.Party[] memory parties
    ) private pure returns (LaneSettlement.Party memory) {
        if (parties.length != 1 || parties[0].member != member) revert NotAParty(member);
        return parties[0];
    }

    /// @dev Adds every given profile to its member; readings and the members in them rise, so nothing counts twice.
    function _addReadings(
        Run memory run,
        LaneSettlement.Party[] memory parties,
        BatchReading[] calldata readings
    ) private view {
        uint256 last;
        for (uint256 i; i < readings.length; ++i) {
            BatchReading calldata r = readings[i];
            if (r.session >> 8 != run.day) revert WrongDay(r.session, run.day);
            uint256 key = (uint256(r.session) << 16) | r.batch;
            if (key <= last && i != 0) revert ReadingsNotRising(r.session, r.batch);
            last = key;
            IEnergyMarket.Outcome memory o = _outcome(run, r);
            _addOutcome(parties, o, r.reading);
        }
    }

    /// @dev A batch with its fills, where an unwound day needs none; no profile of it was released.
    function _outcome(Run memory run, BatchReading calldata r) private view returns (IEnergyMarket.Outcome memory o) {
        o = market.outcome(r.session, r.batch, r.reading);
        uint256 word = _released[_releasedKey(r.session, r.batch)];
        if (word >> 128 == r.session && word & o.full != 0) {
            revert ProfileAlreadyReleased(r.session, r.batch, word & o.full);
        }
        if (run.revision == UNWOUND) o.tradedWords = 0;
    }

    /// @dev Profiles and members rise alike, so one pass over both finds each profile's member.
    function _addOutcome(
        LaneSettlement.Party[] memory parties,
        IEnergyMarket.Outcome memory o,
        bytes calldata reading
    ) private view {
        unchecked {
            LaneSettlement.Prices memory prices = LaneSettlement.sessionPrices(o.prices, o.firstWord, o.tradedWords);
            uint256 row = _start(reading);
            uint256 fills = _fills(o);
            uint256 next;
            for (uint256 full = o.full; full != 0; full >>= 1) {
                if (full & 1 == 0) {
                    row += 32;
                    continue;
                }
                uint256 member = _memberAt(row);
                while (next < parties.length && parties[next].member < member) ++next;
                if (next == parties.length || parties[next].member != member) revert NotAParty(uint16(member));
                LaneSettlement.addProfile(parties[next], prices, row, fills, _zeroTick);
                fills += 32 * prices.count;
                row += 32 * (o.words + 1);
            }
        }
    }

    /// @dev Calldata position of the first profile, or mark, of a batch's reading.
    function _start(bytes calldata reading) private pure returns (uint256 position) {
        assembly ("memory-safe") {
            position := add(reading.offset, 0x20)
        }
    }

    /// @dev Memory position of the first fill.
    function _fills(IEnergyMarket.Outcome memory o) private pure returns (uint256 position) {
        bytes memory fills = o.fills;
        assembly ("memory-safe") {
            position := add(fills, 0x20)
        }
    }

    /// @dev Member of the profile whose head lies at calldata `row`.
    function _memberAt(uint256 row) private pure returns (uint256 member) {
        assembly ("memory-safe") {
            member := and(calldataload(row), 0xffff)
        }
    }

    function _trim(uint256[] memory list, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(list, length)
        }
    }
}
