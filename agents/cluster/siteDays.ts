import { type CarbonFactor, carbonOf, type SiteCarbon } from "./co2.ts";
import type { Instance } from "./instanceFile.ts";
import { type Optimum, optimum } from "./optimum.ts";
import { ruleBased, type SiteDay } from "./ruleBased.ts";
import { costOf, netOf, siteNet } from "./site.ts";

/** A site's day under one scenario. */
export interface ScenarioDay {
  readonly scenario: string;
  /** Exchange of each meter with the grid, kWh per step; one for the site, or one per building. */
  readonly exchangesKwh: readonly (readonly number[])[];
  readonly costPence: number;
  readonly boughtKwh: number;
  readonly soldKwh: number;
  readonly carbon: SiteCarbon;
}

/** The days of an instance in full, to be drawn and compared. */
export interface SiteDays {
  readonly netKwh: readonly number[];
  readonly rules: SiteDay;
  readonly optimum: Optimum;
  readonly scenarios: readonly ScenarioDay[];
}

/** Pence per kWh of discharge: among schedules that cost the same, one that leaves the battery alone where it can. */
const TIE_BREAK = 1e-6;

/** Runs an instance through all scenarios. Throws InputError where no schedule meets its end. */
export function siteDays({ site, withBoats }: Instance, factor: CarbonFactor): SiteDays {
  const netKwh = siteNet(site);
  const rules = ruleBased(site);
  const best = optimum(site, site.endAtLeastKwh, TIE_BREAK);
  const day = (scenario: string, exchangesKwh: readonly (readonly number[])[]): ScenarioDay => {
    const sum = (of: (kwh: number) => number) => exchangesKwh.flat().reduce((total, kwh) => total + of(kwh), 0);
    return {
      scenario,
      exchangesKwh,
      costPence: exchangesKwh.reduce((total, gridKwh) => total + costOf(site, gridKwh), 0),
      boughtKwh: sum((kwh) => Math.max(0, kwh)),
      soldKwh: sum((kwh) => Math.max(0, -kwh)),
      carbon: carbonOf(exchangesKwh, factor),
    };
  };
  const scenarios = [
    day("no pooling", site.buildings.map(netOf)),
    day("no strategy", [netKwh]),
    day("rules", [rules.gridKwh]),
    ...withBoats.map((with_) =>
      day(`rules with boats, reference ${with_.boats.referencePrice} p`, [ruleBased(with_.site, with_.boats).gridKwh]),
    ),
    day("optimum", [best.gridKwh]),
  ];
  return { netKwh, rules, optimum: best, scenarios };
}
