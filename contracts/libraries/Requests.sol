// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

/// @title Requests
/// @notice The eight bytes that a member signs for a request, and the cell in which an admitted request stands in the book.
/// @dev Both have, from bit 16 up: client (4), category (4), raised (1), fresh (1), yields (2), 0 (1), urgent (1), block (1),
/// running (1), packets per slot (12), packets left (14). Below them the signed bytes have the first slot of the window
/// from the message's slot on (8, signed) and its number of slots (8, signed), the cell the member (16). A request that is
/// looked at has earliest (bits 128 .. 159) and deadline (160 .. 191) in their place. The cell goes on with returned (14),
/// pending (12), deadline modulo 2^16 (16), slots of the window (8), slots from arrival to deadline (8), excused (1),
/// behind (3), ending (bits 126 and 127, in events only). `agents/model/commonsRequest.ts` is the twin.
library Requests {
    uint256 internal constant RAISED = 1 << 24;
    uint256 internal constant FRESH = 1 << 25;
    uint256 internal constant URGENT = 1 << 29;
    uint256 internal constant BLOCK = 1 << 30;
    uint256 internal constant RUNNING = 1 << 31;
    uint256 internal constant EXCUSED = 1 << 116;
    /// @notice Where counts of packets stand in a cell.
    uint256 internal constant LEFT = 44;
    uint256 internal constant RETURNED = 58;
    uint256 internal constant PENDING = 72;
    uint256 internal constant ENDING = 126;
    /// @notice Bits that a signed request has in common with its cell.
    uint256 internal constant SHARED = (0x3fff << 44) | (0x7ff << 32) | BLOCK | URGENT | (3 << 26) | (0xff << 16);
    /// @notice All bits that a request may have.
    uint256 internal constant SIGNED = SHARED | (0xffffffffffffffff << 128);
    /// @notice Bytes of a cell.
    uint256 internal constant SIZE = 16;
    /// @notice Bytes of a signed request.
    uint256 internal constant SIGNED_SIZE = 8;

    /// @notice The request of eight signed bytes in a message for `slot`.
    function fromSigned(uint256 signed, uint256 slot) internal pure returns (uint256 request) {
        assembly ("memory-safe") {
            let from := and(add(slot, signextend(0, signed)), 0xffffffff)
            let to := and(add(from, signextend(0, shr(8, signed))), 0xffffffff)
            request := or(and(signed, not(0xffff)), or(shl(128, from), shl(160, to)))
        }
    }

    function member(uint256 cell) internal pure returns (uint256) {
        return cell & 0xffff;
    }

    function client(uint256 cell) internal pure returns (uint256) {
        return (cell >> 16) & 0xf;
    }

    function category(uint256 cell) internal pure returns (uint256) {
        return (cell >> 20) & 0xf;
    }

    /// @notice Classes by which the home steps back.
    function yields(uint256 cell) internal pure returns (uint256) {
        return (cell >> 26) & 3;
    }

    function perSlot(uint256 cell) internal pure returns (uint256) {
        return (cell >> 32) & 0xfff;
    }

    /// @notice Promised packets that were not yet made available.
    function left(uint256 cell) internal pure returns (uint256) {
        return (cell >> LEFT) & 0x3fff;
    }

    /// @notice Packets that were made available, were not acknowledged, and are to be given again.
    function returned(uint256 cell) internal pure returns (uint256) {
        return (cell >> RETURNED) & 0x3fff;
    }

    /// @notice Whether all packets of a cell, promised and returned ones, were made available.
    function needsNothing(uint256 cell) internal pure returns (bool) {
        return (cell >> LEFT) & 0xfffffff == 0;
    }

    /// @notice Packets made available in the last slot.
    function pending(uint256 cell) internal pure returns (uint256) {
        return (cell >> PENDING) & 0xfff;
    }

    /// @notice Slots from `slot` to the deadline. Assumes that it is not over, by less than 2^15 slots.
    function ahead(uint256 cell, uint256 slot) internal pure returns (uint256) {
        unchecked {
            return ((cell >> 84) - slot) & 0xffff;
        }
    }

    /// @notice Slots of the window.
    function window(uint256 cell) internal pure returns (uint256) {
        return (cell >> 100) & 0xff;
    }

    /// @notice Slots from the arrival to the deadline.
    function age(uint256 cell) internal pure returns (uint256) {
        return (cell >> 108) & 0xff;
    }

    /// @notice Emergencies that its member had used when it was admitted.
    function behind(uint256 cell) internal pure returns (uint256) {
        return (cell >> 117) & 7;
    }

    /// @notice First slot of a signed request.
    function earliest(uint256 request) internal pure returns (uint256) {
        return (request >> 128) & 0xffffffff;
    }

    /// @notice One after the last slot of a signed request.
    function deadline(uint256 request) internal pure returns (uint256) {
        return (request >> 160) & 0xffffffff;
    }

    /// @notice Whether a signed request has no packets, more than its window can take, a broken block, or undefined bits.
    function isMalformed(uint256 request) internal pure returns (bool) {
        unchecked {
            (uint256 packets, uint256 most) = (left(request), perSlot(request));
            (uint256 from, uint256 to) = (earliest(request), deadline(request));
            if (request & ~SIGNED != 0 || packets == 0 || most == 0 || to <= from) return true;
            return packets > most * (to - from) || (request & BLOCK != 0 && packets % most != 0);
        }
    }

    /// @notice The cell of a request of `member_` that is admitted while `next` is the next slot.
    function cellOf(
        uint256 request,
        uint256 member_,
        uint256 next,
        bool raised,
        uint256 used
    ) internal pure returns (uint256) {
        unchecked {
            uint256 to = deadline(request);
            uint256 where = ((to & 0xffff) << 84) | ((to - earliest(request)) << 100) | ((to - next) << 108);
            uint256 flags = (raised ? RAISED : 0) | ((used > 7 ? 7 : used) << 117);
            return (request & SHARED) | member_ | flags | where;
        }
    }
}
