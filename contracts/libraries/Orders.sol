// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";

/// @title Orders
/// @notice How a bid or an ask fits in a lane, and what of ten orders can be said at once.
/// @dev bit 23: 1 for an ask; bits 22..11: price tick; bits 10..0: packets. No order is 0 in all 24 bits. Lanes are
/// aligned to the day: lane i of word w is the (10 w + i)-th slot of the day.
library Orders {
    /// @notice 24 ones in the lanes of asks, 0 in those of bids.
    function asks(uint256 orders) internal pure returns (uint256) {
        unchecked {
            uint256 side = orders & Lanes.GUARD;
            return (side << 1) - (side >> 23);
        }
    }

    /// @notice Packets of each order.
    function packets(uint256 orders) internal pure returns (uint256) {
        return orders & Lanes.LOW11;
    }

    /// @notice Price tick of each order.
    function ticks(uint256 orders) internal pure returns (uint256) {
        return (orders >> 11) & Lanes.LOW12;
    }

    /// @notice Not 0 if a lane outside `open` is used, or if an order without packets has a price or a side.
    /// @param open 24 ones in the lanes of the session's slots.
    function malformed(uint256 orders, uint256 open) internal pure returns (uint256) {
        unchecked {
            uint256 none = (Lanes.GUARD - packets(orders)) & Lanes.GUARD;
            return (orders & ~open) | (orders & ((none << 1) - (none >> 23)));
        }
    }

    /// @notice Not 0 if a bid's tick is above `retail` in its slot.
    function aboveRetail(uint256 orders, uint256 retail) internal pure returns (uint256) {
        return Lanes.above(ticks(orders), retail) & ~asks(orders);
    }

    /// @notice What the orders of a word may at worst cost per packet, in ticks, where it is more than nothing.
    /// @dev Bid at b: max(0, b + max(0, -F)); ask at a: max(0, max(0, R) - a). With price 0 at tick z these are
    /// b - min(z, F) and max(z, R) - a in ticks.
    /// @param low min(z, F) per slot.
    /// @param high max(z, R) per slot.
    function worst(uint256 orders, uint256 low, uint256 high) internal pure returns (uint256) {
        uint256 ask = asks(orders);
        uint256 tick = ticks(orders);
        return Lanes.minusFloor((high & ask) | (tick & ~ask), (tick & ask) | (low & ~ask));
    }

    /// @notice The lock for the orders of a word, in ticks x packets, exact.
    function lock(uint256 orders, uint256 low, uint256 high) internal pure returns (uint256) {
        (uint256 even, uint256 odd) = Lanes.turned(worst(orders, low, high));
        return Lanes.dot(packets(orders), even, odd);
    }
}
