// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "../libraries/Lanes.sol";
import {Orders} from "../libraries/Orders.sol";
import {Settlement} from "../libraries/Settlement.sol";

/// @title OrdersHarness
/// @notice Lets tests call `Orders`, and `Settlement` as its reference.
contract OrdersHarness {
    /// @notice The parts of a word of orders.
    function parts(uint256 orders) external pure returns (uint256 asks, uint256 packets, uint256 ticks) {
        return (Orders.asks(orders), Orders.packets(orders), Orders.ticks(orders));
    }

    /// @notice What is not 0 for a word that is refused.
    function faults(
        uint256 orders,
        uint256 open,
        uint256 retail
    ) external pure returns (uint256 malformed, uint256 aboveRetail) {
        return (Orders.malformed(orders, open), Orders.aboveRetail(orders, retail));
    }

    /// @notice Worst cost per packet and lock of each word, in ticks.
    function locks(
        uint256[] calldata orders,
        uint256[] calldata low,
        uint256[] calldata high
    ) external pure returns (uint256[] memory worst, uint256[] memory lock) {
        (worst, lock) = (new uint256[](orders.length), new uint256[](orders.length));
        for (uint256 i; i < orders.length; ++i) {
            worst[i] = Orders.worst(orders[i], low[i], high[i]);
            lock[i] = Orders.lock(orders[i], low[i], high[i]);
        }
    }

    /// @notice What `admit` says of each word, and what the functions that it joins say: collateral, offered, faults.
    function admit(
        uint256[] calldata orders,
        Orders.Bounds[] calldata bounds,
        uint256 capacity
    ) external pure returns (uint256[3][] memory said, uint256[3][] memory apart) {
        (said, apart) = (new uint256[3][](orders.length), new uint256[3][](orders.length));
        for (uint256 i; i < orders.length; ++i) {
            (said[i][0], said[i][1], said[i][2]) = Orders.admit(orders[i], bounds[i], Lanes.spread(capacity));
            apart[i] = _apart(orders[i], bounds[i], capacity);
        }
    }

    function _apart(
        uint256 orders,
        Orders.Bounds calldata bounds,
        uint256 capacity
    ) private pure returns (uint256[3] memory apart) {
        apart[0] = Orders.lock(orders, bounds.low, bounds.high);
        apart[1] = Orders.packets(orders) & Orders.asks(orders);
        if (Orders.malformed(orders, bounds.open) != 0) apart[2] |= 1;
        if (Orders.aboveRetail(orders, bounds.retail) != 0) apart[2] |= 2;
        if (Lanes.above(Orders.packets(orders), Lanes.spread(capacity)) != 0) apart[2] |= 4;
    }

    /// @notice The same locks in token base units, order by order, as `Settlement` says. `retail` and `feedIn` are lanes of ticks.
    function plainLock(
        uint256 orders,
        uint256 retail,
        uint256 feedIn,
        int256 floorPrice,
        int256 tickSize
    ) external pure returns (uint256 lock) {
        for (uint256 i; i < Lanes.COUNT; ++i) {
            uint256 order = Lanes.at(orders, i);
            int256 price = floorPrice + int256((order >> 11) & 0xfff) * tickSize;
            uint256 each =
                order >> 23 == 1
                    ? Settlement.askLock(price, floorPrice + int256(Lanes.at(retail, i)) * tickSize)
                    : Settlement.bidLock(price, floorPrice + int256(Lanes.at(feedIn, i)) * tickSize);
            lock += (order & 0x7ff) * each;
        }
    }
}
