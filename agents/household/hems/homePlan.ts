import type { FlexibleUse } from "../../commons/flexible.ts";
import { slotWh } from "../../devices/battery.ts";
import type { HomeForecast } from "../../forecast/net.ts";
import type { SlotRange } from "../../model/slots.ts";
import type { Flows } from "../battery.ts";
import { type Home, pricesOf } from "../home.ts";
import type { Plan } from "../plan.ts";
import type { Reservation } from "../reservation.ts";
import { fillWorths } from "./fillWorths.ts";
import type { LocalPrices, PlanProblem } from "./problem.ts";
import { type HomeSchedule, schedule } from "./schedule.ts";
import { tasksOf } from "./wishes.ts";

/** A plan made by the energy manager. */
export interface ManagedPlan extends Plan {
  readonly problem: PlanProblem;
  readonly schedule: HomeSchedule;
}

/** What the energy manager of a home plans with. */
export interface Managed {
  readonly home: Home;
  readonly session: SlotRange;
  /** Of everything that is no wish, from before the session or from its beginning, to its end. */
  readonly forecast: HomeForecast;
  readonly wishes: readonly FlexibleUse[];
  /** What the battery will hold when the session's first slot begins. */
  readonly storedWh: number;
  readonly slotSeconds: number;
  readonly expected?: LocalPrices;
  readonly positionWh?: ArrayLike<number>;
  /** So many of the session's slots, from its first, are on offer; all if left out. */
  readonly offered?: number;
}

/** The problem of a home in a session: forecast p50 of load and PV, its battery and its people's wishes. */
export function problemOf(managed: Managed): PlanProblem {
  const { home, session, forecast, wishes, storedWh, slotSeconds, expected, positionWh } = managed;
  const { battery, connectionW } = home;
  const lead = session.firstSlot - forecast.load.firstSlot;
  return {
    ...session,
    ...{ home: home.id, slotSeconds, connectionW, prices: pricesOf(home, session) },
    loadWh: forecast.load.p50.subarray(lead),
    pvWh: forecast.pv.p50.subarray(lead),
    ...(expected && { localPrices: expected }),
    ...(positionWh && { positionWh }),
    tasks: [
      ...(battery ? [{ kind: "battery", id: "battery", battery, storedWh } as const] : []),
      ...tasksOf(wishes, session, slotSeconds),
    ],
  };
}

/**
 * The plan from which a home offers: cheapest with the prices it expects of its neighbours. What it then draws and feeds in is
 * what it bids and asks for, less its position; what each slot's part is worth follows from its own supplier's prices. Whatever
 * part of it trades, the same devices can run as planned: the supplier takes the place of a neighbour who doesn't.
 */
export function planHome(managed: Managed): ManagedPlan {
  const problem = problemOf(managed);
  const best = schedule(problem);
  const { offered = problem.slotCount } = managed;
  const fills = best.gridWh.map((wh, t) => (t < offered ? wh - (problem.positionWh?.[t] ?? 0) : 0));
  return {
    ...managed.session,
    ...{ forecast: managed.forecast, problem, schedule: best, flows: flowsOf(problem, best) },
    reservation: reservationOf(problem, fills),
  };
}

/** Worths by side: bids rounded down, asks up; where a side has no fill, the tariff's price. */
function reservationOf(problem: PlanProblem, fills: Int32Array): Reservation {
  const { prices, firstSlot, slotCount } = problem;
  const start = firstSlot - prices.firstSlot;
  const worths = fillWorths(problem, fills);
  const each = (of: (t: number) => number) => Int32Array.from({ length: slotCount }, (_, t) => of(t));
  return {
    buyMicroPerKwh: each((t) => (fills[t]! > 0 ? Math.floor(worths[t]!) : prices.retailMicroPerKwh[start + t]!)),
    sellMicroPerKwh: each((t) => (fills[t]! < 0 ? Math.ceil(worths[t]!) : prices.feedInMicroPerKwh[start + t]!)),
  };
}

/** A schedule as flows at meter and battery. */
function flowsOf({ tasks, slotSeconds, slotCount }: PlanProblem, { gridWh, devices }: HomeSchedule): Flows {
  const task = tasks.find(({ kind }) => kind === "battery");
  const own = devices.find(({ kind }) => kind === "battery");
  const powerWh = task?.kind === "battery" ? slotWh(task.battery.powerW, slotSeconds) : 0;
  const batteryWh = own ? own.drawnWh.map((wh) => -wh) : new Int32Array(slotCount);
  return {
    importWh: gridWh.map((wh) => Math.max(0, wh)),
    exportWh: gridWh.map((wh) => Math.max(0, -wh)),
    batteryWh,
    storedWh: own ? Int32Array.from(own.level, Math.round) : new Int32Array(slotCount),
    spareChargeWh: batteryWh.map((wh) => powerWh + Math.min(0, wh)),
    spareDischargeWh: batteryWh.map((wh) => powerWh - Math.max(0, wh)),
  };
}
