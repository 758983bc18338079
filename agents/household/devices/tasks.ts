import { slotProfile } from "../../devices/appliance.ts";
import type { HomeConfig } from "../../process/configSchema.ts";
import type { ApplianceConfig } from "../../process/deviceSchema.ts";
import type { Task } from "../hems/problem.ts";
import { floorOf, outsideOf, pluggedOf, type RunWindow, runsOf, tapsOf, tripsOf, type Window } from "./habits.ts";
import { applianceOf, batteryOf, carOf, pumpOf, START, tankOf } from "./owned.ts";

/** What is known of a device when a plan begins. */
export interface DeviceLevel {
  /** Wh stored, degrees inside, or slots of a programme that are done; undefined where it does not say. */
  readonly level?: number;
  /** Of an appliance: whether it is filled and waits for its start; undefined where it does not say. */
  readonly ready?: boolean;
}

export type Levels = ReadonlyMap<string, DeviceLevel>;

/** What a home's devices have to do within a window, from its file and what they say of themselves. */
export function tasksOf(config: HomeConfig, levels: Levels, window: Window): Task[] {
  const { battery, loadpoints, hotwater, heating, appliances } = config;
  const held = (id: string, start: number) => levels.get(id)?.level ?? start;
  const storages: Task[] = [];
  if (battery)
    storages.push({
      ...{ kind: "battery", id: "battery", battery: batteryOf(battery)! },
      storedWh: clamped(held("battery", START.battery(battery)), 0, battery.capacityWh),
    });
  for (const point of loadpoints)
    storages.push({
      ...{ kind: "car", id: point.name, car: carOf(point) },
      storedWh: clamped(held(point.name, START.car(point)), 0, point.capacityWh),
      ...{ plugged: pluggedOf(point, window), trips: tripsOf(point, window) },
    });
  if (hotwater)
    storages.push({
      ...{ kind: "tank", id: "hotwater", tank: tankOf(hotwater), tapWh: tapsOf(hotwater, window) },
      storedWh: clamped(held("hotwater", START.tank(hotwater)), 0, hotwater.capacityWh),
    });
  if (heating)
    storages.push({
      ...{ kind: "heatPump", id: "heating", pump: pumpOf(heating), insideC: held("heating", START.heatPump(heating)) },
      ...{ outsideC: outsideOf(heating, window), lowC: floorOf(heating, window) },
      highC: new Array<number>(window.slotCount).fill(heating.highC),
    });
  return [...storages, ...appliances.flatMap((appliance) => runTask(appliance, levels, window))];
}

const clamped = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/**
 * The next run of an appliance: in the window that is open, unless it says that it has run or runs, or in the next one.
 * One that is filled runs as soon as may be, also where its window is over.
 */
function runTask(config: ApplianceConfig, levels: Levels, window: Window): Task[] {
  const { ready, level = 0 } = levels.get(config.name) ?? {};
  const appliance = applianceOf(config);
  const needed = slotProfile(appliance, window.slotSeconds).length;
  const runs = runsOf(config, window).filter(({ earliest }) => earliest < window.slotCount);
  const open = runs.find(({ earliest, latestEnd }) => earliest <= 0 && latestEnd > 0);
  const next = runs.find(({ earliest }) => earliest > 0);
  const late = { earliest: 0, latestEnd: Math.min(window.slotCount, Math.max(needed, open?.latestEnd ?? 0)) };
  const chosen = ready === true ? late : ready === false || level > 0 ? next : (open ?? next);
  return chosen && fits(chosen, window) ? [{ kind: "appliance", id: config.name, appliance, ...chosen }] : [];
}

/** A window that reaches beyond the plan is left to a later one. */
const fits = ({ latestEnd }: RunWindow, { slotCount }: Window): boolean => latestEnd <= slotCount;

/** What programmes that run already will draw, Wh per slot: nobody can change that. */
export function runningWh({ appliances }: HomeConfig, levels: Levels, { slotCount, slotSeconds }: Window): Int32Array {
  const drawn = new Int32Array(slotCount);
  for (const config of appliances) {
    const done = levels.get(config.name)?.level ?? 0;
    if (done === 0) continue;
    const left = slotProfile(applianceOf(config), slotSeconds).slice(done, done + slotCount);
    for (const [t, wh] of left.entries()) drawn[t]! += wh;
  }
  return drawn;
}
