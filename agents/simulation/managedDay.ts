import type { FlexibleUse } from "../commons/flexible.ts";
import { HistoryView } from "../data/historyView.ts";
import { homeOf, type MeterData } from "../data/meterData.ts";
import { defaultForecasters, type Forecasters, forecastHome } from "../forecast/net.ts";
import { dispatch, type Flows, storedAtCut } from "../household/battery.ts";
import { contractPrices } from "../household/hems/contractPrices.ts";
import { expectedPrices } from "../household/hems/expectedPrices.ts";
import { follow } from "../household/hems/follow.ts";
import { type Managed, type ManagedPlan, planHome, problemOf } from "../household/hems/homePlan.ts";
import { type HomeSchedule, schedule } from "../household/hems/schedule.ts";
import { named } from "../household/hems/wishes.ts";
import { type Home, pricesOf } from "../household/home.ts";
import type { MarketTerms } from "../household/market.ts";
import type { Trader } from "../household/traders.ts";
import type { SessionBook } from "../keeper/book.ts";
import type { SlotRange } from "../model/slots.ts";
import { readOrders } from "./chainDay.ts";
import type { Community } from "./community.ts";
import { flexibleUses } from "./flexibleUses.ts";
import type { HomePlan } from "./households.ts";
import type { Stage } from "./marketDay.ts";
import type { Progress } from "./progress.ts";

/** A community whose homes are run by energy managers: what people want of their devices, and what is left of the readings. */
export interface ManagedCommunity {
  readonly community: Community;
  /** Readings without what the wishes would have drawn by habit; whole Wh. */
  readonly base: MeterData;
  /** By home; those of the community's day. People say by noon of the day before what they want. */
  readonly wishes: readonly (readonly FlexibleUse[])[];
}

/** Takes people's wishes out of the readings, over all of the history, so that forecasts of the rest are of the rest. */
export function managedCommunity(community: Community): ManagedCommunity {
  const { data, homes, day } = community;
  const uses = flexibleUses(community);
  const base = homes.map(({ id }, i) => {
    const loadWh = Int32Array.from(homeOf(data, id).loadWh);
    for (const { firstSlot, habitWh } of uses[i]!)
      for (const [t, wh] of habitWh.entries()) loadWh[firstSlot + t - data.firstSlot]! -= wh;
    return { ...homeOf(data, id), loadWh };
  });
  const end = day.firstSlot + day.slotCount;
  const ofDay = ({ earliest, deadline }: FlexibleUse) => earliest >= day.firstSlot && deadline <= end;
  return { community, base: { ...data, homes: base }, wishes: uses.map((own) => named(own.filter(ofDay))) };
}

/**
 * What home `i` plans with for the day, knowing its readings up to `issue` (unix seconds), which is before the day.
 * `whole` forecasts all of its load, by which its battery goes until then; `forecasters` what is no wish.
 */
export function managedAt(
  { community, base, wishes }: ManagedCommunity,
  i: number,
  issue: number,
  forecasters: Forecasters,
  whole = forecasters,
): Managed {
  const { data, homes, day } = community;
  const home = homes[i]!;
  const view = new HistoryView(base, home.id, issue);
  const window = { firstSlot: view.endSlot, slotCount: day.firstSlot - view.endSlot + day.slotCount };
  const forecast = forecastHome(view, window, forecasters);
  const storedWh = expectedStart(new HistoryView(data, home.id, issue), home, day, whole);
  return { home, session: day, forecast, wishes: wishes[i]!, storedWh, slotSeconds: data.slotSeconds };
}

/** What a battery will hold at the day's beginning, Wh, by its own rule and the forecast until then. */
function expectedStart(
  view: HistoryView,
  { battery }: Home,
  { firstSlot }: SlotRange,
  forecasters: Forecasters,
): number {
  if (!battery) return 0;
  const slotCount = firstSlot - view.endSlot;
  if (slotCount === 0) return storedAtCut(view, battery);
  const { load, pv } = forecastHome(view, { firstSlot: view.endSlot, slotCount }, forecasters);
  const { storedWh } = dispatch(load.p50, pv.p50, view.slotSeconds, battery, storedAtCut(view, battery));
  return storedWh.at(-1)!;
}

/** The plan with which a home goes into the market. */
export const planForMarket = (managed: Managed, market: MarketTerms, zone: string): ManagedPlan =>
  planHome({ ...managed, expected: expectedPrices(managed.home, market, managed.session, zone) });

/** What a home's battery holds when the day begins, Wh, by its own rule until then. */
export function storedAtMidnight({ data, day }: Community, { id, battery }: Home): number {
  return battery ? storedAtCut(new HistoryView(data, id, day.firstSlot * data.slotSeconds), battery) : 0;
}

/** The plan that a home's devices kept to in the end, and what it expected of the rest, Wh per slot of the day. */
export interface KeptPlan {
  readonly schedule: HomeSchedule;
  /** Of everything that is no device of the schedule. */
  readonly loadWh: Int32Array;
  readonly pvWh: Int32Array;
}

/** A home's day: the plan that it kept to, and what its meter saw. */
export interface ManagedHomeDay extends KeptPlan {
  readonly flows: Flows;
}

/**
 * Lives a home's day: it plans once more with what it has bought and sold (Wh per slot, bought positive), by its supplier's
 * prices and, with `market`, by what it costs not to keep a contract, and keeps to that; load and PV come as they come.
 */
export function liveHome(
  { community, base }: ManagedCommunity,
  managed: Managed,
  positionWh: ArrayLike<number>,
  market?: MarketTerms,
): ManagedHomeDay {
  const { home, session, slotSeconds } = managed;
  const storedWh = storedAtMidnight(community, home);
  const own = pricesOf(home, session);
  const prices = market ? contractPrices(own, positionWh, market) : own;
  const problem = problemOf({ ...managed, home: { ...home, prices }, storedWh, positionWh });
  const best = schedule(problem);
  const expected = { loadWh: Int32Array.from(problem.loadWh), pvWh: Int32Array.from(problem.pvWh) };
  const { loadWh, pvWh } = homeOf(base, home.id);
  const start = session.firstSlot - base.firstSlot;
  const ofDay = (series: Int32Array) => series.subarray(start, start + session.slotCount);
  const flows = follow({
    ...{ schedule: best, loadWh: ofDay(loadWh), pvWh: ofDay(pvWh), positionWh, slotSeconds, storedWh },
    ...(home.battery && { battery: home.battery }),
  });
  return { schedule: best, ...expected, flows };
}

/** The homes of a community on its day, each with what its energy manager plans with, and the day without a market. */
export interface ManagedHomes {
  readonly community: ManagedCommunity;
  readonly homes: readonly Managed[];
  readonly flowsAlone: readonly Flows[];
  /** The plans of that day. */
  readonly alone: readonly KeptPlan[];
}

/** What every home's manager knows at `issue` (unix seconds), and how it would live the day with its supplier alone. */
export function manageHomes(given: Community, issue: number, progress: Progress): ManagedHomes {
  const community = managedCommunity(given);
  const forecasters = defaultForecasters(given.zone, given.location);
  progress.phase("energy managers plan the day as it would be without a market", given.homes.length);
  const homes = given.homes.map((_, i) => managedAt(community, i, issue, forecasters));
  const alone = homes.map((home) => {
    progress.step();
    return liveHome(community, home, new Int32Array(home.session.slotCount));
  });
  return { community, homes, alone, flowsAlone: alone.map(({ flows }) => flows) };
}

/** Every home's plan for the market and its decisions. */
export function planManaged(
  { homes }: ManagedHomes,
  { zone }: Community,
  market: MarketTerms,
  traders: readonly Trader[],
  progress: Progress,
): HomePlan[] {
  return homes.map((managed, i) => {
    const plan = planForMarket(managed, market, zone);
    progress.step();
    return { home: managed.home, plan, decisions: traders[i]!.decide({ home: managed.home, plan, market }) };
  });
}

/** After clearing every home plans with what it traded, and keeps to that; undefined without energy managers. */
export async function keepPlans(
  stage: Stage,
  session: number,
  book: SessionBook,
): Promise<ManagedHomeDay[] | undefined> {
  const { managed, market, options } = stage;
  if (!managed) return undefined;
  const orders = await readOrders({ stage, session, book });
  options.progress.phase("energy managers plan with what they traded; devices keep to it", managed.homes.length);
  return managed.homes.map((home, i) => {
    const positionWh = new Int32Array(home.session.slotCount);
    for (const { member, slot, side, fill } of orders)
      if (member === i + 1) positionWh[slot] = (side === "bid" ? fill : -fill) * market.packetWh;
    options.progress.step();
    return liveHome(managed.community, home, positionWh, market);
  });
}
