import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { type MeterData, MISSING } from "../../../agents/data/meterData.ts";
import { dispatch, storedAtCut } from "../../../agents/household/battery.ts";
import { SEED } from "../../helpers/seed.ts";
import { BATTERY, batteries, days } from "./homes.ts";

const at = (series: Int32Array, t: number) => series[t] as number;

describe(`the self-consumption rule (seed ${SEED})`, () => {
  it("balances every slot: import - export = load - pv - battery, never both ways", () => {
    const property = fc.property(days, fc.option(batteries, { nil: undefined }), ({ loadWh, pvWh }, battery) => {
      const { importWh, exportWh, batteryWh } = dispatch(loadWh, pvWh, 900, battery);
      loadWh.forEach((load, t) => {
        expect(at(importWh, t) - at(exportWh, t)).toBe(load - at(pvWh, t) - at(batteryWh, t));
        expect(Math.min(at(importWh, t), at(exportWh, t))).toBe(0);
      });
    });
    fc.assert(property, { seed: SEED });
  });

  it("keeps the store between empty and full, and the power within its limit", () => {
    const property = fc.property(days, batteries, ({ loadWh, pvWh }, battery) => {
      const { batteryWh, storedWh } = dispatch(loadWh, pvWh, 900, battery);
      storedWh.forEach((stored) => {
        expect(stored >= 0 && stored <= battery.capacityWh).toBe(true);
      });
      expect(Math.max(...batteryWh.map(Math.abs))).toBeLessThanOrEqual(battery.powerW / 4);
    });
    fc.assert(property, { seed: SEED });
  });

  it("makes no energy: what came out is at most what went in and what was there, less the losses", () => {
    const property = fc.property(days, batteries, ({ loadWh, pvWh }, battery) => {
      const { batteryWh, storedWh } = dispatch(loadWh, pvWh, 900, battery);
      const sum = (of: (wh: number) => number) => batteryWh.reduce((total, wh) => total + of(wh), 0);
      const stored = battery.startWh + (sum((wh) => Math.max(0, -wh)) * battery.chargePermille) / 1000;
      const gone = (sum((wh) => Math.max(0, wh)) * 1000) / battery.dischargePermille;
      expect(gone + (storedWh.at(-1) as number)).toBeLessThanOrEqual(stored + 1e-6);
    });
    fc.assert(property, { seed: SEED });
  });

  it("is at its limit whenever the meter sees a flow", () => {
    const property = fc.property(days, batteries, ({ loadWh, pvWh }, battery) => {
      const { importWh, exportWh, spareChargeWh, spareDischargeWh } = dispatch(loadWh, pvWh, 900, battery);
      importWh.forEach((wh, t) => {
        if (wh > 0) expect(spareDischargeWh[t]).toBe(0);
        if (at(exportWh, t) > 0) expect(spareChargeWh[t]).toBe(0);
      });
    });
    fc.assert(property, { seed: SEED });
  });

  it("known history replayed holds what the battery holds", () => {
    const property = fc.property(days, batteries, fc.nat(30), ({ loadWh, pvWh }, battery, slots) => {
      const data: MeterData = {
        slotSeconds: 900,
        firstSlot: 0,
        slotCount: loadWh.length,
        homes: [{ id: "a", loadWh, pvWh }],
      };
      const known = Math.min(slots, loadWh.length);
      const stored = storedAtCut(new HistoryView(data, "a", known * 900), battery);
      const { storedWh } = dispatch(loadWh, pvWh, 900, battery);
      expect(stored).toBe(known === 0 ? battery.startWh : storedWh[known - 1]);
    });
    fc.assert(property, { seed: SEED });
  });
});

describe("a battery of 6 kWh and 3 kW", () => {
  it("charges surplus with its loss, discharges lack with its loss", () => {
    const flows = dispatch(Int32Array.of(0, 500, 900, 600), Int32Array.of(600, 0, 0, 600), 900, BATTERY);
    expect([...flows.batteryWh]).toEqual([-600, 500, 12, 0]);
    expect([...flows.storedWh]).toEqual([570, 14, 0, 0]);
    expect([...flows.importWh]).toEqual([0, 0, 888, 0]);
    expect([...flows.spareDischargeWh]).toEqual([0, 13, 0, 0]);
  });

  it("rests while readings are missing", () => {
    const data: MeterData = {
      slotSeconds: 900,
      firstSlot: 0,
      slotCount: 3,
      homes: [{ id: "a", loadWh: Int32Array.of(0, MISSING, 0), pvWh: Int32Array.of(100, 400, MISSING) }],
    };
    expect(storedAtCut(new HistoryView(data, "a", 2700), BATTERY)).toBe(95);
  });
});
