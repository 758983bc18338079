// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IDayBook} from "./interfaces/IDayBook.sol";
import {ITariff} from "./interfaces/ITariff.sol";
import {Slot} from "./types/Slot.sol";

/// @title Tariff
/// @notice The retail and the feed-in price of every slot, fixed by the supplier before the day starts.
contract Tariff is ITariff, AccessControl {
    /// @dev A place of the ring: what day is there (one word), and its prices. A shorter day leaves words of an
    /// earlier one behind its own; they are not read.
    struct Entry {
        uint16 day;
        Slot firstSlot;
        uint8 count;
        uint256[10] prices;
    }

    /// @notice Fixes days.
    bytes32 public constant SUPPLIER_ROLE = keccak256("SUPPLIER_ROLE");
    /// @notice The most slots of a day.
    uint256 public constant MAX_SLOTS = 100;
    /// @notice The highest day number, 89 years after the first.
    uint256 public constant MAX_DAYS = 32_767;
    /// @notice How far ahead a day may start, seconds: a slip in a slot number must not use up the years until then.
    uint256 public constant HORIZON = 31 days;
    /// @notice The highest tick.
    uint256 public constant MAX_TICK = 4095;

    /// @notice Says when a day is done with.
    IDayBook public immutable house;
    /// @inheritdoc ITariff
    uint256 public immutable slotSeconds;
    /// @inheritdoc ITariff
    uint256 public immutable packetWh;
    /// @inheritdoc ITariff
    uint256 public immutable ringDays;
    /// @inheritdoc ITariff
    uint256 public immutable zeroTick;

    int256 private immutable _floorPrice;
    uint256 private immutable _tickSize;

    /// @inheritdoc ITariff
    uint16 public latestDay;

    mapping(uint256 place => Entry) private _ring;

    /// @param admin May grant and revoke the roles.
    /// @param supplier Fixes days.
    /// @param house_ Says when a day is done with.
    /// @param terms What is fixed for good.
    constructor(address admin, address supplier, IDayBook house_, Terms memory terms) {
        if (!_inRange(terms)) revert TermsOutOfRange(terms);
        house = house_;
        slotSeconds = terms.slotSeconds;
        packetWh = terms.packetWh;
        ringDays = terms.ringDays;
        _floorPrice = terms.floorPrice;
        _tickSize = terms.tickSize;
        zeroTick = uint256(-int256(terms.floorPrice)) / terms.tickSize;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(SUPPLIER_ROLE, supplier);
    }

    /// @inheritdoc ITariff
    function fixDay(
        Slot firstSlot,
        uint8 count,
        uint256[] calldata words
    ) external onlyRole(SUPPLIER_ROLE) returns (uint16 day) {
        _checkSlots(firstSlot, count);
        _checkPrices(firstSlot, count, words);
        day = _nextDay();
        Entry storage entry = _ring[day % ringDays];
        (entry.day, entry.firstSlot, entry.count) = (day, firstSlot, count);
        for (uint256 i; i < words.length; ++i) entry.prices[i] = words[i];
        emit DayFixed(day, firstSlot, count, words);
    }

    /// @inheritdoc ITariff
    function dayOf(uint16 day) external view returns (Slot firstSlot, uint8 count) {
        Entry storage entry = _entryOf(day);
        return (entry.firstSlot, entry.count);
    }

    /// @inheritdoc ITariff
    function prices(uint16 day) external view returns (uint256[] memory words) {
        Entry storage entry = _entryOf(day);
        words = new uint256[](10);
        uint256 used = _wordsFor(entry.count);
        for (uint256 i; i < used; ++i) words[i] = entry.prices[i];
    }

    /// @inheritdoc ITariff
    function scale() external view returns (int256 floorPrice, uint256 tickSize) {
        return (_floorPrice, _tickSize);
    }

    /// @dev Takes the next day number, if its place in the ring is free.
    function _nextDay() private returns (uint16 day) {
        if (latestDay == MAX_DAYS) revert NoMoreDays(MAX_DAYS);
        day = ++latestDay;
        uint16 oldDay = _ring[day % ringDays].day;
        if (oldDay != 0 && !house.isFree(oldDay)) revert DayNotFree(oldDay);
    }

    function _entryOf(uint16 day) private view returns (Entry storage entry) {
        entry = _ring[day % ringDays];
        if (day == 0 || entry.day != day) revert UnknownDay(day);
    }

    function _checkSlots(Slot firstSlot, uint8 count) private view {
        if (count == 0 || count > MAX_SLOTS) revert CountOutOfRange(count, MAX_SLOTS);
        uint256 start = firstSlot.startsAt(slotSeconds);
        if (block.timestamp >= start) revert DayStarted(firstSlot, start);
        if (start > block.timestamp + HORIZON) revert TooFarAhead(firstSlot, block.timestamp + HORIZON);
        Entry storage last = _ring[latestDay % ringDays];
        Slot earliest = last.firstSlot.plus(last.count);
        if (firstSlot < earliest) revert DayOverlaps(firstSlot, earliest);
    }

    /// @dev A plain loop over slots: 10,000 gas for a hundred, as much as two of the words they are kept in.
    function _checkPrices(Slot firstSlot, uint256 count, uint256[] calldata words) private pure {
        if (words.length != _wordsFor(count)) revert WrongLength(words.length, _wordsFor(count));
        for (uint256 i; i < words.length; ++i) {
            uint256 lanes = count - 10 * i;
            if (words[i] >> (24 * (lanes < 10 ? lanes : 10)) != 0) revert StrayBits(i, words[i]);
            uint256 slot = 10 * i;
            for (uint256 rest = words[i]; rest != 0; rest >>= 24) {
                if (rest & 0xfff > (rest >> 12) & 0xfff) {
                    revert FeedInAboveRetail(firstSlot.plus(uint32(slot)), (rest >> 12) & 0xfff, rest & 0xfff);
                }
                unchecked {
                    ++slot; // at most 100
                }
            }
        }
    }

    function _wordsFor(uint256 count) private pure returns (uint256) {
        return (count + 9) / 10;
    }

    /// @dev Prices fit in an int64, so that price times packets needs no thought in 256 bits.
    function _inRange(Terms memory terms) private pure returns (bool) {
        (int256 floor, int256 tick) = (terms.floorPrice, int256(uint256(terms.tickSize)));
        if (terms.slotSeconds == 0 || terms.packetWh == 0 || terms.ringDays == 0 || tick == 0) return false;
        if (floor > 0 || floor % tick != 0 || -floor / tick > int256(MAX_TICK)) return false;
        return floor + int256(MAX_TICK) * tick <= type(int64).max;
    }
}
