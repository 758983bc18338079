// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";
import {Orders} from "./Orders.sol";

/// @title LeftOver
/// @notice What a session left of its orders, and how much of it a link has room for; ten slots at a time.
/// @dev Where more is left on a side than the link carries, each order of that side gives up the same number of packets,
/// its slot's level, or all it has (equal losses, as in the auction). A level depends on no price, so that nobody gets
/// more of a link by another price. It is whole: fewer packets than there are orders may stay unused.
/// Twin: `agents/model/leftOver.ts`.
library LeftOver {
    /// @notice What is offered over a link, a lane per slot, word by word.
    /// @param asks Packets of the asks after their losses; `bids` likewise.
    /// @param askers Asks that have at least their level left, so that a level less would let one packet more through each;
    /// `bidders` likewise.
    struct Tally {
        uint256[] asks;
        uint256[] bids;
        uint256[] askers;
        uint256[] bidders;
    }

    /// @notice Ten orders less their fills: side and price stay; where nothing is left, there is no order. Assumes no fill
    /// above its order.
    function rest(uint256 orders, uint256 fills) internal pure returns (uint256) {
        return _withPackets(orders, Lanes.minusFloor(Orders.packets(orders), fills));
    }

    /// @notice Ten orders less the level of their side. Assumes levels of 11 bits.
    function cut(uint256 orders, uint256 askLevels, uint256 bidLevels) internal pure returns (uint256) {
        uint256 asks = Orders.asks(orders);
        uint256 levels = (askLevels & asks) | (bidLevels & ~asks);
        return _withPackets(orders, Lanes.minusFloor(Orders.packets(orders), levels));
    }

    /// @dev The orders with other packets; 24 zeros where there are none.
    function _withPackets(uint256 orders, uint256 packets) private pure returns (uint256) {
        unchecked {
            uint256 none = (Lanes.GUARD - packets) & Lanes.GUARD;
            return ((orders & ~Lanes.LOW11) | packets) & ~((none << 1) - (none >> 23));
        }
    }

    /// @notice Whether there is a level of 11 bits in every lane of `words` words.
    function areLevels(uint256[] calldata levels, uint256 words) internal pure returns (bool) {
        if (levels.length != words) return false;
        for (uint256 w; w < words; ++w) if (levels[w] & ~Lanes.LOW11 != 0) return false;
        return true;
    }

    /// @notice An empty tally of `words` words.
    function tallyOf(uint256 words) internal pure returns (Tally memory) {
        return Tally(new uint256[](words), new uint256[](words), new uint256[](words), new uint256[](words));
    }

    /// @notice Adds what is `left` of ten orders to word `w`; returns what of it is offered. Assumes fewer than 4,096
    /// additions, so that no lane reaches its guard.
    function add(
        Tally memory tally,
        uint256 w,
        uint256 left,
        uint256 askLevels,
        uint256 bidLevels
    ) internal pure returns (uint256 offered) {
        unchecked {
            uint256 asks = Orders.asks(left);
            uint256 had = Orders.packets(left);
            offered = cut(left, askLevels, bidLevels);
            uint256 packets = Orders.packets(offered);
            tally.asks[w] += packets & asks;
            tally.bids[w] += packets & ~asks;
            tally.askers[w] += Lanes.ONES & ~Lanes.above(askLevels, had) & asks;
            tally.bidders[w] += Lanes.ONES & ~Lanes.above(bidLevels, had) & ~asks;
        }
    }

    /// @notice Whether `packets` fit in `room`, and no level is higher than it must be for that.
    /// @param packets What is offered at the levels, a lane per slot.
    /// @param touched Orders that would each offer one packet more at a level less.
    function isLeast(uint256 packets, uint256 touched, uint256 room, uint256 levels) internal pure returns (bool) {
        unchecked {
            if (Lanes.above(packets, room) != 0) return false;
            uint256 idle = Lanes.LOW23 & ~Lanes.above(packets + touched, room);
            return idle & ~Lanes.zero(levels) == 0;
        }
    }
}
