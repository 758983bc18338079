import { describe, expect, it } from "vitest";
import {
  equivalence,
  equivalenceTo,
  holm,
  jonckheereTerpstra,
  mannWhitney,
  normalTail,
  studentTail,
} from "../../../agents/federation/statistics.ts";

describe("the tests give published values", () => {
  it("normal tails", () => {
    expect(normalTail(1.6448536)).toBeCloseTo(0.05, 6);
    expect(normalTail(-1.959964)).toBeCloseTo(0.975, 6);
    expect(normalTail(5) / 2.866515719e-7).toBeCloseTo(1, 6);
    expect(normalTail(10) / 7.619853024e-24).toBeCloseTo(1, 6);
  });

  it("Student's quantiles, as tabled", () => {
    expect(studentTail(2.228139, 10)).toBeCloseTo(0.025, 6);
    expect(studentTail(2.015048, 5)).toBeCloseTo(0.05, 6);
    expect(studentTail(-12.7062, 1)).toBeCloseTo(0.975, 5);
  });

  it("Mann and Whitney on ages of onset of diabetes, as in SciPy's documentation", () => {
    const [male, female] = [
      [19, 22, 16, 29, 24],
      [20, 11, 17, 12],
    ];
    expect(2 * mannWhitney(male!, female!)).toBeCloseTo(0.11134688653314041, 6);
  });

  it("Jonckheere and Terpstra on pieceworkers who know their performance (Hollander and Wolfe, example 6.2)", () => {
    const control = [40, 35, 38, 43, 44, 41];
    const roughly = [38, 40, 47, 44, 40, 42];
    const accurately = [48, 40, 45, 43, 46, 44];
    expect(jonckheereTerpstra([control, roughly, accurately])).toBeCloseTo(
      normalTail((79 - 54) / Math.sqrt(150.29)),
      4,
    );
  });

  it("Holm's adjustment", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 12);
    });
  });
});

describe("equivalence", () => {
  const around = (centre: number) => [-2, -1, 0, 1, 2].map((off) => centre + off);

  it("is found where means are close, not where they differ or are unsure", () => {
    expect(equivalence(around(100), around(101), 0.05)).toBeLessThan(0.01);
    expect(equivalence(around(100), around(106), 0.05)).toBeGreaterThan(0.5);
    expect(equivalence([60, 140], [80, 120], 0.05)).toBeGreaterThan(0.3);
  });

  it("equals the one-sample t test by hand", () => {
    const error = Math.sqrt(2.5 / 5);
    expect(equivalenceTo(around(100), 101, 0.05)).toBeCloseTo(studentTail(4.05 / error, 4), 12);
  });

  it("of values without any spread needs no chance", () => {
    expect(equivalence([5, 5], [5, 5], 0.01)).toBe(0);
    expect(equivalence([5, 5], [6, 6], 0.01)).toBe(1);
  });
});
