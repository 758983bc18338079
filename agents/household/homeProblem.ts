import type { HistoryView } from "../data/historyView.ts";
import { type Forecasters, forecastHome, type HomeForecast } from "../forecast/net.ts";
import type { SlotRange } from "../model/slots.ts";
import type { HomeConfig } from "../process/configSchema.ts";
import { pricesIn } from "./configHome.ts";
import { pvOf } from "./devices/owned.ts";
import { type Levels, runningWh, tasksOf } from "./devices/tasks.ts";
import type { Override, PlanProblem } from "./hems/problem.ts";

/** What a plan of a home rests on, beside its file. */
export interface PlanGround {
  readonly view: HistoryView;
  readonly forecasters: Forecasters;
  readonly levels: Levels;
  /** What people said, beside what the file says. */
  readonly overrides?: readonly Override[];
  /** Energy bought (positive) and sold before, Wh per slot of the plan. */
  readonly positionWh?: ArrayLike<number>;
}

/** A plan's problem with the forecast in it. */
export interface HomeProblem {
  readonly problem: PlanProblem;
  readonly forecast: HomeForecast;
}

/**
 * The problem of a home's plan for `slots`: load and PV as forecast, prices, devices and wishes as its file has them.
 * Assumes slots that begin at the view's cut. Throws InputError without history.
 */
export function problemOf(config: HomeConfig, slots: SlotRange, ground: PlanGround): HomeProblem {
  const { view, forecasters, levels, positionWh } = ground;
  const { slotSeconds } = view;
  const window = { ...slots, slotSeconds, zone: config.site.zone };
  const forecast = forecastHome(view, slots, forecasters);
  const running = runningWh(config, levels, window);
  const pv = pvOf(config.site);
  const problem: PlanProblem = {
    ...{ home: config.name, ...slots, slotSeconds, connectionW: config.site.connectionW },
    loadWh: forecast.load.p50.map((wh, t) => wh + running[t]!),
    pvWh: forecast.pv.p50,
    ...(pv && { pv }),
    prices: pricesIn(config.tariffs, config.site.zone, slots, slotSeconds),
    ...(positionWh && { positionWh }),
    tasks: tasksOf(config, levels, window),
  };
  const said = [...overridesOf(config, slotSeconds), ...(ground.overrides ?? [])];
  return { problem: { ...problem, overrides: said.filter((each) => counts(each, problem)) }, forecast };
}

/** What the file says that people decided; slots that a time touches count. */
export function overridesOf({ overrides }: HomeConfig, slotSeconds: number): Override[] {
  return overrides.map(({ device, from, to, powerW }) => overrideOf(device, from, to, powerW, slotSeconds));
}

/** An override in slots. Times are ISO 8601. */
export function overrideOf(device: string, from: string, to: string, powerW: number, slotSeconds: number): Override {
  const firstSlot = Math.floor(Date.parse(from) / 1000 / slotSeconds);
  const endSlot = Math.ceil(Date.parse(to) / 1000 / slotSeconds);
  return { device, powerW, slots: { firstSlot, slotCount: endSlot - firstSlot } };
}

/** Whether an override touches the plan, and its device has something to do there. */
function counts({ device, slots }: Override, { firstSlot, slotCount, tasks }: PlanProblem): boolean {
  const isKnown = tasks.some(({ id }) => id === device);
  return isKnown && slots.firstSlot < firstSlot + slotCount && slots.firstSlot + slots.slotCount > firstSlot;
}
