import type { HistoryView } from "../data/historyView.ts";
import { MISSING } from "../data/meterData.ts";
import { storageOf } from "../devices/battery.ts";
import type { Battery } from "../devices/devices.ts";
import { availableFrom, roomFor, type Storage, stepStorage } from "../devices/storage.ts";

/**
 * What devices make of load and PV. Wh per slot: grid = load - pv - battery, split into import and export, one of which
 * is 0.
 */
export interface Flows {
  readonly importWh: Int32Array;
  readonly exportWh: Int32Array;
  /** Discharge positive, charge negative. */
  readonly batteryWh: Int32Array;
  /** Stored energy at the end of the slot. */
  readonly storedWh: Int32Array;
  /**
   * What the battery could have charged in addition, and discharged in addition, limited by power and by what is
   * stored.
   */
  readonly spareChargeWh: Int32Array;
  readonly spareDischargeWh: Int32Array;
}

/** One slot of a battery: what it does and what is stored afterwards. */
interface Step {
  readonly batteryWh: number;
  readonly storedWh: number;
  readonly spareChargeWh: number;
  readonly spareDischargeWh: number;
}

const NO_BATTERY: Step = { batteryWh: 0, storedWh: 0, spareChargeWh: 0, spareDischargeWh: 0 };

/**
 * Flows of a home under the plain self-consumption rule: surplus charges the battery, lack discharges it, the meter
 * sees the rest. The rule looks at load and PV alone, never at plans, prices or trades. Whole Wh; losses are rounded
 * against the home. `storedWh` is what the battery holds at the start. Assumes no missing readings.
 */
export function dispatch(
  loadWh: Int32Array,
  pvWh: Int32Array,
  slotSeconds: number,
  battery?: Battery,
  storedWh = battery?.startWh ?? 0,
): Flows {
  const flows = emptyFlows(loadWh.length);
  const storage = battery && storageOf(battery, slotSeconds);
  let stored = storedWh;
  for (let t = 0; t < loadWh.length; t++) {
    const netWh = (loadWh[t] as number) - (pvWh[t] as number);
    const step = storage ? stepOf(storage, netWh, stored) : NO_BATTERY;
    record(flows, t, netWh, step);
    stored = step.storedWh;
  }
  return flows;
}

function emptyFlows(slotCount: number): Flows {
  const series = () => new Int32Array(slotCount);
  return {
    importWh: series(),
    exportWh: series(),
    batteryWh: series(),
    storedWh: series(),
    spareChargeWh: series(),
    spareDischargeWh: series(),
  };
}

function record(flows: Flows, t: number, netWh: number, step: Step): void {
  const gridWh = netWh - step.batteryWh;
  flows.importWh[t] = Math.max(0, gridWh);
  flows.exportWh[t] = Math.max(0, -gridWh);
  flows.batteryWh[t] = step.batteryWh;
  flows.storedWh[t] = step.storedWh;
  flows.spareChargeWh[t] = step.spareChargeWh;
  flows.spareDischargeWh[t] = step.spareDischargeWh;
}

function stepOf(storage: Storage, netWh: number, storedWh: number): Step {
  const { out, stored } = stepStorage(storage, storedWh, netWh);
  return {
    batteryWh: out,
    storedWh: stored,
    spareChargeWh: roomFor(storage, storedWh) + Math.min(0, out),
    spareDischargeWh: availableFrom(storage, storedWh) - Math.max(0, out),
  };
}

/**
 * What the battery holds at the view's cut, Wh: the rule replayed over the known readings. It rests where one is
 * missing.
 */
export function storedAtCut(view: HistoryView, battery: Battery): number {
  const storage = storageOf(battery, view.slotSeconds);
  let stored = battery.startWh;
  for (let slot = view.firstSlot; slot < view.endSlot; slot++) {
    const [loadWh, pvWh] = [view.loadWh(slot), view.pvWh(slot)];
    if (loadWh === MISSING || pvWh === MISSING) continue;
    stored = stepStorage(storage, stored, loadWh - pvWh).stored;
  }
  return stored;
}
