import type { EventLog, Log, Provider } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { ChainError } from "../chain/chainError.ts";
import { wordsOf } from "../model/orders.ts";
import { commitmentOf, decodeHead, type PostedProfile } from "../model/profileBook.ts";
import { rowsPosted } from "./posts.ts";

/** A profile in its batch; `live` unless its member replaced it. */
export interface BookedProfile extends PostedProfile {
  readonly live: boolean;
}

/** All batches of a session, in order. */
export type SessionBook = readonly (readonly BookedProfile[])[];

/** The profiles that count. */
export const liveProfiles = (book: SessionBook): BookedProfile[] => book.flat().filter(({ live }) => live);

/**
 * The book of a session from the chain alone: heads from the events, orders from the calldata of the transactions that
 * posted them. Events may come twice or in any order; each batch is compared with the commitment on the chain. Throws
 * ChainError where the node left something out, or can't show how profiles were posted.
 * @param fromBlock A block before which nothing of the session happened.
 */
export async function readBook(
  market: EnergyMarket,
  provider: Provider,
  session: number,
  fromBlock = 0,
): Promise<SessionBook> {
  const { first, count, batches, rows } = await market.sessionOf(session);
  const { filters } = market;
  const found = await Promise.all([
    market.queryFilter(filters.BatchPosted(session), fromBlock),
    market.queryFilter(filters.ProfileRefused(session), fromBlock),
    market.queryFilter(filters.ProfileReplaced(session), fromBlock),
  ]);
  const [posted, refused, replaced] = found.map((logs) => inOrder(logs as unknown as EventLog[]));
  const rowWords = 3 + wordsOf(Number(first), Number(count));
  const book: BookedProfile[][] = [];
  for (const [hash, logs] of byTransaction([...posted!, ...refused!])) {
    const tx = await provider.getTransaction(hash);
    if (!tx)
      throw new ChainError(`The node has an event of transaction ${hash}, but not the transaction: ask it again.`);
    const calls = await rowsPosted(market, provider, session, tx);
    for (const [i, { batch, args, skipped }] of batchesIn(logs).entries()) {
      const taken = rowsIn(calls[i] ?? "0x", rowWords).filter((_, row) => !skipped.has(row));
      book[batch] = profilesOf(session, args.heads as bigint[], taken);
      check(session, batch, book[batch]!, args.commitment as string);
    }
  }
  for (const { args } of replaced!) markReplaced(book, Number(args.batch), args.place as bigint);
  const given = book.filter(() => true).length; // without holes
  if (given === Number(batches) && liveProfiles(book).length === Number(rows)) return book;
  throw new ChainError(
    `The node gave ${given} of ${batches} batches of session ${session}, ` +
      `in which ${liveProfiles(book).length} of ${rows} profiles count: ask it again.`,
  );
}

/** Each event once, in the order of the chain. */
function inOrder<L extends Log>(logs: readonly L[]): L[] {
  const once = new Map(logs.map((log) => [`${log.transactionHash}/${log.index}`, log]));
  return [...once.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
}

function byTransaction(logs: readonly EventLog[]): Map<string, EventLog[]> {
  const grouped = new Map<string, EventLog[]>();
  for (const log of inOrder(logs)) grouped.set(log.transactionHash, [...(grouped.get(log.transactionHash) ?? []), log]);
  return grouped;
}

/** A call's refusals come before its batch. */
function batchesIn(logs: readonly EventLog[]) {
  const batches: { batch: number; args: EventLog["args"]; skipped: ReadonlySet<number> }[] = [];
  let skipped = new Set<number>();
  for (const { eventName, args } of logs) {
    if (eventName === "ProfileRefused") skipped.add(Number(args.index));
    else {
      batches.push({ batch: Number(args.batch), args, skipped });
      skipped = new Set();
    }
  }
  return batches;
}

function profilesOf(session: number, heads: readonly bigint[], taken: readonly bigint[][]): BookedProfile[] {
  return heads.map((head, i) => ({ ...decodeHead(head), session, orders: taken[i]?.slice(3) ?? [], live: true }));
}

function check(session: number, batch: number, profiles: readonly PostedProfile[], commitment: string): void {
  if (commitmentOf(profiles) === commitment) return;
  throw new ChainError(
    `Batch ${batch} of session ${session} is not what the chain bound: the node left out an event, or mixed them up.`,
  );
}

/** `place` has one bit set, the i-th for the i-th profile. */
function markReplaced(book: BookedProfile[][], batch: number, place: bigint): void {
  const row = place.toString(2).length - 1;
  const profiles = book[batch];
  if (profiles?.[row]) profiles[row] = { ...profiles[row], live: false };
}

/** The rows of a post: head, r, vs and orders. */
function rowsIn(data: string, rowWords: number): bigint[][] {
  const words = Array.from({ length: (data.length - 2) / 64 }, (_, i) => {
    return BigInt(`0x${data.slice(2 + 64 * i, 66 + 64 * i)}`);
  });
  return Array.from({ length: words.length / rowWords }, (_, i) => words.slice(i * rowWords, (i + 1) * rowWords));
}
