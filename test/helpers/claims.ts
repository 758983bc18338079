import type { Book } from "../../agents/model/book.ts";
import type { Claim, PairCrosses, Relation } from "../../agents/model/claim.ts";

const RELATIONS: readonly Relation[] = ["<", ">", "="];

/** Claims that differ from `claim` in one field, in every way that could matter for this book, and claims of the other kind. */
export function nearClaims(claim: Claim, book: Book): Claim[] {
  const prices = [...book.bids, ...book.asks].map(({ price }) => price);
  const taus = [...new Set(prices.flatMap((price) => [price, price + 1]))];
  const none = taus.map((tau): Claim => ({ kind: "nothing crosses", tau }));
  if (claim.kind === "nothing crosses") return [...none, ...somePairs(book)];
  const bids = [...book.bids.map(({ id }) => id), 999];
  const asks = [...book.asks.map(({ id }) => id), 999];
  const level = Math.max(claim.level - 1, 0);
  const changes: Partial<PairCrosses>[] = [
    ...bids.map((criticalBid) => ({ criticalBid })),
    ...asks.map((criticalAsk) => ({ criticalAsk })),
    ...RELATIONS.map((relation) => ({ relation, tau: claim.tau ?? taus[0] ?? 0 })),
    ...taus.map((tau) => ({ tau })),
    { longSide: claim.longSide === "bid" ? "ask" : "bid" },
    ...[level, claim.level + 1, claim.level + 2, claim.level + 1000].map((other) => ({ level: other })),
    ...[null, ...bids, ...asks].map((threshold) => ({ threshold })),
  ];
  return [...none, ...changes.map((change) => ({ ...claim, ...change }))];
}

/** Every pair of a book as if it were critical. */
function somePairs({ bids, asks }: Book): PairCrosses[] {
  const pairs = bids.flatMap(({ id, price }) =>
    asks.map((ask) => ({ criticalBid: id, criticalAsk: ask.id, tau: price })),
  );
  const burden = { kind: "pair crosses", longSide: "bid", level: 0, threshold: null } as const;
  return pairs.flatMap((pair) => RELATIONS.map((relation) => ({ ...burden, ...pair, relation })));
}
