import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { DeviceLedger } from "../../../agents/household/devices/ledger.ts";
import { meterSeries } from "../../../agents/household/meter.ts";
import { saidOverrides, takeOverride } from "../../../agents/household/overrides.ts";
import { formatUtc } from "../../../agents/model/slots.ts";
import { Store } from "../../../agents/store/store.ts";
import { SEED } from "../../helpers/seed.ts";

const newStore = () => new Store(join(mkdtempSync(join(tmpdir(), "commonwatt-ledger-")), "home.sqlite"));
const SLOT = 3600;
const FIRST = 480_000;

it(`what a device drew is known from its first word on, whatever it repeats and however its words overlap (seed ${SEED})`, () => {
  const store = newStore();
  const words = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 4 })), { maxLength: 12 });
  let device = 0;
  const property = fc.property(words, (steps) => {
    const ledger = new DeviceLedger(store, SLOT, new Map());
    const id = `d${device++}`;
    const told = new Set<number>();
    let end = FIRST;
    for (const [ahead, repeated] of steps) {
      end += ahead;
      const slots = Array.from(
        { length: Math.min(ahead, 3) + repeated },
        (_, i) => end - Math.min(ahead, 3) - repeated + i,
      );
      ledger.take(id, { end: formatUtc(end * SLOT), drawnWh: slots.map((slot) => slot % 97) });
      for (const slot of slots) told.add(slot);
    }
    const first = ledger.firstSlot(id) ?? Infinity;
    for (let slot = end - 24; slot < end; slot++) {
      const said = ledger.drawnWh(id, slot);
      if (slot < first) expect(said).toBeUndefined();
      else expect(said).toBe(told.has(slot) ? slot % 97 : null);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 40 });
  store.close();
});

it("percent is as good as Wh for a storage, and the days before the last five are forgotten", () => {
  const store = newStore();
  const ledger = new DeviceLedger(store, SLOT, new Map([["battery", 8000]]));
  for (let day = 0; day < 20; day++)
    ledger.take("battery", { end: formatUtc((FIRST + 24 * day) * SLOT), drawnWh: new Array(24).fill(5), percent: 25 });
  expect(ledger.levels.get("battery")).toEqual({ level: 2000 });
  expect(store.list("drawn").length).toBeLessThanOrEqual(6);
  store.close();
});

it("what people said outlives a restart until its time is over, or they take it back", () => {
  const store = newStore();
  const now = FIRST * SLOT;
  takeOverride(store, "car", { powerW: 0 }, now);
  takeOverride(store, "battery", { powerW: -500, hours: 5 }, now);
  expect(saidOverrides(store, now + 3600, SLOT)).toEqual([
    { device: "battery", powerW: -500, slots: { firstSlot: FIRST, slotCount: 5 } },
    { device: "car", powerW: 0, slots: { firstSlot: FIRST, slotCount: 2 } },
  ]);
  expect(saidOverrides(store, now + 7200, SLOT).map(({ device }) => device)).toEqual(["battery"]);
  takeOverride(store, "battery", { clear: true }, now);
  expect(saidOverrides(store, now, SLOT)).toEqual([]);
  store.close();
});

it("what the meter told of a slot stays when a device is heard for the first time; a late device leaves a gap, not a guess", () => {
  const battery = {
    capacityWh: 4000,
    powerW: 2000,
    chargePermille: 1000,
    dischargePermille: 1000,
    wearMicroPerKwh: 0,
    startWh: 0,
  };
  const store = newStore();
  const ledger = new DeviceLedger(store, SLOT, new Map());
  const data = {
    ...{ slotSeconds: SLOT, firstSlot: FIRST, slotCount: 24 },
    homes: [{ id: "a", loadWh: new Int32Array(24).fill(300), pvWh: Int32Array.from({ length: 24 }, (_, t) => 50 * t) }],
  };
  const view = (cut: number) => new HistoryView(data, "a", cut);
  const readings = { slotSeconds: SLOT, endSeconds: 0, viewAt: view, viewFor: (_: number, cut: number) => view(cut) };
  const devices = { ids: ["battery", "car"], said: ledger };
  const upTo = (count: number) => meterSeries(readings, battery, FIRST, count, (FIRST + count) * SLOT, devices);
  const before = upTo(12);
  ledger.take("battery", { end: formatUtc((FIRST + 12) * SLOT), drawnWh: [700] });
  expect(upTo(12)).toEqual(before);
  expect(upTo(13).importWh).toEqual([...before.importWh, null]);
  ledger.take("battery", { end: formatUtc((FIRST + 13) * SLOT), drawnWh: [-100] });
  ledger.take("car", { end: formatUtc((FIRST + 13) * SLOT), drawnWh: [3000] });
  const after = upTo(13);
  expect(after.importWh.slice(0, 12)).toEqual(before.importWh);
  expect(after.exportWh[12]! - after.importWh[12]!).toBe(600 - 300 + 100);
  store.close();
});
