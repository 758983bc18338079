/**
 * Requests of a commons: what a client asks for, and the cell in which an admitted request stands in the book. Twin of
 * `contracts/libraries/Requests.sol`.
 */
import { packFields } from "./commonsRules.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** Packets of a request, at most. */
export const MAX_PACKETS = 0x3fff;
/** Packets per slot of a request, at most. */
export const MAX_PER_SLOT = 0x7ff;

/**
 * What a client (a device, 0 .. 15 within its member) asks for. `block`: `packets / perSlot` slots in a row at `perSlot`
 * packets, not to be interrupted. `budget`: `packets` in any slots, at most `perSlot` in each. The window is
 * [`earliest`, `deadline`).
 */
export interface PacketRequest {
  readonly client: number;
  /** Load category, 0 .. 15; the community votes its class. */
  readonly category: number;
  /** Classes by which the home steps back from its category's class, 0 .. 3: the router's own ranking. */
  readonly yields: number;
  /** Whether the message is an emergency: highest class, admitted up to the feeder limit, counted against the quota. */
  readonly emergency: boolean;
  readonly shape: "block" | "budget";
  readonly packets: Packets;
  readonly perSlot: Packets;
  readonly earliest: Slot;
  readonly deadline: Slot;
}

/** An admitted request. `left` and `returned` are what it is still to get; `pending` what it was given last. */
export interface Cell {
  readonly member: number;
  readonly client: number;
  readonly category: number;
  /** Whether rejections raised it by a class. */
  readonly raised: boolean;
  /** Classes down: the home's own ranking, 0 .. 3. */
  readonly yields: number;
  /** Emergencies that its member had used in the month of its admission, 0 .. 7: it comes after those with fewer. */
  readonly behind: number;
  readonly block: boolean;
  readonly perSlot: Packets;
  readonly earliest: Slot;
  readonly deadline: Slot;
  /** The slot that was next when it was posted. */
  readonly arrival: Slot;
  urgent: boolean;
  /** A block that has started. */
  running: boolean;
  /** A block that started in the last slot. */
  fresh: boolean;
  /** Emergency mode kept packets from it that it would have been due. */
  excused: boolean;
  /** Promised packets that were not yet made available. */
  left: Packets;
  /** Packets that were made available and not acknowledged: given again, without a promise. */
  returned: Packets;
  /** Packets made available in the last slot. */
  pending: Packets;
}

/**
 * The cell of a request admitted while `next` is the next slot. Rejections raise it by a class, unless its member used an
 * emergency this month; with each emergency used it stands further behind in its class: who jumps the queue once, stands
 * back later. (Not in a lower class: there it might be alone with a slice.)
 */
export function cellOf(
  request: PacketRequest,
  member: number,
  state: { readonly used: number; readonly rejections: readonly number[] },
  next: Slot,
  { riseAfter }: { readonly riseAfter: number },
): Cell {
  const { client, category, perSlot, earliest, deadline, emergency, shape, packets, yields } = request;
  return {
    ...{ member, client, category, perSlot, earliest, deadline, arrival: next, block: shape === "block" },
    raised: riseAfter > 0 && state.used === 0 && state.rejections[client]! >= riseAfter,
    ...{ yields, behind: Math.min(7, state.used) },
    urgent: emergency,
    ...{ running: false, fresh: false, excused: false, left: packets, returned: 0, pending: 0 },
  };
}

/** Bytes of a signed request. */
export const SIGNED_BYTES = 8;

/** A number of slots in a byte with a sign; what is farther away than any horizon stays so. */
const nearby = (slots: number): number => Math.max(-128, Math.min(127, slots)) & 0xff;

/** The request as it is signed in a message for `slot`, 64 bits: the window as seen from there, then fields where the cell has them. */
export const packRequest = (r: PacketRequest, slot: Slot): bigint =>
  packFields([
    [nearby(r.earliest - slot), 8],
    [nearby(r.deadline - r.earliest), 8],
    [r.client, 4],
    [r.category, 4],
    [0, 2],
    [r.yields, 2],
    [0, 1],
    [Number(r.emergency), 1],
    [Number(r.shape === "block"), 1],
    [0, 1],
    [r.perSlot, 12],
    [r.packets, 14],
    [0, 6],
  ]);

/** The cell of a request, 128 bits: bits 0 .. 57 say what and how much, then returned, pending, and the window. */
export const packCell = (c: Cell): bigint =>
  packFields([
    [c.member, 16],
    [c.client, 4],
    [c.category, 4],
    [Number(c.raised), 1],
    [Number(c.fresh), 1],
    [c.yields, 2],
    [0, 1],
    [Number(c.urgent), 1],
    [Number(c.block), 1],
    [Number(c.running), 1],
    [c.perSlot, 12],
    [c.left, 14],
    [c.returned, 14],
    [c.pending, 12],
    [c.deadline & 0xffff, 16],
    [c.deadline - c.earliest, 8],
    [c.deadline - c.arrival, 8],
    [Number(c.excused), 1],
    [c.behind, 3],
  ]);

/** The book as bytes, 16 a cell, in hex. */
export const packBook = (cells: readonly Cell[]): string =>
  `0x${cells.map((cell) => packCell(cell).toString(16).padStart(32, "0")).join("")}`;

/** Whether all packets of a request, promised and returned ones, were made available. */
export const needsNothing = ({ left, returned }: Pick<Cell, "left" | "returned">): boolean => left + returned === 0;

/** Slots of the run of a block, or of what is left of it. */
export const runOf = (cell: Pick<Cell, "left" | "returned" | "perSlot">): number =>
  (cell.left + cell.returned) / cell.perSlot;

/**
 * Packets that the latest possible service of `left` packets takes in `slot`: everything that the slots after it, at
 * `perSlot` each, can't take any more. With it in the current slot a request is forced.
 */
export const latestIn = (slot: Slot, left: Packets, perSlot: Packets, deadline: Slot): Packets =>
  Math.min(perSlot, Math.max(0, left - perSlot * (deadline - slot - 1)));
