import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { COUNT, pack, unpack, unpackAll } from "../../agents/model/lanes.ts";
import {
  type BySide,
  cutBy,
  type LaneOrders,
  leastLevel,
  levelsFor,
  ordersIn,
  restOf,
  totalOf,
  wordsOfOrders,
} from "../../agents/model/leftOver.ts";
import { many, upTo } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("LeftOverHarness");

const lanes = <T>(arb: fc.Arbitrary<T>) => fc.array(arb, { minLength: COUNT, maxLength: COUNT });

/** Ten slots of a member: an order in most. */
const ordersArb = (most: number): fc.Arbitrary<LaneOrders> =>
  lanes(
    fc.option(
      fc.record({
        side: fc.constantFrom("bid" as const, "ask" as const),
        tick: upTo(4095),
        packets: fc.integer({ min: 1, max: most }),
      }),
      { nil: undefined, freq: 4 },
    ),
  );

const bookArb = (most: number) => fc.array(ordersArb(most), { minLength: 1, maxLength: 9 });
const bySide = <T>(arb: fc.Arbitrary<T>) => fc.record({ bid: lanes(arb), ask: lanes(arb) });

/** What the Solidity says of a book at levels and rooms. */
async function said(book: readonly LaneOrders[], levels: BySide, room: BySide) {
  const words = book.map((orders) => wordsOfOrders(orders)[0]!);
  const sides = (of: BySide) => [pack(of.ask), pack(of.bid)] as [bigint, bigint];
  return harness.offered(words, sides(levels), sides(room));
}

describe(`LeftOver (seed ${SEED})`, () => {
  it("the rest of an order is its packets less its fill, at its side and price, and no order where nothing is left", async () => {
    const filled = fc.tuple(ordersArb(9), lanes(fc.nat(9))).map(([orders, fills]) => {
      return { orders, fills: fills.map((fill, i) => Math.min(fill, orders[i]?.packets ?? 0)) };
    });
    const property = fc.asyncProperty(many(filled, 40), async (rows) => {
      const words = rows.map(({ orders }) => wordsOfOrders(orders)[0]!);
      const fills = rows.map((row) => pack(row.fills));
      const left = await harness.rests(words, fills);
      expect(left.map((word) => ordersIn([word]))).toEqual(rows.map((row) => restOf(row.orders, row.fills)));
    });
    await fc.assert(property, { seed: SEED, numRuns: 8 });
  });

  it.each([
    ["of a few packets", 5, 12],
    ["of any size", 2047, 6000],
  ])("ten slots at once are cut and counted as one by one, %s", async (_, most, roomy) => {
    const drawn = fc.tuple(bookArb(most), bySide(upTo(Math.min(2047, most + 1))), bySide(fc.nat(roomy)));
    const property = fc.asyncProperty(drawn, async ([book, levels, room]) => {
      const { out, tally } = await said(book, levels, room);
      const cut = book.map((orders) => cutBy(orders, levels));
      expect(out.map((word) => ordersIn([word]))).toEqual(cut);
      expect(unpack(tally.asks[0]!)).toEqual(totalOf(cut, "ask", COUNT));
      expect(unpack(tally.bids[0]!)).toEqual(totalOf(cut, "bid", COUNT));
    });
    await fc.assert(property, { seed: SEED, numRuns: 40 });
  });

  it.each([
    ["of a few packets", 5, 12],
    ["of any size", 2047, 6000],
  ])("the chain takes the twin's levels and none else, %s", async (_, most, roomy) => {
    const property = fc.asyncProperty(bookArb(most), bySide(fc.nat(roomy)), async (book, room) => {
      const levels = levelsFor(book, room);
      const { asksLeast, bidsLeast } = await said(book, levels, room);
      expect([asksLeast, bidsLeast]).toEqual([true, true]);
      for (const [slot, level] of levels.ask.entries())
        for (const other of [level - 1, level + 1].filter((each) => each >= 0 && each <= 2047)) {
          const wrong = { ...levels, ask: levels.ask.with(slot, other) };
          expect((await said(book, wrong, room)).asksLeast).toBe(false);
        }
    });
    await fc.assert(property, { seed: SEED, numRuns: 12 });
  });

  it("a level is the least under which a side fits, for any packets and room", () => {
    const property = fc.property(fc.array(upTo(2047), { maxLength: 12 }), fc.nat(9000), (packets, room) => {
      const at = (level: number) => packets.reduce((sum, each) => sum + Math.max(0, each - level), 0);
      const level = leastLevel(packets, room);
      expect(at(level)).toBeLessThanOrEqual(room);
      if (level > 0) expect(at(level - 1)).toBeGreaterThan(room);
    });
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });

  it("order words come back as they were", () => {
    const property = fc.property(ordersArb(2047), (orders) => {
      expect(ordersIn(wordsOfOrders(orders))).toEqual(orders);
      expect(unpackAll(wordsOfOrders(orders))).toHaveLength(COUNT);
    });
    fc.assert(property, { seed: SEED });
  });
});
