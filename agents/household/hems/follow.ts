import { storageOf } from "../../devices/battery.ts";
import type { Battery } from "../../devices/devices.ts";
import { availableFrom, roomFor, stepStorage } from "../../devices/storage.ts";
import type { Flows } from "../battery.ts";
import type { HomeSchedule } from "./schedule.ts";

/** What a home's devices go by during a day, and what comes otherwise than expected. Series have one entry per slot. */
export interface Followed {
  readonly schedule: HomeSchedule;
  /** Load of everything that is no device of the plan, and PV, as they come; whole Wh. */
  readonly loadWh: ArrayLike<number>;
  readonly pvWh: ArrayLike<number>;
  /** Energy bought (positive) and sold (negative), Wh; nothing if left out. */
  readonly positionWh?: ArrayLike<number>;
  readonly slotSeconds: number;
  readonly battery?: Battery;
  /** What the battery holds at the beginning. */
  readonly storedWh?: number;
}

/**
 * The flows of a home that keeps to its plan: devices draw what was planned, and the battery does what was planned, except
 * that it makes up for what comes otherwise, as far as that is worth it (`gridTarget`). Whole Wh.
 */
export function follow(day: Followed): Flows {
  const { schedule, loadWh, pvWh, slotSeconds, battery } = day;
  const { gridWh, curtailedWh, devices } = schedule;
  const storage = battery && storageOf(battery, slotSeconds);
  const own = devices.find(({ kind }) => kind === "battery");
  let stored = day.storedWh ?? 0;
  const slots = Array.from(gridWh, (planned, t) => {
    const drawn = devices.reduce((sum, device) => sum + (device === own ? 0 : device.drawnWh[t]!), 0);
    const net = loadWh[t]! - Math.max(0, pvWh[t]! - curtailedWh[t]!) + drawn;
    if (!storage || !own) return { grid: net, out: 0, stored: 0, room: 0, left: 0 };
    const target = gridTarget(net + own.drawnWh[t]!, planned, day.positionWh?.[t] ?? 0);
    const [room, left] = [roomFor(storage, stored), availableFrom(storage, stored)];
    const step = stepStorage(storage, stored, net - target);
    stored = step.stored;
    return {
      grid: net - step.out,
      out: step.out,
      stored,
      room: room + Math.min(0, step.out),
      left: left - Math.max(0, step.out),
    };
  });
  const series = (of: (slot: (typeof slots)[number]) => number) => Int32Array.from(slots, of);
  return {
    importWh: series(({ grid }) => Math.max(0, grid)),
    exportWh: series(({ grid }) => Math.max(0, -grid)),
    batteryWh: series(({ out }) => out),
    storedWh: series((slot) => slot.stored),
    spareChargeWh: series(({ room }) => room),
    spareDischargeWh: series(({ left }) => left),
  };
}

/**
 * What the battery holds the meter to, Wh, if with its planned power the meter would see `meterWh` in place of `plannedWh`.
 * - More than planned is drawn: first the export gives way that nobody bought; the battery makes up for the rest.
 * - Less than planned: first the import gives way that was not bought from a neighbour; the battery stores the rest.
 */
export function gridTarget(meterWh: number, plannedWh: number, positionWh: number): number {
  const most = plannedWh < 0 ? Math.max(plannedWh, Math.min(positionWh, 0)) : plannedWh;
  const least = plannedWh > 0 ? Math.min(plannedWh, Math.max(positionWh, 0)) : plannedWh;
  return Math.max(least, Math.min(most, meterWh));
}
