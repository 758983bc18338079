/**
 * Admission of a request: whether the forecast can carry it next to all that was admitted before, and if not, what would
 * be accepted. Twin of `contracts/libraries/PacketAdmission.sol`.
 */
import {
  add,
  addRun,
  at,
  firstStart,
  hasLatest,
  hasRun,
  layBudget,
  mostLatest,
  moveLatest,
  type Room,
  type SlotRing,
} from "./commonsPlan.ts";
import type { PacketRequest } from "./commonsRequest.ts";
import type { Packets } from "./packets.ts";
import type { Slot } from "./slots.ts";

/**
 * Why a well-formed request is not admitted. `feederFull`: served as late as possible it would, with all others so
 * served, exceed the feeder limit. `poolTaken`: what it needs is planned for others. `beyondForecast`: not even an empty
 * pool could carry it.
 */
export type RejectionReason = "feederFull" | "poolTaken" | "beyondForecast";

/** What would be accepted instead of a rejected request; 0 where there is no such offer. */
export interface CounterOffer {
  /** So many packets in the same window (never for a block). */
  readonly packets: Packets;
  /** The same request with this deadline, later or earlier. */
  readonly deadline: Slot;
}

export type Verdict =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: RejectionReason; readonly offer: CounterOffer };

/** What admission looks at. */
export interface Pool {
  /** One after the last slot that a request may use. */
  readonly end: Slot;
  readonly feederLimit: Packets;
  /** Packets that the forecast and the allowance give in a slot, at most the feeder limit. */
  readonly carried: Room;
  /** Packets planned for those admitted. */
  readonly planned: SlotRing;
  /** Packets per slot if all those admitted were served as late as possible. */
  readonly latest: SlotRing;
}

/** Rules on `request`; an accepted one is planned and its latest service reserved. */
export function admit(request: PacketRequest, pool: Pool): Verdict {
  const { packets, perSlot, deadline, emergency } = request;
  const head: Room = (slot) => pool.feederLimit - at(pool.latest, slot);
  const fitsFeeder = hasLatest(head, packets, perSlot, deadline);
  if (fitsFeeder && (emergency || fits(request, roomOf(pool)))) {
    planAt(request, roomOf(pool), pool.planned);
    moveLatest(pool.latest, deadline - Math.ceil(packets / perSlot), deadline, perSlot, 0, packets);
    return { accepted: true };
  }
  const reason = fitsFeeder ? (fits(request, pool.carried) ? "poolTaken" : "beyondForecast") : "feederFull";
  return { accepted: false, reason, offer: offerFor(request, pool, head) };
}

const roomOf =
  (pool: Pool): Room =>
  (slot) =>
    Math.max(0, pool.carried(slot) - at(pool.planned, slot));

function fits({ shape, packets, perSlot, earliest, deadline }: PacketRequest, room: Room): boolean {
  if (shape === "budget") return layBudget(room, earliest, deadline, perSlot, packets) === 0;
  const run = packets / perSlot;
  return firstStart(room, earliest, deadline - run, perSlot, run) !== undefined;
}

/** Plans what finds a place: all of a request that fits; of an emergency that does not, what there is. */
function planAt({ shape, packets, perSlot, earliest, deadline }: PacketRequest, room: Room, planned: SlotRing): void {
  if (shape === "budget") {
    layBudget(room, earliest, deadline, perSlot, packets, (slot, here) => add(planned, slot, here));
    return;
  }
  const run = packets / perSlot;
  const start = firstStart(room, earliest, deadline - run, perSlot, run);
  if (start !== undefined) addRun(planned, start, start + run, perSlot);
}

function offerFor(request: PacketRequest, pool: Pool, head: Room): CounterOffer {
  const { shape, packets, perSlot, earliest, deadline } = request;
  const room = roomOf(pool);
  if (shape === "block") {
    const run = packets / perSlot;
    const both: Room = (slot) => Math.min(room(slot), head(slot));
    const start = firstStart(both, earliest, pool.end - run, perSlot, run);
    return { packets: 0, deadline: start === undefined ? 0 : start + run };
  }
  const carried = packets - layBudget(room, earliest, deadline, perSlot, packets);
  const offered = Math.min(carried, mostLatest(head, earliest, deadline, perSlot));
  return { packets: offered, deadline: deadlineFor(request, pool, head) };
}

/** The first deadline by which the plan can carry the whole budget, if its latest service fits as well; else 0. */
function deadlineFor({ packets, perSlot, earliest }: PacketRequest, pool: Pool, head: Room): Slot {
  let last = 0;
  const left = layBudget(roomOf(pool), earliest, pool.end, perSlot, packets, (slot) => {
    last = slot;
  });
  return left === 0 && hasLatest(head, packets, perSlot, last + 1) ? last + 1 : 0;
}

/** Whether a block may start in `slot` of its own will: the forecast and the feeder carry the rest of its run. */
export const mayStart = (carried: Room, head: Room, slot: Slot, run: number, perSlot: Packets): boolean =>
  hasRun((t) => Math.min(carried(t), head(t)), slot + 1, slot + run, perSlot);
