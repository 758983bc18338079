import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import * as Lanes from "../../agents/model/lanes.ts";
import { laneWord, many, upTo } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("LanesHarness");

const TOP = 2 ** 23 - 1; // the largest lane below the guard
const PAIRS = 40;

/** What the Solidity says about pairs of words, and what the twin says. */
async function both(a: bigint[], b: bigint[]) {
  const said = (await harness.all(a, b)).map(({ minusFloor, above, zero, dot, sum }) => {
    return { minusFloor, above, zero, dot, sum };
  });
  const twin = a.map((word, i) => ({
    minusFloor: Lanes.minusFloor(word, b[i]!),
    above: Lanes.above(word, b[i]!),
    zero: Lanes.zero(word),
    dot: Lanes.dot(word, b[i]!),
    sum: BigInt(Lanes.sum(word)),
  }));
  return { said, twin };
}

describe(`Lanes (seed ${SEED})`, () => {
  it.each([
    ["of 23 bits and of 21", TOP, 2 ** 21],
    ["of packets and ticks", 2047, 4095],
    ["of two small numbers", 3, 3],
  ])("ten lanes at once say what plain numbers say one by one, %s", async (_, most, other) => {
    const words = fc.tuple(many(laneWord(most), PAIRS), many(laneWord(other), PAIRS));
    const property = fc.asyncProperty(words, async ([a, b]) => {
      const { said, twin } = await both(a, b);
      expect(said).toEqual(twin);
    });
    await fc.assert(property, { seed: SEED, numRuns: 12 });
  });

  it("a lane at its bound next to one at the other bound touches no neighbour", async () => {
    const lone = (value: number, rest: number) =>
      [0, 4, 9].map((i) => Lanes.pack(new Array<number>(10).fill(rest).with(i, value)));
    const edges = [lone(TOP, 0), lone(0, TOP), lone(1, 0), lone(0, 1), lone(TOP, TOP), lone(0, 0)].flat();
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b & Lanes.spread(2 ** 21 - 1)] as const));
    const { said, twin } = await both(
      pairs.map(([a]) => a),
      pairs.map(([, b]) => b),
    );
    expect(said).toEqual(twin);
  });

  it("dot is exact up to sums of five products just below 2^48", async () => {
    const [a, b] = [Lanes.spread(TOP), Lanes.spread(6_710_887)]; // 5 x (2^23 - 1) x 6,710,887 < 2^48
    expect(5 * TOP * 6_710_887).toBeLessThan(2 ** 48);
    expect(5 * TOP * 6_710_888).toBeGreaterThan(2 ** 48);
    const { said, twin } = await both([a], [b]);
    expect(said[0]!.dot).toBe(twin[0]!.dot);
  });

  it("what is assumed is needed: beyond the bounds the Solidity is wrong", async () => {
    const guard = Lanes.pack([TOP + 1]);
    const over = await both([guard], [0n]);
    expect(over.said[0]!.minusFloor).not.toBe(over.twin[0]!.minusFloor);
    const under = await both([Lanes.pack([1])], [guard]);
    expect(under.said[0]!.above).not.toBe(under.twin[0]!.above);
    const full = await both([Lanes.pack([Lanes.MAX_LANE])], [0n]);
    expect(full.said[0]!.zero).not.toBe(full.twin[0]!.zero);
    const large = await both([Lanes.spread(TOP)], [Lanes.spread(6_710_888)]);
    expect(large.said[0]!.dot).not.toBe(large.twin[0]!.dot);
  });

  it("the number in each lane, and the same number in all of them, as in the twin", async () => {
    const property = fc.asyncProperty(laneWord(Lanes.MAX_LANE), upTo(Lanes.MAX_LANE), async (word, value) => {
      const [each, spread] = await harness.lanes(word, value);
      expect(each.map(Number)).toEqual(Lanes.unpack(word));
      expect(spread).toBe(Lanes.spread(value));
    });
    await fc.assert(property, { seed: SEED, numRuns: 50 });
  });

  it("turned keeps the even lanes in one word and the odd ones in the other, in falling order", async () => {
    const [even, odd] = await harness.turned(Lanes.pack([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const digits = (word: bigint) => [0, 1, 2, 3, 4].map((i) => Number((word >> BigInt(48 * i)) & 0xffffffffffffn));
    expect([digits(even), digits(odd)]).toEqual([
      [8, 6, 4, 2, 0],
      [9, 7, 5, 3, 1],
    ]);
  });

  it("the constants are what their names say", async () => {
    const bits = [2 ** 23, 2 ** 11 - 1, 2 ** 12 - 1, 2 ** 23 - 1, 2 ** 24 - 1];
    expect(await harness.constants()).toEqual([10n, ...[1, ...bits].map(Lanes.spread)]);
  });
});
