import fc from "fast-check";
import { expect, it } from "vitest";
import { follow, gridTarget } from "../../../../agents/household/hems/follow.ts";
import { schedule } from "../../../../agents/household/hems/schedule.ts";
import { SEED } from "../../../helpers/seed.ts";
import { wholeDay } from "./problems.ts";

const problem = wholeDay();
const planned = schedule(problem);
const task = problem.tasks[0]!;
const battery = task.kind === "battery" ? task.battery : undefined;
const known = { schedule: planned, slotSeconds: 900, battery: battery!, storedWh: 4000 };

it("a day that comes as expected is the plan, but for losses that are rounded by a Wh a slot", () => {
  const flows = follow({ ...known, loadWh: problem.loadWh, pvWh: problem.pvWh });
  const off = flows.importWh.map((wh, t) => Math.abs(wh - flows.exportWh[t]! - planned.gridWh[t]!));
  expect(off.reduce((sum, wh) => sum + wh, 0)).toBeLessThanOrEqual(96);
});

it(`energy is conserved and the battery within its limits, whatever comes (seed ${SEED})`, () => {
  const series = fc.array(fc.integer({ min: 0, max: 2500 }), { minLength: 96, maxLength: 96 });
  const position = fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 96, maxLength: 96 });
  const property = fc.property(series, series, position, (loadWh, pvWh, positionWh) => {
    const flows = follow({ ...known, loadWh, pvWh, positionWh });
    let stored = 4000;
    for (let t = 0; t < 96; t++) {
      const drawn = planned.devices.reduce((sum, { kind, drawnWh }) => sum + (kind === "battery" ? 0 : drawnWh[t]!), 0);
      const net = loadWh[t]! - pvWh[t]! + drawn;
      expect(flows.importWh[t]! - flows.exportWh[t]! + flows.batteryWh[t]!).toBe(net);
      expect(Math.abs(flows.batteryWh[t]!)).toBeLessThanOrEqual(battery!.powerW / 4);
      const out = flows.batteryWh[t]!;
      expect(flows.storedWh[t]! - stored).toBeLessThanOrEqual(out > 0 ? -out : (-out * 950) / 1000);
      stored = flows.storedWh[t]!;
      expect(stored).toBeGreaterThanOrEqual(0);
      expect(stored).toBeLessThanOrEqual(battery!.capacityWh);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 40 });
});

it("the battery makes up for what contracts and plan need, and for no export or import that nobody traded", () => {
  expect(gridTarget(900, 500, 0)).toBe(500); // more drawn than planned: the battery covers it
  expect(gridTarget(-100, -800, 0)).toBe(-100); // an export that nobody bought gives way
  expect(gridTarget(-100, -800, -600)).toBe(-600); // one that was sold is kept
  expect(gridTarget(100, 500, 0)).toBe(100); // an import that was not bought gives way
  expect(gridTarget(100, 500, 400)).toBe(400); // one that was bought is kept, and stored
  expect(gridTarget(-900, -800, 0)).toBe(-800); // more surplus than planned is stored
});
