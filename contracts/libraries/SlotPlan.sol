// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SlotLanes} from "./SlotLanes.sol";

/// @title SlotPlan
/// @notice Packets per slot over the horizon of a commons, and how requests are laid into them.
/// @dev A ring of 128 slots in eight words of lanes: a slot stands at its number modulo 128. Lanes below 2^15.
/// `agents/model/commonsPlan.ts` is the plain twin.
library SlotPlan {
    using SlotLanes for uint256;

    /// @notice Adds `packets` to every slot of [from, to).
    function addRun(uint256[8] memory ring, uint256 from, uint256 to, uint256 packets) internal pure {
        unchecked {
            uint256 lanes = packets * SlotLanes.ONES;
            for (; from < to; from = (from | 15) + 1) {
                uint256 part = lanes & _within(from, to);
                assembly ("memory-safe") {
                    let at := add(ring, and(shl(1, from), 0xe0))
                    mstore(at, add(mload(at), part))
                }
            }
        }
    }

    /// @notice Adds `packets` to every slot of [from, to) in two rings.
    function addRunToBoth(
        uint256[8] memory ring,
        uint256[8] memory other,
        uint256 from,
        uint256 to,
        uint256 packets
    ) internal pure {
        unchecked {
            uint256 lanes = packets * SlotLanes.ONES;
            for (; from < to; from = (from | 15) + 1) {
                uint256 part = lanes & _within(from, to);
                assembly ("memory-safe") {
                    let offset := and(shl(1, from), 0xe0)
                    let at := add(ring, offset)
                    mstore(at, add(mload(at), part))
                    at := add(other, offset)
                    mstore(at, add(mload(at), part))
                }
            }
        }
    }

    /// @notice Takes `packets` from every slot of [from, to). Assumes they are there.
    function subRun(uint256[8] memory ring, uint256 from, uint256 to, uint256 packets) internal pure {
        unchecked {
            uint256 lanes = packets * SlotLanes.ONES;
            for (; from < to; from = (from | 15) + 1) {
                uint256 part = lanes & _within(from, to);
                assembly ("memory-safe") {
                    let at := add(ring, and(shl(1, from), 0xe0))
                    mstore(at, sub(mload(at), part))
                }
            }
        }
    }

    /// @notice Takes `packets` from one slot. Assumes they are there.
    function sub(uint256[8] memory ring, uint256 slot, uint256 packets) internal pure {
        unchecked {
            _set(ring, slot, _at(ring, slot) - (packets << ((slot & 15) << 4)));
        }
    }

    /// @notice Sets one slot to 0.
    function clear(uint256[8] memory ring, uint256 slot) internal pure {
        unchecked {
            _set(ring, slot, _at(ring, slot) & ~(uint256(0xffff) << ((slot & 15) << 4)));
        }
    }

    /// @notice Lays `packets` into [from, to), earliest slots first, at most `perSlot` and what `planned` leaves of
    /// `carried` in each; returns how many found no place.
    /// @dev Lane by lane the smaller of `perSlot` and carried - taken, as in `SlotLanes`. In the word in which all is laid,
    /// the slots that are reached before it is, and of the last of them a part.
    /// @param write Whether to add them to `planned`.
    function layBudget(
        uint256[8] memory carried,
        uint256[8] memory planned,
        uint256 from,
        uint256 to,
        uint256 perSlot,
        uint256 packets,
        bool write
    ) internal pure returns (uint256 lost) {
        (uint256 ones, uint256 guard) = (SlotLanes.ONES, SlotLanes.GUARD);
        assembly ("memory-safe") {
            // lane-wise a - b where a > b, else 0; lanes below 2^15
            function minusFloor(x, y, g) -> z {
                z := sub(or(x, g), y)
                let h := and(z, g)
                z := and(z, sub(h, shr(15, h)))
            }
            let most := mul(perSlot, ones)
            for {} lt(from, to) {
                from := add(or(from, 15), 1)
            } {
                let offset := and(shl(1, from), 0xe0)
                let taken := mload(add(planned, offset))
                let lanes := minusFloor(mload(add(carried, offset)), taken, guard)
                lanes := sub(lanes, minusFloor(lanes, most, guard))
                lanes := and(lanes, shl(shl(4, and(from, 15)), not(0)))
                if iszero(gt(to, or(from, 15))) {
                    lanes := and(lanes, sub(shl(shl(4, and(to, 15)), 1), 1))
                }
                let sums := mul(lanes, ones)
                let all := shr(240, sums)
                if iszero(lt(all, packets)) {
                    if gt(all, packets) {
                        let rest := minusFloor(mul(packets, ones), sub(sums, lanes), guard)
                        lanes := sub(lanes, minusFloor(lanes, rest, guard))
                    }
                    if write {
                        mstore(add(planned, offset), add(taken, lanes))
                    }
                    packets := 0
                    break
                }
                if write {
                    mstore(add(planned, offset), add(taken, lanes))
                }
                packets := sub(packets, all)
            }
            lost := packets
        }
    }

    /// @notice Whether every slot of [from, to) has room for `perSlot` packets between `taken` and `most`.
    function hasRun(
        uint256[8] memory most,
        uint256[8] memory taken,
        uint256 from,
        uint256 to,
        uint256 perSlot
    ) internal pure returns (bool) {
        unchecked {
            uint256 lanes = perSlot.spread();
            for (; from < to; from = (from | 15) + 1) {
                if (!_at(most, from).minusFloor(_at(taken, from)).covers(lanes & _within(from, to))) return false;
            }
            return true;
        }
    }

    /// @notice The first slot of [from, last] from which `run` slots in a row are marked in `free`; 0 if none is.
    /// @param free Bit i for slot from + i.
    function firstStart(uint256 free, uint256 from, uint256 last, uint256 run) internal pure returns (uint256) {
        unchecked {
            uint256 width = 1;
            for (; width << 1 <= run; width <<= 1) free &= free >> width;
            free &= free >> (run - width);
            free &= (2 << (last - from)) - 1;
            return free == 0 ? 0 : from + Math.log2(free & (~free + 1));
        }
    }

    /// @notice Bit i where slot from + i, of [from, to), has room for `perSlot` packets between `taken` and `most`.
    function freeSlots(
        uint256[8] memory most,
        uint256[8] memory taken,
        uint256 from,
        uint256 to,
        uint256 perSlot
    ) internal pure returns (uint256 free) {
        unchecked {
            uint256 lanes = perSlot.spread();
            uint256 start = from & ~uint256(15);
            for (uint256 slot = start; slot < to; slot += 16) {
                free |= _at(most, slot).minusFloor(_at(taken, slot)).bits(lanes) << (slot - start);
            }
            free = (free >> (from - start)) & ((1 << (to - from)) - 1);
        }
    }

    /// @notice Whether the latest service of `packets` before `deadline` has room in every slot that it takes.
    function hasLatest(
        uint256 feeder,
        uint256[8] memory latest,
        uint256 deadline,
        uint256 perSlot,
        uint256 packets
    ) internal pure returns (bool) {
        unchecked {
            uint256 slots = (packets + perSlot - 1) / perSlot;
            uint256 first = deadline - slots;
            uint256 lanes = perSlot.spread();
            uint256 less = (perSlot * slots - packets) << ((first & 15) << 4);
            for (uint256 from = first; from < deadline; from = (from | 15) + 1) {
                uint256 needs = (lanes & _within(from, deadline)) - less;
                if (!(feeder - _at(latest, from)).covers(needs)) return false;
                less = 0;
            }
            return true;
        }
    }

    /// @notice Adds the latest service of `packets` before `deadline` if every slot that it takes has room for it; says
    /// whether it had.
    /// @dev At once where all these slots are in one word, as most are.
    function reserveLatest(
        uint256 feeder,
        uint256[8] memory latest,
        uint256 deadline,
        uint256 perSlot,
        uint256 packets
    ) internal pure returns (bool) {
        unchecked {
            uint256 slots = (packets + perSlot - 1) / perSlot;
            uint256 first = deadline - slots;
            if ((first ^ (deadline - 1)) >> 4 != 0) {
                if (!hasLatest(feeder, latest, deadline, perSlot, packets)) return false;
                addLatest(latest, deadline, perSlot, packets);
                return true;
            }
            uint256 needs = (perSlot * SlotLanes.ONES) & _within(first, deadline);
            needs = needs - ((perSlot * slots - packets) << ((first & 15) << 4)) + _at(latest, first);
            // of a lane below 2^15 and at most 2^11 more
            if (((feeder | SlotLanes.GUARD) - needs) & SlotLanes.GUARD != SlotLanes.GUARD) return false;
            _set(latest, first, needs);
            return true;
        }
    }

    /// @notice Adds the latest service of `packets` before `deadline`.
    function addLatest(uint256[8] memory latest, uint256 deadline, uint256 perSlot, uint256 packets) internal pure {
        unchecked {
            uint256 slots = (packets + perSlot - 1) / perSlot;
            addRun(latest, deadline - slots, deadline, perSlot);
            sub(latest, deadline - slots, perSlot * slots - packets);
        }
    }

    /// @notice Takes the latest service of `packets` before `deadline` out of the slots from `slot` on.
    function dropLatest(
        uint256[8] memory latest,
        uint256 slot,
        uint256 deadline,
        uint256 perSlot,
        uint256 packets
    ) internal pure {
        unchecked {
            if (packets == 0) return;
            uint256 slots = (packets + perSlot - 1) / perSlot;
            uint256 first = deadline > slots ? deadline - slots : 0;
            if (first < slot) return subRun(latest, slot, deadline, perSlot);
            sub(latest, first, packets - perSlot * (slots - 1));
            subRun(latest, first + 1, deadline, perSlot);
        }
    }

    /// @notice Makes the latest service of `packets` that of `given` fewer, in the slots after `slot`.
    /// @dev Of at most `perSlot` given packets, the first slot of the service loses its part, the next one the rest.
    function easeLatest(
        uint256[8] memory latest,
        uint256 slot,
        uint256 deadline,
        uint256 perSlot,
        uint256 packets,
        uint256 given
    ) internal pure {
        unchecked {
            if (given == 0) return;
            uint256 slots = (packets + perSlot - 1) / perSlot;
            uint256 first = packets - perSlot * (slots - 1);
            uint256 ahead = deadline - slot;
            if (given < first) first = given;
            if (slots < ahead) sub(latest, deadline - slots, first);
            if (slots <= ahead && given > first) sub(latest, deadline - slots + 1, given - first);
        }
    }

    /// @dev The word of `slot`. In assembly: a ring has eight words, so that an index modulo eight needs no check.
    function _at(uint256[8] memory ring, uint256 slot) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(ring, and(shl(1, slot), 0xe0)))
        }
    }

    /// @dev Replaces the word of `slot`.
    function _set(uint256[8] memory ring, uint256 slot, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(ring, and(shl(1, slot), 0xe0)), word)
        }
    }

    /// @dev All ones in the lanes of the word of `from` that belong to [from, to). Assumes from < to.
    function _within(uint256 from, uint256 to) private pure returns (uint256 mask) {
        assembly ("memory-safe") {
            mask := shl(shl(4, and(from, 15)), not(0))
            if iszero(gt(to, or(from, 15))) {
                mask := and(mask, sub(shl(shl(4, and(to, 15)), 1), 1))
            }
        }
    }
}
