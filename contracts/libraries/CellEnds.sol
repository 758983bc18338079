// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {CommonsMembers} from "./CommonsMembers.sol";
import {PacketAllocation} from "./PacketAllocation.sol";
import {Requests} from "./Requests.sol";
import {SlotPlan} from "./SlotPlan.sol";

/// @title CellEnds
/// @notice What was said of an open request since the last slot, read into its cell, and whether it is at its end.
/// @dev `agents/model/commonsSlot.ts` is the twin.
library CellEnds {
    using CommonsMembers for uint256;
    using Requests for uint256;

    /// @notice Reads into a cell what its member, at which `w` is, said of it; says whether it is at its end, which is then in
    /// the cell. What was not acknowledged is to be given again, at once; a block that started and runs goes on.
    function settle(
        PacketAllocation.Pass memory p,
        CommonsMembers.Table storage members,
        CommonsMembers.Window memory w,
        uint256 cell
    ) internal view returns (uint256, bool) {
        unchecked {
            uint256 pending = (cell >> 72) & 0xfff;
            if (pending != 0) {
                uint256 received = CommonsMembers.receivedOf(members, w, cell.client(), pending);
                if (received != 0) note(p.receipts, cell & 0xffff, received);
                cell -= pending << Requests.PENDING;
                if (cell & Requests.BLOCK == 0) cell += (pending - received) << Requests.RETURNED;
                else if (cell & Requests.FRESH != 0) cell = _started(p, cell, pending, received);
            }
            bool withdrawn;
            if (w.signals != 0) {
                if (w.signals.isUrgent(cell.client())) cell |= Requests.URGENT;
                withdrawn = w.signals.isWithdrawn(cell.client());
            }
            if (cell & Requests.RUNNING != 0) return (cell, cell.left() == 0);
            return _ending(p, cell, withdrawn);
        }
    }

    /// @notice Appends member and packets, two bytes each, or adds to the packets of the entry before if it is the same
    /// member's. Assumes the room, and 28 bytes more, and that a member's packets of a slot are below 2^16.
    function note(bytes memory receipts, uint256 member, uint256 packets) internal pure {
        assembly ("memory-safe") {
            let size := mload(receipts)
            let at := add(add(receipts, 0x20), size)
            // the entry before; where there is none, the low bytes of the size, below 2^16, are nobody's
            let before := and(mload(sub(at, 0x20)), 0xffffffff)
            switch and(gt(size, 0), eq(shr(16, before), member))
            case 1 {
                mstore(sub(at, 4), shl(224, add(before, packets)))
            }
            default {
                mstore(at, or(shl(240, member), shl(224, packets)))
                mstore(receipts, add(size, 4))
            }
        }
    }

    /// @dev A block that was to start in the last slot: where nothing arrived it did not.
    function _started(
        PacketAllocation.Pass memory p,
        uint256 cell,
        uint256 pending,
        uint256 received
    ) private pure returns (uint256) {
        unchecked {
            cell ^= Requests.FRESH;
            if (received != 0) return cell;
            (uint256 left, uint256 most) = (cell.left(), cell.perSlot());
            SlotPlan.subRun(p.latest, p.slot, p.slot + left / most, most);
            cell = cell - (left << Requests.LEFT) + ((left + pending) << Requests.RETURNED);
            return cell ^ Requests.RUNNING;
        }
    }

    /// @dev 0 kept, 1 broken, 2 excused by emergency mode, 3 withdrawn.
    function _ending(
        PacketAllocation.Pass memory p,
        uint256 cell,
        bool withdrawn
    ) private pure returns (uint256, bool) {
        unchecked {
            uint256 ahead = ((cell >> 84) - p.slot) & 0xffff;
            uint256 most = (cell >> 32) & 0xfff;
            uint256 left = (cell >> 44) & 0x3fff;
            bool goesOn;
            uint256 block_ = cell & Requests.BLOCK;
            assembly ("memory-safe") {
                let rest := add(left, and(shr(58, cell), 0x3fff))
                let late := or(iszero(ahead), and(gt(block_, 0), gt(rest, mul(most, ahead))))
                goesOn := gt(rest, mul(or(late, withdrawn), rest))
            }
            if (goesOn) return (cell, false);
            if (cell.needsNothing()) return (cell, true);
            SlotPlan.dropLatest(p.latest, p.slot, p.slot + ahead, most, left);
            uint256 ending = 3;
            if (!withdrawn) ending = left == 0 ? 0 : (cell & Requests.EXCUSED == 0 ? 1 : 2);
            return (cell | (ending << Requests.ENDING), true);
        }
    }
}
