import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Lanes from "../../../agents/model/lanes.ts";
import { laneWord, upTo } from "../../helpers/lanes.ts";
import { SEED } from "../../helpers/seed.ts";

describe(`lanes (seed ${SEED})`, () => {
  it("ten numbers of 24 bits come out of a word as they went in", () => {
    const lanes = fc.array(upTo(Lanes.MAX_LANE), { minLength: 10, maxLength: 10 });
    const property = fc.property(lanes, (given) => {
      expect(Lanes.unpack(Lanes.pack(given))).toEqual(given);
      expect(Lanes.sum(Lanes.pack(given))).toBe(given.reduce((total, lane) => total + lane, 0));
    });
    fc.assert(property, { seed: SEED });
  });

  it("any number of lanes comes out of the words that they fill, and zeros after them", () => {
    const property = fc.property(fc.array(upTo(Lanes.MAX_LANE), { maxLength: 101, size: "max" }), (given) => {
      const words = Lanes.packAll(given);
      expect(words).toHaveLength(Math.ceil(given.length / 10));
      const zeros = new Array<number>(10 * words.length - given.length).fill(0);
      expect(Lanes.unpackAll(words)).toEqual([...given, ...zeros]);
    });
    fc.assert(property, { seed: SEED });
  });

  it("lane 0 lies lowest, and what a word has above its lanes is left out", () => {
    expect(Lanes.pack([1, 2])).toBe((2n << 24n) | 1n);
    expect(Lanes.unpack((0xffffn << 240n) | 7n)).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(Lanes.packAll([])).toEqual([]);
  });

  it("minusFloor, above, zero and dot work lane by lane", () => {
    const property = fc.property(laneWord(Lanes.MAX_LANE), laneWord(Lanes.MAX_LANE), (a, b) => {
      let dot = 0n;
      for (let i = 0; i < 10; i++) {
        const [x, y] = [Lanes.at(a, i), Lanes.at(b, i)];
        expect(Lanes.at(Lanes.minusFloor(a, b), i)).toBe(x > y ? x - y : 0);
        expect(Lanes.at(Lanes.above(a, b), i)).toBe(x > y ? 0x7fffff : 0);
        expect(Lanes.at(Lanes.zero(a), i)).toBe(x === 0 ? 0x7fffff : 0);
        dot += BigInt(x) * BigInt(y);
      }
      expect(Lanes.dot(a, b)).toBe(dot);
    });
    fc.assert(property, { seed: SEED });
  });

  it.each([-1, 2 ** 24, 0.5, Number.NaN])("%d in a lane is refused", (lane) => {
    expect(() => Lanes.pack([lane])).toThrow(RangeError);
    expect(() => Lanes.spread(lane)).toThrow(RangeError);
  });

  it("more than ten lanes are refused", () => {
    expect(() => Lanes.pack(new Array<number>(11).fill(0))).toThrow(RangeError);
  });
});
