import { optimum } from "./optimum.ts";
import { ruleBased } from "./ruleBased.ts";
import { costOf, netOf, type Site, siteNet } from "./site.ts";

/** What the day of a site costs under each scenario, pence; below 0 the site is paid. */
export interface ScenarioCosts {
  readonly id: string;
  /** Scenario 1b: every building by itself, the battery idle. */
  readonly noPooling: number;
  /** Scenario 1: buildings pooled, the battery idle. */
  readonly noStrategy: number;
  /** Scenario 2: the rules RBC-1. */
  readonly ruleBased: number;
  /** Scenario 3: the least cost with the site's own end condition. */
  readonly optimal: number;
  /** The least cost that leaves at least what the rules leave in the battery: the fair comparison with them. */
  readonly optimalSameEnd: number;
}

/** The costs of a site's day, rounded to a millionth of a penny. Throws InputError where no schedule meets the end. */
export function scenarioCosts(site: Site): ScenarioCosts {
  const rules = ruleBased(site);
  const alone = site.buildings.reduce((sum, building) => sum + costOf(site, netOf(building)), 0);
  return {
    id: site.id,
    noPooling: rounded(alone),
    noStrategy: rounded(costOf(site, siteNet(site))),
    ruleBased: rounded(costOf(site, rules.gridKwh)),
    optimal: rounded(optimum(site).cost),
    optimalSameEnd: rounded(optimum(site, reachableEnd(site, rules.storedKwh.at(-1)!)).cost),
  };
}

/** What the rules left, within the window that floating point may have left by a hair. */
const reachableEnd = ({ battery }: Site, stored: number) =>
  Math.min(battery.highest, Math.max(battery.lowest, stored - 1e-9));

const rounded = (pence: number) => Math.round(pence * 1e6) / 1e6 + 0;
