/**
 * Packets per slot over the horizon of a commons, and how requests are laid into them. Twin of
 * `contracts/libraries/SlotPlan.sol`, which works on sixteen slots at a time.
 */
import { latestIn } from "./commonsRequest.ts";
import { RING_SLOTS } from "./commonsRules.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/** Packets of each slot, at the slot's number modulo the ring. */
export type SlotRing = Int32Array;

export const slotRing = (): SlotRing => new Int32Array(RING_SLOTS);
export const at = (ring: SlotRing, slot: Slot): Packets => ring[slot % RING_SLOTS]!;
export const put = (ring: SlotRing, slot: Slot, packets: Packets): void => {
  ring[slot % RING_SLOTS] = packets;
};
export const add = (ring: SlotRing, slot: Slot, packets: Packets): void => put(ring, slot, at(ring, slot) + packets);

/** Adds `packets` to every slot of [from, to). */
export function addRun(ring: SlotRing, from: Slot, to: Slot, packets: Packets): void {
  for (let slot = from; slot < to; slot++) add(ring, slot, packets);
}

/** Packets that can still be planned in a slot. */
export type Room = (slot: Slot) => Packets;

/**
 * Lays `packets` into [from, to), at most `perSlot` and the slot's room in each, earliest slots first; returns how many
 * found no place. `lay` is told each slot and its packets.
 */
export function layBudget(
  room: Room,
  from: Slot,
  to: Slot,
  perSlot: Packets,
  packets: Packets,
  lay: (slot: Slot, packets: Packets) => void = () => {},
): Packets {
  let left = packets;
  for (let slot = from; slot < to && left > 0; slot++) {
    const here = Math.min(left, perSlot, room(slot));
    if (here > 0) lay(slot, here);
    left -= here;
  }
  return left;
}

/** The first slot of [from, last] from which `run` slots in a row have room for `perSlot` packets; undefined if none. */
export function firstStart(room: Room, from: Slot, last: Slot, perSlot: Packets, run: number): Slot | undefined {
  for (let start = from; start <= last; start++) if (hasRun(room, start, start + run, perSlot)) return start;
  return undefined;
}

/** Whether every slot of [from, to) has room for `perSlot` packets. */
export function hasRun(room: Room, from: Slot, to: Slot, perSlot: Packets): boolean {
  for (let slot = from; slot < to; slot++) if (room(slot) < perSlot) return false;
  return true;
}

/** Whether the latest service of `packets` before `deadline` has room in every slot it takes. */
export function hasLatest(room: Room, packets: Packets, perSlot: Packets, deadline: Slot): boolean {
  const first = deadline - Math.ceil(packets / perSlot);
  for (let slot = first; slot < deadline; slot++)
    if (latestIn(slot, packets, perSlot, deadline) > room(slot)) return false;
  return true;
}

/** The most packets, all slots of [from, deadline) used from the last one back, for whose latest service there is room. */
export function mostLatest(room: Room, from: Slot, deadline: Slot, perSlot: Packets): Packets {
  let packets = 0;
  for (let slot = deadline - 1; slot >= from; slot--) {
    packets += Math.min(perSlot, room(slot));
    if (room(slot) < perSlot) break;
  }
  return packets;
}

/** Takes the latest service of `before` packets out of the slots from `from` on, and puts that of `after` in. */
export function moveLatest(
  ring: SlotRing,
  from: Slot,
  deadline: Slot,
  perSlot: Packets,
  before: Packets,
  after: Packets,
): void {
  for (let slot = from; slot < deadline; slot++)
    add(ring, slot, latestIn(slot, after, perSlot, deadline) - latestIn(slot, before, perSlot, deadline));
}
