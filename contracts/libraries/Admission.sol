// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IEnergyMarket} from "../interfaces/IEnergyMarket.sol";
import {ITariff} from "../interfaces/ITariff.sol";
import {Refusal} from "../types/Refusal.sol";
import {Lanes} from "./Lanes.sol";
import {Orders} from "./Orders.sol";

/// @title Admission
/// @notice What a profile's orders are held against before it is taken: the session's slots, R, the member's connection;
/// and the lock they need.
library Admission {
    /// @notice The limits of a session, read once per batch.
    /// @param members Members who may take part.
    /// @param words Order words of a profile, the first of them the day's word `firstWord`.
    /// @param bounds One per word.
    struct Limits {
        uint32 id;
        uint16 day;
        uint16 members;
        uint256 words;
        uint256 tickSize;
        uint256 firstWord;
        Orders.Bounds[] bounds;
    }

    /// @notice A profile on its way in.
    /// @param orders Calldata position of its order words.
    /// @param asks Packets of its asks, aligned to the day, if it `offers` any.
    struct Incoming {
        uint256 head;
        uint256 orders;
        address account;
        uint256 capacity;
        uint256 lock;
        bytes32 profile;
        bool offers;
        uint256[10] asks;
    }

    /// @notice The limits of the session with number `id`.
    function limitsOf(
        uint32 id,
        IEnergyMarket.Session memory session,
        ITariff tariff
    ) internal view returns (Limits memory limits) {
        (limits.id, limits.day, limits.words) = (id, session.day, wordsOf(session));
        limits.firstWord = session.first / Lanes.COUNT;
        limits.members = session.members;
        (, limits.tickSize) = tariff.scale();
        uint256 zeros = Lanes.spread(tariff.zeroTick());
        uint256[] memory prices = tariff.prices(session.day);
        limits.bounds = new Orders.Bounds[](limits.words);
        for (uint256 i; i < limits.words; ++i) {
            limits.bounds[i] = Orders.boundsOf(prices[limits.firstWord + i], zeros);
        }
        for (uint256 i = session.first; i < uint256(session.first) + session.count; ++i) {
            limits.bounds[i / Lanes.COUNT - limits.firstWord].open |= 0xffffff << (24 * (i % Lanes.COUNT));
        }
    }

    /// @notice Order words of a profile: the words of the day that the session's slots lie in.
    function wordsOf(IEnergyMarket.Session memory s) internal pure returns (uint256) {
        return (uint256(s.first) + s.count - 1) / Lanes.COUNT - s.first / Lanes.COUNT + 1;
    }

    /// @notice Checks ten orders at a time, adds up the lock and sets the asks apart.
    function price(Limits memory limits, Incoming memory p) internal pure returns (Refusal) {
        unchecked {
            uint256 capacity = Lanes.spread(p.capacity);
            uint256 lock;
            uint256 faults;
            for (uint256 i; i < limits.words; ++i) {
                uint256 orders;
                uint256 position = p.orders + 32 * i;
                assembly ("memory-safe") {
                    orders := calldataload(position)
                }
                if (orders == 0) continue;
                (uint256 ticks, uint256 offered, uint256 faulty) = Orders.admit(orders, limits.bounds[i], capacity);
                lock += ticks;
                faults |= faulty;
                if (offered == 0) continue;
                p.offers = true;
                p.asks[limits.firstWord + i] = offered;
            }
            p.lock = lock * limits.tickSize;
            if (faults == 0) return Refusal.None;
            if (faults & 1 != 0) return Refusal.MalformedOrder;
            return faults & 2 != 0 ? Refusal.AboveRetail : Refusal.AboveCapacity;
        }
    }

    /// @notice Packets of the asks of the one profile in `rows`, aligned to the day, and whether there are any.
    function asksOf(
        bytes memory rows,
        Limits memory limits
    ) internal pure returns (uint256[10] memory asks, bool offers) {
        for (uint256 w; w < limits.words; ++w) {
            uint256 orders;
            assembly ("memory-safe") {
                orders := mload(add(add(rows, 0x40), mul(w, 0x20)))
            }
            asks[limits.firstWord + w] = Orders.packets(orders) & Orders.asks(orders);
            if (asks[limits.firstWord + w] != 0) offers = true;
        }
    }
}
