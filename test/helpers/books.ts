import fc from "fast-check";
import type { Book, Order, TieKey } from "../../agents/model/book.ts";

/** Bounds of random books, both included; `orders` is the most in one book. */
export interface BookRange {
  readonly prices: readonly [lowest: number, highest: number];
  readonly packets: readonly [lowest: number, highest: number];
  readonly orders: number;
}

/** Ties at every turn. */
export const NARROW: BookRange = { prices: [0, 9], packets: [0, 5], orders: 16 };
/** The same around zero. */
export const AROUND_ZERO: BookRange = { prices: [-5, 4], packets: [0, 5], orders: 16 };
/** A few orders with nothing but ties. */
export const TINY: BookRange = { prices: [-1, 1], packets: [1, 3], orders: 9 };
/** All that an int32 price can be, hardly a tie. */
export const WIDE: BookRange = { prices: [-(2 ** 31), 2 ** 31 - 1], packets: [0, 60], orders: 30 };
/** Close to what a safe integer can be. */
export const HUGE: BookRange = { prices: [-(2 ** 53) + 1, 2 ** 53 - 2], packets: [0, 2 ** 48], orders: 30 };

/** A random book; members are numbered 1, 2, ... across both sides. */
export function bookArb({ prices, packets, orders }: BookRange): fc.Arbitrary<Book> {
  const order = fc.record({
    isAsk: fc.boolean(),
    price: fc.integer({ min: prices[0], max: prices[1] }),
    packets: fc.integer({ min: packets[0], max: packets[1] }),
  });
  return fc.array(order, { maxLength: orders, size: "max" }).map((drawn) => {
    const numbered = drawn.map((order, i) => ({ ...order, id: i + 1 }));
    const side = (ask: boolean): Order[] =>
      numbered.filter(({ isAsk }) => isAsk === ask).map(({ id, price, packets }) => ({ id, price, packets }));
    return { bids: side(false), asks: side(true) };
  });
}

/** A random strict order of members, as on chain: a hash above, the member in the low 16 bits. */
export function tieKey(salt: number): TieKey {
  return (id) => {
    let hash = Math.imul(id ^ salt, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return (BigInt((hash ^ (hash >>> 13)) >>> 0) << 16n) | BigInt(id);
  };
}

export const tieKeyArb: fc.Arbitrary<TieKey> = fc.integer().map(tieKey);

/** The key of published books: the member's number. */
export const byId: TieKey = (id) => id;
