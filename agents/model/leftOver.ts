/**
 * Twin of `contracts/libraries/LeftOver.sol`: what a session left of its orders, and how much of it a link has room for.
 * Where more is left on a side than the link carries, each order of that side gives up the same number of packets, its
 * slot's level, or all it has. A level depends on no price. It is whole: fewer packets than there are orders may stay
 * unused.
 */
import type { Side } from "./book.ts";
import { packAll, unpackAll } from "./lanes.ts";
import { decodeOrder, encodeOrder, type LaneOrder } from "./orders.ts";
import type { Packets } from "./packets.ts";

/** A member's orders by slot, lane by lane. */
export type LaneOrders = readonly (LaneOrder | undefined)[];

/** Packets by slot, for each side. */
export type BySide = Readonly<Record<Side, readonly Packets[]>>;

/** The orders that order words say, a lane each. */
export const ordersIn = (words: readonly bigint[]): LaneOrders => unpackAll(words).map(decodeOrder);

/** The order words of lanes. */
export const wordsOfOrders = (orders: LaneOrders): bigint[] => packAll(orders.map(encodeOrder));

/** What is left of orders after their fills: side and price stay; nothing where nothing is left. */
export const restOf = (orders: LaneOrders, fills: readonly Packets[]): LaneOrders =>
  orders.map((order, i) => withPackets(order, (order?.packets ?? 0) - (fills[i] ?? 0)));

/** Orders less the level of their side in each slot. */
export const cutBy = (orders: LaneOrders, levels: BySide): LaneOrders =>
  orders.map((order, i) => order && withPackets(order, order.packets - (levels[order.side][i] ?? 0)));

const withPackets = (order: LaneOrder | undefined, packets: Packets): LaneOrder | undefined =>
  order && packets > 0 ? { ...order, packets } : undefined;

/** Packets of all orders of a side, slot by slot. */
export const totalOf = (book: readonly LaneOrders[], side: Side, slots: number): Packets[] =>
  Array.from({ length: slots }, (_, i) => packetsIn(book, side, i).reduce((sum, packets) => sum + packets, 0));

function packetsIn(book: readonly LaneOrders[], side: Side, slot: number): Packets[] {
  return book.flatMap((orders) => {
    const order = orders[slot];
    return order?.side === side ? [order.packets] : [];
  });
}

/** The least level at which orders of so many packets, each less the level, fit in `room`. */
export function leastLevel(packets: readonly Packets[], room: Packets): Packets {
  const fits = (level: Packets) => packets.reduce((sum, each) => sum + Math.max(0, each - level), 0) <= room;
  let [low, high] = [0, Math.max(0, ...packets)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The least levels under which what members have left, slot by slot, fits in the room of the link. */
export function levelsFor(book: readonly LaneOrders[], room: BySide): BySide {
  const side = (of: Side) => room[of].map((packets, slot) => leastLevel(packetsIn(book, of, slot), packets));
  return { bid: side("bid"), ask: side("ask") };
}
