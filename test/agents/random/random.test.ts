import { describe, expect, it } from "vitest";
import { randomStream, shuffled } from "../../../agents/random/random.ts";
import { SEED } from "../../helpers/seed.ts";

const draws = (seed: number, label: string) => {
  const random = randomStream(seed, label);
  return Array.from({ length: 2000 }, () => random.unit());
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe(`random streams (seed ${SEED})`, () => {
  it("the same seed and label give the same numbers", () => {
    expect(draws(SEED, "a")).toEqual(draws(SEED, "a"));
  });

  it("another label or the next seed gives unrelated numbers", () => {
    const centred = (values: readonly number[]) => values.map((value) => value - 0.5);
    const own = centred(draws(SEED, "home 1"));
    for (const other of [draws(SEED, "home 2"), draws(SEED + 1, "home 1")])
      expect(Math.abs(mean(centred(other).map((value, i) => value * (own[i] as number))))).toBeLessThan(0.01);
  });

  it("normal draws have mean 0 and deviation 1", () => {
    const random = randomStream(SEED, "normal");
    const values = Array.from({ length: 5000 }, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.06);
    expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.1);
  });

  it("whole numbers reach both ends and nothing beyond", () => {
    const random = randomStream(SEED, "dice");
    const seen = new Set(Array.from({ length: 500 }, () => random.int(1, 6)));
    expect([...seen].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("shuffling keeps every item and leaves the original alone", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const dealt = shuffled(items, randomStream(SEED, "cards"));
    expect(dealt).not.toEqual(items);
    expect([...dealt].sort((a, b) => a - b)).toEqual(items);
  });
});
