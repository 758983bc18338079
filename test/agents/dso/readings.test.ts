import fc from "fast-check";
import { expect, it } from "vitest";
import { MISSING } from "../../../agents/data/meterData.ts";
import { flowsOf, type MeterDay } from "../../../agents/dso/readings.ts";
import { SEED } from "../../helpers/seed.ts";

const day = (importWh: number[], exportWh = importWh.map(() => 0)): MeterDay => ({
  importWh: Int32Array.from(importWh),
  exportWh: Int32Array.from(exportWh),
});

it(`packets follow the register: no energy is lost between slots (seed ${SEED})`, () => {
  const property = fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1 }), (wh) => {
    const drawn = flowsOf(day(wh), 10).reduce((sum, flow) => sum + flow.drawn, 0);
    expect(drawn).toBe(Math.floor(wh.reduce((a, b) => a + b, 0) / 10));
  });
  fc.assert(property, { seed: SEED });
});

it("a missing reading is the mean of its slot on earlier days, rounded down, and marked as estimated", () => {
  const history = [day([30, 0]), day([MISSING, 0]), day([51, 0])];
  const flows = flowsOf(day([MISSING, 20]), 10, history); // floor(81 / 2) = 40
  expect(flows.map(({ drawn, quality }) => [drawn, quality])).toEqual([
    [4, "estimated"],
    [2, "measured"],
  ]);
});

it("without any earlier reading a missing one counts as nothing and is marked as missing", () => {
  expect(flowsOf(day([MISSING]), 10)[0]).toEqual({ drawn: 0, fedIn: 0, quality: "missing" });
});

it("a slot is as good as its worse reading", () => {
  expect(flowsOf(day([10], [MISSING]), 10, [day([0], [20])])[0]).toEqual({ drawn: 1, fedIn: 2, quality: "estimated" });
});
