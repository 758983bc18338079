import type { HomeConfig } from "../process/configSchema.ts";
import { forecastersOf } from "./configHome.ts";
import type { PlanJson } from "./hems/planJson.ts";
import { planJson } from "./hems/planJson.ts";
import { schedule } from "./hems/schedule.ts";
import { type HomeProblem, problemOf } from "./homeProblem.ts";
import type { HomeReadings } from "./homeReadings.ts";

/** A plan that was made once, with all it rests on. */
export interface PlanNow extends HomeProblem {
  readonly plan: PlanJson;
}

/**
 * Plans a home from its file and its readings alone, from the slot in which `now` (unix seconds) lies: devices hold what
 * the file says. Throws InputError without history.
 */
export function planNow(config: HomeConfig, readings: HomeReadings, now: number, hours: number): PlanNow {
  const view = readings.viewAt(now);
  const slots = { firstSlot: view.endSlot, slotCount: Math.max(1, Math.round((hours * 3600) / view.slotSeconds)) };
  const home = problemOf(config, slots, { view, forecasters: forecastersOf(config), levels: new Map() });
  const told = { issued: now, currency: config.tariffs.currency, zone: config.site.zone };
  return { ...home, plan: planJson(home.problem, schedule(home.problem), told) };
}
