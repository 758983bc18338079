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

/**
 * Import and export of a home over the `count` slots from `firstSlot` that ended by `cutSeconds`: load and PV as read,
 * the battery by its rule. The same slots give the same values at every cut.
 */
export function meterSeries(
  readings: HomeReadings,
  battery: Battery | undefined,
  firstSlot: Slot,
  count: number,
  cutSeconds: number,
): MeterSeries {
  const view = readings.viewFor(firstSlot, cutSeconds);
  const ended = Math.max(0, Math.min(count, view.endSlot - firstSlot));
  const slots = Array.from({ length: ended }, (_, i) => firstSlot + i);
  const read = (of: (slot: Slot) => number) => slots.map(of);
  const [load, pv] = [read((slot) => view.loadWh(slot)), read((slot) => view.pvWh(slot))];
  const known = slots.map((_, i) => load[i] !== MISSING && pv[i] !== MISSING);
  const whole = (series: number[]) => Int32Array.from(series, (wh, i) => (known[i] ? wh : 0));
  const flows = flowsFrom(view, battery, firstSlot, whole(load), whole(pv));
  const shown = (series: Int32Array) => slots.map((_, i) => (known[i] ? series[i]! : null));
  const storedWh = battery && ended > 0 ? flows.storedWh[ended - 1]! : null;
  return { firstSlot, importWh: shown(flows.importWh), exportWh: shown(flows.exportWh), storedWh };
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
