// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";

/// @title Orders
/// @notice How a bid or an ask fits in a lane, and what of ten orders can be said at once.
/// @dev bit 23: 1 for an ask; bits 22..11: price tick; bits 10..0: packets. No order is 0 in all 24 bits. Lanes are
/// aligned to the day: lane i of word w is the (10 w + i)-th slot of the day.
library Orders {
    // `Lanes` in literals, which assembly can name, and the second to fourth digit in base 2^48.
    uint256 private constant GUARD = 0x0000800000800000800000800000800000800000800000800000800000800000;
    uint256 private constant LOW11 = 0x00000007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff;
    uint256 private constant LOW12 = 0x0000000fff000fff000fff000fff000fff000fff000fff000fff000fff000fff;
    uint256 private constant EVEN = 0x0000000000ffffff000000ffffff000000ffffff000000ffffff000000ffffff;
    uint256 private constant SECOND = 0xffffff000000000000;
    uint256 private constant THIRD = 0xffffff000000000000000000000000;
    uint256 private constant FOURTH = 0xffffff000000000000000000000000000000000000;

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

    /// @notice What the prices of ten orders are held against, a lane a slot.
    /// @param open 24 ones in the lanes of the session's slots.
    /// @param retail R.
    /// @param low min(z, F).
    /// @param high max(z, R).
    struct Bounds {
        uint256 open;
        uint256 retail;
        uint256 low;
        uint256 high;
    }

    /// @notice The bounds of ten slots with tariff word `prices` (`ITariff`), no slot open; `zeros` is z in every lane.
    function boundsOf(uint256 prices, uint256 zeros) internal pure returns (Bounds memory b) {
        b.retail = (prices >> 12) & Lanes.LOW12;
        uint256 feedIn = prices & Lanes.LOW12;
        b.low = feedIn - Lanes.minusFloor(feedIn, zeros);
        b.high = zeros + Lanes.minusFloor(b.retail, zeros);
    }

    /// @notice All of the above for ten orders in one go: what `malformed`, `aboveRetail` and `lock` say of them.
    /// @param capacity The most packets of an order, in every lane.
    /// @return collateral The lock, ticks x packets.
    /// @return offered Packets of the asks.
    /// @return faults Bit 0: malformed; bit 1: a bid above retail; bit 2: an order above capacity.
    function admit(
        uint256 orders,
        Bounds memory bounds,
        uint256 capacity
    ) internal pure returns (uint256 collateral, uint256 offered, uint256 faults) {
        assembly ("memory-safe") {
            let ask := and(orders, GUARD)
            ask := sub(shl(1, ask), shr(23, ask))
            let quantity := and(orders, LOW11)
            offered := and(quantity, ask)
            let x := and(sub(GUARD, quantity), GUARD)
            faults := iszero(iszero(and(orders, or(not(mload(bounds)), sub(shl(1, x), shr(23, x))))))
            x := and(sub(or(capacity, GUARD), quantity), GUARD)
            faults := or(faults, shl(2, iszero(eq(x, GUARD))))
            orders := and(shr(11, orders), LOW12)
            x := xor(and(sub(or(mload(add(bounds, 0x20)), GUARD), orders), GUARD), GUARD)
            faults := or(faults, shl(1, iszero(iszero(and(x, not(ask))))))
            // worst per packet: high - tick for asks, tick - low for bids, at least 0
            let high := mload(add(bounds, 0x60))
            let low := mload(add(bounds, 0x40))
            x := sub(or(xor(orders, and(xor(orders, high), ask)), GUARD), xor(low, and(xor(orders, low), ask)))
            low := and(x, GUARD)
            x := and(x, sub(low, shr(23, low)))
            // packets . worst: even and odd lanes apart, one side in reverse order (`Lanes.dot`)
            low := and(x, EVEN)
            low := or(
                or(or(shr(192, low), and(shr(96, low), SECOND)), and(low, THIRD)),
                or(and(shl(96, low), FOURTH), shl(192, low))
            )
            collateral := and(shr(192, mul(and(quantity, EVEN), low)), 0xffffffffffff)
            low := and(shr(24, x), EVEN)
            low := or(
                or(or(shr(192, low), and(shr(96, low), SECOND)), and(low, THIRD)),
                or(and(shl(96, low), FOURTH), shl(192, low))
            )
            collateral := add(collateral, and(shr(192, mul(and(shr(24, quantity), EVEN), low)), 0xffffffffffff))
        }
    }
}
