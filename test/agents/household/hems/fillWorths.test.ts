import fc from "fast-check";
import { expect, it } from "vitest";
import { fillWorths } from "../../../../agents/household/hems/fillWorths.ts";
import type { PlanProblem, Task } from "../../../../agents/household/hems/problem.ts";
import { schedule } from "../../../../agents/household/hems/schedule.ts";
import { SEED } from "../../../helpers/seed.ts";
import { hours, smallProblems, wholeDay } from "./problems.ts";

const EXACT = { gap: 1e-9 };
const costWith = (problem: PlanProblem, positionWh: readonly number[]) =>
  schedule({ ...problem, positionWh }, EXACT).cost;

/** Homes of four hours whose devices take no whole decision, at prices that are not negative. */
const linearProblems = fc
  .tuple(smallProblems, fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 4, maxLength: 4 }))
  .map(([problem, retail]) =>
    hours(
      Array.from(problem.loadWh, (wh) => wh / 1000),
      Array.from(problem.pvWh, (wh) => wh / 1000),
      retail,
      retail.map((price) => Math.floor(price / 3)),
      problem.tasks.filter(({ kind }: Task) => ["battery", "car", "tank", "budget"].includes(kind)),
    ),
  );

it(`a fill is worth what the cheapest plan without it costs more, the other fills of its side held (seed ${SEED})`, () => {
  const fills = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 4, maxLength: 4 });
  const property = fc.property(linearProblems, fills, (problem, kwh) => {
    const fillWh = kwh.map((value) => value * 1000);
    const worths = fillWorths(problem, fillWh);
    for (const [t, wh] of fillWh.entries()) {
      if (wh === 0) continue;
      const side = fillWh.map((other) => (Math.sign(other) === Math.sign(wh) ? other : 0));
      const without = side.map((other, i) => (i === t ? 0 : other));
      const worth = (costWith(problem, without) - costWith(problem, side)) / (wh / 1000);
      const { retailMicroPerKwh, feedInMicroPerKwh } = problem.prices;
      const bounded = Math.max(feedInMicroPerKwh[t]!, Math.min(retailMicroPerKwh[t]!, 1e6 * worth));
      expect(Math.abs(worths[t]! - bounded)).toBeLessThanOrEqual(1);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 60 });
});

it("without devices a lack is worth the retail price and a surplus the feed-in price, to the unit", () => {
  const problem = { ...hours([1, 2, 0, 1], [0, 0, 3, 0], [31, 29, 33, 40], [7, 8, 9, 10], []), pv: undefined };
  const { pv: _, ...plain } = problem;
  expect([...fillWorths(plain, [1000, 2000, -3000, 0])]).toEqual([310_000, 290_000, 90_000, 0]);
});

it(`whatever part of an offer trades, no wish is missed that the plan meets (seed ${SEED})`, () => {
  const day = wholeDay();
  const expected = Array.from(day.loadWh, (_, t) => 80_000 + ((t * 7919) % 200_000));
  const local = { buyMicroPerKwh: expected, sellMicroPerKwh: expected };
  const cases = fc.tuple(
    fc.oneof(smallProblems, fc.constant({ ...day, localPrices: local })),
    fc.infiniteStream(fc.boolean()),
  );
  const property = fc.property(cases, ([problem, accepted]) => {
    const offered = schedule(problem, EXACT);
    const positionWh = Array.from(offered.gridWh, (wh) => (accepted.next().value ? wh : 0));
    const { localPrices: _, ...own } = problem;
    const missed = (all: readonly { amount: number }[]) => all.reduce((sum, { amount }) => sum + amount, 0);
    expect(missed(schedule({ ...own, positionWh }).missed)).toBeLessThanOrEqual(missed(offered.missed) + 1);
  });
  fc.assert(property, { seed: SEED, numRuns: 25 });
});
