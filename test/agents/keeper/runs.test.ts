import fc from "fast-check";
import { expect, it } from "vitest";
import { MAX_LEAVES } from "../../../agents/dso/leaves.ts";
import { memberRuns } from "../../../agents/keeper/runs.ts";
import { SEED } from "../../helpers/seed.ts";

const shape = { session: 256, day: 1, first: 0, count: 10, dayFirstSlot: 0 };

it(`members are settled once each, in runs whose leaves fit in one reading (seed ${SEED})`, () => {
  const property = fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 8192 }), { maxLength: 300 }), (members) => {
    const runs = memberRuns(new Set(members), [{ shape, book: [] }]);
    expect(runs.flat()).toEqual([...members].sort((a, b) => a - b));
    for (const run of runs) expect(run.at(-1)! - run[0]!).toBeLessThan(MAX_LEAVES);
  });
  fc.assert(property, { seed: SEED });
});
