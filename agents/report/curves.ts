import { ranked } from "./figures.ts";
import type { OrderResult, SlotResult } from "./result.ts";

/** Supply and demand of a slot as steps. Runs in the page too, so it imports nothing that is not there. */

/** One order in its curve: it stands between `from` and `to` packets at its price. */
export interface Step extends OrderResult {
  readonly from: number;
  readonly to: number;
  /** It sets the price and stays out. */
  readonly critical: boolean;
}

/** The orders of a side in the order of the auction: best price first, at equal prices winners, critical, the rest. */
export function steps(slot: SlotResult, side: OrderResult["side"]): Step[] {
  const critical = side === "bid" ? slot.criticalBid : slot.criticalAsk;
  const isCritical = ({ member }: OrderResult) => member === critical;
  const sorted = ranked(slot.orders, side);
  const place = (order: OrderResult) => (order.fill > 0 ? 0 : isCritical(order) ? 1 : 2);
  sorted.sort((a, b) => (a.price === b.price ? place(a) - place(b) : 0));
  let from = 0;
  return sorted.map((order) => {
    const step = { ...order, from, to: from + order.packets, critical: isCritical(order) };
    from = step.to;
    return step;
  });
}

/** The corners of the line through the steps: [packets, price]. */
export function corners(of: readonly Step[]): [number, number][] {
  return of.flatMap(({ from, to, price }): [number, number][] => [
    [from, price],
    [to, price],
  ]);
}

/** The slot to show first: the one that trades most, or has most orders where none trades; 0 for an empty day. */
export function liveliestSlot(slots: readonly SlotResult[]): number {
  const rank = ({ packets, orders }: SlotResult) => packets * 1e6 + orders.length;
  return slots.reduce((best, slot, i) => (rank(slot) > rank(slots[best] as SlotResult) ? i : best), 0);
}
