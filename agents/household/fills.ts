import type { MarketFacts, SessionFacts } from "../chain/calendar.ts";
import type { Contracts } from "../chain/deploy.ts";
import type { BookedProfile, SessionBook } from "../keeper/book.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, priceOf, unpackOrders } from "../model/orders.ts";
import { readingOf } from "../model/profileBook.ts";

/** What a member got in a slot of a session: bought positive, sold negative, at a price per packet in base units. */
export interface Fill {
  /** Counted from the day's first slot. */
  readonly slot: number;
  readonly packets: number;
  readonly price: number;
}

/** A member's fills in a session that is over, from the chain; none in a void one or without a profile. */
export async function fillsOf(
  { market }: Contracts,
  { scale }: MarketFacts,
  { session, first, count }: SessionFacts,
  book: SessionBook,
  member: number,
): Promise<Fill[]> {
  const isOwn = (profile: BookedProfile) => profile.live && profile.member === member;
  const batch = book.findIndex((profiles) => profiles.some(isOwn));
  const own = book[batch]?.find(isOwn);
  if (!own) return [];
  const { fills, tradedWords, prices } = await market.outcome(session, batch, readingOf(book[batch]!, isOwn));
  if (tradedWords === 0n) return [];
  const before = first % COUNT;
  const packets = unpackAll(wordsWhere(fills, tradedWords, own.orders.length)).slice(before);
  const ticks = unpackAll([...prices])
    .slice(before)
    .map(decodePrices);
  return unpackOrders(own.orders, first, count).flatMap((order, i) => {
    if (!order || !packets[i]) return [];
    const sign = order.side === "bid" ? 1 : -1;
    const tick = order.side === "bid" ? ticks[i]!.high : ticks[i]!.low;
    return [{ slot: first + i, packets: sign * packets[i], price: priceOf(tick, scale) }];
  });
}

/** The chain gives only the words in which a slot traded; zero for the others. */
function wordsWhere(fills: string, traded: bigint, words: number): bigint[] {
  let at = 2;
  return Array.from({ length: words }, (_, w) => {
    if (((traded >> BigInt(w)) & 1n) === 0n) return 0n;
    at += 64;
    return BigInt(`0x${fills.slice(at - 64, at)}`);
  });
}

/** Net packets per slot of a day, bought positive, after some sessions' fills. */
export function positionOf(fills: readonly Fill[], slotCount: number): number[] {
  const position = new Array<number>(slotCount).fill(0);
  for (const { slot, packets } of fills) position[slot]! += packets;
  return position;
}
