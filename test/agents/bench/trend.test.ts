import fc from "fast-check";
import { expect, it } from "vitest";
import { trendOf } from "../../../agents/bench/trend.ts";
import { SEED } from "../../helpers/seed.ts";

it(`a straight line's slope is found without a bound to speak of (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 3, max: 60 }),
      (by, from, n) => {
        const { slope, bound } = trendOf(Array.from({ length: n }, (_, i) => from + by * i));
        expect(slope).toBeCloseTo(by, 9);
        expect(bound).toBeCloseTo(0, 6);
      },
    ),
    { seed: SEED },
  );
});

it("what goes up and down without a trend has one within its bound, and a step up has not", () => {
  const flat = trendOf(Array.from({ length: 28 }, (_, i) => 100 + 5 * (i % 2)));
  expect(Math.abs(flat.slope)).toBeLessThan(flat.bound);
  const up = trendOf(Array.from({ length: 28 }, (_, i) => 100 + i + 5 * (i % 2)));
  expect(up.slope - up.bound).toBeGreaterThan(0);
});
