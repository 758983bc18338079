// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {CommonsRules} from "./CommonsRules.sol";

/// @title PacketBalance
/// @notice Where the packets of a slot come from and where its surplus goes. All numbers are whole packets.
/// @dev `agents/model/commonsEnergy.ts` is the twin. Amounts are below 2^32, so sums of them never overflow an int256.
library PacketBalance {
    using CommonsRules for uint256;
    using Math for uint256;

    /// @notice The forecast with what stores and rules allow of its plans at this moment.
    function feasible(
        IPacketCommons.Forecast memory f,
        IPacketCommons.Stores memory stores,
        uint256 rules
    ) internal pure {
        f.bufferOut = uint16(_out(f.bufferOut, stores.buffer));
        f.cacheOut = uint16(_out(f.cacheOut, stores.cache));
        f.imported = uint16(Math.min(f.imported, rules.plannedImport()));
    }

    /// @notice Packets that may be shared: with planned import, at least 0.
    function pool(IPacketCommons.Forecast memory f) internal pure returns (uint256) {
        return (uint256(f.source) + f.bufferOut + f.cacheOut + f.imported).saturatingSub(f.baseload);
    }

    /// @notice Packets that a store can take in, rounded down so that it never overflows.
    function intake(IPacketCommons.Store memory store) internal pure returns (uint256) {
        return Math.min(store.chargeLimit, (uint256(store.capacity - store.stored) * 1000) / store.efficiency);
    }

    /// @notice Packets of the shared ones that are held for the buffer: its share, of source only, as far as it has room.
    function heldForBuffer(
        uint256 shared,
        uint256 forced,
        IPacketCommons.Forecast memory f,
        IPacketCommons.Store memory buffer,
        uint256 rules
    ) internal pure returns (uint256) {
        uint256 ofSource = uint256(f.source).saturatingSub(f.baseload + forced);
        return Math.min((shared * rules.bufferShare()) / 1000, Math.min(ofSource, intake(buffer)));
    }

    /// @notice The balance of a slot in which `forced` packets had to be served and `free` ones were, with `held` packets
    /// kept for the buffer; the stores are moved on. Source first, then planned discharge, then, for forced packets that
    /// the pool lacks, more from the buffer, then import. `f` must be feasible.
    function settle(
        uint256 forced,
        uint256 free,
        uint256 held,
        IPacketCommons.Forecast memory f,
        IPacketCommons.Stores memory stores,
        uint256 rules,
        uint256 feederLimit
    ) internal pure returns (IPacketCommons.Balance memory b) {
        uint256 served = forced + free;
        uint256 planned = Math.min(uint256(f.bufferOut) + f.cacheOut, (served + f.baseload).saturatingSub(f.source));
        uint256 ofBuffer = Math.min(planned, f.bufferOut);
        uint256 more = Math.min(
            forced.saturatingSub(pool(f)),
            Math.min(stores.buffer.dischargeLimit, stores.buffer.stored) - f.bufferOut
        );
        uint256 given = (uint256(f.source) + planned).saturatingSub(f.baseload) + more;
        b.served = uint32(served);
        b.bufferOut = uint32(ofBuffer + more);
        b.cacheOut = uint32(planned - ofBuffer);
        b.imported = uint32(served.saturatingSub(given));
        b.beyondAllowance = uint32(uint256(b.imported).saturatingSub(rules.importAllowance()));
        uint256 surplus = uint256(f.source).saturatingSub(f.baseload + served);
        _store(b, Math.min(surplus, feederLimit - served), held, stores, rules);
        b.exported = uint32(surplus - b.charged - b.cached);
        _move(stores.buffer, b.charged, b.bufferOut);
        _move(stores.cache, b.cached, b.cacheOut);
    }

    /// @dev Puts `packets` of surplus into the stores: what is held into the buffer, the rest in the order voted.
    function _store(
        IPacketCommons.Balance memory b,
        uint256 packets,
        uint256 held,
        IPacketCommons.Stores memory stores,
        uint256 rules
    ) private pure {
        uint256 room = intake(stores.buffer);
        uint256 kept = Math.min(packets, Math.min(held, room));
        uint256 rest = packets - kept;
        room -= kept;
        uint256 first = rules.surplusFirst();
        uint256 charged;
        uint256 cached;
        if (first == CommonsRules.TO_BUFFER) {
            charged = Math.min(rest, room);
            cached = Math.min(rest - charged, intake(stores.cache));
        } else if (first == CommonsRules.TO_CACHE) {
            cached = Math.min(rest, intake(stores.cache));
            charged = Math.min(rest - cached, room);
        }
        b.charged = uint32(kept + charged);
        b.cached = uint32(cached);
    }

    function _out(uint256 planned, IPacketCommons.Store memory store) private pure returns (uint256) {
        return Math.min(planned, Math.min(store.stored, store.dischargeLimit));
    }

    /// @dev What efficiency takes is rounded down for the store.
    function _move(IPacketCommons.Store memory store, uint256 taken, uint256 given) private pure {
        store.stored = uint32(store.stored + (taken * store.efficiency) / 1000 - given);
    }
}
