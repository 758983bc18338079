// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Lanes} from "./Lanes.sol";
import {TieKey} from "./TieKey.sol";

/// @title LaneAuction
/// @notice Checks the claims of a multi-unit double auction in one pass over the book, ten orders at a time.
/// @dev The rules are those of `DoubleAuction`, the plain version that tests compare this with; here is only how they
/// fit in lanes (derivation in `docs/gas.md`).
///
/// An order's rank is 23 bits: 12 of the price tick (complemented for asks), 11 of the complemented tie key; the larger
/// goes first, on both sides. "Strictly ahead of the critical order" is then one subtraction for ten orders. Where the
/// 23 bits are equal, `_tie` compares the whole key for that one order.
///
/// Claim of a slot, one word, from the low bits: traded (1), asks are the long side (1), tick of the critical bid (12),
/// of the critical ask (12), level beta (11), member of the critical bid (16), of the critical ask (16), member with
/// the smallest key that loses one packet more, or 0 (16): these 85 bits are the result that is kept. Above them: how
/// the cumulatives of the critical pair compare (2: 0 nothing crosses, 1 demand < supply, 2 demand > supply, 3 equal)
/// and, for 0 and 3, the tick that separates the bids and asks behind (13).
library LaneAuction {
    /// @dev Words of tally per ten slots: packets ahead (both sides), of them asks, packets behind that still cross,
    /// sum of min(quantity, beta) over the long side's winners, number above beta, of them with a key at or above the
    /// threshold, quantity of the critical bid, of the critical ask, number of orders.
    uint256 internal constant TALLY = 9;
    /// @notice What a pass over a book carries: where its constants and its tally lie in memory, seed, words per
    /// row, and whether words in which no slot has a pair are passed over.
    struct Pass {
        uint256 blocks;
        uint256 tally;
        bytes32 seed;
        uint256 words;
        bool sparse;
    }

    uint256 private constant RESULT = (1 << 85) - 1;
    uint256 private constant NOTHING_CROSSES = 0;
    uint256 private constant LESS = 1;
    uint256 private constant MORE = 2;

    // Offsets in the block of constants of ten slots; then per slot: claim, slot key, keys of critical bid, ask, threshold.
    uint256 private constant PER_SLOT = 0x100;
    uint256 private constant SLOT_SIZE = 0xa0;
    uint256 private constant BLOCK = 0x740;
    // `Lanes` in literals, which assembly can name.
    uint256 private constant ONES = 0x0000000001000001000001000001000001000001000001000001000001000001;
    uint256 private constant GUARD = 0x0000800000800000800000800000800000800000800000800000800000800000;
    uint256 private constant LOW11 = 0x00000007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff0007ff;
    uint256 private constant LOW23 = 0x00007fffff7fffff7fffff7fffff7fffff7fffff7fffff7fffff7fffff7fffff;
    uint256 private constant TICKS = 0x00007ff8007ff8007ff8007ff8007ff8007ff8007ff8007ff8007ff8007ff800;
    /// @dev Byte (2^(24 i) mod 23) is i.
    uint256 private constant LANE_OF = 0x0000060401000000070800000509000002000300000000000000000000000000;

    /// @notice The constants that the claims (or, where `results`, kept results) put into each lane.
    /// @return c Memory position of the blocks, one per ten slots.
    function prepare(
        bytes32 seed,
        uint256 firstSlot,
        uint256[] memory claims,
        bool results
    ) internal pure returns (uint256 c) {
        unchecked {
            uint256 words = claims.length / 10;
            assembly ("memory-safe") {
                c := mload(0x40)
                mstore(0x40, add(c, mul(words, BLOCK)))
            }
            for (uint256 w; w < words; ++w)
                _prepareWord(c + w * BLOCK, seed, firstSlot + 10 * w, claims, 10 * w, results);
        }
    }

    /// @dev Fills one block, lane by lane.
    function _prepareWord(
        uint256 c,
        bytes32 seed,
        uint256 firstSlot,
        uint256[] memory claims,
        uint256 first,
        bool results
    ) private pure {
        unchecked {
            assembly ("memory-safe") {
                calldatacopy(c, calldatasize(), BLOCK)
                mstore(add(c, 0x20), LOW23)
            }
            for (uint256 i; i < 10; ++i) {
                uint256 claim = claims[first + i];
                if (results ? claim & 1 == 1 : (claim >> 85) & 3 != NOTHING_CROSSES) {
                    _preparePair(c, seed, firstSlot + i, claim, i);
                } else if (!results) {
                    (uint256 low, uint256 high) = _bounds(claim);
                    _put(c + 0x60, i, low << 11, (4096 - high) << 11);
                }
            }
        }
    }

    /// @dev The constants of a slot with a critical pair. Without one, no rank is above the 23 ones that stand there.
    function _preparePair(uint256 c, bytes32 seed, uint256 slot, uint256 claim, uint256 i) private pure {
        unchecked {
            uint256 slotKey = TieKey.ofSlot(seed, slot);
            uint256 member = (claim >> 69) & 0xffff;
            uint256 keyL = TieKey.ofMember(seed, (claim >> 37) & 0xffff) ^ slotKey;
            uint256 keyK = TieKey.ofMember(seed, (claim >> 53) & 0xffff) ^ slotKey;
            uint256 keyT = member == 0 ? type(uint256).max : TieKey.ofMember(seed, member) ^ slotKey;
            assembly ("memory-safe") {
                let shift := mul(24, i)
                if and(claim, 2) {
                    mstore(add(c, 0xa0), or(mload(add(c, 0xa0)), shl(shift, 0xffffff)))
                }
                mstore(add(c, 0xc0), or(mload(add(c, 0xc0)), shl(shift, and(shr(26, claim), 0x7ff))))
                mstore(add(c, 0xe0), or(mload(add(c, 0xe0)), shl(shift, xor(0x7ff, shr(245, keyT)))))
                mstore(c, or(mload(c), shl(shift, xor(0x7ff, shr(245, slotKey)))))
                let s := add(add(c, PER_SLOT), mul(i, SLOT_SIZE))
                mstore(s, claim)
                mstore(add(s, 0x20), slotKey)
                mstore(add(s, 0x40), keyL)
                mstore(add(s, 0x60), keyK)
                mstore(add(s, 0x80), keyT)
            }
            keyL = ((claim << 9) & (0xfff << 11)) | (0x7ff ^ (keyL >> 245));
            keyK = (((0xfff ^ (claim >> 14)) & 0xfff) << 11) | (0x7ff ^ (keyK >> 245));
            _put(c + 0x20, i, keyL ^ 0x7fffff, keyK ^ 0x7fffff);
            (uint256 low, uint256 high) = _bounds(claim);
            _put(c + 0x60, i, low << 11, (4096 - high) << 11);
        }
    }

    /// @dev Behind the claimed pair nothing may cross: no bid at or above tick `low`, no ask below tick `high`.
    function _bounds(uint256 claim) private pure returns (uint256 low, uint256 high) {
        unchecked {
            uint256 relation = (claim >> 85) & 3;
            if (relation == LESS) return ((claim >> 14) & 0xfff, 0);
            if (relation == MORE) return (4096, ((claim >> 2) & 0xfff) + 1);
            low = (claim >> 87) & 0x1fff;
            if (low > 4096) low = 4096;
            high = low;
        }
    }

    /// @dev Crosses lane `i` of the word at `at` with the value for bids, and of the word after it with what turns that
    /// into the value for asks.
    function _put(uint256 at, uint256 i, uint256 bid, uint256 ask) private pure {
        assembly ("memory-safe") {
            let shift := mul(24, i)
            mstore(at, xor(mload(at), shl(shift, bid)))
            mstore(add(at, 0x20), xor(mload(add(at, 0x20)), shl(shift, xor(bid, ask))))
        }
    }

    /// @notice Adds one member's orders, a row at a calldata position, to the tally.
    /// @dev Assumes canonical orders: an empty lane is 0. At most 8,192 rows of 2,047 packets keep a lane below 2^24.
    function addRow(Pass memory pass, uint256 row) internal pure {
        unchecked {
            uint256 key;
            assembly ("memory-safe") {
                key := and(calldataload(row), 0xffff)
            }
            key = TieKey.ofMember(pass.seed, key);
            uint256 c = pass.blocks;
            uint256 a = pass.tally;
            for (uint256 end = row + 32 * pass.words; row < end;) {
                uint256 orders;
                assembly ("memory-safe") {
                    row := add(row, 0x20)
                    orders := calldataload(row)
                }
                if (orders != 0 && (!pass.sparse || _hasPair(c))) _addWord(c, a, orders, key);
                c += BLOCK;
                a += TALLY * 0x20;
            }
        }
    }

    /// @notice Whether any slot of the block at `c` has a critical pair.
    function _hasPair(uint256 c) private pure returns (bool yes) {
        assembly ("memory-safe") {
            yes := iszero(and(eq(mload(add(c, 0x20)), LOW23), iszero(mload(add(c, 0x40)))))
        }
    }

    /// @notice Bit w: any slot of the w-th block has a critical pair.
    function pairs(Pass memory pass) internal pure returns (uint256 mask) {
        for (uint256 w; w < pass.words; ++w) if (_hasPair(pass.blocks + w * BLOCK)) mask |= 1 << w;
    }

    /// @dev Ten orders of the member with `key` at once.
    function _addWord(uint256 c, uint256 a, uint256 orders, uint256 key) private pure {
        uint256 equal;
        uint256 atThreshold;
        uint256 crossing;
        assembly ("memory-safe") {
            // 24 ones in the lanes of asks
            let ask := and(orders, GUARD)
            ask := sub(shl(1, ask), shr(23, ask))
            // complemented key, 11 bits a lane
            let nk := xor(mul(shr(245, key), ONES), mload(c))
            // rank with the guard set
            let x := or(or(and(xor(orders, ask), TICKS), nk), GUARD)
            // strictly ahead of the critical order of its side; equal in rank to it
            let d := sub(x, xor(mload(add(c, 0x20)), and(mload(add(c, 0x40)), ask)))
            equal := and(d, GUARD)
            d := and(sub(d, ONES), GUARD)
            equal := xor(equal, d)
            // not ahead, but beyond the price at which nothing behind may be
            crossing := and(and(sub(x, xor(mload(add(c, 0x60)), and(mload(add(c, 0x80)), ask))), GUARD), not(d))
            x := and(orders, LOW11)
            mstore(add(a, 0x40), add(mload(add(a, 0x40)), and(x, sub(crossing, shr(23, crossing)))))
            mstore(add(a, 0x100), add(mload(add(a, 0x100)), shr(23, and(sub(or(x, GUARD), ONES), GUARD))))
            // packets ahead
            x := and(x, sub(d, shr(23, d)))
            mstore(a, add(mload(a), x))
            mstore(add(a, 0x20), add(mload(add(a, 0x20)), and(x, ask)))
            // winners of the long side: their loss up to the level, how many exceed it, with which keys
            x := and(x, not(xor(ask, mload(add(c, 0xa0)))))
            ask := mload(add(c, 0xc0))
            d := and(sub(or(x, GUARD), add(ask, ONES)), GUARD)
            mstore(add(a, 0x60), add(mload(add(a, 0x60)), xor(x, and(xor(x, ask), sub(d, shr(23, d))))))
            mstore(add(a, 0x80), add(mload(add(a, 0x80)), shr(23, d)))
            x := sub(or(mload(add(c, 0xe0)), GUARD), nk)
            atThreshold := and(x, GUARD)
            x := and(sub(x, ONES), GUARD)
            atThreshold := and(xor(atThreshold, x), d)
            mstore(add(a, 0xa0), add(mload(add(a, 0xa0)), shr(23, and(x, d))))
        }
        if (equal | atThreshold != 0) _ties(c, a, orders, key, equal, atThreshold, crossing);
    }

    /// @dev The lanes whose 23-bit rank equals that of a critical order, or whose 11-bit key equals the threshold's.
    function _ties(
        uint256 c,
        uint256 a,
        uint256 orders,
        uint256 key,
        uint256 equal,
        uint256 atThreshold,
        uint256 crossing
    ) private pure {
        unchecked {
            uint256 left = equal | atThreshold;
            while (left != 0) {
                uint256 lowest = left & (~left + 1);
                left ^= lowest;
                uint256 one = lowest >> 23;
                uint256 i;
                assembly ("memory-safe") {
                    i := byte(mod(one, 23), LANE_OF)
                }
                uint256 s = c + PER_SLOT + i * SLOT_SIZE;
                if (equal & lowest != 0) _tie(s, a, orders >> (24 * i), key, one, crossing & lowest != 0);
                else if (_fullKey(s, key) >= _word(s + 0x80)) _bump(a + 0xa0, one);
            }
        }
    }

    /// @dev One order of the same price and leading key bits as the critical order of its side: the critical order
    /// itself, or ahead of it, or behind.
    function _tie(uint256 s, uint256 a, uint256 order, uint256 key, uint256 one, bool crossing) private pure {
        unchecked {
            uint256 packets = order & 0x7ff;
            uint256 claim = _word(s);
            if (packets == 0) return;
            bool ask = order & 0x800000 != 0;
            key = _fullKey(s, key);
            uint256 critical = _word(ask ? s + 0x60 : s + 0x40);
            if (critical == key) {
                _bump(ask ? a + 0xe0 : a + 0xc0, one * packets);
                return;
            }
            if (key > critical) return;
            _bump(a, one * packets);
            if (ask) _bump(a + 0x20, one * packets);
            if (crossing) _bump(a + 0x40, ~(one * packets) + 1);
            if (ask != (claim & 2 != 0)) return;
            uint256 beta = (claim >> 26) & 0x7ff;
            _bump(a + 0x60, one * (packets < beta ? packets : beta));
            if (packets <= beta) return;
            _bump(a + 0x80, one);
            if (key >= _word(s + 0x80)) _bump(a + 0xa0, one);
        }
    }

    /// @dev The whole tie key of a member in the slot at `s`.
    function _fullKey(uint256 s, uint256 key) private pure returns (uint256) {
        return key ^ _word(s + 0x20);
    }

    function _word(uint256 position) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(position)
        }
    }

    /// @dev Adds to a word of the tally; wraps, since a lane may be lowered by adding its negative.
    function _bump(uint256 position, uint256 by) private pure {
        assembly ("memory-safe") {
            mstore(position, add(mload(position), by))
        }
    }

    /// @notice What the claim of one slot, `i`-th lane of the tally words at memory `a`, comes to.
    /// @return reason Why it is false; empty if it is the one true outcome.
    /// @return traded Packets that change hands.
    function judge(uint256 claim, uint256 a, uint256 i) internal pure returns (string memory reason, uint256 traded) {
        unchecked {
            uint256 asks = Lanes.at(_word(a + 0x20), i);
            uint256 bids = Lanes.at(_word(a), i) - asks;
            uint256 behind = Lanes.at(_word(a + 0x40), i);
            uint256 relation = (claim >> 85) & 3;
            if (relation == NOTHING_CROSSES) {
                return (
                    behind != 0
                        ? "orders cross"
                        : claim & RESULT != 0
                            ? "not canonical"
                            : "",
                    0
                );
            }
            uint256 qL = Lanes.at(_word(a + 0xc0), i);
            uint256 qK = Lanes.at(_word(a + 0xe0), i);
            reason = _judgePair(claim, bids, asks, qL, qK, behind, relation);
            if (bytes(reason).length != 0) return (reason, 0);
            traded = bids < asks ? bids : asks;
            if (traded == 0) return (claim & 1 != 0 ? "nothing trades" : "", 0);
            if (claim & 1 == 0) return ("something trades", 0);
            reason = _judgeBurden(claim, a, i, bids, asks);
        }
    }

    /// @dev Rule 1.2 of the mechanism: exactly one pair of critical orders passes.
    function _judgePair(
        uint256 claim,
        uint256 bids,
        uint256 asks,
        uint256 qL,
        uint256 qK,
        uint256 behind,
        uint256 relation
    ) private pure returns (string memory) {
        unchecked {
            uint256 tickL = (claim >> 2) & 0xfff;
            uint256 tickK = (claim >> 14) & 0xfff;
            if (qL == 0 || qK == 0) return "no such critical order";
            if (tickL < tickK) return "critical pair does not cross";
            uint256 xL = bids + qL;
            uint256 yK = asks + qK;
            if (bids >= yK || asks >= xL) return "not the critical pair";
            if (
                relation !=
                (
                    xL < yK
                        ? LESS
                        : xL > yK
                            ? MORE
                            : 3
                )
            ) return "wrong relation";
            (uint256 low, uint256 high) = _bounds(claim);
            // The critical orders themselves were counted where they lie beyond the bounds.
            if (behind != (tickL >= low ? qL : 0) + (tickK < high ? qK : 0)) return "the next packet crosses";
            return "";
        }
    }

    /// @dev Equal losses: level and remainder are the only ones that add up to the excess.
    function _judgeBurden(
        uint256 claim,
        uint256 a,
        uint256 i,
        uint256 bids,
        uint256 asks
    ) private pure returns (string memory) {
        unchecked {
            uint256 base = Lanes.at(_word(a + 0x60), i);
            uint256 above = Lanes.at(_word(a + 0x80), i);
            uint256 extra = Lanes.at(_word(a + 0xa0), i);
            if ((claim & 2 != 0) != (asks > bids)) return "wrong long side";
            uint256 excess = asks > bids ? asks - bids : bids - asks;
            if (base > excess || excess >= base + above) return "wrong level";
            if (extra != excess - base) return "wrong remainder";
            return "";
        }
    }
}
