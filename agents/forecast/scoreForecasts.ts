import type { CalendarDay } from "../data/days.ts";
import type { MeterData } from "../data/meterData.ts";
import type { Location } from "./clearSky.ts";
import { casesOf, type DayCases, dayAhead, type Issues, type ScoredDay, slotAhead, sumOverHomes } from "./evaluate.ts";
import { type ImbalancePrices, imbalanceCost } from "./imbalanceCost.ts";
import { controlForecasters, defaultForecasters, type Forecasters, newestForecasters } from "./net.ts";
import { type ForecastScore, pool } from "./score.ts";

/** What is to be scored. */
export interface ScoreTask {
  readonly data: MeterData;
  readonly days: readonly ScoredDay[];
  readonly zone: string;
  readonly location?: Location;
  /** Unix seconds at which a day is forecast. */
  readonly dayAheadCut: (day: CalendarDay) => number;
  /** A single slot is forecast so long before it begins. */
  readonly leadSeconds: number;
  readonly prices: (day: CalendarDay) => ImbalancePrices;
  readonly progress: { phase(what: string, steps?: number): void; step(): void };
}

/** One forecast of one quantity, pooled over all home-days. Wh per slot. */
export interface ForecastRow extends ForecastScore {
  readonly quantity: "load" | "pv" | "net";
  readonly issued: "day-ahead" | "slot";
  readonly forecaster: "default" | "newest" | "control";
  /** Names of the methods. */
  readonly method: string;
  /** Imbalance cost against perfect foresight, currency; of net only. */
  readonly lostPerHomeDay: number | null;
}

export interface ScoredForecasts {
  readonly homes: number;
  readonly homeDays: number;
  readonly slotSeconds: number;
  readonly rows: readonly ForecastRow[];
  /** nMAE of the load of all homes together, over the days on which all are scored. */
  readonly sumOfHomes: readonly { readonly forecaster: string; readonly nmae: number; readonly days: number }[];
  /** Homes on whose load the default has a smaller mean absolute error than the control, day-ahead. */
  readonly betterHomes: number;
}

/** Scores default and control day-ahead, and default, newest and control slot by slot. */
export function scoreForecasts(task: ScoreTask): ScoredForecasts {
  const { data, days, zone, location, dayAheadCut, leadSeconds } = task;
  const ahead = dayAhead(dayAheadCut);
  const slotwise = slotAhead(data.slotSeconds, leadSeconds);
  const [own, newest] = [defaultForecasters(zone, location), newestForecasters(zone, location)];
  const control = controlForecasters(zone);
  const run = (issued: ForecastRow["issued"], forecaster: ForecastRow["forecaster"], by: Forecasters) =>
    scoredRun(task, issued === "slot" ? slotwise : ahead, issued, forecaster, by);
  const [ownAhead, controlAhead] = [run("day-ahead", "default", own), run("day-ahead", "control", control)];
  const later = [run("slot", "default", own), run("slot", "newest", newest), run("slot", "control", control)];
  const homes = new Set(days.map(({ homeId }) => homeId));
  const mae = ({ cases }: Run, id: string) =>
    pool(cases.filter((each) => each.homeId === id).map(({ load }) => load)).maeWh;
  return {
    homes: homes.size,
    homeDays: days.length,
    slotSeconds: data.slotSeconds,
    rows: [ownAhead, controlAhead, ...later].flatMap(({ rows }) => rows),
    sumOfHomes: [ownAhead, controlAhead].flatMap((each) => sumRow(each, homes.size)),
    betterHomes: [...homes].filter((id) => mae(ownAhead, id) < mae(controlAhead, id)).length,
  };
}

interface Run {
  readonly cases: readonly DayCases[];
  readonly rows: readonly ForecastRow[];
}

function scoredRun(
  { data, days, prices, progress }: ScoreTask,
  issues: Issues,
  issued: ForecastRow["issued"],
  forecaster: ForecastRow["forecaster"],
  by: Forecasters,
): Run {
  progress.phase(`forecasting ${days.length} home-days, ${issued}, ${forecaster}`, days.length);
  const cases = casesOf(data, days, by, issues, () => progress.step());
  const lost = cases.reduce((sum, { day, net }) => sum + imbalanceCost(net, prices(day)), 0);
  const withPv = cases.some(({ pv }) => Array.from(pv.actualWh).some((wh) => wh > 0));
  const quantities = withPv ? (["load", "pv", "net"] as const) : (["load", "net"] as const);
  const rows = quantities.map((quantity): ForecastRow => {
    const method = quantity === "net" ? `${by.load.name} and ${by.pv.name}` : by[quantity].name;
    const lostPerHomeDay = quantity === "net" ? lost / days.length : null;
    return { quantity, issued, forecaster, method, ...pool(cases.map((each) => each[quantity])), lostPerHomeDay };
  });
  return { cases, rows };
}

function sumRow({ cases, rows }: Run, homes: number): ScoredForecasts["sumOfHomes"] {
  const sums = sumOverHomes(cases, homes);
  return sums.length === 0 || homes < 2
    ? []
    : [{ forecaster: rows[0]!.forecaster, nmae: pool(sums).nmae, days: sums.length }];
}
