import type { SlotRange } from "../model/slots.ts";
import type { HomeConfig } from "../process/configSchema.ts";
import { homeOf } from "./configHome.ts";
import { expectedPrices } from "./hems/expectedPrices.ts";
import { fillWorths } from "./hems/fillWorths.ts";
import type { LocalPrices, PlanProblem } from "./hems/problem.ts";
import { schedule } from "./hems/schedule.ts";
import { type PlanGround, problemOf } from "./homeProblem.ts";
import type { MarketTerms } from "./market.ts";
import type { Plan } from "./plan.ts";

/**
 * What the energy manager of a home takes to a session: it plans from the view's cut to the session's end, with the prices it
 * expects of its neighbours in the session. What the meter would see there is what it trades; what a packet is worth is the
 * difference of two plans (`fillWorths`). Throws RangeError if the session has begun at the cut, InputError without history.
 */
export function managedPlan(config: HomeConfig, session: SlotRange, ground: PlanGround, market: MarketTerms): Plan {
  const { endSlot, slotSeconds } = ground.view;
  const lead = session.firstSlot - endSlot;
  if (lead < 0) throw new RangeError(`the session's first slot ${session.firstSlot} ended or began before the cut`);
  const window = { firstSlot: endSlot, slotCount: lead + session.slotCount };
  const { problem: own, forecast } = problemOf(config, window, ground);
  const home = homeOf(config, session, slotSeconds);
  const problem = { ...own, localPrices: after(own, lead, expectedPrices(home, market, session, config.site.zone)) };
  const { gridWh } = schedule(problem);
  const fills = gridWh.map((wh, t) => (t < lead ? 0 : wh - (problem.positionWh?.[t] ?? 0)));
  const worths = fillWorths(problem, fills).subarray(lead);
  const { retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn } = home.prices;
  const none = new Int32Array(session.slotCount);
  const grid = gridWh.subarray(lead);
  return {
    ...session,
    forecast,
    flows: {
      importWh: grid.map((wh) => Math.max(0, wh)),
      exportWh: grid.map((wh) => Math.max(0, -wh)),
      ...{ batteryWh: none, storedWh: none, spareChargeWh: none, spareDischargeWh: none },
    },
    reservation: {
      buyMicroPerKwh: retail.map((price, t) => (fills[lead + t]! > 0 ? Math.floor(worths[t]!) : price)),
      sellMicroPerKwh: feedIn.map((price, t) => (fills[lead + t]! < 0 ? Math.ceil(worths[t]!) : price)),
    },
  };
}

/** Local prices of a plan that begins `lead` slots before the session: until then there is the supplier alone. */
function after({ prices, slotCount }: PlanProblem, lead: number, expected: LocalPrices): LocalPrices {
  const each = (before: Int32Array, then: ArrayLike<number>) =>
    Int32Array.from({ length: slotCount }, (_, t) => (t < lead ? before[t]! : then[t - lead]!));
  return {
    buyMicroPerKwh: each(prices.retailMicroPerKwh, expected.buyMicroPerKwh),
    sellMicroPerKwh: each(prices.feedInMicroPerKwh, expected.sellMicroPerKwh),
  };
}
