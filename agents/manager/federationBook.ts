import type { FederationContracts } from "../chain/deployFederation.ts";
import type { BookedProfile, SessionBook } from "../keeper/book.ts";
import { wordsOf } from "../model/orders.ts";
import { decodeHead } from "../model/profileBook.ts";

/**
 * The book of a session of the federation from its events alone: the market's say which profiles it took, the
 * federation's what they hold.
 */
export async function readFederationBook(
  { federation, market }: FederationContracts,
  session: number,
): Promise<SessionBook> {
  const { first, count } = await market.sessionOf(session);
  const rowWords = 3 + wordsOf(Number(first), Number(count));
  const [posts, offers] = await Promise.all([
    market.queryFilter(market.filters.BatchPosted(session)),
    federation.queryFilter(federation.filters.LeftOverOffered(session)),
  ]);
  return posts.map(({ args: { batch, heads } }) => {
    const { rows } = offers.find(({ args }) => args.batch === batch)!.args;
    return batchOf(session, heads, rowsIn(rows, rowWords));
  });
}

/** The profiles that were taken: those of the heads. */
function batchOf(session: number, heads: readonly bigint[], rows: readonly (readonly bigint[])[]): BookedProfile[] {
  return heads.map((head) => {
    const decoded = decodeHead(head);
    const row = rows.find(([signed]) => decodeHead(signed!).member === decoded.member)!;
    return { ...decoded, session, orders: row.slice(3), live: true };
  });
}

/** The rows of an offer: head, two zeros and orders. */
function rowsIn(data: string, rowWords: number): bigint[][] {
  const words = Array.from({ length: (data.length - 2) / 64 }, (_, i) => {
    return BigInt(`0x${data.slice(2 + 64 * i, 66 + 64 * i)}`);
  });
  return Array.from({ length: words.length / rowWords }, (_, i) => words.slice(i * rowWords, (i + 1) * rowWords));
}
