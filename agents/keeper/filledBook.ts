import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { unpackAll } from "../model/lanes.ts";
import { wordsOf } from "../model/orders.ts";
import type { Packets } from "../model/packets.ts";
import { readingOf } from "../model/profileBook.ts";
import type { BookedProfile, SessionBook } from "./book.ts";

/** A profile in its batch with what the session gave each of its lanes; nothing where it no longer counts. */
export interface FilledProfile extends BookedProfile {
  readonly fills: readonly Packets[];
}

/** The book of a session that is over with its fills, as the market says them. */
export async function filledBook(market: EnergyMarket, session: number, book: SessionBook): Promise<FilledProfile[][]> {
  const { first, count } = await market.sessionOf(session);
  const words = wordsOf(Number(first), Number(count));
  return Promise.all(book.map((batch, b) => filledBatch(market, session, b, batch, words)));
}

async function filledBatch(
  market: EnergyMarket,
  session: number,
  b: number,
  batch: readonly BookedProfile[],
  words: number,
): Promise<FilledProfile[]> {
  const live = batch.filter((profile) => profile.live);
  if (live.length === 0) return batch.map((profile) => ({ ...profile, fills: [] }));
  const reading = readingOf(batch, (profile) => live.includes(profile));
  const { fills, tradedWords } = await market.outcome(session, b, reading);
  const lanes = fillLanes(fills, tradedWords, live.length, words);
  return batch.map((profile) => ({ ...profile, fills: lanes[live.indexOf(profile)] ?? [] }));
}

/** Fills per profile and lane; the market gives only the words in which a slot traded. */
export function fillLanes(fills: string, tradedWords: bigint, profiles: number, words: number): number[][] {
  const traded = Array.from({ length: words }, (_, w) => ((tradedWords >> BigInt(w)) & 1n) === 1n);
  let at = 2;
  const next = () => {
    at += 64;
    return BigInt(`0x${fills.slice(at - 64, at)}`);
  };
  return Array.from({ length: profiles }, () => unpackAll(traded.map((is) => (is ? next() : 0n))));
}
