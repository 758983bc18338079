// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {PacketAdmission} from "./PacketAdmission.sol";
import {Requests} from "./Requests.sol";
import {SlotLanes} from "./SlotLanes.sol";

/// @title PlainRequest
/// @notice Admits at once what most requests are: no emergency, by a client without rejections, that firewall and admission
/// have nothing to say against and whose latest service lies in one word of slots.
/// @dev Looks at all conditions without a branch and changes nothing unless all hold; whatever is not plain is left to
/// `CommonsMembers.permits` and `PacketAdmission.admit`, which come to the same answer, and say why not.
library PlainRequest {
    /// @dev Bits of a request that a plain one may have.
    uint256 private constant PLAIN = Requests.SIGNED & ~Requests.URGENT;

    /// @notice The cell of a plain request and the state of its member with it; or 0, and nothing changed.
    /// @param state As `CommonsMembers` has it.
    /// @param first First slot that a request may use.
    function admit(
        uint256 request,
        uint256 state,
        uint256 member,
        uint256 capacity,
        uint256 next,
        uint256 first,
        PacketAdmission.Pool memory pool
    ) internal pure returns (uint256 cell, uint256 booked) {
        (uint256 at, uint256 service) = _service(request, state, capacity, first, pool);
        if (at == 0) return (0, state);
        (uint256 most, uint256 packets) = ((request >> 32) & 0xfff, (request >> 44) & 0x3fff);
        if (!PacketAdmission.plan(request, pool, packets, most, request >> 160)) return (0, state);
        assembly ("memory-safe") {
            mstore(at, service)
            let to := shr(160, request)
            let used := and(shr(62, state), 0xf)
            used := xor(used, mul(xor(used, 7), gt(used, 7)))
            cell := or(or(and(request, 0xffffffffffffffffffffffffffffffff), member), shl(117, used))
            cell := or(cell, or(shl(84, and(to, 0xffff)), shl(108, sub(to, next))))
            cell := or(cell, shl(100, sub(to, and(shr(128, request), 0xffffffff))))
            booked := or(state, shl(add(34, and(shr(16, request), 0xf)), 1))
            booked := add(booked, shl(50, and(shr(32, request), 0xfff)))
        }
    }

    /// @dev The word of the latest service with that of the request and where it belongs in memory; 0 if the request is not
    /// plain or the feeder has no room for it.
    function _service(
        uint256 request,
        uint256 state,
        uint256 capacity,
        uint256 first,
        PacketAdmission.Pool memory pool
    ) private pure returns (uint256 at, uint256 service) {
        (uint256 ones, uint256 guard) = (SlotLanes.ONES, SlotLanes.GUARD);
        (uint256 plain, uint256 whole) = (PLAIN, Requests.BLOCK);
        (uint256 feeder, uint256 end) = (pool.feeder, pool.end);
        uint256[8] memory latest = pool.latest;
        assembly ("memory-safe") {
            let from := and(shr(128, request), 0xffffffff)
            let to := shr(160, request)
            let most := and(shr(32, request), 0xfff)
            let packets := and(shr(44, request), 0x3fff)
            let client := and(shr(16, request), 0xf)
            // no packets per slot carry no packets
            let odd := or(and(request, not(plain)), or(iszero(packets), iszero(gt(to, from))))
            odd := or(odd, or(gt(packets, mul(most, sub(to, from))), or(lt(from, first), gt(to, end))))
            odd := or(odd, mul(and(request, whole), mod(packets, most)))
            odd := or(odd, and(shr(add(34, client), state), 1))
            odd := or(odd, and(shr(add(66, shl(1, client)), state), 3))
            odd := or(odd, gt(add(and(shr(50, state), 0xfff), most), capacity))
            if iszero(odd) {
                let slots := div(add(packets, sub(most, 1)), most)
                let start := sub(to, slots)
                let last := sub(to, 1)
                let lanes := and(shl(shl(4, and(start, 15)), not(0)), sub(shl(shl(4, and(last, 15)), 0x10000), 1))
                lanes := and(mul(most, ones), lanes)
                lanes := sub(lanes, shl(shl(4, and(start, 15)), sub(mul(most, slots), packets)))
                at := add(latest, and(shl(1, start), 0xe0))
                service := add(mload(at), lanes)
                // lanes below 2^15 and at most 2^11 more
                let fits := eq(and(sub(or(feeder, guard), service), guard), guard)
                at := mul(at, and(fits, iszero(shr(4, xor(start, last)))))
            }
        }
    }
}
