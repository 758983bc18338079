import type { FilledProfile } from "../keeper/filledBook.ts";
import { type BySide, cutBy, type LaneOrders, levelsFor, ordersIn, restOf } from "../model/leftOver.ts";

/** What a manager knows when it decides. */
export interface LeftOverView {
  /** The session's batches, in order. */
  readonly book: readonly (readonly FilledProfile[])[];
  /** Members whose seats are taken. */
  readonly seated: ReadonlySet<number>;
  /** What the link has left, by side and lane. */
  readonly room: BySide;
}

/** What a manager does: nothing, and why; or offers these profiles under these levels. */
export type Decision =
  | { readonly kind: "nothing"; readonly reason: "nobody is seated" | "nothing is left" | "the link has no room" }
  | {
      readonly kind: "offer";
      readonly reason: string;
      /** Members to offer, by batch; batches without any are left out. */
      readonly batches: readonly { readonly batch: number; readonly members: ReadonlySet<number> }[];
      readonly levels: BySide;
    };

/** Decides what of a session that is over goes over the link. Pure: the chain checks every number of it. */
export function decide({ book, seated, room }: LeftOverView): Decision {
  const live = book.map((batch) => batch.filter((profile) => profile.live && seated.has(profile.member)));
  if (live.every((batch) => batch.length === 0)) return { kind: "nothing", reason: "nobody is seated" };
  const rests = live.map((batch) => batch.map((profile) => restOf(ordersIn(profile.orders), profile.fills)));
  if (rests.flat().every(isEmpty)) return { kind: "nothing", reason: "nothing is left" };
  const offering = (of: LaneOrders) => !isEmpty(of);
  // who has nothing left adds nothing to a level, so it may stay a mark
  const chosen = live.map((batch, b) => batch.filter((_, i) => offering(rests[b]![i]!)));
  const levels = levelsFor(rests.flat(), room);
  if (rests.flat().every((rest) => isEmpty(cutBy(rest, levels))))
    return { kind: "nothing", reason: "the link has no room" };
  const batches = chosen.flatMap((profiles, batch) =>
    profiles.length === 0 ? [] : [{ batch, members: new Set(profiles.map(({ member }) => member)) }],
  );
  const members = batches.reduce((sum, each) => sum + each.members.size, 0);
  return { kind: "offer", reason: `${members} members have orders left`, batches, levels };
}

const isEmpty = (orders: LaneOrders): boolean => orders.every((order) => order === undefined);
