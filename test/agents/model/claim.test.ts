import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { clear } from "../../../agents/model/auction.ts";
import type { Book, TieKey } from "../../../agents/model/book.ts";
import { type Claim, checkClaim, claimOf, type PairCrosses, type Refusal } from "../../../agents/model/claim.ts";
import { AROUND_ZERO, type BookRange, bookArb, byId, NARROW, TINY, tieKeyArb, WIDE } from "../../helpers/books.ts";
import { nearClaims } from "../../helpers/claims.ts";
import { SEED } from "../../helpers/seed.ts";

const random = (numRuns: number) => ({ seed: SEED, numRuns });
const RANGES: [string, BookRange][] = [
  ["of prices 0 .. 9", NARROW],
  ["of prices -5 .. 4", AROUND_ZERO],
  ["of three prices", TINY],
  ["of any int32 price", WIDE],
];

/** Whether a claim is refused; if it is not, its outcome must be the one of the auction. */
function isRefused(book: Book, claim: Claim, key: TieKey): boolean {
  const verdict = checkClaim(book, claim, key);
  if (verdict.ok) expect(verdict.outcome).toEqual(clear(book.bids, book.asks, key));
  return !verdict.ok;
}

describe.each(RANGES)(`on random books %s (seed ${SEED})`, (_, range) => {
  it("the true claim passes, with the outcome of the auction", () => {
    const property = fc.property(bookArb(range), tieKeyArb, (book, key) => {
      expect(isRefused(book, claimOf(book, key), key)).toBe(false);
    });
    fc.assert(property, random(4_000));
  });

  it("a claim with one field changed is refused, or comes to the same outcome", () => {
    let refused = 0;
    const property = fc.property(bookArb(range), tieKeyArb, (book, key) => {
      for (const claim of nearClaims(claimOf(book, key), book)) if (isRefused(book, claim, key)) refused++;
    });
    fc.assert(property, random(400));
    expect(refused).toBeGreaterThan(4_000);
  });

  it("the order of the book changes nothing", () => {
    const property = fc.property(bookArb(range), tieKeyArb, (book, key) => {
      const claim = claimOf(book, key);
      const other = { bids: book.bids.toReversed(), asks: book.asks.toReversed() };
      expect(claimOf(other, key)).toEqual(claim);
      expect(checkClaim(other, claim, key)).toEqual(checkClaim(book, claim, key));
    });
    fc.assert(property, random(500));
  });
});

it(`of all claims there are about a small book one outcome passes (seed ${SEED})`, () => {
  let [accepted, checked] = [0, 0];
  const property = fc.property(bookArb(TINY), tieKeyArb, (book, key) => {
    const claims = allClaims(book);
    const passed = claims.filter((claim) => !isRefused(book, claim, key));
    expect(passed.length).toBeGreaterThan(0);
    accepted += passed.length;
    checked += claims.length;
  });
  fc.assert(property, random(60));
  expect(checked).toBeGreaterThan(50 * accepted);
});

/** Every claim about a book of `TINY` that could be of use: levels and thresholds are exhausted where the pair is. */
function allClaims({ bids, asks }: Book): Claim[] {
  const taus = [-1, 0, 1, 2];
  const ids = [...bids, ...asks].map(({ id }) => id);
  const claims: Claim[] = taus.map((tau) => ({ kind: "nothing crosses", tau }));
  for (const { id: criticalBid } of bids)
    for (const { id: criticalAsk } of asks)
      for (const relation of ["<", ">", "="] as const)
        for (const tau of relation === "=" ? taus : [null])
          for (const longSide of ["bid", "ask"] as const)
            for (const level of [0, 1, 2, 3])
              for (const threshold of [null, ...ids]) {
                const pair = { criticalBid, criticalAsk, relation, tau, longSide, level, threshold };
                claims.push({ kind: "pair crosses", ...pair });
              }
  return claims;
}

describe("what is refused, and why", () => {
  // Bids 9 8 7 6 of two packets, asks 1 2 3 of three: seven packets cross, at bid 4 and ask 7; 6 are bought, 6 sold.
  const orders = (prices: number[], packets: number, first: number) =>
    prices.map((price, i) => ({ id: first + i, price, packets }));
  const book = { bids: orders([9, 8, 7, 6], 2, 1), asks: orders([1, 2, 3], 3, 5) };
  const truth = claimOf(book, byId) as PairCrosses;
  const bids = book.bids.map((bid, i) => ({ ...bid, packets: [2, 2, 1, 4][i]! })); // nine cross, winners buy five
  const asks = (packets: number[]) => book.asks.map((ask, i) => ({ ...ask, packets: packets[i]! }));
  const excess = { bids, asks: asks([4, 3, 3]) }; // winners offer seven: one packet less from each
  const uneven = { bids, asks: asks([4, 4, 3]) }; // winners offer eight: the larger key loses one more
  const equal = { bids: [...orders([9, 8, 7, 4], 2, 1)], asks: orders([1, 2, 3, 5], 2, 5) };
  const zero = { bids: orders([4, 3, 2, -1], 2, 1), asks: orders([-4, -3, -2, 0], 2, 5) }; // 0 would separate

  it("the true claims", () => {
    const pair = { kind: "pair crosses", criticalBid: 4, criticalAsk: 7, tau: null };
    expect(truth).toEqual({ ...pair, relation: "<", longSide: "bid", level: 0, threshold: null });
    expect(claimOf(excess, byId)).toEqual({ ...pair, relation: "<", longSide: "ask", level: 1, threshold: null });
    expect(claimOf(uneven, byId)).toEqual({ ...pair, relation: "<", longSide: "ask", level: 1, threshold: 6 });
    const tau = { criticalBid: 3, criticalAsk: 7, relation: "=", tau: 5, longSide: "bid", level: 0, threshold: null };
    expect(claimOf(equal, byId)).toEqual({ kind: "pair crosses", ...tau });
    expect(claimOf({ bids: [], asks: [] }, byId)).toEqual({ kind: "nothing crosses", tau: 0 });
    expect(claimOf({ bids: book.bids, asks: [] }, byId)).toEqual({ kind: "nothing crosses", tau: 10 });
    expect(claimOf({ bids: [], asks: book.asks }, byId)).toEqual({ kind: "nothing crosses", tau: 1 });
  });

  test.each<[Refusal, Book, Claim]>([
    ["orders cross", book, { kind: "nothing crosses", tau: 5 }],
    ["no such critical order", book, { ...truth, criticalBid: 7 }],
    ["no such critical order", book, { ...truth, criticalAsk: 99 }],
    ["critical pair does not cross", { ...book, bids: orders([9, 8, 7, 2], 2, 1) }, truth],
    ["not the critical pair", book, { ...truth, criticalBid: 1 }],
    ["not the critical pair", book, { ...truth, criticalAsk: 5 }],
    ["wrong relation", book, { ...truth, relation: "=", tau: 3 }],
    ["the next packet crosses", book, { ...truth, criticalBid: 3, criticalAsk: 6, relation: "=", tau: 3 }],
    ["the next packet crosses", equal, { ...truth, criticalBid: 3, relation: "=", tau: 6 }],
    ["the next packet crosses", zero, { ...truth, criticalBid: 3, relation: "=", tau: null }],
    ["wrong long side", book, { ...truth, longSide: "ask" }],
    ["wrong level", book, { ...truth, level: 1 }],
    ["wrong level", excess, { ...truth, longSide: "ask", level: 0.5 }],
    ["wrong level", excess, { ...truth, longSide: "ask", level: 0, threshold: 5 }],
    ["wrong level", excess, { ...truth, longSide: "ask", level: -1 }],
    ["wrong level", excess, { ...truth, longSide: "ask", level: Number.NaN }],
    ["wrong remainder", excess, { ...truth, longSide: "ask", level: 1, threshold: 6 }],
    ["wrong remainder", uneven, { ...truth, longSide: "ask", level: 1, threshold: null }],
  ])("%s", (reason, bookOf, claim) => expect(checkClaim(bookOf, claim, byId)).toEqual({ ok: false, reason }));
});
