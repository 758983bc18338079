/**
 * Allocation of a slot: forced packets first, what is left in slices by class, and in each class by the rule that was
 * voted. Twin of `contracts/libraries/PacketAllocation.sol`, which is shown the order and checks it.
 */
import { mayStart } from "./commonsAdmission.ts";
import { addRun, moveLatest, type Room, type SlotRing } from "./commonsPlan.ts";
import { type Cell, latestIn, runOf } from "./commonsRequest.ts";
import type { CommonsRules } from "./commonsRules.ts";
import { type Hash, keccak256, word } from "./keccak.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** A cell's part in one slot. */
export interface Share {
  readonly cell: Cell;
  /** Class in this slot, 0 the highest. */
  readonly level: number;
  /** Packets that it must get. */
  readonly forced: Packets;
  /** Packets that it could use beyond. */
  readonly wanted: Packets;
  /** Packets beyond the forced ones that it got. */
  got: Packets;
}

/** The class of a request in a slot: its category's, moved by the home, by rejections and laxity. */
export function levelOf(cell: Cell, slot: Slot, rules: CommonsRules): number {
  if (cell.urgent) return 0;
  const spare = cell.perSlot * (cell.deadline - slot - rules.urgentLaxity);
  const pressed = rules.urgentLaxity > 0 && cell.left + cell.returned > spare;
  const level = rules.classOf[cell.category]! + cell.yields - Number(cell.raised) - Number(pressed);
  return Math.min(rules.classes - 1, Math.max(0, level));
}

/** What a settled cell must and could get in `slot`. In emergency mode only class 0 and running blocks get anything. */
export function shareOf(cell: Cell, slot: Slot, rules: CommonsRules, emergencyMode: boolean): Share {
  const { left, returned, perSlot, deadline } = cell;
  const level = levelOf(cell, slot, rules);
  if (cell.running) return { cell, level, forced: perSlot, wanted: 0, got: 0 };
  if (cell.earliest > slot) return { cell, level, forced: 0, wanted: 0, got: 0 };
  const due = latestIn(slot, left, perSlot, deadline);
  if (emergencyMode && level > 0) {
    if (due > 0) cell.excused = true;
    return { cell, level, forced: 0, wanted: 0, got: 0 };
  }
  return { cell, level, forced: due, wanted: Math.min(perSlot, left + returned) - due, got: 0 };
}

/** A member's lot in a slot: a hash of the slot's seed, so that nobody is first for good. */
export const lotOf = (seed: Hash, member: number): Hash => keccak256(seed, word(member));

/** The place of a request in the order of a slot, the lowest first; of the lot 68 bits count. */
export function orderKey({ cell, level }: Share, slot: Slot, rules: CommonsRules, lot: Hash): bigint {
  const ranks = { deadline: cell.deadline - slot, arrival: 255 - (slot - cell.arrival), random: 0 };
  const place = ((BigInt(lot) >> 188n) << 4n) | BigInt(cell.client);
  const behind = cell.urgent ? 0 : cell.behind;
  return (BigInt(level) << 84n) | (BigInt(behind) << 80n) | (BigInt(ranks[rules.rule]) << 72n) | place;
}

/** Indices of the shares that want packets, in the order in which they are considered. */
export function orderOf(shares: readonly Share[], slot: Slot, rules: CommonsRules, seed: Hash): number[] {
  const lots = new Map<number, Hash>();
  const keys = new Map<number, bigint>();
  for (const [i, share] of shares.entries()) {
    if (share.wanted === 0) continue;
    const { member } = share.cell;
    if (!lots.has(member)) lots.set(member, lotOf(seed, member));
    keys.set(i, orderKey(share, slot, rules, lots.get(member)!));
  }
  return [...keys].sort(([, a], [, b]) => (a < b ? -1 : 1)).map(([i]) => i);
}

/** What the slots after this one hold while blocks start. */
export interface Ahead {
  readonly slot: Slot;
  /** Packets that forecast and allowance give a slot. */
  readonly carried: Room;
  readonly feederLimit: Packets;
  /** Packets of running blocks, and later of all plans. */
  readonly planned: SlotRing;
  readonly latest: SlotRing;
}

/** Puts the run of a block that starts now in place of its latest service, from the next slot on. */
export function startBlock(cell: Cell, ahead: Ahead): void {
  const { slot, latest, planned } = ahead;
  const run = runOf(cell);
  moveLatest(latest, slot + 1, cell.deadline, cell.perSlot, cell.left, 0);
  addRun(latest, slot + 1, slot + run, cell.perSlot);
  addRun(planned, slot + 1, slot + run, cell.perSlot);
  cell.left += cell.returned;
  cell.returned = 0;
  cell.running = true;
  cell.fresh = true;
}

/** Slices of the shared packets, rounded down. */
export const slicesOf = (shared: Packets, { shares }: CommonsRules): Packets[] =>
  shares.map((share) => Math.floor((shared * share) / 1000));

/**
 * Gives out `shared` packets less `held`: first each class its own slice, then what is left over, highest class first;
 * both times in order. A block takes all of its slot's packets or none. Returns the packets given.
 */
export function giveOut(
  shares: readonly Share[],
  order: readonly number[],
  shared: Packets,
  held: Packets,
  ahead: Ahead,
  rules: CommonsRules,
): Packets {
  const slices = slicesOf(shared, rules);
  const most = shared - held;
  let given = 0;
  for (const i of order) {
    const { level } = shares[i]!;
    const got = take(shares[i]!, Math.min(slices[level]!, most - given), ahead);
    slices[level]! -= got;
    given += got;
  }
  for (const i of order) given += take(shares[i]!, most - given, ahead);
  return given;
}

/** Gives a share what it still wants of `rest` packets. */
function take(share: Share, rest: Packets, ahead: Ahead): Packets {
  const { cell } = share;
  const wants = share.wanted - share.got;
  if (cell.block && (wants === 0 || wants > rest || !starts(cell, ahead))) return 0;
  const got = Math.min(wants, rest);
  share.got += got;
  return got;
}

/** Starts a block if forecast and feeder carry its run next to the running ones and all latest services. */
function starts(cell: Cell, ahead: Ahead): boolean {
  const { slot, carried, feederLimit, planned, latest } = ahead;
  const own: Room = (t) => latestIn(t, cell.left, cell.perSlot, cell.deadline);
  const head: Room = (t) => feederLimit - latest[t % latest.length]! + own(t);
  const room: Room = (t) => Math.max(0, carried(t) - planned[t % planned.length]!);
  if (!mayStart(room, head, slot, runOf(cell), cell.perSlot)) return false;
  startBlock(cell, ahead);
  return true;
}
