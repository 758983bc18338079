import fc from "fast-check";
import { expect, it } from "vitest";
import { type FundRule, fundShares } from "../../../agents/model/fundRule.ts";
import { SEED } from "../../helpers/seed.ts";

const members = [1, 2, 3, 4, 5];
const traders = new Set([2, 4]);

it("treasury: nobody gets a part", () =>
  expect(fundShares("treasury", 100n, members, traders)).toEqual({ each: 0n, members: [], treasury: 100n }));

it("bystanders: equal parts to the members without an order, rounded down", () =>
  expect(fundShares("bystanders", 100n, members, traders)).toEqual({ each: 33n, members: [1, 3, 5], treasury: 1n }));

it("equal: equal parts to all members, rounded down", () =>
  expect(fundShares("equal", 104n, members, traders)).toEqual({ each: 20n, members, treasury: 4n }));

it("where nobody stands by the treasury keeps all", () =>
  expect(fundShares("bystanders", 7n, [2, 4], traders)).toEqual({ each: 0n, members: [], treasury: 7n }));

it(`MONEY-2 parts and treasury sum to the surplus, and the rest is less than one unit each (seed ${SEED})`, () => {
  const rule = fc.constantFrom<FundRule[]>("treasury", "bystanders", "equal");
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));
  const property = fc.property(rule, fc.bigInt({ min: 0n, max: 10n ** 24n }), ids, ids, (name, surplus, all, some) => {
    const shares = fundShares(name, surplus, all, new Set(some));
    const entitled = BigInt(shares.members.length);
    expect(shares.each * entitled + shares.treasury).toBe(surplus);
    if (entitled > 0n) expect(shares.treasury < entitled).toBe(true);
    if (name === "bystanders") expect(shares.members.some((id) => some.includes(id))).toBe(false);
  });
  fc.assert(property, { seed: SEED, numRuns: 2_000 });
});
