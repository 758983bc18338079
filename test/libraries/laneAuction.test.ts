import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it, test } from "vitest";
import { packResults, unpackResults } from "../../agents/model/claimWord.ts";
import { keccakOf, word } from "../../agents/model/keccak.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { encodePrices } from "../../agents/model/orders.ts";
import { ofMember } from "../../agents/model/tieKey.ts";
import { SEED } from "../helpers/seed.ts";
import {
  ALL_TICKS,
  claimsOf,
  FEW_TICKS,
  fillsOf,
  outcomesOf,
  rowsHex,
  type SessionBook,
  type SessionRange,
  type SessionRow,
  sessionBookArb,
  slotBook,
  TIES,
  tradedFills,
} from "../helpers/sessionBooks.ts";

const { ethers } = await network.create();
const auction = await ethers.deployContract("HuangAuction");

/** Cuts rows into three parts, some of them empty. */
const partsOf = (rows: readonly SessionRow[], a: number, b: number): (readonly SessionRow[])[] => {
  const cuts = [a % (rows.length + 1), b % (rows.length + 1)].sort((x, y) => x - y) as [number, number];
  return [rows.slice(0, cuts[0]), rows.slice(...cuts), rows.slice(cuts[1])];
};

async function tallyOf({ seed, firstSlot }: SessionBook, claims: bigint[], parts: readonly (readonly SessionRow[])[]) {
  let tally: bigint[] = [];
  for (const rows of parts) tally = [...(await auction.fold(seed, firstSlot, claims, tally, rowsHex(rows)))];
  return tally;
}

/** Clears a book on chain, folded in these parts, and expects what the twin says. Gives the number of slots that trade. */
async function compare(book: SessionBook, parts: readonly (readonly SessionRow[])[]): Promise<number> {
  const { seed, firstSlot, slots, rows } = book;
  const [claims, outcomes] = [claimsOf(book), outcomesOf(book)];
  const { results, traded, orders } = await auction.conclude(claims, await tallyOf(book, claims, parts));
  expect([...results]).toEqual(packResults(claims));
  expect(unpackAll(traded)).toEqual(outcomes.map(({ packets }) => packets));
  const books = Array.from({ length: slots }, (_, slot) => slotBook(book, slot));
  expect(unpackAll(orders)).toEqual(books.map(({ bids, asks }) => bids.length + asks.length));
  const [kept, words] = [[...results], slots / 10];
  const [fills, mask] = await auction.fills(seed, firstSlot, kept, rowsHex(rows), words);
  const hasTraded = outcomes.map(({ packets }) => packets > 0);
  expect({ fills, mask }).toEqual(tradedFills(fillsOf(rows, outcomes), hasTraded));
  const prices = outcomes.map(({ buyPrice, sellPrice }) => encodePrices(buyPrice ?? 0, sellPrice ?? 0));
  expect(unpackAll(await auction.prices(kept, words))).toEqual(prices);
  return outcomes.filter(({ packets }) => packets > 0).length;
}

describe(`LaneAuction (seed ${SEED})`, () => {
  test.each<[string, SessionRange, number, number]>([
    ["four ticks and three packets", TIES, 150, 2000],
    ["some ties", FEW_TICKS, 100, 1400],
    ["everything that a lane can say", ALL_TICKS, 60, 900],
  ])("MARKET-4 clears random books as the twin, in any parts: %s", async (_, range, runs, least) => {
    let [books, trades] = [0, 0];
    const property = fc.asyncProperty(sessionBookArb(range), fc.nat(), fc.nat(), async (book, a, b) => {
      trades += await compare(book, partsOf(book.rows, a, b));
      books += book.slots;
    });
    await fc.assert(property, { seed: SEED, numRuns: runs });
    expect(books).toBeGreaterThan(least);
    expect(trades).toBeGreaterThan(books / 3);
  });

  it("MARKET-4 clears books of members whose keys agree in the eleven bits that lanes compare", async () => {
    const seed = keccakOf("a seed");
    const alike = new Map<bigint, number[]>();
    for (let member = 1; member <= 8192; member++) {
      const top = ofMember(seed, member) >> 245n;
      alike.set(top, [...(alike.get(top) ?? []), member]);
    }
    const groups = [...alike.values()].filter((members) => members.length >= 8).slice(0, 3);
    const members = groups.flat().sort((a, b) => a - b);
    expect(members.length).toBeGreaterThan(20);
    let trades = 0;
    const property = fc.asyncProperty(sessionBookArb({ ...TIES, rows: members.length }), async (book) => {
      const rows = book.rows.map((row, i) => ({ ...row, member: members[i]! }));
      trades += await compare({ ...book, seed, rows }, [rows]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 25 });
    expect(trades).toBeGreaterThan(100);
  });

  it("MARKET-3 the order of the rows changes nothing", async () => {
    const property = fc.asyncProperty(sessionBookArb(TIES), async (book) => {
      const claims = claimsOf(book);
      const [there, back] = [book.rows, book.rows.toReversed()];
      expect(await tallyOf(book, claims, [back])).toEqual(await tallyOf(book, claims, [there]));
    });
    await fc.assert(property, { seed: SEED, numRuns: 15 });
  });

  it("MARKET-1 no lane overflows where 8,192 members order 2,047 packets each", async () => {
    const order = (i: number) => ({ side: i % 2 ? "ask" : "bid", tick: i % 2 ? 0 : 4095, packets: 2047 }) as const;
    const rows = Array.from({ length: 8192 }, (_, i) => ({ member: i + 1, orders: new Array(10).fill(order(i)) }));
    const book = { seed: keccakOf("a seed"), firstSlot: 7, slots: 10, rows };
    const [claims, outcomes] = [claimsOf(book), outcomesOf(book)];
    const parts = Array.from({ length: 8 }, (_, i) => rows.slice(1024 * i, 1024 * (i + 1)));
    const { traded, orders } = await auction.conclude(claims, await tallyOf(book, claims, parts));
    expect(unpackAll(traded)).toEqual(outcomes.map(({ packets }) => packets));
    expect(outcomes[0]!.packets).toBe(4095 * 2047);
    expect(unpackAll(orders)).toEqual(new Array(10).fill(8192));
  });

  it("an empty book clears to nothing", async () => {
    const book = { seed: keccakOf("a seed"), firstSlot: 0, slots: 20, rows: [] };
    expect(await compare(book, [[]])).toBe(0);
    expect(unpackResults([], 20)).toEqual(unpackResults(packResults(claimsOf(book)), 20));
  });
});

describe("lengths", () => {
  const claims = new Array<bigint>(20).fill(0n);
  const row = `0x${"00".repeat(96)}`;
  const refused = (call: Promise<unknown>, given: number, needed: number) =>
    expect(call).toRevertWith(auction, "WrongLength", [given, needed]);

  it("claims that fill no words, a tally of other words, and half a row are refused", async () => {
    for (const given of [1, 9, 11, 19])
      await refused(auction.fold(word(0), 0, claims.slice(0, given), [], "0x"), given, given - (given % 10));
    for (const given of [1, 9, 17, 19])
      await refused(auction.fold(word(0), 0, claims, new Array(given).fill(0n), row), given, 18);
    await refused(auction.fold(word(0), 0, claims, [], `${row}00`), 97, 96);
    await refused(auction.fold(word(0), 0, claims, [], row.slice(0, -2)), 95, 0);
  });

  it("no tally is that of an empty book; one, or results, of another length than the slots' are refused", async () => {
    expect(await auction.conclude(claims, [])).toEqual(await auction.conclude(claims, new Array(18).fill(0n)));
    for (const given of [9, 17, 19, 27]) await refused(auction.conclude(claims, new Array(given).fill(0n)), given, 18);
    for (const given of [0, 6, 8]) {
      const results = new Array(given).fill(0n);
      await refused(auction.fills(word(0), 0, results, row, 2), given, 7);
      await refused(auction.prices(results, 2), given, 7);
    }
    await refused(auction.fills(word(0), 0, new Array(7).fill(0n), `${row}00`, 2), 97, 96);
  });

  it("MARKET-4 claims that fill no words are not concluded either", async () => {
    for (const given of [5, 15, 21]) {
      const tally = new Array(9 * Math.floor(given / 10)).fill(0n);
      await refused(auction.conclude(new Array(given).fill(0n), tally), given, given - (given % 10));
    }
  });
});
