/**
 * One slot of a commons, from the receipts of the slot before to the plan of the slots after. Twin of the pass that
 * `contracts/PacketCommons.sol` makes over its book in `allocate`.
 */
import { type Ahead, giveOut, orderOf, type Share, shareOf, startBlock } from "./commonsAllocation.ts";
import {
  type Balance,
  balance,
  heldForBuffer,
  poolOf,
  type SlotForecast,
  type Stores,
  storesAfter,
} from "./commonsEnergy.ts";
import {
  add,
  addRun,
  at,
  firstStart,
  layBudget,
  moveLatest,
  type Room,
  type SlotRing,
  slotRing,
} from "./commonsPlan.ts";
import { type Cell, needsNothing, runOf } from "./commonsRequest.ts";
import type { CommonsRules, CommonsTerms } from "./commonsRules.ts";
import { receivedOf, type SignalBook, type Signals } from "./commonsSignals.ts";
import type { Hash } from "./keccak.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/**
 * How a request ended. `kept`: all that was promised was made available. `broken`: not all, which COMMONS-4 excludes.
 * `excused`: not all, since emergency mode kept packets from it. `withdrawn` by its client.
 */
export type Ending = "kept" | "broken" | "excused" | "withdrawn";

/** A request that left the book. `notTaken` packets were made available and never acknowledged. */
export interface Closed {
  readonly cell: Cell;
  readonly ending: Ending;
  readonly notTaken: Packets;
}

/** Packets that arrived at a member, for one of its requests. */
export interface Received {
  readonly member: number;
  readonly packets: Packets;
}

/** What one client is given in the slot. */
export interface Grant {
  readonly cell: Cell;
  readonly level: number;
  readonly forced: Packets;
  readonly packets: Packets;
}

export interface SlotOutcome {
  readonly slot: Slot;
  readonly emergencyMode: boolean;
  readonly grants: readonly Grant[];
  /**
   * Indices, in the book after `closed` left it, of those who wanted packets, in order: what a server proposes. Empty where
   * there was nothing to share.
   */
  readonly order: readonly number[];
  /** Packets beyond the forced ones that the slot had to share, and how many of them were held for the buffer. */
  readonly shared: Packets;
  readonly held: Packets;
  readonly balance: Balance;
  readonly stores: Stores;
  readonly closed: readonly Closed[];
  /**
   * What arrived in the slot before this one, by the word of those who got it; in the order of the book, requests of a
   * member side by side in one.
   */
  readonly received: readonly Received[];
  /** The book that is left: those who still need packets, then those who were given their last, in the order of the book. */
  readonly open: Cell[];
  /** The plan of the slots after this one. */
  readonly planned: SlotRing;
  /** Packets of open requests that the plan has no place for: expected import beyond the allowance. */
  readonly atRisk: Packets;
}

/** What a step reads of a commons; `cells` and `latest` it changes. */
export interface SlotState {
  readonly next: Slot;
  readonly terms: CommonsTerms;
  readonly rules: CommonsRules;
  readonly stores: Stores;
  readonly cells: readonly Cell[];
  readonly latest: SlotRing;
  readonly emergency: { readonly from: Slot; readonly to: Slot };
  readonly carriedIn: Room;
}

/** Allocates slot `state.next` under `forecast`, which must be feasible. */
export function stepSlot(state: SlotState, forecast: SlotForecast, signals: SignalBook, seed: Hash): SlotOutcome {
  const { next: slot, rules, latest, stores } = state;
  const { feederLimit } = state.terms;
  const emergencyMode = state.emergency.from <= slot && slot < state.emergency.to;
  const { open, closed, received } = settle(state, signals);
  const ahead: Ahead = { slot, carried: state.carriedIn, feederLimit, planned: slotRing(), latest };
  const shares = open.map((cell) => shareOf(cell, slot, rules, emergencyMode));
  const forced = shares.reduce((sum, share) => sum + share.forced, 0);
  for (const share of shares) serveForced(share, ahead);
  const pool = poolOf(forecast);
  const shared = Math.max(0, Math.min(feederLimit, pool) - forced);
  const held = heldForBuffer(shared, forced, forecast, stores.buffer, rules.bufferShare);
  const order = shared > held ? orderOf(shares, slot, rules, seed) : [];
  const free = giveOut(shares, order, shared, held, ahead, rules);
  const energy = balance(forced, free, held, forecast, stores, rules, feederLimit);
  const grants = shares.map((share) => grantOf(share, ahead));
  const atRisk = open.reduce((sum, cell) => sum + planRest(cell, ahead), 0);
  // who was given its last packets stands behind those who still wait
  const left = [...open.filter((cell) => !needsNothing(cell)), ...open.filter(needsNothing)];
  return {
    ...{ slot, emergencyMode, grants, order, shared, held, balance: energy, closed, received, open: left, atRisk },
    stores: storesAfter(stores, energy),
    planned: ahead.planned,
  };
}

/** Reads the receipts of the last slot into the cells and takes out those that are at their end. */
function settle(state: SlotState, signals: SignalBook): Pick<SlotOutcome, "open" | "closed" | "received"> {
  const open: Cell[] = [];
  const closed: Closed[] = [];
  const received: Received[] = [];
  for (const cell of state.cells) {
    const packets = readSignals(cell, signals.get(cell.member), state);
    if (packets > 0) note(received, cell.member, packets);
    const ending = endingOf(cell, state.next, signals.get(cell.member)?.withdrawn.has(cell.client) ?? false);
    if (ending === undefined) open.push(cell);
    else {
      moveLatest(state.latest, state.next, cell.deadline, cell.perSlot, cell.left, 0);
      closed.push({ cell, ending, notTaken: cell.returned });
    }
  }
  return { open, closed, received };
}

function note(received: Received[], member: number, packets: Packets): void {
  const before = received.at(-1);
  if (before?.member === member) received[received.length - 1] = { member, packets: before.packets + packets };
  else received.push({ member, packets });
}

/** What is not acknowledged is to be given again, at once; a block that started and runs goes on. Returns what arrived. */
function readSignals(cell: Cell, signals: Signals | undefined, { next, latest }: SlotState): Packets {
  const received = receivedOf(signals, cell.client, cell.pending);
  if (!cell.block) cell.returned += cell.pending - received;
  else if (cell.fresh && received === 0) {
    addRun(latest, next, next + runOf(cell), -cell.perSlot);
    cell.returned = cell.left + cell.pending;
    cell.left = 0;
    cell.running = false;
  }
  cell.fresh = false;
  cell.pending = 0;
  if (signals?.urgent.has(cell.client)) cell.urgent = true;
  return received;
}

function endingOf(cell: Cell, slot: Slot, withdrawn: boolean): Ending | undefined {
  if (cell.running) return cell.left === 0 ? "kept" : undefined;
  if (needsNothing(cell)) return "kept";
  if (withdrawn) return "withdrawn";
  const late = cell.block ? slot + runOf(cell) > cell.deadline : slot >= cell.deadline;
  if (!late) return undefined;
  if (cell.left === 0) return "kept";
  return cell.excused ? "excused" : "broken";
}

/** Running blocks keep their place in the plan; a block that is forced starts. */
function serveForced({ cell, forced }: Share, ahead: Ahead): void {
  if (!cell.block || forced === 0) return;
  if (cell.running) addRun(ahead.planned, ahead.slot + 1, ahead.slot + runOf(cell), cell.perSlot);
  else startBlock(cell, ahead);
}

/** Books what a share got: promised packets first, then those given again. */
function grantOf({ cell, level, forced, got }: Share, { slot, latest }: Ahead): Grant {
  const packets = forced + got;
  const promised = Math.min(cell.left, packets);
  if (!cell.running) moveLatest(latest, slot + 1, cell.deadline, cell.perSlot, cell.left, cell.left - promised);
  cell.left -= promised;
  cell.returned -= packets - promised;
  cell.pending = packets;
  return { cell, level, forced, packets };
}

/** Plans what an open request still needs from the next slot on; returns the packets that found no place. */
function planRest(cell: Cell, { slot, carried, planned }: Ahead): Packets {
  const { earliest, deadline, perSlot, left, returned } = cell;
  if (cell.running) return 0;
  const room: Room = (t) => Math.max(0, carried(t) - at(planned, t));
  const from = Math.max(earliest, slot + 1);
  if (!cell.block)
    return layBudget(room, from, deadline, perSlot, left + returned, (t, packets) => add(planned, t, packets));
  const run = runOf(cell);
  const start = firstStart(room, from, deadline - run, perSlot, run);
  if (start === undefined) return left + returned;
  addRun(planned, start, start + run, perSlot);
  return 0;
}
