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
            uint256 lanes = packets.spread();
            for (; from < to; from = (from | 15) + 1) ring[(from >> 4) & 7] += lanes & _within(from, to);
        }
    }

    /// @notice Takes `packets` from every slot of [from, to). Assumes they are there.
    function subRun(uint256[8] memory ring, uint256 from, uint256 to, uint256 packets) internal pure {
        unchecked {
            uint256 lanes = packets.spread();
            for (; from < to; from = (from | 15) + 1) ring[(from >> 4) & 7] -= lanes & _within(from, to);
        }
    }

    /// @notice Takes `packets` from one slot. Assumes they are there.
    function sub(uint256[8] memory ring, uint256 slot, uint256 packets) internal pure {
        unchecked {
            ring[(slot >> 4) & 7] -= packets << ((slot & 15) << 4);
        }
    }

    /// @notice Sets one slot to 0.
    function clear(uint256[8] memory ring, uint256 slot) internal pure {
        unchecked {
            ring[(slot >> 4) & 7] &= ~(uint256(0xffff) << ((slot & 15) << 4));
        }
    }

    /// @notice Lays `packets` into [from, to), earliest slots first, at most `perSlot` and what `planned` leaves of
    /// `carried` in each; returns how many found no place.
    /// @param write Whether to add them to `planned`.
    function layBudget(
        uint256[8] memory carried,
        uint256[8] memory planned,
        uint256 from,
        uint256 to,
        uint256 perSlot,
        uint256 packets,
        bool write
    ) internal pure returns (uint256) {
        unchecked {
            uint256 most = perSlot.spread();
            for (; from < to && packets != 0; from = (from | 15) + 1) {
                uint256 w = (from >> 4) & 7;
                uint256 lanes = carried[w].minusFloor(planned[w]).min(most) & _within(from, to);
                uint256 all = lanes.sum();
                if (all > packets) {
                    // the slots that are reached before all is laid, and of the last of them a part
                    lanes = lanes.min(packets.spread().minusFloor(lanes.before()));
                    all = packets;
                }
                if (write) planned[w] += lanes;
                packets -= all;
            }
            return packets;
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
                uint256 w = (from >> 4) & 7;
                if (!most[w].minusFloor(taken[w]).covers(lanes & _within(from, to))) return false;
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
                uint256 w = (slot >> 4) & 7;
                free |= most[w].minusFloor(taken[w]).bits(lanes) << (slot - start);
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
                if (!(feeder - latest[(from >> 4) & 7]).covers(needs)) return false;
                less = 0;
            }
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

    /// @dev All ones in the lanes of the word of `from` that belong to [from, to).
    function _within(uint256 from, uint256 to) private pure returns (uint256) {
        unchecked {
            uint256 end = (from | 15) + 1;
            return SlotLanes.range(from & 15, end <= to ? 16 : to & 15);
        }
    }
}
