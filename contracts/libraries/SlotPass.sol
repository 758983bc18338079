// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;

import {IPacketCommons} from "../interfaces/IPacketCommons.sol";
import {CommonsClock, CommonsState} from "../types/CommonsState.sol";
import {CellEnds} from "./CellEnds.sol";
import {CommonsBook} from "./CommonsBook.sol";
import {CommonsMembers} from "./CommonsMembers.sol";
import {CommonsRules} from "./CommonsRules.sol";
import {LastPackets} from "./LastPackets.sol";
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
    using LastPackets for uint256;
    using Requests for uint256;

    /// @notice Allocates the closed slot: see `IPacketCommons.allocate`.
    function allocate(CommonsState storage s, uint256 feederLimit, IPacketCommons.Proposal calldata given) external {
        bytes32 shown = CommonsBook.commitmentOf(given.pages, given.book, given.records);
        if (shown != s.bound) revert IPacketCommons.WrongBook(shown, s.bound);
        PacketAllocation.Pass memory p = _begin(
            s,
            feederLimit,
            (given.book.length + given.back.length) / Requests.SIZE
        );
        _settle(s, p, given);
        IPacketCommons.Balance memory balance = _share(s, p, feederLimit, given.order);
        s.bound = _finish(p, given.grants);
        _advance(s, p);
        emit IPacketCommons.SlotAllocated(
            uint32(p.slot),
            p.emergencyMode,
            p.shared,
            p.held,
            p.atRisk,
            balance,
            p.closed,
            given.grants
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

    /// @dev Reads what was said since the last slot into the book and takes out those that are at their end: first those
    /// that the last slot left waiting, then those to which it gave their last packets, then those posted since.
    function _settle(
        CommonsState storage s,
        PacketAllocation.Pass memory p,
        IPacketCommons.Proposal calldata given
    ) private {
        p.closed = CommonsBook.growing(given.book.length + given.back.length);
        p.receipts = CommonsBook.growing((given.book.length + given.back.length) / 4 + given.records.length / 8);
        CommonsMembers.Window memory w = CommonsMembers.newWindow(p.slot);
        bytes calldata book = given.book;
        uint256 first = CommonsBook.pageSize(given.pages, 0);
        _readCells(s.members, p, w, book[:first]);
        _readRecords(s.members, p, w, given.records, given.back);
        _readCells(s.members, p, w, book[first:]);
        CommonsMembers.flush(s.members, w);
        _bindReceipts(s, p.slot - 1, p.receipts);
    }

    /// @dev Reads cells side by side.
    function _readCells(
        CommonsMembers.Table storage members,
        PacketAllocation.Pass memory p,
        CommonsMembers.Window memory w,
        bytes calldata cells
    ) private {
        unchecked {
            for (uint256 at; at < cells.length; at += Requests.SIZE) {
                uint256 cell = CommonsBook.cellAt(cells, at);
                if (cell & 0xffff != w.member) CommonsMembers.moveTo(members, w, cell & 0xffff);
                bool ended;
                (cell, ended) = CellEnds.settle(p, members, w, cell);
                if (!ended) {
                    PacketAllocation.add(p, cell);
                    continue;
                }
                CommonsMembers.release(w, cell & 0xffff, uint256(1) << cell.client(), cell.perSlot());
                CommonsBook.append(p.closed, cell);
            }
        }
    }

    /// @dev Reads the records of last packets; `back` has the cells of those of which not all arrived.
    function _readRecords(
        CommonsMembers.Table storage members,
        PacketAllocation.Pass memory p,
        CommonsMembers.Window memory w,
        bytes calldata records,
        bytes calldata back
    ) private {
        uint256 from;
        for (uint256 at; at < records.length; at += LastPackets.SIZE) {
            uint256 record = LastPackets.recordAt(records, at);
            (uint256 member, uint256 clients) = (record.memberOf(), record.clients());
            if (member != w.member) CommonsMembers.moveTo(members, w, member);
            if (w.arrived & clients == clients) {
                CellEnds.note(p.receipts, member, record.packets());
                CommonsMembers.release(w, member, clients, record.power());
                continue;
            }
            uint256 to = from + record.cellBytes();
            if (to > back.length || !record.binds(CommonsBook.hashOf(back[from:to]))) {
                revert IPacketCommons.WrongCells(at / LastPackets.SIZE);
            }
            _readCells(members, p, w, back[from:to]);
            from = to;
        }
        if (from != back.length) revert IPacketCommons.WrongCells(records.length / LastPackets.SIZE);
    }

    /// @dev Keeps what binds the receipts of the last slot, so that a proof of flow can be held against them.
    function _bindReceipts(CommonsState storage s, uint256 slot, bytes memory receipts) private {
        if (receipts.length == 0) return;
        s.received[slot & 8191] = CommonsBook.receiptsHash(slot, receipts);
        emit IPacketCommons.PacketsReceived(uint32(slot), receipts);
    }

    /// @dev Books what each request got, holding it against what was proposed, and returns what binds the new book.
    function _finish(PacketAllocation.Pass memory p, bytes calldata grants) private pure returns (bytes32) {
        unchecked {
            if (grants.length != p.open << 1) revert IPacketCommons.WrongGrantsLength(grants.length, p.open << 1);
            bytes memory page = CommonsBook.growing(p.open * Requests.SIZE);
            LastPackets.Ledger memory ledger = LastPackets.ledger(p.open);
            for (uint256 i; i < p.open; ++i) {
                (uint256 cell, uint256 packets) = PacketAllocation.finish(p, i);
                uint256 proposed;
                assembly ("memory-safe") {
                    proposed := shr(240, calldataload(add(grants.offset, shl(1, i))))
                }
                if (proposed != packets) revert IPacketCommons.FalseGrant(i, proposed, packets);
                if (cell.needsNothing()) LastPackets.add(ledger, cell);
                else CommonsBook.append(page, cell);
            }
            LastPackets.close(ledger);
            return CommonsBook.start(keccak256(page), keccak256(ledger.records));
        }
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
