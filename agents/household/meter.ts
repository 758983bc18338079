import type { HistoryView } from "../data/historyView.ts";
import { MISSING } from "../data/meterData.ts";
import type { Battery } from "../devices/devices.ts";
import type { Slot } from "../model/slots.ts";
import { dispatch, type Flows, storedAtCut } from "./battery.ts";

import type { HomeReadings } from "./homeReadings.ts";

/** What the home's meter saw in the slots from `firstSlot`, up to the cut; null where a reading is missing. */
export interface MeterSeries {
  readonly firstSlot: Slot;
  readonly importWh: (number | null)[];
  readonly exportWh: (number | null)[];
  /** Stored energy at the end of the last slot, Wh. */
  readonly storedWh: number | null;
}

/** What a home's devices said that they drew; see `DeviceLedger`. */
export interface DrawnByDevices {
  /** Wh, negative for what a device gave; null where it is awaited, undefined where the device does not count yet. */
  drawnWh(id: string, slot: Slot): number | null | undefined;
  /** The slot from which on a device counts; undefined where it never said anything. */
  firstSlot(id: string): Slot | undefined;
}

/** Devices of a home and what they said; the battery, if it says nothing, by its rule. */
export interface MeteredDevices {
  readonly ids: readonly string[];
  readonly said: DrawnByDevices;
}

/**
 * Import and export of a home over the `count` slots from `firstSlot` that ended by `cutSeconds`: load and PV as read, and
 * what devices say that they drew; a battery that has not said anything yet by its rule. What has come in gives the same
 * values at every cut.
 */
export function meterSeries(
  readings: HomeReadings,
  battery: Battery | undefined,
  firstSlot: Slot,
  count: number,
  cutSeconds: number,
  devices?: MeteredDevices,
): MeterSeries {
  const view = readings.viewFor(firstSlot, cutSeconds);
  const ended = Math.max(0, Math.min(count, view.endSlot - firstSlot));
  const slots = Array.from({ length: ended }, (_, i) => firstSlot + i);
  const [load, pv] = [slots.map((slot) => view.loadWh(slot)), slots.map((slot) => pvOf(view, slot, devices))];
  const drawn = slots.map((slot) => drawnIn(slot, devices));
  const known = slots.map((_, i) => load[i] !== MISSING && pv[i] !== MISSING && drawn[i] !== null);
  const whole = (of: (i: number) => number) => Int32Array.from(slots, (_, i) => (known[i] ? of(i) : 0));
  const heard = devices?.ids.includes("battery") ? devices.said.firstSlot("battery") : undefined;
  const byRule = heard === undefined ? ended : Math.max(0, Math.min(ended, heard - firstSlot));
  const [loads, pvs] = [whole((i) => load[i]! + drawn[i]!), whole((i) => pv[i]!)];
  const flows = flowsFrom(view, battery, firstSlot, loads.subarray(0, byRule), pvs.subarray(0, byRule));
  const told = dispatch(loads.subarray(byRule), pvs.subarray(byRule), view.slotSeconds);
  const shown = (of: "importWh" | "exportWh") => {
    const series = [...flows[of], ...told[of]];
    return slots.map((_, i) => (known[i] ? series[i]! : null));
  };
  const storedWh = battery && ended > 0 && byRule === ended ? flows.storedWh[ended - 1]! : null;
  return { firstSlot, importWh: shown("importWh"), exportWh: shown("exportWh"), storedWh };
}

/** Sum of what devices other than panels drew in a slot, Wh; null while one is awaited. */
function drawnIn(slot: Slot, devices?: MeteredDevices): number | null {
  const each = devices?.ids.filter((id) => id !== "pv").map((id) => devices.said.drawnWh(id, slot)) ?? [];
  return each.includes(null) ? null : each.reduce<number>((sum, wh) => sum + (wh ?? 0), 0);
}

/** What panels gave in a slot: by their own word, which knows of curtailment, else as read. */
function pvOf(view: HistoryView, slot: Slot, devices?: MeteredDevices): number {
  const said = devices?.ids.includes("pv") ? devices.said.drawnWh("pv", slot) : undefined;
  return said === undefined ? view.pvWh(slot) : said === null ? MISSING : Math.max(0, -said);
}

function flowsFrom(
  view: HistoryView,
  battery: Battery | undefined,
  firstSlot: Slot,
  load: Int32Array,
  pv: Int32Array,
): Flows {
  const stored = battery ? storedAtCut(view.cutAt(firstSlot), battery) : 0;
  return dispatch(load, pv, view.slotSeconds, battery, stored);
}
