// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {Rejection} from "../types/CommonsReason.sol";
import {Requests} from "./Requests.sol";
import {SlotPlan} from "./SlotPlan.sol";

/// @title PacketAdmission
/// @notice Admission of a request: whether the forecast can carry it next to all that was admitted before, and if not,
/// what would be accepted.
/// @dev `agents/model/commonsAdmission.ts` is the twin.
library PacketAdmission {
    using Requests for uint256;

    /// @notice What admission looks at, in words of lanes.
    /// @param end One after the last slot that a request may use.
    /// @param feeder The feeder limit in every lane.
    /// @param carried What forecast and allowance give a slot, at most the feeder limit.
    /// @param planned What is planned for those admitted.
    /// @param latest Packets per slot if all those admitted were served as late as possible.
    struct Pool {
        uint256 end;
        uint256 feeder;
        uint256[8] carried;
        uint256[8] planned;
        uint256[8] latest;
    }

    /// @notice What would be accepted instead: so many packets in the same window (0: none, and for a block), or the same
    /// request with this deadline (0: none).
    struct Offer {
        uint256 packets;
        uint256 deadline;
    }

    /// @notice Rules on a well-formed `request`; an accepted one is planned and its latest service reserved.
    function admit(uint256 request, Pool memory pool) internal pure returns (Rejection) {
        (uint256 packets, uint256 perSlot, uint256 deadline) = _shape(request);
        if (!SlotPlan.reserveLatest(pool.feeder, pool.latest, deadline, perSlot, packets)) return Rejection.FeederFull;
        if (plan(request, pool, packets, perSlot, deadline)) return Rejection.None;
        SlotPlan.dropLatest(pool.latest, request.earliest(), deadline, perSlot, packets);
        uint256[8] memory none;
        return _fits(request, pool.carried, none) ? Rejection.PoolTaken : Rejection.BeyondForecast;
    }

    /// @notice The counter-offer for a rejected request.
    function offerFor(uint256 request, Pool memory pool) internal pure returns (Offer memory) {
        return request & Requests.BLOCK != 0 ? _offerBlock(request, pool) : _offerBudget(request, pool);
    }

    /// @notice Plans what finds a place; but for an emergency, nothing unless all does. Returns whether the request may pass.
    function plan(
        uint256 request,
        Pool memory pool,
        uint256 packets,
        uint256 perSlot,
        uint256 deadline
    ) internal pure returns (bool) {
        unchecked {
            bool all = request & Requests.URGENT == 0;
            uint256 from = (request >> 128) & 0xffffffff;
            if (request & Requests.BLOCK == 0) {
                // laid at once; where it does not all fit, the ring is put back
                uint256 kept;
                uint256[8] memory planned = pool.planned;
                assembly ("memory-safe") {
                    kept := mload(0x40)
                    mcopy(kept, planned, 0x100)
                }
                uint256 lost = SlotPlan.layBudget(pool.carried, planned, from, deadline, perSlot, packets, true);
                if (lost == 0 || !all) return true;
                assembly ("memory-safe") {
                    mcopy(planned, kept, 0x100)
                }
                return false;
            }
            uint256 run = packets / perSlot;
            uint256 start = _start(pool.carried, pool.planned, from, deadline, perSlot, run);
            if (start != 0) SlotPlan.addRun(pool.planned, start, start + run, perSlot);
            return start != 0 || !all;
        }
    }

    /// @dev Whether all of a request finds a place.
    function _fits(uint256 request, uint256[8] memory carried, uint256[8] memory planned) private pure returns (bool) {
        (uint256 packets, uint256 perSlot, uint256 deadline) = _shape(request);
        uint256 from = request.earliest();
        if (request & Requests.BLOCK == 0) {
            return SlotPlan.layBudget(carried, planned, from, deadline, perSlot, packets, false) == 0;
        }
        return _start(carried, planned, from, deadline, perSlot, packets / perSlot) != 0;
    }

    function _offerBlock(uint256 request, Pool memory pool) private pure returns (Offer memory offer) {
        (uint256 packets, uint256 perSlot, ) = _shape(request);
        (uint256 from, uint256 run) = (request.earliest(), packets / perSlot);
        if (from + run > pool.end) return offer;
        uint256[8] memory full = _full(pool.feeder);
        uint256 free = SlotPlan.freeSlots(pool.carried, pool.planned, from, pool.end, perSlot);
        free &= SlotPlan.freeSlots(full, pool.latest, from, pool.end, perSlot);
        uint256 start = SlotPlan.firstStart(free, from, pool.end - run, run);
        if (start != 0) offer.deadline = start + run;
    }

    function _offerBudget(uint256 request, Pool memory pool) private pure returns (Offer memory offer) {
        (uint256 packets, uint256 perSlot, uint256 deadline) = _shape(request);
        uint256 from = request.earliest();
        uint256 most = _mostLatest(pool, from, deadline, perSlot);
        uint256 lost = SlotPlan.layBudget(pool.carried, pool.planned, from, deadline, perSlot, packets, false);
        offer.packets = packets - lost < most ? packets - lost : most;
        offer.deadline = _deadlineFor(request, pool);
    }

    /// @dev The first deadline by which the plan can carry the whole budget, if its latest service fits as well; else 0.
    function _deadlineFor(uint256 request, Pool memory pool) private pure returns (uint256 slot) {
        (uint256 packets, uint256 perSlot, ) = _shape(request);
        uint256 left = packets;
        for (slot = request.earliest(); slot < pool.end && left != 0; ++slot) {
            left = SlotPlan.layBudget(pool.carried, pool.planned, slot, slot + 1, perSlot, left, false);
        }
        bool fits = left == 0 && SlotPlan.hasLatest(pool.feeder, pool.latest, slot, perSlot, packets);
        if (!fits) slot = 0;
    }

    /// @dev The most packets for whose latest service there is room, all slots used from the last one back.
    function _mostLatest(
        Pool memory pool,
        uint256 from,
        uint256 deadline,
        uint256 perSlot
    ) private pure returns (uint256 most) {
        for (uint256 slot = deadline; slot > from; --slot) {
            uint256 room = ((pool.feeder - pool.latest[((slot - 1) >> 4) & 7]) >> (((slot - 1) & 15) << 4)) & 0xffff;
            if (room < perSlot) return most + room;
            most += perSlot;
        }
    }

    function _start(
        uint256[8] memory carried,
        uint256[8] memory planned,
        uint256 from,
        uint256 to,
        uint256 perSlot,
        uint256 run
    ) private pure returns (uint256) {
        uint256 free = SlotPlan.freeSlots(carried, planned, from, to, perSlot);
        return SlotPlan.firstStart(free, from, to - run, run);
    }

    function _full(uint256 feeder) private pure returns (uint256[8] memory) {
        return [feeder, feeder, feeder, feeder, feeder, feeder, feeder, feeder];
    }

    function _shape(uint256 request) private pure returns (uint256 packets, uint256 perSlot, uint256 deadline) {
        return (request.left(), request.perSlot(), request.deadline());
    }
}
