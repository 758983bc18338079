import type { EventLog, Provider, TransactionResponse } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { ChainError } from "../chain/chainError.ts";
import { wordsOf } from "../model/orders.ts";
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
  const { first, count } = await market.sessionOf(session);
  const rowWords = 3 + wordsOf(Number(first), Number(count));
  const posts = (await market.queryFilter(market.filters.BatchPosted(session))) as unknown as EventLog[];
  const replaced = (await market.queryFilter(market.filters.ProfileReplaced(session))) as unknown as EventLog[];
  const refused = await market.queryFilter(market.filters.ProfileRefused(session));
  const batches = posts.map(async (log) => {
    const tx = await provider.getTransaction(log.transactionHash);
    const among = refused.filter(({ transactionHash }) => transactionHash === log.transactionHash);
    const rows = new Set(among.map(({ args }) => Number(args.index)));
    return batchOf(market, session, log.args.heads as bigint[], tx!, rowWords, rows);
  });
  const book = await Promise.all(batches);
  for (const { args } of replaced) {
    const row = (args.place as bigint).toString(2).length - 1; // a word with one bit set
    const batch = book[Number(args.batch)]!;
    batch[row] = { ...batch[row]!, live: false };
  }
  return book;
}

/** Profiles of one batch: the rows of the transaction that were not refused, in the order of the heads. */
function batchOf(
  market: EnergyMarket,
  session: number,
  heads: readonly bigint[],
  tx: TransactionResponse,
  rowWords: number,
  refused: ReadonlySet<number>,
): BookedProfile[] {
  const call = market.interface.parseTransaction(tx);
  const rows = call?.name === "post" ? call.args.rows : call?.name === "replace" ? call.args.row : undefined;
  if (rows === undefined)
    throw new ChainError(`Transaction ${tx.hash} posted profiles by another contract: its calldata can't be read.`);
  const taken = rowsIn(rows as string, rowWords).filter((_, row) => !refused.has(row));
  return heads.map((head, i) => ({ ...decodeHead(head), session, orders: taken[i]!.slice(3), live: true }));
}

/** The rows of a post: head, r, vs and orders. */
function rowsIn(data: string, rowWords: number): bigint[][] {
  const words = Array.from({ length: (data.length - 2) / 64 }, (_, i) => {
    return BigInt(`0x${data.slice(2 + 64 * i, 66 + 64 * i)}`);
  });
  return Array.from({ length: words.length / rowWords }, (_, i) => words.slice(i * rowWords, (i + 1) * rowWords));
}
