// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {CommonsClock, CommonsState} from "../types/CommonsState.sol";
import {CommonsBook} from "./CommonsBook.sol";
import {CommonsMembers} from "./CommonsMembers.sol";
import {CommonsRules} from "./CommonsRules.sol";
import {PacketAllocation} from "./PacketAllocation.sol";
import {PacketBalance} from "./PacketBalance.sol";
import {Requests} from "./Requests.sol";
import {SlotLanes} from "./SlotLanes.sol";
import {SlotPlan} from "./SlotPlan.sol";

/// @title SlotPass
/// @notice The allocation of a slot: one pass over the book, from the receipts of the slot before to the plan of the slots
/// after.
/// @dev Deployed on its own, since with `PacketCommons` it would exceed 24,576 bytes; it works on that contract's storage.
/// `agents/model/commonsSlot.ts` is the twin.
library SlotPass {
    using CommonsRules for uint256;
    using Requests for uint256;

    /// @notice Allocates the closed slot: see `IPacketCommons.allocate`.
    function allocate(
        CommonsState storage s,
        uint256 feederLimit,
        bytes calldata pages,
        bytes calldata book,
        bytes calldata order,
        bytes calldata grants
    ) external {
        bytes32 given = CommonsBook.commitmentOf(pages, book);
        if (given != s.bound) revert IPacketCommons.WrongBook(given, s.bound);
        PacketAllocation.Pass memory p = _begin(s, feederLimit, book.length / Requests.SIZE);
        bytes memory closed = _settle(s, p, book);
        IPacketCommons.Balance memory balance = _share(s, p, feederLimit, order);
        s.bound = CommonsBook.finish(p, grants);
        _advance(s, p);
        emit IPacketCommons.SlotAllocated(
            uint32(p.slot),
            p.emergencyMode,
            p.shared,
            p.held,
            p.atRisk,
            balance,
            closed,
            grants
        );
    }

    function _begin(
        CommonsState storage s,
        uint256 feederLimit,
        uint256 cells
    ) private view returns (PacketAllocation.Pass memory p) {
        CommonsClock memory c = s.clock;
        p.slot = c.next;
        p.seed = CommonsBook.seedOf(c.closedAt);
        if (p.seed == 0) revert IPacketCommons.NoSeed(c.next);
        p.rules = s.rules;
        p.emergencyMode = c.emergencyFrom <= c.next && c.next < c.emergencyTo;
        uint256 lanes = SlotLanes.spread(feederLimit);
        for (uint256 w; w < 8; ++w) p.feeder[w] = lanes;
        p.latest = s.latest;
        CommonsBook.loadCarried(s.carried, p.carried, lanes, p.rules.importAllowance());
        p.items = new uint256[](cells);
    }

    /// @dev Reads the receipts of the last slot into the book and takes out those that are at their end.
    function _settle(
        CommonsState storage s,
        PacketAllocation.Pass memory p,
        bytes calldata book
    ) private returns (bytes memory closed) {
        closed = new bytes(book.length + 32);
        uint256 size;
        CommonsMembers.Window memory w = CommonsMembers.newWindow();
        bytes memory receipts = new bytes(book.length / 4 + 32);
        assembly ("memory-safe") {
            mstore(receipts, 0) // grows as it is written
        }
        for (uint256 at; at < book.length; at += Requests.SIZE) {
            uint256 cell = CommonsBook.cellAt(book, at);
            uint256 signal = CommonsMembers.signalOf(s.members, w, cell, p.slot);
            (uint256 settled, bool ended) = CommonsBook.settle(p, cell, signal, receipts);
            if (!ended) {
                PacketAllocation.add(p, settled);
                continue;
            }
            CommonsMembers.release(s.members, w, settled);
            CommonsBook.put(closed, size, settled);
            size += Requests.SIZE;
        }
        CommonsMembers.flush(s.members, w);
        _bindReceipts(s, p.slot - 1, receipts);
        assembly ("memory-safe") {
            mstore(closed, size)
        }
    }

    /// @dev Keeps what binds the receipts of the last slot, so that a proof of flow can be held against them.
    function _bindReceipts(CommonsState storage s, uint256 slot, bytes memory receipts) private {
        if (receipts.length == 0) return;
        s.received[slot & 8191] = CommonsBook.receiptsHash(slot, receipts);
        emit IPacketCommons.PacketsReceived(uint32(slot), receipts);
    }

    /// @dev Gives out what the slot has to share, in the order proposed, and moves the stores.
    function _share(
        CommonsState storage s,
        PacketAllocation.Pass memory p,
        uint256 feederLimit,
        bytes calldata order
    ) private returns (IPacketCommons.Balance memory balance) {
        IPacketCommons.Stores memory stores = s.stores;
        IPacketCommons.Forecast memory f = CommonsBook.detailAt(s.details, p.slot, s.clock.detailsFrom);
        PacketBalance.feasible(f, stores, p.rules);
        uint256 most = PacketBalance.pool(f);
        if (most > feederLimit) most = feederLimit;
        p.shared = most > p.forced ? most - p.forced : 0;
        p.held = PacketBalance.heldForBuffer(p.shared, p.forced, f, stores.buffer, p.rules);
        PacketAllocation.giveOut(p, order);
        balance = PacketBalance.settle(p.forced, p.given, p.held, f, stores, p.rules, feederLimit);
        if (balance.charged | balance.cached | balance.bufferOut | balance.cacheOut != 0) s.stores = stores;
    }

    /// @dev Moves on to the next slot.
    function _advance(CommonsState storage s, PacketAllocation.Pass memory p) private {
        SlotPlan.clear(p.latest, p.slot);
        SlotPlan.clear(p.planned, p.slot);
        CommonsBook.save(s.latest, p.latest);
        CommonsBook.save(s.planned, p.planned);
        s.carried[(p.slot >> 4) & 7] &= ~(uint256(0xffff) << ((p.slot & 15) << 4));
        if (s.upcoming != 0) (s.rules, s.upcoming) = (s.upcoming, 0);
        CommonsClock memory c = s.clock;
        (c.next, c.closedAt, c.live) = (uint32(p.slot + 1), 0, uint16(p.open));
        s.clock = c;
    }
}
