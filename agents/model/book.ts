import type { Packets } from "./packets.ts";

export type Side = "bid" | "ask";

/**
 * One member's order in a slot. `id` is the member; `price` a signed integer in base units per packet; 0 packets is no
 * order.
 */
export interface Order {
  readonly id: number;
  readonly price: number;
  readonly packets: Packets;
}

/** All orders of one slot, in any order. A member has one order, on one side. */
export interface Book {
  readonly bids: readonly Order[];
  readonly asks: readonly Order[];
}

/**
 * Who goes first among equal prices: the smaller key. Keys are strict (no two members share one) and depend on no price
 * and no quantity, else the auction is not strategy-proof.
 */
export type TieKey = (id: number) => bigint | number;

/** An order that counts, with its member's tie key. */
export interface KeyedOrder extends Order {
  readonly key: bigint | number;
}

export interface KeyedBook {
  readonly bids: readonly KeyedOrder[];
  readonly asks: readonly KeyedOrder[];
}

/**
 * The orders of at least one packet, with their tie keys, as they stand. Throws RangeError for a price or quantity that
 * is not a whole number within 2^53, a negative quantity, a second order of a member, a key that two members share, and
 * a book whose packets pass 2^53.
 */
export function keyedBook({ bids, asks }: Book, key: TieKey): KeyedBook {
  const book = { bids: keyed(bids, key), asks: keyed(asks, key) };
  const orders = [...book.bids, ...book.asks];
  const total = orders.reduce((sum, { packets }) => sum + packets, 0);
  if (!Number.isSafeInteger(total)) throw new RangeError(`${total} packets in one book: more than 2^53`);
  if (new Set(orders.map(({ id }) => id)).size < orders.length)
    throw new RangeError("a member has two orders in one slot");
  if (new Set(orders.map((order) => order.key)).size < orders.length)
    throw new RangeError("two members share a tie key");
  return book;
}

function keyed(orders: readonly Order[], key: TieKey): KeyedOrder[] {
  return orders.filter(isOrder).map(({ id, price, packets }) => ({ id, price, packets, key: key(id) }));
}

function isOrder({ id, price, packets }: Order): boolean {
  if (!Number.isSafeInteger(packets) || packets < 0)
    throw new RangeError(`${packets} packets of member ${id}: not a quantity`);
  if (packets > 0 && !Number.isSafeInteger(price))
    throw new RangeError(`${price} per packet of member ${id}: not a price`);
  return packets > 0;
}

/** Negative where `a` goes before `b`, both of one side: the better price, at equal prices the smaller key. */
export function compareRank(a: KeyedOrder, b: KeyedOrder, side: Side): number {
  const better = side === "bid" ? b.price - a.price : a.price - b.price;
  return better || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
