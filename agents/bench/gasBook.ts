import { type LaneOrder, packOrders } from "../model/orders.ts";
import { randomStream } from "../random/random.ts";

/**
 * `day`: 40 % of the members are prosumers and ask in the 40 slots around noon, every other order is a bid, so that
 * nobody asks at night. `random`: any side in any slot.
 */
export const BOOK_KINDS = ["day", "random"] as const;
export type BookKind = (typeof BOOK_KINDS)[number];

/** A member's profile before it is signed. */
export interface BookRow {
  readonly orders: readonly bigint[];
  readonly registers: boolean;
}

/**
 * An order of every member in every slot of a day; the same for the same day number. Prices are any of a thousand ticks
 * and more, so that curves cross and few orders tie; 1 to 100 packets each.
 */
export function randomBook(kind: BookKind, members: number, slots: number, day: number): BookRow[] {
  const random = randomStream(day, `gas book ${kind} ${members} x ${slots}`);
  return Array.from({ length: members }, (_, i) => {
    const prosumer = i < Math.floor(members * 0.4);
    const orders = Array.from({ length: slots }, (_, t): LaneOrder => {
      const ask = kind === "random" ? random.int(0, 1) === 1 : prosumer && isNoon(t, slots);
      const tick = ask ? random.int(1800, 2799) : random.int(2200, 3999);
      return { side: ask ? "ask" : "bid", tick, packets: random.int(1, 100) };
    });
    return { orders: packOrders(orders, 0), registers: orders.some(({ side }) => side === "ask") };
  });
}

/** The middle 40 of 96 slots, or as large a share of another day; all of a single slot. */
const isNoon = (t: number, slots: number): boolean => slots === 1 || (t >= (slots * 28) / 96 && t < (slots * 68) / 96);
