// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Slot} from "../types/Slot.sol";

/// @title ITariff
/// @notice The retail and the feed-in price of every slot, at which the supplier settles what members did not trade as
/// they flowed; and with them which slots make up a day.
/// @dev Days are numbered 1, 2, 3, ...; a day is a run of 1..100 slots that starts at or after the end of the day before,
/// so that a slot belongs to at most one day. A community day has 92, 96 or 100 quarter-hours.
///
/// Prices are ticks: price = floorPrice + tick x tickSize, in token base units per packet, signed. Ten slots fit in a
/// word: lane i of word w, at bits 24i .. 24i+23, is slot 10w + i of the day, with the retail tick in its bits 23..12 and the
/// feed-in tick in its bits 11..0. The top 16 bits of a word, and lanes outside the day, are zero.
///
/// Only the last `ringDays` days are kept.
interface ITariff {
    /// @notice What is fixed for good at deployment.
    /// @param slotSeconds Length of a slot, seconds.
    /// @param packetWh Energy of a packet, Wh.
    /// @param ringDays Number of days that are kept.
    /// @param floorPrice Price of tick 0, token base units per packet; not above 0 and a multiple of tickSize.
    /// @param tickSize Step between two ticks, token base units per packet.
    struct Terms {
        uint32 slotSeconds;
        uint32 packetWh;
        uint16 ringDays;
        int64 floorPrice;
        uint64 tickSize;
    }

    /// @notice Zero, or no way to express the price 0 as a tick, or prices beyond an int64.
    error TermsOutOfRange(Terms terms);
    /// @notice A day has from 1 to `max` slots.
    error CountOutOfRange(uint256 count, uint256 max);
    /// @notice Ten slots a word: other than `needed` words were given.
    error WrongLength(uint256 given, uint256 needed);
    /// @notice The day before ends only where slot `earliest` starts.
    error DayOverlaps(Slot firstSlot, Slot earliest);
    /// @notice The first slot started at `startedAt`, unix seconds.
    error DayStarted(Slot firstSlot, uint256 startedAt);
    /// @notice The first slot starts after `latest`, unix seconds: further ahead than a day may be fixed.
    error TooFarAhead(Slot firstSlot, uint256 latest);
    /// @notice The day that the ring would overwrite is not done with.
    error DayNotFree(uint16 oldDay);
    /// @notice All `max` day numbers are used up.
    error NoMoreDays(uint256 max);
    /// @notice The feed-in price of a slot is above its retail price: not delivering would pay.
    error FeedInAboveRetail(Slot slot, uint256 retailTick, uint256 feedInTick);
    /// @notice Word `index` has bits outside the day's lanes.
    error StrayBits(uint256 index, uint256 word);
    /// @notice Never fixed, or no longer kept.
    error UnknownDay(uint16 day);

    /// @notice A day and its prices were fixed.
    event DayFixed(uint16 indexed day, Slot indexed firstSlot, uint8 count, uint256[] prices);

    /// @notice Fixes the next day: its slots and their prices.
    /// @dev Only the supplier, and only before the first slot starts.
    /// @param firstSlot First slot of the day.
    /// @param count Number of slots, 1..100.
    /// @param words The prices, ceil(count / 10) words of ten lanes.
    /// @return day The new day's number.
    function fixDay(Slot firstSlot, uint8 count, uint256[] calldata words) external returns (uint16 day);

    /// @notice Number of the day fixed last, 0 before the first.
    function latestDay() external view returns (uint16);

    /// @notice First slot and number of slots of a day; reverts with UnknownDay when it is not in the ring.
    function dayOf(uint16 day) external view returns (Slot firstSlot, uint8 count);

    /// @notice The price lanes of a day, always ten words, zero outside the day; reverts with UnknownDay.
    function prices(uint16 day) external view returns (uint256[] memory words);

    /// @notice The price of tick 0 and the step between ticks, token base units per packet.
    function scale() external view returns (int256 floorPrice, uint256 tickSize);

    /// @notice The tick whose price is 0, from 0 to 4,095.
    function zeroTick() external view returns (uint256);

    /// @notice Length of a slot, seconds.
    function slotSeconds() external view returns (uint256);

    /// @notice Energy of a packet, Wh.
    function packetWh() external view returns (uint256);

    /// @notice Number of days that are kept.
    function ringDays() external view returns (uint256);
}
