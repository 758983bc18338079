import type { EventLog, Provider, TransactionResponse } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { ChainError } from "../chain/chainError.ts";
import { decodeHead, type PostedProfile } from "../model/profileBook.ts";

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
 * posted them. Throws ChainError if a post was made in a way that this can't read, such as by another contract.
 */
export async function readBook(market: EnergyMarket, provider: Provider, session: number): Promise<SessionBook> {
  const posts = (await market.queryFilter(market.filters.BatchPosted(session))) as unknown as EventLog[];
  const replaced = (await market.queryFilter(market.filters.ProfileReplaced(session))) as unknown as EventLog[];
  const batches = posts.map(async (log) => {
    const tx = await provider.getTransaction(log.transactionHash);
    return batchOf(market, session, log.args.heads as bigint[], tx!);
  });
  const book = await Promise.all(batches);
  for (const { args } of replaced) {
    const row = (args.row as bigint).toString(2).length - 1; // the row is given as a mask of one bit
    const batch = book[Number(args.batch)]!;
    batch[row] = { ...batch[row]!, live: false };
  }
  return book;
}

/** Profiles of one batch: rows of the transaction whose member is among the heads. */
function batchOf(
  market: EnergyMarket,
  session: number,
  heads: readonly bigint[],
  tx: TransactionResponse,
): BookedProfile[] {
  const call = market.interface.parseTransaction(tx);
  const rows = call?.name === "post" ? call.args.rows : call?.name === "replace" ? call.args.row : undefined;
  if (rows === undefined)
    throw new ChainError(`Transaction ${tx.hash} posted profiles by another contract: its calldata can't be read.`);
  const count = call!.name === "replace" ? 1 : undefined;
  const words = wordsIn(rows as string);
  const orders = ordersByMember(words, count ?? rowCount(words, heads));
  return heads.map((head) => ({
    ...decodeHead(head),
    session,
    orders: orders.get(Number(head & 0xffffn))!,
    live: true,
  }));
}

const wordsIn = (data: string): bigint[] =>
  Array.from({ length: (data.length - 2) / 64 }, (_, i) => BigInt(`0x${data.slice(2 + 64 * i, 66 + 64 * i)}`));

/** Rows have one length; the shortest that puts every taken head at the start of a row, in order. */
function rowCount(words: readonly bigint[], heads: readonly bigint[]): number {
  for (let count = Math.floor(words.length / 4); count >= heads.length; count--) {
    if (words.length % count !== 0) continue;
    const found = ordersByMember(words, count);
    if (heads.every((head) => found.has(Number(head & 0xffffn)))) return count;
  }
  throw new ChainError("A batch's calldata does not hold the profiles that its event names.");
}

/** Order words by member; a row is head, r, vs and orders. A later row of a member was refused, so the first counts. */
function ordersByMember(words: readonly bigint[], count: number): Map<number, bigint[]> {
  const size = words.length / count;
  const orders = new Map<number, bigint[]>();
  for (let i = 0; i < words.length; i += size) {
    const member = Number(words[i]! & 0xffffn);
    if (!orders.has(member)) orders.set(member, words.slice(i + 3, i + size));
  }
  return orders;
}
