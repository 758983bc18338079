import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gini } from "../../../agents/report/fairness.ts";
import { SEED } from "../../helpers/seed.ts";

const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 12 });
const options = { seed: SEED, numRuns: 200 };

describe(`the Gini coefficient (seed ${SEED})`, () => {
  it("is the mean absolute difference over twice the mean, whatever the order", () => {
    fc.assert(
      fc.property(values, (given) => {
        const [n, sum] = [given.length, given.reduce((a, b) => a + b, 0)];
        const apart = given.flatMap((a) => given.map((b) => Math.abs(a - b))).reduce((a, b) => a + b, 0);
        expect(gini(given)).toBeCloseTo(sum === 0 ? 0 : apart / (2 * n * sum), 9);
        expect(gini(given.toReversed())).toBe(gini(given));
      }),
      options,
    );
  });

  it("is 0 where all are alike and (n - 1) / n where one has all", () => {
    expect(gini([3, 3, 3])).toBe(0);
    expect(gini([0, 0, 0, 8])).toBe(0.75);
  });
});
