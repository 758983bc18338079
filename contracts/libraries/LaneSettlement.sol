// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";
import {Orders} from "./Orders.sol";
import {ProfileBook} from "./ProfileBook.sol";

/// @title LaneSettlement
/// @notice The rules of `Settlement` for ten slots at a time. Money is in ticks x packets until the very end: a price is
/// its tick less the tick of price 0, so sums of ticks and of packets are kept and the zero taken off once.
library LaneSettlement {
    /// @notice One member in a settlement.
    /// @param flows Where its ten flow words lie in calldata; 0 if its flows count as zero.
    /// @param count Profiles of it seen.
    /// @param lock Locks of these profiles, token base units.
    /// @param legs What it gets (negative: pays) for its trades, ticks x packets.
    struct Party {
        uint256 member;
        uint256 flows;
        uint256 count;
        uint256 lock;
        int256 legs;
        uint256[10] sold;
        uint256[10] bought;
    }

    /// @notice A price per slot, turned for `Lanes.dot`.
    struct Turned {
        uint256[10] even;
        uint256[10] odd;
    }

    /// @notice The day's tariff. `low` = min(z, F) and `high` = max(z, R) with z the tick of price 0.
    struct Terms {
        uint256 tickSize;
        uint256 zero;
        Turned retail;
        Turned feedIn;
        uint256[10] low;
        uint256[10] high;
    }

    /// @notice Prices of a session, word by word of the day.
    struct Prices {
        Turned buy;
        Turned sell;
    }

    /// @notice Packets proved: delivered by net sellers, received by net buyers.
    struct Proved {
        uint256[10] delivered;
        uint256[10] received;
    }

    /// @notice Lanes of the tariff words `prices`, made ready.
    function terms(uint256[] memory prices, uint256 zero, uint256 tickSize) internal pure returns (Terms memory t) {
        (t.zero, t.tickSize) = (zero, tickSize);
        uint256 zeros = Lanes.spread(zero);
        for (uint256 w; w < 10; ++w) {
            (uint256 retail, uint256 feedIn) = ((prices[w] >> 12) & Lanes.LOW12, prices[w] & Lanes.LOW12);
            if (prices[w] != 0) {
                (t.retail.even[w], t.retail.odd[w]) = Lanes.turned(retail);
                (t.feedIn.even[w], t.feedIn.odd[w]) = Lanes.turned(feedIn);
            }
            t.low[w] = feedIn - Lanes.minusFloor(feedIn, zeros);
            t.high[w] = zeros + Lanes.minusFloor(retail, zeros);
        }
    }

    /// @notice Lanes of a session's prices, made ready; `words` start at the day's word `first`.
    function sessionPrices(uint256[] memory words, uint256 first) internal pure returns (Prices memory p) {
        for (uint256 i; i < words.length; ++i) {
            if (words[i] == 0) continue;
            (p.buy.even[first + i], p.buy.odd[first + i]) = Lanes.turned((words[i] >> 12) & Lanes.LOW12);
            (p.sell.even[first + i], p.sell.odd[first + i]) = Lanes.turned(words[i] & Lanes.LOW12);
        }
    }

    /// @notice Adds a profile's fills to its member's position and contract legs.
    /// @param row Memory position of the profile's head.
    /// @param fills Memory position of its fills, 0 if there are none.
    /// @param first Word of the day of its first order word.
    function addProfile(
        Party memory party,
        Prices memory prices,
        uint256 row,
        uint256 fills,
        uint256 first,
        uint256 words,
        uint256 zero
    ) internal pure {
        unchecked {
            ++party.count;
            uint256 head;
            assembly ("memory-safe") {
                head := mload(row)
            }
            party.lock += ProfileBook.lockOf(head);
            if (fills == 0) return;
            for (uint256 w = first; w < first + words; ++w) {
                uint256 fill;
                uint256 ask;
                assembly ("memory-safe") {
                    row := add(row, 0x20)
                    fill := mload(fills)
                    ask := mload(row)
                    fills := add(fills, 0x20)
                }
                if (fill == 0) continue;
                ask = Orders.asks(ask);
                if (fill & ask != 0) _sell(party, prices.sell, w, fill & ask, zero);
                if (fill & ~ask != 0) _buy(party, prices.buy, w, fill & ~ask, zero);
            }
        }
    }

    function _sell(Party memory party, Turned memory price, uint256 w, uint256 fill, uint256 zero) private pure {
        unchecked {
            party.sold[w] += fill;
            party.legs += _money(price, w, fill, zero);
        }
    }

    function _buy(Party memory party, Turned memory price, uint256 w, uint256 fill, uint256 zero) private pure {
        unchecked {
            party.bought[w] += fill;
            party.legs -= _money(price, w, fill, zero);
        }
    }

    /// @dev Sum over ten slots of packets x (tick - zero).
    function _money(Turned memory price, uint256 w, uint256 packets, uint256 zero) private pure returns (int256) {
        unchecked {
            uint256 product = Lanes.dot(packets, price.even[w], price.odd[w]);
            return zero == 0 ? int256(product) : int256(product) - int256(zero * Lanes.sum(packets));
        }
    }

    /// @notice What the supplier gets (negative: gives) for the member's deviation, in ticks x packets; adds what was
    /// proved to `sums`, and gives what the member received as five words of cells.
    function supplierLeg(
        Terms memory t,
        Party memory party,
        Proved memory sums
    ) internal pure returns (int256 ticks, uint256[5] memory received) {
        unchecked {
            for (uint256 w; w < 10; ++w) {
                (uint256 sold, uint256 bought) = (party.sold[w], party.bought[w]);
                if (sold | bought == 0) continue;
                if (sold != 0 && bought != 0) {
                    (sold, bought) = (Lanes.minusFloor(sold, bought), Lanes.minusFloor(bought, sold));
                }
                uint256 flow = _flow(party.flows, w);
                if (sold != 0) ticks += _shortage(t, sums, w, sold, flow & Lanes.LOW11);
                if (bought != 0) {
                    uint256 unused = Lanes.minusFloor(bought, (flow >> 11) & Lanes.LOW11);
                    if (unused != 0) ticks -= _money(t.feedIn, w, unused, t.zero);
                    bought -= unused;
                    sums.received[w] += bought;
                    received[w / 2] |= w & 1 == 0 ? bought : bought << 12;
                }
            }
        }
    }

    function _shortage(
        Terms memory t,
        Proved memory sums,
        uint256 w,
        uint256 sold,
        uint256 fedIn
    ) private pure returns (int256 ticks) {
        unchecked {
            uint256 shortage = Lanes.minusFloor(sold, fedIn);
            sums.delivered[w] += sold - shortage;
            if (shortage != 0) ticks = _money(t.retail, w, shortage, t.zero);
        }
    }

    function _flow(uint256 flows, uint256 w) private pure returns (uint256 flow) {
        assembly ("memory-safe") {
            if flows {
                flow := calldataload(add(flows, mul(w, 0x20)))
            }
        }
    }

    /// @notice The lock that a profile's fills still need, in ticks x packets: bought at the price paid, sold at the
    /// price received (`Settlement.bidLock`, `askLock`).
    /// @param prices The session's price words, from the day's word `first` on.
    function lockAfter(
        Terms memory t,
        Party memory party,
        uint256[] memory prices,
        uint256 first
    ) internal pure returns (uint256 ticks) {
        unchecked {
            for (uint256 i; i < prices.length; ++i) {
                uint256 w = first + i;
                ticks += _dot(party.bought[w], Lanes.minusFloor((prices[i] >> 12) & Lanes.LOW12, t.low[w]));
                ticks += _dot(party.sold[w], Lanes.minusFloor(t.high[w], prices[i] & Lanes.LOW12));
            }
        }
    }

    function _dot(uint256 a, uint256 b) private pure returns (uint256) {
        if (a == 0) return 0;
        (uint256 even, uint256 odd) = Lanes.turned(b);
        return Lanes.dot(a, even, odd);
    }

    /// @notice Adds the net position of profiles that were released before.
    function addPosition(Party memory party, uint256[10] memory sold, uint256[10] memory bought) internal pure {
        unchecked {
            for (uint256 w; w < 10; ++w) {
                party.sold[w] += sold[w];
                party.bought[w] += bought[w];
            }
        }
    }

    /// @notice What a released profile gives back to its member's free ecoins: asks that did not sell, and what it bought.
    /// @param row Memory position of the profile's head.
    function returned(
        Party memory party,
        uint256 row,
        uint256 first,
        uint256 words
    ) internal pure returns (uint256[10] memory packets) {
        unchecked {
            for (uint256 w = first; w < first + words; ++w) {
                uint256 orders;
                assembly ("memory-safe") {
                    row := add(row, 0x20)
                    orders := mload(row)
                }
                packets[w] = (Orders.packets(orders) & Orders.asks(orders)) - party.sold[w] + party.bought[w];
            }
        }
    }
}
