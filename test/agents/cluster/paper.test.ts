import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { APPLIANCES, applianceKwh, siteBuildings } from "../../../agents/cluster/appliances.ts";
import {
  asPrinted,
  DEFECTS,
  type PrintedAction,
  type PrintedState,
  type Reading,
} from "../../../agents/cluster/asPrinted.ts";
import { GRID_2017 } from "../../../agents/cluster/co2.ts";
import { ruleBased } from "../../../agents/cluster/ruleBased.ts";
import { siteNet } from "../../../agents/cluster/site.ts";
import { siteDays } from "../../../agents/cluster/siteDays.ts";
import { siteHtml } from "../../../agents/report/siteHtml.ts";
import { SEED } from "../../helpers/seed.ts";
import { close, instance, PUBLISHED } from "./instances.ts";

const steps = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
/** The steps, counted from 1, in which something holds. */
const where = (values: readonly number[], holds: (value: number, step: number) => boolean) =>
  values.flatMap((value, i) => (holds(value, i) ? i + 1 : []));
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe("what the paper says about its Figure 7, on I2", () => {
  const { rules, optimum } = siteDays(instance("I2"), GRID_2017);
  const bought = (grid: readonly number[], from: number, to: number) => total(grid.slice(from - 1, to));

  it("the battery is used much more actively: 162 kWh against 26.8", () => {
    expect(total(optimum.batteryKwh.map(Math.abs))).toBeCloseTo(162, 3);
    expect(total(rules.batteryKwh.map(Math.abs))).toBeCloseTo(26.8, 3);
  });

  it("it is charged in the early hours, although more is bought then than by the rules", () => {
    expect(where(optimum.gridKwh, (kwh, i) => kwh > rules.gridKwh[i]! + 1e-6)).toEqual([
      ...steps(5, 10),
      24,
      25,
      26,
      31,
      32,
    ]);
  });

  it("it is full by step 10, and next to nothing is bought in the hours after", () => {
    expect(optimum.storedKwh[9]).toBeCloseTo(40.5, 6);
    for (const step of steps(12, 17)) expect(optimum.gridKwh[step - 1]).toBeLessThan(0.7);
  });

  it("nothing is bought in the peak, where the rules run out in step 34", () => {
    expect(bought(optimum.gridKwh, 33, 38)).toBeCloseTo(0, 6);
    expect(bought(rules.gridKwh, 33, 38)).toBeCloseTo(21.225, 6);
    expect(rules.storedKwh[33]).toBeCloseTo(0, 9);
    expect(rules.storedKwh[32]).toBeGreaterThan(0);
  });
});

describe("what the paper says about its Figure 6, on I3", () => {
  const { site, withBoats } = instance("I3");
  const { site: windowed, boats } = withBoats[1]!;
  const day = ruleBased(windowed, boats);

  it("power from the grid is negative from noon to three o'clock", () => {
    for (const step of steps(25, 30)) expect(day.gridKwh[step - 1]).toBeLessThan(0);
  });

  it("boats are charged only while the main battery is full", () => {
    const charging = where(day.boatsKwh, (kwh) => kwh < 0);
    expect(charging).toEqual(steps(16, 22));
    for (const step of charging) expect(day.storedKwh[step - 1]).toBeCloseTo(windowed.battery.highest, 9);
  });

  it("boats are discharged only when nothing else is left", () => {
    const poor = {
      ...windowed,
      buildings: windowed.buildings.map((b) => ({ ...b, pvKwh: b.pvKwh.map((kwh) => kwh / 2) })),
    };
    const needy = ruleBased({ ...poor, startKwh: poor.battery.lowest + 3 }, { ...boats, startKwh: 20 });
    const giving = where(needy.boatsKwh, (kwh) => kwh > 0);
    expect(giving.length).toBeGreaterThan(0);
    for (const step of giving) expect(needy.storedKwh[step - 1]).toBeCloseTo(poor.battery.lowest, 9);
  });

  it("the excess is stored and less of it is exported: 1,455.65 kWh against 1,496.15", () => {
    const exported = (grid: readonly number[]) => total(grid.map((kwh) => Math.max(0, -kwh)));
    expect(exported(ruleBased(site).gridKwh)).toBeCloseTo(1455.65, 6);
    expect(exported(siteNet(site))).toBeCloseTo(1496.15, 6);
  });
});

describe("the site", () => {
  test.each(PUBLISHED)("has the appliances that the published $name has", ({ name, load_kWh, unit_kWh, pv_kWh }) => {
    const weather = { daylight: name === "I3" ? ([5, 21.5] as const) : ([7, 17.5] as const), pvKwh: pv_kWh["K Shed"]! };
    for (const { name: building, loadKwh, pvKwh } of siteBuildings(weather)) {
      expect(close(loadKwh, load_kWh[building]!)).toBe(true);
      expect(close(pvKwh, pv_kWh[building]!)).toBe(true);
    }
    const kwh = (appliance: string) => applianceKwh(APPLIANCES.find((each) => each.name === appliance)!, weather, 48);
    expect(close(kwh("ice flake machine"), unit_kWh.ice_flake!)).toBe(true);
    expect(close(kwh("box washer"), unit_kWh.box_washer!)).toBe(true);
    expect(close(kwh("lighting"), unit_kWh.lighting!)).toBe(true);
    expect(close(kwh("cold room"), unit_kWh.cold_room!)).toBe(true);
  });

  it("emits less for what it buys with sharing than without, and less still with a battery; shifting alone saves nothing", () => {
    const { scenarios } = siteDays(instance("I2"), GRID_2017);
    const [alone, pooled, rules, best] = scenarios.map(({ carbon }) => carbon.boughtKg);
    expect([alone, pooled, rules, best].map((kg) => Math.round(kg! * 100) / 100)).toEqual([
      104.56, 100.03, 95.32, 95.32,
    ]);
    expect(new Set(scenarios.map(({ carbon }) => Math.round(carbon.netKg * 1e6))).size).toBe(1);
  });
});

describe(`Algorithm 1 as printed (seed ${SEED})`, () => {
  const percent = fc.oneof(fc.constantFrom(0, 20, 95, 98, 100), fc.integer({ min: 0, max: 100 }));
  const states: fc.Arbitrary<PrintedState> = fc.record({
    production: fc.nat(9),
    consumption: fc.nat(9),
    soc1: percent,
    soc2: percent,
    building2: fc.nat(120),
    price: fc.nat(9),
    reference: fc.nat(9),
  });
  const readings: readonly Reading[] = ["goto", "fall-through"];
  const always = (holds: (state: PrintedState) => void) => fc.assert(fc.property(states, holds), { seed: SEED });
  const walk = (defect: number, reading: Reading) => DEFECTS[defect]!.states.map((state) => asPrinted(state, reading));

  it("(1) does nothing about a lack, or sells what isn't there", () => {
    expect(walk(0, "goto")[0]).toEqual({ stages: [0, 1], actions: [] });
    expect(walk(0, "fall-through")[0]!.actions).toContain("sell");
    always((state) => {
      if (state.production < state.consumption) expect(asPrinted(state, "goto").actions).toEqual([]);
    });
  });

  it("(2) has no way to discharge BESS1", () => {
    const known: readonly PrintedAction[] = [
      "feed consumers",
      "charge BESS1",
      "feed building 2",
      "sell",
      "charge BESS2",
      "discharge BESS2",
      "buy",
    ];
    always((state) => {
      for (const reading of readings)
        for (const action of asPrinted(state, reading).actions) expect(known).toContain(action);
    });
    expect(walk(1, "fall-through")[0]!.actions).not.toContain("charge BESS1");
  });

  it("(3) never charges BESS1 again at 20 % or below", () => {
    always((state) => {
      for (const reading of readings)
        expect(asPrinted({ ...state, soc1: Math.min(20, state.soc1) }, reading).actions).not.toContain("charge BESS1");
    });
  });

  it("(4) knows nothing at exactly 95 %", () => {
    expect(walk(3, "goto")[0]).toEqual({ stages: [0, 1, 2], actions: [] });
  });

  it("(5) reaches neither stage 4 nor 5 by its jumps, so never sells and never uses the boats", () => {
    always((state) => {
      expect(Math.max(...asPrinted(state, "goto").stages)).toBeLessThan(4);
      expect(asPrinted(state, "goto").actions).not.toContain("sell");
    });
    expect(walk(4, "goto")[0]).toEqual({ stages: [0, 1, 2, 3], actions: [] });
  });

  it("(6) acts differently on 2 kWh and on 2,000 Wh", () => {
    const [kwh, wh] = walk(5, "goto");
    expect(kwh!.actions).toEqual(["feed building 2"]);
    expect(wh!.actions).toEqual([]);
  });

  it("(7) falls through to stage 5 in every step: charges and discharges the boats at once", () => {
    expect(walk(6, "fall-through")[0]!.actions).toEqual(["charge BESS2", "discharge BESS2"]);
    always((state) => {
      if (state.production !== state.consumption) expect(asPrinted(state, "fall-through").stages.at(-1)).toBe(5);
    });
  });

  it("(8) sells or stores by which of two prices one takes for p^price", () => {
    const [buying, selling] = walk(7, "fall-through");
    expect(buying!.actions).toContain("sell");
    expect(selling!.actions).not.toContain("sell");
  });

  it("(9) takes rounding for a surplus", () => {
    expect(walk(8, "goto")[0]!.actions).toEqual(["charge BESS1"]);
  });
});

it("the page draws Figure 7 for every instance, Figure 6 where there are boats, and says what CO2 it assumes", () => {
  const instances = [instance("I2"), instance("I3")];
  const html = siteHtml(
    instances,
    instances.map((each) => siteDays(each, GRID_2017)),
    GRID_2017,
  );
  expect(html.match(/<svg /g)).toHaveLength(3);
  expect(html).toContain("351.56 g per kWh");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
});
