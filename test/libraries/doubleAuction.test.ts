import { readFileSync } from "node:fs";
import fc from "fast-check";
import { network } from "hardhat";
import { expect, it, test } from "vitest";
import { clear, type Outcome } from "../../agents/model/auction.ts";
import type { Book, Order, TieKey } from "../../agents/model/book.ts";
import { type Claim, checkClaim, claimOf, REFUSALS, type Verdict } from "../../agents/model/claim.ts";
import { AROUND_ZERO, type BookRange, bookArb, byId, NARROW, TINY, tieKeyArb, WIDE } from "../helpers/books.ts";
import { nearClaims } from "../helpers/claims.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("DoubleAuctionHarness");

const RELATIONS = { "<": 1n, ">": 2n, "=": 3n };

const toOrders = ({ bids, asks }: Book, key: TieKey) => {
  const side = (orders: readonly Order[], ask: boolean) =>
    orders.map(({ id, price, packets }) => ({ member: id, price, packets, ask, key: key(id) }));
  return [...side(bids, false), ...side(asks, true)];
};

function toClaim(claim: Claim, key: TieKey) {
  const none = { relation: 0n, criticalBid: 0, criticalAsk: 0, tau: 0, asksLong: false, level: 0 };
  if (claim.kind === "nothing crosses") return { ...none, tau: claim.tau, threshold: ethers.MaxUint256 };
  const { relation, tau, longSide, threshold } = claim;
  return {
    ...claim,
    relation: RELATIONS[relation],
    tau: tau ?? 0,
    asksLong: longSide === "ask",
    threshold: threshold === null ? ethers.MaxUint256 : key(threshold),
  };
}

/** What the two sides must agree on. */
type Judged = Pick<Outcome, "packets" | "buyPrice" | "sellPrice" | "surplus" | "fills"> | { reason: string };

const judged = (verdict: Verdict): Judged => {
  if (!verdict.ok) return { reason: verdict.reason };
  const { packets, buyPrice, sellPrice, surplus, fills } = verdict.outcome;
  return { packets, buyPrice, sellPrice, surplus, fills };
};

/** The Solidity's verdicts on claims about one book. */
async function judgedOnChain(book: Book, claims: Claim[], key: TieKey): Promise<Judged[]> {
  const orders = toOrders(book, key);
  const given = claims.map((claim) => toClaim(claim, key));
  const [refusals, outcomes] = await harness.check(orders, given);
  return outcomes.map(({ packets, buyPrice, sellPrice, surplus, fills }, i) => {
    if (refusals[i] !== 0n) return { reason: REFUSALS[Number(refusals[i])]! };
    const filled = fills.map((fill, j) => [orders[j]!.member, Number(fill)] as const);
    const prices = packets === 0n ? [null, null] : [Number(buyPrice), Number(sellPrice)];
    const [buy, sell] = prices as [number | null, number | null];
    const traded = new Map(filled.filter(([, fill]) => fill > 0));
    return { packets: Number(packets), buyPrice: buy, sellPrice: sell, surplus, fills: traded };
  });
}

/** Compares true and false claims. Gives the number of claims refused. */
async function compare(book: Book, claims: Claim[], key: TieKey): Promise<number> {
  const expected = claims.map((claim) => judged(checkClaim(book, claim, key)));
  expect(await judgedOnChain(book, claims, key)).toEqual(expected);
  return expected.filter((verdict) => "reason" in verdict).length;
}

interface Published {
  name: string;
  bids: { id: number; price: number; qty: number }[];
  asks: { id: number; price: number; qty: number }[];
}
const file = new URL("../vectors/auction.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Published[] };

test.each(vectors)("MARKET-4 the published book $name clears as its twin says", async ({ bids, asks }) => {
  const ids = [...bids, ...asks].map(({ id }) => id).sort((a, b) => a - b); // members are 16 bits: number them in order
  const orders = (rows: Published["bids"]) =>
    rows.map(({ id, price, qty }) => ({ id: ids.indexOf(id) + 1, price, packets: qty }));
  const book = { bids: orders(bids), asks: orders(asks) };
  expect(await compare(book, [claimOf(book, byId)], byId)).toBe(0);
});

test.each<[string, BookRange, number]>([
  ["of prices 0 .. 9", NARROW, 900],
  ["of prices -5 .. 4", AROUND_ZERO, 500],
  ["of three prices", TINY, 500],
  ["of any int32 price", WIDE, 200],
])(`MARKET-4 judges true and false claims as its twin, on random books %s (seed ${SEED})`, async (_, range, runs) => {
  let [trades, refused] = [0, 0];
  const property = fc.asyncProperty(bookArb(range), tieKeyArb, fc.nat(), async (book, key, from) => {
    const truth = claimOf(book, key);
    const near = nearClaims(truth, book);
    const some = near.length === 0 ? [] : [0, 1, 2, 3].map((i) => near[(from + 7 * i) % near.length]!);
    refused += await compare(book, [truth, ...some], key);
    if (clear(book.bids, book.asks, key).packets > 0) trades++;
  });
  await fc.assert(property, { seed: SEED, numRuns: runs });
  expect(trades).toBeGreaterThan(runs / 5);
  expect(refused).toBeGreaterThan(runs);
});

it("sums and money do not wrap at 32 bits", async () => {
  const [low, high, most] = [-(2 ** 31), 2 ** 31 - 1, 2 ** 32 - 1];
  const side = (price: number, ids: number[]) => ids.map((id) => ({ id, price, packets: most }));
  const book = { bids: side(high, [1, 2, 3]), asks: side(low, [4, 5, 6]) };
  const claim = claimOf(book, byId);
  expect(await compare(book, [claim], byId)).toBe(0);
  expect(clear(book.bids, book.asks, byId)).toMatchObject({ packets: 2 * most, surplus: BigInt(most) ** 2n * 2n });
});
