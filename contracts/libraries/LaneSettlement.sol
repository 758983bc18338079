// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";
import {Orders} from "./Orders.sol";
import {ProfileBook} from "./ProfileBook.sol";

/// @title LaneSettlement
/// @notice The rules of `Settlement` for ten slots at a time. Money is in ticks x packets until the very end: a price is
/// its tick less the tick of price 0, so sums of ticks and of packets are kept and the zero taken off once.
library LaneSettlement {
    /// @dev `Lanes.GUARD` in a literal, which assembly can name.
    uint256 private constant GUARD = 0x0000800000800000800000800000800000800000800000800000800000800000;

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

    /// @notice Prices of a session's traded words, made ready: `count` entries of six words at memory `entries`: 32 x the
    /// word of the session, 32 x the word of the day, then buy even, buy odd, sell even, sell odd (`Lanes.dot`).
    struct Prices {
        uint256 entries;
        uint256 count;
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
            Orders.Bounds memory bounds = Orders.boundsOf(prices[w], zeros);
            (t.low[w], t.high[w]) = (bounds.low, bounds.high);
            if (prices[w] == 0) continue;
            (t.retail.even[w], t.retail.odd[w]) = Lanes.turned(bounds.retail);
            (t.feedIn.even[w], t.feedIn.odd[w]) = Lanes.turned(prices[w] & Lanes.LOW12);
        }
    }

    /// @notice The prices of a session, made ready.
    /// @param words Price words of the session, the first of them the day's word `first`.
    /// @param traded Bit i: the i-th of them has a slot that traded.
    function sessionPrices(
        uint256[] memory words,
        uint256 first,
        uint256 traded
    ) internal pure returns (Prices memory p) {
        unchecked {
            uint256 entry;
            assembly ("memory-safe") {
                entry := mload(0x40)
            }
            p.entries = entry;
            for (uint256 i; traded >> i != 0; ++i) {
                if ((traded >> i) & 1 == 0) continue;
                (uint256 buyEven, uint256 buyOdd) = Lanes.turned((words[i] >> 12) & Lanes.LOW12);
                (uint256 sellEven, uint256 sellOdd) = Lanes.turned(words[i] & Lanes.LOW12);
                assembly ("memory-safe") {
                    mstore(entry, mul(i, 0x20))
                    mstore(add(entry, 0x20), mul(add(first, i), 0x20))
                    mstore(add(entry, 0x40), buyEven)
                    mstore(add(entry, 0x60), buyOdd)
                    mstore(add(entry, 0x80), sellEven)
                    mstore(add(entry, 0xa0), sellOdd)
                    entry := add(entry, 0xc0)
                    mstore(0x40, entry)
                }
                ++p.count;
            }
        }
    }

    /// @notice Adds a profile's fills to its member's position and contract legs.
    /// @param row Calldata position of the profile's head.
    /// @param fills Memory position of its fills, a word per entry of `prices`.
    function addProfile(
        Party memory party,
        Prices memory prices,
        uint256 row,
        uint256 fills,
        uint256 zero
    ) internal pure {
        unchecked {
            ++party.count;
            uint256 head;
            assembly ("memory-safe") {
                head := calldataload(row)
            }
            party.lock += ProfileBook.lockOf(head);
            uint256 sold;
            uint256 bought;
            uint256 entry = prices.entries;
            for (uint256 end = entry + 0xc0 * prices.count; entry < end; entry += 0xc0) {
                uint256 fill;
                assembly ("memory-safe") {
                    fill := mload(fills)
                    fills := add(fills, 0x20)
                }
                if (fill != 0) (sold, bought) = _addWord(party, entry, row, fill, sold, bought);
            }
            if (zero == 0) return;
            party.legs += int256(zero * Lanes.sum(bought)) - int256(zero * Lanes.sum(sold));
        }
    }

    /// @dev Ten fills at once; gives the running lanes of what the profile sold and bought.
    function _addWord(
        Party memory party,
        uint256 entry,
        uint256 row,
        uint256 fill,
        uint256 sold,
        uint256 bought
    ) private pure returns (uint256, uint256) {
        unchecked {
            uint256 part;
            assembly ("memory-safe") {
                let side := and(calldataload(add(add(row, 0x20), mload(entry))), GUARD)
                part := and(fill, sub(shl(1, side), shr(23, side)))
                fill := xor(fill, part)
                let offset := mload(add(entry, 0x20))
                let at := add(mload(add(party, 0xa0)), offset)
                mstore(at, add(mload(at), part))
                at := add(mload(add(party, 0xc0)), offset)
                mstore(at, add(mload(at), fill))
            }
            if (part != 0) party.legs += int256(_dotAt(part, entry + 0x80));
            if (fill != 0) party.legs -= int256(_dotAt(fill, entry + 0x40));
            return (sold + part, bought + fill);
        }
    }

    /// @dev `Lanes.dot` with the turned words at memory `at`.
    function _dotAt(uint256 packets, uint256 at) private pure returns (uint256) {
        uint256 even;
        uint256 odd;
        assembly ("memory-safe") {
            even := mload(at)
            odd := mload(add(at, 0x20))
        }
        return Lanes.dot(packets, even, odd);
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
                uint256 sold;
                uint256 bought;
                uint256 flow;
                assembly ("memory-safe") {
                    let offset := mul(w, 0x20)
                    sold := mload(add(mload(add(party, 0xa0)), offset))
                    bought := mload(add(mload(add(party, 0xc0)), offset))
                    flow := mload(add(party, 0x20))
                    if flow {
                        flow := calldataload(add(flow, offset))
                    }
                }
                if (sold | bought == 0) continue;
                if (sold != 0 && bought != 0) {
                    (sold, bought) = (Lanes.minusFloor(sold, bought), Lanes.minusFloor(bought, sold));
                }
                if (sold != 0) ticks += _shortage(t, sums, w, sold, flow & Lanes.LOW11);
                if (bought == 0) continue;
                uint256 unused = Lanes.minusFloor(bought, (flow >> 11) & Lanes.LOW11);
                if (unused != 0) ticks -= _money(t.feedIn, w, unused, t.zero);
                bought -= unused;
                sums.received[w] += bought;
                received[w / 2] |= w & 1 == 0 ? bought : bought << 12;
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
    /// @param row Calldata position of the profile's head.
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
                    orders := calldataload(row)
                }
                packets[w] = (Orders.packets(orders) & Orders.asks(orders)) - party.sold[w] + party.bought[w];
            }
        }
    }
}
