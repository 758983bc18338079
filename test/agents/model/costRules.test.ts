import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byUse, equalGain, type MemberBill, owedOf, partsOf } from "../../../agents/model/costRules.ts";
import { SEED } from "../../helpers/seed.ts";

const amount = fc.oneof(fc.bigInt(-9n, 9n), fc.bigInt(-(10n ** 12n), 10n ** 12n));
const weight = fc.oneof(fc.bigInt(0n, 9n), fc.bigInt(0n, 10n ** 9n));
const bill: fc.Arbitrary<MemberBill> = fc.record({
  charged: fc.bigInt(0n, 10n ** 9n),
  paid: amount,
  alone: amount,
  net: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -200_000, max: 200_000 })),
});
const bills = fc.array(bill, { minLength: 1, maxLength: 20 });
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const options = { seed: SEED, numRuns: 300 };

describe(`cost rules (seed ${SEED})`, () => {
  it("BILL-1 parts add up to the whole, each less than one from its exact share", () => {
    fc.assert(
      fc.property(amount, fc.array(weight, { minLength: 1, maxLength: 20 }), (whole, weights) => {
        const parts = partsOf(whole, weights);
        const all = sum(weights);
        expect(sum(parts)).toBe(whole);
        for (const [i, part] of parts.entries()) {
          const [mine, of] = all === 0n ? [1n, BigInt(weights.length)] : [weights[i]!, all];
          const off = part * of - whole * mine;
          expect(off > -of && off < of, `${part} of ${whole}, weight ${mine} of ${of}`).toBe(true);
        }
      }),
      options,
    );
  });

  it("BILL-1 whatever the rule, members owe together what suppliers charge less what they pay, to the unit", () => {
    fc.assert(
      fc.property(bills, (given) => {
        for (const rule of [byUse, equalGain]) expect(sum(rule(given))).toBe(sum(given.map(owedOf)));
      }),
      options,
    );
  });

  it("equal-gain: savings of any two members differ by a base unit at most", () => {
    fc.assert(
      fc.property(bills, (given) => {
        const saved = equalGain(given).map((owed, i) => given[i]!.alone - owed);
        const [least, most] = [saved, saved].map((all, i) => all.reduce((a, b) => (a < b === (i === 0) ? a : b)));
        expect(most! - least! <= 1n).toBe(true);
      }),
      options,
    );
  });

  it("by-use: who uses more owes no less, and who only gives owes nothing while suppliers pay", () => {
    fc.assert(
      fc.property(bills, (drawn) => {
        const given = drawn.map((each) => ({ ...each, paid: each.paid < 0n ? -each.paid : each.paid }));
        const owed = byUse(given);
        for (const [i, a] of given.entries()) {
          if (a.net <= 0 && given.some(({ net }) => net > 0)) expect(owed[i]! <= 0n).toBe(true);
          for (const [j, b] of given.entries()) if (a.net >= b.net) expect(owed[i]! >= owed[j]! - 2n).toBe(true);
        }
      }),
      options,
    );
  });
});
