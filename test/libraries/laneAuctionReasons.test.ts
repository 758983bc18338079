import { network } from "hardhat";
import { describe, expect, it, test } from "vitest";
import type { Side } from "../../agents/model/book.ts";
import { type ClaimWord, decodeClaim, encodeClaim } from "../../agents/model/claimWord.ts";
import { ZERO_HASH } from "../../agents/model/keccak.ts";
import type { LaneOrder } from "../../agents/model/orders.ts";
import { auctionVerdicts } from "../helpers/auctionVerdicts.ts";
import { claimsOf, rowsHex, type SessionBook, type SessionRow } from "../helpers/sessionBooks.ts";

const { auction, judge, verdicts } = await auctionVerdicts(await network.create());

// Bids at ticks 9 8 7 6 of two packets, asks at 1 2 3 of three: seven packets cross, at bid 4 and ask 7; six trade.
const side = (which: Side, ticks: number[], packets: number[]): LaneOrder[] =>
  ticks.map((tick, i) => ({ side: which, tick, packets: packets[i % packets.length]! }));
const BIDS = side("bid", [9, 8, 7, 6], [2]);
const bookOf = (orders: readonly LaneOrder[]): SessionBook => {
  const rows = orders.map(
    (order, i): SessionRow => ({ member: i + 1, orders: [order, ...new Array(9).fill(undefined)] }),
  );
  return { seed: ZERO_HASH, firstSlot: 0, slots: 10, rows };
};
const BOOK = bookOf([...BIDS, ...side("ask", [1, 2, 3], [3])]);
const LONG = bookOf([...side("bid", [9, 8, 7, 6], [2, 2, 1, 4]), ...side("ask", [1, 2, 3], [4, 4, 3])]); // asks: 8 for 5
const EVEN = bookOf([...side("bid", [9, 8, 7, 6], [2, 2, 1, 4]), ...side("ask", [1, 2, 3], [4, 3, 3])]); // asks: 7 for 5
const EQUAL = bookOf([...side("bid", [9, 8, 7, 4], [2]), ...side("ask", [1, 2, 3, 5], [2])]);
const ALONE = bookOf([...side("bid", [9], [2]), ...side("ask", [1, 2], [3])]); // the only bid is the critical one
const APART = bookOf([...side("bid", [3], [2]), ...side("ask", [5], [3])]);

describe("what is refused, and why", () => {
  test.each<[string, SessionBook, Partial<ClaimWord>]>([
    ["orders cross", BOOK, { relation: 0, tau: 5 }],
    ["orders cross", APART, { tau: 3 }],
    ["orders cross", APART, { tau: 6 }],
    ["orders cross", APART, { tau: 8191 }],
    ["not canonical", APART, { level: 1 }],
    ["no such critical order", BOOK, { criticalBid: 7 }],
    ["no such critical order", BOOK, { criticalAsk: 99 }],
    ["no such critical order", BOOK, { bidTick: 7 }],
    ["no such critical order", BOOK, { criticalAsk: 0 }],
    ["critical pair does not cross", APART, { relation: 1, criticalBid: 1, bidTick: 3, criticalAsk: 2, askTick: 5 }],
    ["not the critical pair", BOOK, { criticalBid: 1, bidTick: 9 }],
    ["not the critical pair", BOOK, { criticalAsk: 5, askTick: 1 }],
    ["wrong relation", BOOK, { relation: 2 }],
    ["wrong relation", BOOK, { relation: 3, tau: 3 }],
    ["the next packet crosses", BOOK, { criticalBid: 3, bidTick: 7, criticalAsk: 6, askTick: 2, relation: 3, tau: 3 }],
    ["the next packet crosses", EQUAL, { tau: 4 }],
    ["the next packet crosses", EQUAL, { tau: 6 }],
    ["nothing trades", ALONE, { traded: 1 }],
    ["something trades", BOOK, { traded: 0 }],
    ["wrong long side", BOOK, { asksLong: 1 }],
    ["wrong long side", LONG, { asksLong: 0 }],
    ["wrong level", BOOK, { level: 1 }],
    ["wrong level", LONG, { level: 0 }],
    ["wrong level", LONG, { level: 2 }],
    ["wrong level", EVEN, { level: 0, threshold: 5 }], // the same losses, said in another way
    ["wrong remainder", LONG, { threshold: 0 }],
    ["wrong remainder", LONG, { threshold: 5 }],
  ])("%s", async (reason, book, change) => {
    const truth = claimsOf(book);
    expect((await judge(book, truth)).reasons[0]).toBe("");
    const claims = truth.with(0, encodeClaim({ ...decodeClaim(truth[0]!), ...change }));
    expect(await verdicts(book, claims)).toEqual([reason, ...new Array(9).fill("")]);
    const tally = [...(await auction.fold(book.seed, book.firstSlot, claims, [], rowsHex(book.rows)))];
    await expect(auction.conclude(claims, tally)).toRevertWith(auction, "FalseClaim", [0, reason]);
  });

  it("the index of a false claim is its slot's, in any word", async () => {
    const empty = new Array<bigint>(30).fill(0n);
    const tally = new Array<bigint>(27).fill(0n);
    for (const slot of [0, 9, 10, 29]) {
      const claims = empty.with(slot, encodeClaim({ ...decodeClaim(0n), level: 1 }));
      await expect(auction.conclude(claims, tally)).toRevertWith(auction, "FalseClaim", [slot, "not canonical"]);
    }
  });

  it("what stands above a claim's 100 bits changes nothing", async () => {
    for (const book of [BOOK, LONG, EQUAL, ALONE, APART]) {
      const claims = claimsOf(book).map((claim) => claim | (((1n << 156n) - 1n) << 100n));
      expect(await verdicts(book, claims)).toEqual(new Array(10).fill(""));
    }
  });

  it("orders of the highest rank there is are seen also where free memory was used before", async () => {
    const highest = bookOf([...side("bid", [4095, 4095], [1]), ...side("ask", [0, 0], [1])]);
    const claims = new Array<bigint>(10).fill(0n); // nothing crosses
    for (const dirt of [0, 200])
      expect((await judge(highest, claims, dirt)).reasons).toEqual(["orders cross", ...new Array(9).fill("")]);
  });
});
