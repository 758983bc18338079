import type { PreparedModel } from "../../optimiser/model.ts";
import type { PlanProblem } from "./problem.ts";
import { CLOSE_ENOUGH, type HomeModel, homeModel } from "./schedule.ts";

const KWH = 1000;

/**
 * What a kWh of each fill is worth to a home, micro-currency: the difference of what its best plans cost without and with
 * the fill, by its own supplier's prices, divided by the fill. `fillWh` has bought energy positive and sold energy negative,
 * an entry per slot; a slot without a fill is worth 0.
 *
 * Fills of one battery or one car stand in for each other. Each is therefore priced with all other fills of its side held:
 * the last of the substitutes, and so the lowest worth of a bid and the highest of an ask, is what is asked for. Programme
 * starts and whether a heat pump runs are held as in the plan with all fills, which makes the rest linear. Held starts make a
 * bid of a running programme worth at most what its supplier asks.
 */
export function fillWorths(problem: PlanProblem, fillWh: ArrayLike<number>): Float64Array {
  const worths = new Float64Array(problem.slotCount);
  for (const side of [1, -1]) {
    const fills = Array.from(fillWh, (wh) => (Math.sign(wh) === side ? wh : 0));
    if (fills.every((wh) => wh === 0)) continue;
    const isFixed = problem.tasks.length === 0 && !problem.pv?.curtailable;
    (isFixed ? tariffOnly : priceSide)(problem, fills, worths);
  }
  return worths;
}

function priceSide(problem: PlanProblem, fills: readonly number[], worths: Float64Array): void {
  const { localPrices: _, ...own } = problem;
  const positionWh = fills.map((wh, t) => wh + (problem.positionWh?.[t] ?? 0));
  const home = homeModel({ ...own, positionWh });
  const prepared = home.model.prepare(CLOSE_ENOUGH);
  try {
    const all = costOf(prepared, home, problem);
    for (const [t, wh] of fills.entries()) {
      if (wh === 0) continue;
      setPosition(prepared, home, problem, t, positionWh[t]! - wh, positionWh[t]!);
      worths[t] = within(problem, t, (1e6 * (solved(prepared, problem) - all)) / (wh / KWH));
      setPosition(prepared, home, problem, t, positionWh[t]!, positionWh[t]!);
    }
  } finally {
    prepared.dispose();
  }
}

/** Without a device that could move anything a fill replaces what the supplier would have sold or bought. */
function tariffOnly({ prices, firstSlot }: PlanProblem, fills: readonly number[], worths: Float64Array): void {
  const start = firstSlot - prices.firstSlot;
  for (const [t, wh] of fills.entries())
    if (wh !== 0) worths[t] = (wh > 0 ? prices.retailMicroPerKwh : prices.feedInMicroPerKwh)[start + t]!;
}

/** The cost with all fills, currency; whole decisions are fixed from here on. */
function costOf(prepared: PreparedModel, home: HomeModel, problem: PlanProblem): number {
  if (!home.model.hasIntegers) return solved(prepared, problem);
  const found = prepared.solve();
  if (found.status !== "optimal") throw new Error(`the plan of home ${problem.home} is ${found.status}`);
  const fixed = prepared.polished(found.values);
  if (fixed.status !== "optimal") throw new Error(`the plan of home ${problem.home} is ${fixed.status}`);
  return fixed.objective;
}

function solved(prepared: PreparedModel, problem: PlanProblem): number {
  const outcome = prepared.solve();
  if (outcome.status !== "optimal") throw new Error(`the plan of home ${problem.home} is ${outcome.status}`);
  return outcome.objective;
}

/** Says that the home's net position in a slot is `toWh`, where the model was made for `fromWh`. */
function setPosition(
  prepared: PreparedModel,
  { balances, balanceKwh, meters }: HomeModel,
  { connectionW, slotSeconds }: PlanProblem,
  t: number,
  toWh: number,
  fromWh: number,
): void {
  const value = balanceKwh[t]! + (fromWh - toWh) / KWH;
  const connection = (connectionW * slotSeconds) / 3600 / KWH;
  prepared.setLimits(balances[t]!, { lower: value, upper: value });
  prepared.setBounds(meters[t]!.buy, { upper: Math.max(0, connection - toWh / KWH) });
  prepared.setBounds(meters[t]!.sell, { upper: Math.max(0, connection + toWh / KWH) });
}

/** A kWh is never worth more than the supplier asks, nor less than it pays. */
function within({ prices, firstSlot }: PlanProblem, t: number, micro: number): number {
  const at = firstSlot - prices.firstSlot + t;
  return Math.max(prices.feedInMicroPerKwh[at]!, Math.min(prices.retailMicroPerKwh[at]!, Math.round(micro)));
}
