import type { FlexibleUse } from "../commons/flexible.ts";
import { HistoryView } from "../data/historyView.ts";
import { homeOf } from "../data/meterData.ts";
import { type Forecasters, forecastHome } from "../forecast/net.ts";
import type { Flows } from "../household/battery.ts";
import { contractPrices } from "../household/hems/contractPrices.ts";
import { expectedPrices } from "../household/hems/expectedPrices.ts";
import { follow } from "../household/hems/follow.ts";
import { type Managed, planHome, problemOf } from "../household/hems/homePlan.ts";
import { type HomeSchedule, schedule } from "../household/hems/schedule.ts";
import { pricesOf } from "../household/home.ts";
import type { MarketTerms } from "../household/market.ts";
import type { Plan } from "../household/plan.ts";
import { type KeptPlan, type ManagedCommunity, managedAt, storedAtMidnight } from "./managedDay.ts";

/** What a home's manager forecasts with: what is no wish, and all of the load, by which the battery goes before the day. */
export interface ManagerForecasters {
  readonly base: Forecasters;
  readonly whole: Forecasters;
}

/**
 * A home under an energy manager through a day of several sessions. Its devices live slot by slot by the plan in force; each
 * session plans the slots that are left with the newest forecast, what the battery holds, which programmes have run, and the
 * net position, and replaces the plan in force from the session's first slot on. Slots are counted from the day's first.
 */
export class ManagedHomeRun {
  readonly #community: ManagedCommunity;
  readonly #index: number;
  /** The plan in force, over all of the day. */
  #kept: KeptPlan;
  #positionWh: Int32Array;
  /** What the meter saw in the slots lived so far. */
  readonly #flows: Flows;
  #lived = 0;
  #storedWh: number;

  /** Begins with the plan that the home would follow without a market. */
  constructor(community: ManagedCommunity, index: number, alone: KeptPlan) {
    const { day } = community.community;
    const series = () => new Int32Array(day.slotCount);
    this.#community = community;
    this.#index = index;
    this.#kept = alone;
    this.#positionWh = series();
    this.#storedWh = storedAtMidnight(community.community, this.home);
    this.#flows = {
      ...{ importWh: series(), exportWh: series(), batteryWh: series(), storedWh: series() },
      ...{ spareChargeWh: series(), spareDischargeWh: series() },
    };
  }

  get home() {
    return this.#community.community.homes[this.#index]!;
  }

  /** The plan in force, over all of the day; slots that are over as they were last planned. */
  get kept(): KeptPlan {
    return this.#kept;
  }

  get #plan(): HomeSchedule {
    return this.#kept.schedule;
  }

  /** Bought (positive) less sold, Wh per slot of the day, as the chain has it. */
  set positionWh(positionWh: Int32Array) {
    this.#positionWh = positionWh;
  }

  /** Lives the slots that have ended at `time`, unix seconds. */
  liveUntil(time: number): void {
    const { day, data } = this.#community.community;
    const end = Math.min(day.slotCount, Math.floor(time / data.slotSeconds) - day.firstSlot);
    if (end <= this.#lived) return;
    const { loadWh, pvWh } = homeOf(this.#community.base, this.home.id);
    const start = day.firstSlot - data.firstSlot;
    const ofSlots = (series: Int32Array) => series.subarray(start + this.#lived, start + end);
    const flows = this.#followed(this.#lived, end, ofSlots(loadWh), ofSlots(pvWh), this.#storedWh);
    for (const name of Object.keys(flows) as (keyof Flows)[]) this.#flows[name].set(flows[name], this.#lived);
    this.#storedWh = this.#flows.storedWh[end - 1]!;
    this.#lived = end;
  }

  /** Lives the rest of the day; gives all of it. */
  finish(): Flows {
    this.liveUntil(Infinity);
    return this.#flows;
  }

  /** What the home plans with for the slots from `first` on, knowing its readings up to `issue`. */
  managedFrom(first: number, issue: number, { base, whole }: ManagerForecasters): Managed {
    const { community, wishes } = this.#community;
    const { day, data } = community;
    this.liveUntil(issue);
    const positionWh = this.#positionWh.subarray(first);
    const session = { firstSlot: day.firstSlot + first, slotCount: day.slotCount - first };
    const left = wishes[this.#index]!.flatMap((wish) => this.#left(wish, session.firstSlot));
    const view = new HistoryView(this.#community.base, this.home.id, issue);
    if (view.endSlot <= day.firstSlot && first === 0)
      return { ...managedAt(this.#community, this.#index, issue, base, whole), positionWh };
    const window = { firstSlot: view.endSlot, slotCount: session.firstSlot - view.endSlot + session.slotCount };
    const seen = forecastHome(view, window, base);
    const known = view.endSlot - day.firstSlot;
    const held = known < 0 ? managedAt(this.#community, this.#index, issue, base, whole).storedWh : this.#storedWh;
    const storedWh = this.#expectedAt(first, seen.load.p50, seen.pv.p50, known, held);
    const running = this.#running(first, left);
    const lead = session.firstSlot - view.endSlot;
    const p50 = seen.load.p50.map((wh, t) => wh + (t < lead ? 0 : running[t - lead]!));
    const forecast = { ...seen, load: { ...seen.load, p50 } };
    return { home: this.home, session, forecast, wishes: left, storedWh, slotSeconds: data.slotSeconds, positionWh };
  }

  /**
   * Plans with what was traded, by the supplier's prices and what it costs not to keep a contract, and keeps to that from the
   * session's first slot on. `market` has R and F of the slots that are planned.
   */
  keep(managed: Managed, market: MarketTerms): void {
    const first = managed.session.firstSlot - this.#community.community.day.firstSlot;
    const { expected: _, ...known } = managed;
    const positionWh = this.#positionWh.subarray(first);
    const prices = contractPrices(pricesOf(managed.home, managed.session), positionWh, market);
    const problem = problemOf({ ...known, home: { ...managed.home, prices }, positionWh });
    const running = this.#running(first, managed.wishes);
    this.#kept = {
      schedule: spliced(this.#plan, schedule(problem), first),
      loadWh: joined(
        this.#kept.loadWh,
        running.map((wh, t) => problem.loadWh[t]! - wh),
        first,
      ),
      pvWh: joined(this.#kept.pvWh, problem.pvWh, first),
    };
  }

  /** What of a wish is still to be done from slot `from` on; a programme that has started is not to be moved. */
  #left(wish: FlexibleUse, from: number): FlexibleUse[] {
    const { day } = this.#community.community;
    const planned = this.#plan.devices.find(({ id }) => id === wish.device);
    const doneWh = planned?.drawnWh.subarray(0, from - day.firstSlot).reduce((sum, wh) => sum + wh, 0) ?? 0;
    if (wish.deadline <= from) return [];
    const earliest = Math.max(wish.earliest, from);
    if (wish.shape === "block") return doneWh > 0 ? [] : [{ ...wish, earliest }];
    const leftWh = wish.habitWh.reduce((sum, wh) => sum + wh, 0) - doneWh;
    if (leftWh <= 0) return [];
    return [{ ...wish, habitWh: [leftWh], mostWh: wish.mostWh ?? Math.max(...wish.habitWh), earliest }];
  }

  /** What devices that are no task any more draw from slot `first` on, Wh per slot: programmes that run to their end. */
  #running(first: number, left: readonly FlexibleUse[]): Int32Array {
    const tasks = new Set(left.map(({ device }) => device));
    const rest = this.#plan.devices.filter(({ id, kind }) => kind !== "battery" && !tasks.has(id));
    return this.#plan.gridWh
      .subarray(first)
      .map((_, t) => rest.reduce((sum, { drawnWh }) => sum + drawnWh[first + t]!, 0));
  }

  /** What the battery will hold at slot `first`, if what comes until then is as forecast from slot `known` on. */
  #expectedAt(first: number, loadWh: Int32Array, pvWh: Int32Array, known: number, heldWh: number): number {
    const from = Math.max(0, known);
    if (first <= from) return heldWh;
    const ofSlots = (series: Int32Array) => series.subarray(from - known, first - known);
    return this.#followed(from, first, ofSlots(loadWh), ofSlots(pvWh), heldWh).storedWh.at(-1)!;
  }

  /** Slots [from, to) of the plan in force with this load and PV, the battery holding `storedWh` before. */
  #followed(from: number, to: number, loadWh: Int32Array, pvWh: Int32Array, storedWh: number): Flows {
    const { battery } = this.home;
    return follow({
      ...{ schedule: slicedPlan(this.#plan, from, to), loadWh, pvWh, storedWh },
      ...{ positionWh: this.#positionWh.subarray(from, to), slotSeconds: this.#community.community.data.slotSeconds },
      ...(battery && { battery }),
    });
  }
}

/** The first `count` slots of the plan from which a home offers; `market` has R and F of all slots that are planned. */
export function planOffer(managed: Managed, market: MarketTerms, zone: string, count: number): Plan {
  const expected = expectedPrices(managed.home, market, managed.session, zone);
  const { firstSlot, forecast, flows, reservation } = planHome({ ...managed, expected, offered: count });
  const first = (series: Int32Array) => series.subarray(0, count);
  return {
    ...{ firstSlot, slotCount: count, forecast },
    flows: {
      ...{ importWh: first(flows.importWh), exportWh: first(flows.exportWh) },
      ...{ batteryWh: first(flows.batteryWh), storedWh: first(flows.storedWh) },
      ...{ spareChargeWh: first(flows.spareChargeWh), spareDischargeWh: first(flows.spareDischargeWh) },
    },
    ...(reservation && {
      reservation: {
        buyMicroPerKwh: first(reservation.buyMicroPerKwh),
        sellMicroPerKwh: first(reservation.sellMicroPerKwh),
      },
    }),
  };
}

function slicedPlan(plan: HomeSchedule, from: number, to: number): HomeSchedule {
  const devices = plan.devices.map((device) => ({ ...device, drawnWh: device.drawnWh.subarray(from, to) }));
  return {
    ...plan,
    ...{ gridWh: plan.gridWh.subarray(from, to), curtailedWh: plan.curtailedWh.subarray(from, to), devices },
  };
}

/** A plan of the whole day that is `next` from slot `first` on; a device that `next` doesn't know ends what it does. */
function spliced(plan: HomeSchedule, next: HomeSchedule, first: number): HomeSchedule {
  const devices = plan.devices.map((device) => {
    const again = next.devices.find(({ id }) => id === device.id);
    if (!again) return device;
    return {
      ...device,
      drawnWh: joined(device.drawnWh, again.drawnWh, first),
      level: joined(device.level, again.level, first),
    };
  });
  return {
    ...next,
    gridWh: joined(plan.gridWh, next.gridWh, first),
    curtailedWh: joined(plan.curtailedWh, next.curtailedWh, first),
    devices,
    missed: [
      ...plan.missed.filter(({ slot }) => slot < first),
      ...next.missed.map((missed) => ({ ...missed, slot: missed.slot + first })),
    ],
  };
}

/** A series that is `after` from slot `first` on. */
function joined<S extends Int32Array | Float64Array>(before: S, after: ArrayLike<number>, first: number): S {
  const series = before.slice() as S;
  series.set(after, Math.min(first, series.length));
  return series;
}
