// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEcoinRegistry} from "./interfaces/IEcoinRegistry.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {EcoinCells} from "./libraries/EcoinCells.sol";
import {Lanes} from "./libraries/Lanes.sol";
import {Slot} from "./types/Slot.sol";

/// @title EcoinRegistry
/// @notice The ownership registry of energy: a producer registers ecoins per slot, asks commit them, trades move them,
/// and proof of flow mints them in the buyer's hand (Horta et al. 2017, 5.1.3). No callbacks, no allowances.
/// @dev Everything lies in rings of days whose words carry their day (`EcoinCells`). `free` words are written only once
/// something was released or registered apart from an ask: until then, all a member registered is offered.
contract EcoinRegistry is IEcoinRegistry {
    IMemberRegistry public immutable members;
    ITariff public immutable tariff;
    /// @notice The only one to offer and take back.
    address public immutable market;
    /// @notice The only one to release and mint.
    address public immutable dayBook;
    /// @notice Days in the ring of members' words; totals are kept twice as long.
    uint256 public immutable ringDays;

    /// @dev Per ring day and member.
    struct Words {
        uint256[5] registered;
        uint256[10] free;
        uint256[5] held;
    }

    /// @dev Per day of the ring twice as long. `closing`: day (bits 0..15), final (16), short slots (bits 32..131).
    struct Totals {
        uint256[10] delivered;
        uint256[10] drawn;
        uint256 closing;
    }

    /// @dev Totals of the day last asked for, in memory.
    struct Known {
        uint256 day;
        uint256 closing;
        uint256[10] delivered;
        uint256[10] drawn;
    }

    mapping(uint256 => Words) private _words;
    mapping(uint256 => Totals) private _totals;
    mapping(bytes32 => int256) private _moved;
    /// @dev Four members in a word, 64 bits each, two's complement.
    mapping(uint256 => uint256) private _certificates;

    modifier onlyMarket() {
        if (msg.sender != market) revert NotTheMarket(msg.sender);
        _;
    }

    modifier onlyDayBook() {
        if (msg.sender != dayBook) revert NotTheDayBook(msg.sender);
        _;
    }

    constructor(IMemberRegistry members_, ITariff tariff_, address market_, address dayBook_) {
        members = members_;
        tariff = tariff_;
        market = market_;
        dayBook = dayBook_;
        ringDays = tariff_.ringDays();
    }

    // ------------------------------------------------- registered and offered

    /// @inheritdoc IEcoinRegistry
    function register(uint16 day, uint256[10] calldata packets) external {
        uint16 member = members.memberOf(msg.sender);
        if (member == 0) revert UnknownMember(member);
        (Slot firstSlot, uint8 count) = tariff.dayOf(day);
        if (block.timestamp >= (uint256(Slot.unwrap(firstSlot)) + count) * tariff.slotSeconds()) revert DayOver(day);
        Words storage w = _wordsOf(day, member);
        uint256 capacity = members.capacityOf(member);
        for (uint256 c; c < 5; ++c) {
            uint256 more = EcoinCells.pack(packets[2 * c], packets[2 * c + 1]);
            if (more == 0) continue;
            if ((packets[2 * c] | packets[2 * c + 1]) & ~Lanes.LOW11 != 0) revert AboveCapacity(member, day, c);
            uint256 cells = EcoinCells.ofDay(w.registered[c], day) + more;
            if (!EcoinCells.within(cells, capacity)) revert AboveCapacity(member, day, c);
            _addFree(w, day, c, packets[2 * c], packets[2 * c + 1]);
            w.registered[c] = EcoinCells.tagged(cells, day, true);
        }
        emit EcoinsRegistered(member, day, packets);
    }

    /// @inheritdoc IEcoinRegistry
    function offer(
        uint16 day,
        uint16 member,
        uint256 capacity,
        bool registers,
        uint256[10] calldata asks
    ) external onlyMarket returns (bool) {
        Words storage w = _wordsOf(day, member);
        uint256[5] memory registered;
        for (uint256 c; c < 5; ++c) {
            if (asks[2 * c] | asks[2 * c + 1] == 0) continue;
            uint256 word = w.registered[c];
            uint256 more = _missing(w, day, c, word, asks);
            word = EcoinCells.plus(word, day, more);
            if (more != 0 && !(registers && EcoinCells.within(word, capacity))) return false;
            registered[c] = word;
        }
        for (uint256 c; c < 5; ++c) {
            if (registered[c] != 0) _commit(w, day, c, registered[c], asks[2 * c], asks[2 * c + 1]);
        }
        return true;
    }

    /// @dev Cells of what the free ecoins do not cover of the asks of word `c`.
    function _missing(
        Words storage w,
        uint16 day,
        uint256 c,
        uint256 registered,
        uint256[10] calldata asks
    ) private view returns (uint256) {
        (uint256 low, uint256 high) = (asks[2 * c], asks[2 * c + 1]);
        if (EcoinCells.flagged(registered, day)) {
            low = Lanes.minusFloor(low, EcoinCells.lanesOfDay(w.free[2 * c], day));
            high = Lanes.minusFloor(high, EcoinCells.lanesOfDay(w.free[2 * c + 1], day));
        }
        return EcoinCells.pack(low, high);
    }

    /// @dev Takes free ecoins first; `registered` is the word with what was missing already added.
    function _commit(Words storage w, uint16 day, uint256 c, uint256 registered, uint256 low, uint256 high) private {
        if (EcoinCells.flagged(registered, day)) {
            if (low != 0) _takeFree(w, day, 2 * c, low);
            if (high != 0) _takeFree(w, day, 2 * c + 1, high);
        }
        if (w.registered[c] != registered) w.registered[c] = registered;
    }

    function _takeFree(Words storage w, uint16 day, uint256 i, uint256 packets) private {
        uint256 free = EcoinCells.lanesOfDay(w.free[i], day);
        w.free[i] = EcoinCells.taggedLanes(Lanes.minusFloor(free, packets), day);
    }

    /// @inheritdoc IEcoinRegistry
    function takeBack(uint16 day, uint16 member, uint256[10] calldata asks) external onlyMarket {
        _return(day, member, asks);
    }

    /// @inheritdoc IEcoinRegistry
    function release(uint16 day, uint16 member, uint256[10] calldata packets) external onlyDayBook {
        _return(day, member, packets);
    }

    /// @dev Adds to the member's free ecoins.
    function _return(uint16 day, uint16 member, uint256[10] calldata packets) private {
        Words storage w = _wordsOf(day, member);
        for (uint256 c; c < 5; ++c) {
            if (packets[2 * c] | packets[2 * c + 1] == 0) continue;
            _addFree(w, day, c, packets[2 * c], packets[2 * c + 1]);
            uint256 registered = w.registered[c];
            if (EcoinCells.flagged(registered, day)) continue;
            w.registered[c] = EcoinCells.tagged(EcoinCells.ofDay(registered, day), day, true);
        }
        emit EcoinsReturned(member, day, packets);
    }

    function _addFree(Words storage w, uint16 day, uint256 c, uint256 low, uint256 high) private {
        bool used = EcoinCells.flagged(w.registered[c], day);
        w.free[2 * c] = EcoinCells.taggedLanes((used ? EcoinCells.lanesOfDay(w.free[2 * c], day) : 0) + low, day);
        w.free[2 * c + 1] = EcoinCells.taggedLanes(
            (used ? EcoinCells.lanesOfDay(w.free[2 * c + 1], day) : 0) + high,
            day
        );
    }

    /// @inheritdoc IEcoinRegistry
    function positionOf(
        uint16 day,
        uint16 member
    ) external view returns (uint256[10] memory sold, uint256[10] memory bought) {
        (uint256[10] memory registered, uint256[10] memory free) = registeredOf(day, member);
        for (uint256 i; i < 10; ++i) {
            sold[i] = Lanes.minusFloor(registered[i], free[i]);
            bought[i] = Lanes.minusFloor(free[i], registered[i]);
        }
    }

    /// @inheritdoc IEcoinRegistry
    function registeredOf(
        uint16 day,
        uint16 member
    ) public view returns (uint256[10] memory registered, uint256[10] memory free) {
        Words storage w = _wordsOf(day, member);
        for (uint256 c; c < 5; ++c) {
            uint256 word = w.registered[c];
            (registered[2 * c], registered[2 * c + 1]) = EcoinCells.unpack(EcoinCells.ofDay(word, day));
            if (!EcoinCells.flagged(word, day)) continue;
            free[2 * c] = EcoinCells.lanesOfDay(w.free[2 * c], day);
            free[2 * c + 1] = EcoinCells.lanesOfDay(w.free[2 * c + 1], day);
        }
    }

    // ------------------------------------------------------------------ minted

    /// @inheritdoc IEcoinRegistry
    function mint(
        uint16 day,
        uint256[] calldata items,
        uint256[10] calldata delivered,
        uint256[10] calldata drawn
    ) external onlyDayBook {
        uint256 ring = (day % ringDays) * 8193;
        Known memory known;
        for (uint256 i; i < items.length; ++i) {
            uint256 item = items[i];
            uint256 member = (item >> 243) + 1;
            uint256 c = (item >> 240) & 7;
            uint256[5] storage held = _words[ring + member].held;
            uint256 old = held[c];
            uint256 oldDay = (old >> 240) & 0x7fff;
            if (old != 0 && oldDay != day) _certify(known, member, oldDay, c, old);
            held[c] = EcoinCells.tagged(EcoinCells.cellsOf(item), day, false);
        }
        emit EcoinsMinted(day, items);
        _changeTotals(day, delivered, drawn, true);
    }

    /// @inheritdoc IEcoinRegistry
    function unmint(uint16 day, uint256[10] calldata delivered, uint256[10] calldata drawn) external onlyDayBook {
        _changeTotals(day, delivered, drawn, false);
    }

    /// @dev Lanes of the day's totals; adding or taking away never crosses a lane, since they are sums of what is there.
    function _changeTotals(uint16 day, uint256[10] calldata delivered, uint256[10] calldata drawn, bool added) private {
        Totals storage t = _totals[day % (2 * ringDays)];
        if (_isFinal(t, day)) revert HoldingsAreFinal(day);
        for (uint256 i; i < 10; ++i) {
            if (delivered[i] != 0) t.delivered[i] = _changed(t.delivered[i], day, delivered[i], added);
            if (drawn[i] != 0) t.drawn[i] = _changed(t.drawn[i], day, drawn[i], added);
        }
        emit TotalsChanged(day, delivered, drawn, added);
    }

    function _changed(uint256 word, uint16 day, uint256 by, bool added) private pure returns (uint256) {
        uint256 lanes = EcoinCells.lanesOfDay(word, day);
        return EcoinCells.taggedLanes(added ? lanes + by : lanes - by, day);
    }

    /// @inheritdoc IEcoinRegistry
    function finalize(uint16 day) external onlyDayBook {
        Totals storage t = _totals[day % (2 * ringDays)];
        if (_isFinal(t, day)) revert HoldingsAreFinal(day);
        uint256 short;
        for (uint256 i; i < 100; ++i) {
            (uint256 delivered, uint256 drawn) = _totalsAt(t, day, i);
            if (delivered < drawn) short |= 1 << i;
        }
        t.closing = day | (1 << 16) | (short << 32);
        emit HoldingsFinal(day, short);
    }

    /// @notice Books the day's holdings of the members into their certificates before the ring does; anyone's call.
    /// @dev Needed only for who receives nothing for two whole rings: then the totals that a share needs are gone, and
    /// what was not booked until then counts as nothing.
    function certify(uint16 day, uint16[] calldata who) external {
        if (!_isFinal(_totals[day % (2 * ringDays)], day)) revert HoldingsNotFinal(day);
        Known memory known;
        for (uint256 m; m < who.length; ++m) {
            uint256[5] storage held = _wordsOf(day, who[m]).held;
            for (uint256 c; c < 5; ++c) {
                uint256 word = held[c];
                if (EcoinCells.ofDay(word, day) == 0 || EcoinCells.flagged(word, day)) continue;
                _certify(known, who[m], day, c, word);
                held[c] = word | EcoinCells.FLAG;
            }
        }
    }

    /// @dev Adds the shares of one word to the member's certificates, unless `certify` did before.
    function _certify(Known memory known, uint256 member, uint256 day, uint256 c, uint256 word) private {
        if (word & EcoinCells.FLAG != 0) return;
        if (known.day != day) _know(known, day);
        if (known.closing & 0x1ffff != day | (1 << 16)) return;
        uint256 cells = EcoinCells.ofDay(word, day);
        uint256 packets = EcoinCells.sum(cells);
        uint256 short = (known.closing >> (32 + 20 * c)) & 0xfffff;
        for (uint256 i; short >> i != 0; ++i) {
            if ((short >> i) & 1 == 1) packets -= _cut(known, cells, c, i);
        }
        _addCertificates(member, int256(packets));
    }

    /// @dev What a share falls short of cell `i` of word `c`, in a slot in which less was delivered than drawn.
    function _cut(Known memory known, uint256 cells, uint256 c, uint256 i) private pure returns (uint256) {
        unchecked {
            uint256 received = EcoinCells.at(cells, i);
            if (received == 0) return 0;
            uint256 w = 2 * c;
            if (i >= 10) (w, i) = (w + 1, i - 10);
            uint256 drawn = Lanes.at(known.drawn[w], i);
            return drawn == 0 ? received : received - (received * Lanes.at(known.delivered[w], i)) / drawn;
        }
    }

    /// @dev Reads a day's totals once for all members.
    function _know(Known memory known, uint256 day) private view {
        Totals storage t = _totals[day % (2 * ringDays)];
        (known.day, known.closing) = (day, t.closing);
        for (uint256 w; w < 10; ++w) {
            known.delivered[w] = EcoinCells.lanesOfDay(t.delivered[w], day);
            known.drawn[w] = EcoinCells.lanesOfDay(t.drawn[w], day);
        }
    }

    /// @dev Four signed 64-bit numbers in a word.
    function _addCertificates(uint256 member, int256 packets) private {
        uint256 shift = 64 * (member % 4);
        uint256 word = _certificates[member / 4];
        uint256 sum = uint64(uint256(certificatesOf(uint16(member)) + packets));
        _certificates[member / 4] = (word & ~(uint256(type(uint64).max) << shift)) | (sum << shift);
    }

    /// @inheritdoc IEcoinRegistry
    function certificatesOf(uint16 member) public view returns (int256) {
        return int64(uint64(_certificates[member / 4] >> (64 * (member % 4))));
    }

    /// @inheritdoc IEcoinRegistry
    function transfer(uint16 day, uint256 slotOfDay, uint16 from, uint16 to, uint256 packets) external {
        if (msg.sender != members.accountOf(from)) revert NotTheMember(from, msg.sender);
        if (members.accountOf(to) == address(0)) revert UnknownMember(to);
        if (!_isFinal(_totals[day % (2 * ringDays)], day)) revert HoldingsNotFinal(day);
        uint256 held = holdingOf(day, slotOfDay, from);
        if (packets > held) revert InsufficientEcoins(from, day, slotOfDay, held, packets);
        _moved[_movedKey(day, slotOfDay, from)] -= int256(packets);
        _moved[_movedKey(day, slotOfDay, to)] += int256(packets);
        _addCertificates(from, -int256(packets));
        _addCertificates(to, int256(packets));
        emit EcoinsTransferred(from, to, day, slotOfDay, packets);
    }

    /// @inheritdoc IEcoinRegistry
    function holdingOf(uint16 day, uint256 slotOfDay, uint16 member) public view returns (uint256) {
        uint256 cells = EcoinCells.ofDay(_wordsOf(day, member).held[slotOfDay / 20], day);
        uint256 share = _share(_totals[day % (2 * ringDays)], day, slotOfDay, EcoinCells.at(cells, slotOfDay % 20));
        int256 held = int256(share) + _moved[_movedKey(day, slotOfDay, member)];
        // below 0 once the ring has taken the share of one who gave ecoins away
        return held > 0 ? uint256(held) : 0;
    }

    /// @inheritdoc IEcoinRegistry
    function totalsOf(uint16 day) external view returns (uint256[10] memory delivered, uint256[10] memory drawn) {
        Totals storage t = _totals[day % (2 * ringDays)];
        for (uint256 i; i < 10; ++i) {
            delivered[i] = EcoinCells.lanesOfDay(t.delivered[i], day);
            drawn[i] = EcoinCells.lanesOfDay(t.drawn[i], day);
        }
    }

    /// @notice Whether the day's holdings are final and may be transferred.
    function isFinal(uint16 day) external view returns (bool) {
        return _isFinal(_totals[day % (2 * ringDays)], day);
    }

    // ----------------------------------------------------------------- details

    /// @dev c where D >= U, else c x D / U rounded down: holdings of a slot never exceed what was delivered.
    function _share(Totals storage t, uint256 day, uint256 i, uint256 c) private view returns (uint256) {
        if (c == 0) return 0;
        (uint256 delivered, uint256 drawn) = _totalsAt(t, day, i);
        if (drawn == 0) return 0; // the day's totals are gone
        return delivered >= drawn ? c : (c * delivered) / drawn;
    }

    function _totalsAt(Totals storage t, uint256 day, uint256 i) private view returns (uint256, uint256) {
        return (
            Lanes.at(EcoinCells.lanesOfDay(t.delivered[i / 10], day), i % 10),
            Lanes.at(EcoinCells.lanesOfDay(t.drawn[i / 10], day), i % 10)
        );
    }

    function _isFinal(Totals storage t, uint256 day) private view returns (bool) {
        return t.closing & 0x1ffff == day | (1 << 16);
    }

    function _wordsOf(uint16 day, uint16 member) private view returns (Words storage) {
        return _words[(day % ringDays) * 8193 + member];
    }

    function _movedKey(uint16 day, uint256 slotOfDay, uint16 member) private pure returns (bytes32) {
        return keccak256(abi.encode(day, slotOfDay, member));
    }
}
