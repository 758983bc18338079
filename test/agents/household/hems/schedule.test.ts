import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planJson, planSchema } from "../../../../agents/household/hems/planJson.ts";
import type { Task } from "../../../../agents/household/hems/problem.ts";
import { replan } from "../../../../agents/household/hems/replan.ts";
import { schedule } from "../../../../agents/household/hems/schedule.ts";
import { SEED } from "../../../helpers/seed.ts";
import { leastCost } from "./exhaustive.ts";
import { hours, smallProblems, wholeDay } from "./problems.ts";

const EXACT = { gap: 1e-7 };
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);

describe(`plans of small homes (seed ${SEED})`, () => {
  it("cost what the best of all that could be done costs", () => {
    const property = fc.property(smallProblems, (problem) => {
      expect(schedule(problem, EXACT).cost).toBeCloseTo(leastCost(problem), 6);
    });
    fc.assert(property, { seed: SEED, numRuns: 120 });
  });

  it("balance at the meter in every slot", () => {
    const property = fc.property(smallProblems, (problem) => {
      const { gridWh, curtailedWh, devices } = schedule(problem, EXACT);
      gridWh.forEach((grid, t) => {
        const drawn = devices.reduce((total, { drawnWh }) => total + drawnWh[t]!, 0);
        expect(grid).toBe(problem.loadWh[t]! - problem.pvWh[t]! + curtailedWh[t]! + drawn);
      });
    });
    fc.assert(property, { seed: SEED, numRuns: 40 });
  });
});

describe("a plan of a whole day", () => {
  const problem = wholeDay();
  const planned = schedule(problem);
  const json = planJson(problem, planned, { issued: 1_700_000_000, currency: "EUR", zone: "Europe/Berlin" });

  it("meets every wish, stays within the connection, and runs the washer once, in its window", () => {
    expect(planned.missed).toEqual([]);
    expect(Math.max(...planned.gridWh.map(Math.abs))).toBeLessThanOrEqual(17_250 / 4);
    const washer = planned.devices.find(({ id }) => id === "washer")!.drawnWh;
    expect(sum(washer)).toBe(1900);
    expect(washer.findIndex((wh) => wh > 0)).toBeGreaterThanOrEqual(32);
    const car = planned.devices.find(({ id }) => id === "car")!;
    expect(car.level[29]).toBeGreaterThanOrEqual(39_999);
  });

  it("is JSON of a stated version, with a sentence of reason for every action, which together are all that happens", () => {
    expect(planSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
    expect(json.version).toBe(1);
    for (const { reason } of json.actions) expect(reason).toMatch(/^[A-Z].*\.$/);
    const charged = planned.devices.find(({ id }) => id === "battery")!.drawnWh.filter((wh) => wh >= 5);
    const told = json.actions.filter(({ device, does }) => device === "battery" && does === "charge");
    expect(sum(told.map(({ energyWh }) => energyWh))).toBe(sum(charged));
  });

  it("follows people: the battery gives what they say, the washer starts when they start it", () => {
    const overrides = [
      { device: "battery", slots: { firstSlot: 40, slotCount: 4 }, powerW: -2000 },
      { device: "washer", slots: { firstSlot: 60, slotCount: 1 }, powerW: 1200 },
    ];
    const said = schedule({ ...problem, overrides });
    expect([...said.devices[0]!.drawnWh.slice(40, 44)].every((wh) => Math.abs(wh + 500) <= 1)).toBe(true);
    expect(said.devices[2]!.drawnWh.findIndex((wh) => wh > 0)).toBe(60);
    const { actions } = planJson({ ...problem, overrides }, said, { issued: 0, currency: "EUR", zone: "utc" });
    expect(actions.find(({ device }) => device === "washer")!.reason).toBe("You decided this yourself.");
    expect(said.cost).toBeGreaterThan(planned.cost);
  });

  it("is kept while a new one would save next to nothing, and given up when it saves more", () => {
    const earlier = { firstSlot: 0, schedule: planned };
    const same = replan({ ...problem, loadWh: Array.from(problem.loadWh, (wh) => wh + 1) }, earlier);
    expect(same.kept).toBe(true);
    expect(
      [...same.schedule.devices[0]!.drawnWh].every((wh, t) => Math.abs(wh - planned.devices[0]!.drawnWh[t]!) <= 2),
    ).toBe(true);
    const cloudy = replan({ ...problem, pvWh: new Array(96).fill(0) }, earlier);
    expect(cloudy.kept).toBe(false);
    expect(cloudy.gain).toBeGreaterThan(0.02);
  });
});

describe("wishes that can't be met", () => {
  const car = (wantedWh: number, usedWh = 0): Task => ({
    kind: "car",
    id: "car",
    car: { capacityWh: 40_000, powerW: 3000, chargePermille: 1000 },
    storedWh: 1000,
    plugged: [true, true, false, false],
    trips: [{ slot: 2, wantedWh, usedWh }],
  });
  const quiet = (tasks: readonly Task[]) => hours([0, 0, 0, 0], [0, 0, 0, 0], [30, 30, 30, 30], [8, 8, 8, 8], tasks);

  it("a car that can't be full in time charges all it can, and the plan says how much is missing", () => {
    const { devices, missed } = schedule(quiet([car(20_000)]));
    expect([...devices[0]!.drawnWh]).toEqual([3000, 3000, 0, 0]);
    expect(missed).toEqual([{ device: "car", slot: 2, what: "charge", amount: 13_000 }]);
    const { missed: said } = planJson(quiet([car(20_000)]), schedule(quiet([car(20_000)])), {
      issued: 0,
      currency: "EUR",
      zone: "utc",
    });
    expect(said[0]!.sentence).toBe("car leaves at 02:00 with 13.0 kWh less than it should hold.");
  });

  it("a trip beyond the car's range is named", () => {
    const { missed } = schedule(quiet([car(0, 9000)]));
    expect(missed).toEqual([{ device: "car", slot: 2, what: "range", amount: 2000 }]);
  });

  it("a programme too long for its window isn't run, and is named", () => {
    const washer: Task = {
      kind: "appliance",
      id: "washer",
      appliance: { programme: "washer", profileWh: [500, 500], spanSeconds: 3600 },
      earliest: 3,
      latestEnd: 4,
    };
    expect(schedule(quiet([washer])).missed).toMatchObject([{ device: "washer", what: "programme" }]);
  });

  it("a load beyond the connection is named, whatever else happens", () => {
    const problem = { ...quiet([]), loadWh: [0, 20_000, 0, 0] };
    expect(schedule(problem).missed).toEqual([{ device: "connection", slot: 1, what: "connection", amount: 3000 }]);
  });
});

it("negative prices: panels are curtailed where feeding in costs, the battery never runs in circles", () => {
  const battery: Task = {
    kind: "battery",
    id: "battery",
    battery: {
      capacityWh: 2000,
      powerW: 1000,
      chargePermille: 900,
      dischargePermille: 900,
      wearMicroPerKwh: 0,
      startWh: 0,
    },
    storedWh: 1000,
  };
  const { curtailedWh, gridWh, devices } = schedule(
    hours([0, 0, 0], [3, 3, 0], [-2, 30, 30], [-4, 8, 8], [battery]),
    EXACT,
  );
  expect(curtailedWh[0]).toBe(3000);
  expect(gridWh[0]).toBe(devices[0]!.drawnWh[0]);
  expect(devices[0]!.drawnWh[0]).toBe(1000);
});
