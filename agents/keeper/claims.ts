import type { Book } from "../model/book.ts";
import { claimWordOf } from "../model/claimWord.ts";
import type { Hash } from "../model/keccak.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodeOrder } from "../model/orders.ts";
import type { PostedProfile } from "../model/profileBook.ts";
import { tieKeysOf } from "../model/tieKey.ts";

/** One book per lane of the profiles' words; prices are ticks. */
export function booksOf(profiles: readonly PostedProfile[], words: number): Book[] {
  const books = Array.from({ length: words * COUNT }, () => ({ bids: [], asks: [] }) as Mutable);
  for (const { member, orders } of profiles) {
    for (const [i, lane] of unpackAll(orders).entries()) {
      const order = decodeOrder(lane);
      if (!order) continue;
      const side = order.side === "ask" ? books[i]!.asks : books[i]!.bids;
      side.push({ id: member, price: order.tick, packets: order.packets });
    }
  }
  return books;
}

interface Mutable {
  bids: { id: number; price: number; packets: number }[];
  asks: { id: number; price: number; packets: number }[];
}

/** The one true claim per lane of a session whose first lane is `firstSlot`, under its seed. */
export function claimsOf(profiles: readonly PostedProfile[], words: number, firstSlot: number, seed: Hash): bigint[] {
  const keys = tieKeysOf(seed);
  return booksOf(profiles, words).map((book, i) => claimWordOf(book, keys(firstSlot + i)));
}
