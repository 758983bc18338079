import { carStorage, storageOf } from "../../devices/battery.ts";
import { flowFor, type Storage } from "../../devices/storage.ts";
import { keptInTank } from "../../devices/tank.ts";
import type { LinearModel, Term } from "../../optimiser/model.ts";
import { addStorage } from "../../optimiser/storage.ts";
import { type DeviceModel, KWH, missedOf, worst } from "./deviceModel.ts";
import {
  type BatteryTask,
  type CarTask,
  COMFORT,
  END_SHARE,
  marginalPrices,
  type PlanProblem,
  type TankTask,
} from "./problem.ts";

/** A storage in Wh as one in kWh, of any amount. */
const inKwh = (storage: Storage): Storage => ({
  ...storage,
  lowest: storage.lowest / KWH,
  highest: storage.highest / KWH,
  mostIn: storage.mostIn / KWH,
  mostOut: storage.mostOut / KWH,
  grain: 0,
});

export function addBattery(model: LinearModel, problem: PlanProblem, task: BatteryTask): DeviceModel {
  const { battery, storedWh } = task;
  const { buy, sell } = marginalPrices(problem);
  const storage = inKwh(storageOf(battery, problem.slotSeconds));
  const wear = battery.wearMicroPerKwh / 1e6;
  const variables = addStorage(model, storage, {
    steps: problem.slotCount,
    startStored: storedWh / KWH,
    wear,
    endValue: Math.max(0, laterWorth(problem) - wear) * storage.outEfficiency,
    burningPays: (t) => Math.min(buy[t]!, sell[t]!) < 0,
  });
  const read = (values: Float64Array) => {
    const level = variables.stored.map((stored) => values[stored]! * KWH);
    const drawnWh = level.map((stored, t) => -flowFor(storage, stored - (level[t - 1] ?? storedWh)));
    return { drawnWh, level, missed: [] };
  };
  const drawn = variables.in.map((flow, t): Term[] => [
    [1, flow],
    [-1, variables.out[t]!],
  ]);
  return { task, drawn, read };
}

/** What a kWh after the plan is worth, currency: a share of the mean retail price, at which it would have to be bought. */
function laterWorth({ prices, firstSlot, slotCount }: PlanProblem): number {
  const start = firstSlot - prices.firstSlot;
  const retail = prices.retailMicroPerKwh.subarray(start, start + slotCount);
  const mean = retail.reduce((sum, price) => sum + price, 0) / slotCount;
  return (END_SHARE * Math.max(0, mean)) / 1e6;
}

export function addCar(model: LinearModel, problem: PlanProblem, task: CarTask): DeviceModel {
  const { car, plugged, trips, storedWh } = task;
  const usedWh = (t: number) => trips.reduce((sum, { slot, usedWh: wh }) => sum + (slot === t ? wh : 0), 0);
  const storage = inKwh(carStorage(car, problem.slotSeconds));
  const variables = addStorage(model, storage, {
    steps: problem.slotCount,
    startStored: Math.min(storedWh, car.capacityWh) / KWH,
    isConnected: (t) => plugged[t]!,
    use: (t) => usedWh(t) / KWH,
    unmetCost: () => COMFORT.carPerKwh,
    endValue: laterWorth(problem) * storage.inEfficiency,
  });
  const lacks = trips
    .filter(({ slot }) => slot > 0)
    .map(({ slot, wantedWh }) => {
      const lack = model.variable({}, COMFORT.carPerKwh);
      const wanted = Math.min(wantedWh, car.capacityWh) / KWH;
      model.constraint(
        [
          [1, variables.stored[slot - 1]!],
          [1, lack],
        ],
        { lower: wanted },
      );
      return [slot, lack] as const;
    });
  const read = (values: Float64Array) => ({
    drawnWh: variables.in.map((flow) => values[flow]! * KWH),
    level: variables.stored.map((stored) => values[stored]! * KWH),
    missed: [
      ...lacks.flatMap(([slot, lack]) => missedOf(task.id, slot, "charge", values[lack]! * KWH)),
      ...variables.unmet.flatMap((unmet, t) =>
        unmet === undefined ? [] : missedOf(task.id, t, "range", values[unmet]! * KWH),
      ),
    ],
  });
  return { task, drawn: variables.in.map((flow): Term[] => [[1, flow]]), read };
}

/**
 * What a kWh of hot water costs that is not there. It falls over the plan by what a warm tank is worth, so that a plan
 * never keeps water back that people want now, as no tank does.
 */
export function tapCost({ slotCount, slotSeconds }: PlanProblem, slot: number): number {
  return COMFORT.tapPerKwh + COMFORT.tankPerKwhHour * (slotCount - slot) * (slotSeconds / 3600);
}

export function addTank(model: LinearModel, problem: PlanProblem, task: TankTask): DeviceModel {
  const { tank, tapWh, storedWh } = task;
  const hours = problem.slotSeconds / 3600;
  const heat = tank.heatPermille / 1000;
  const storage: Storage = {
    lowest: 0,
    highest: tank.capacityWh / KWH,
    mostIn: Math.floor(tank.powerW * hours) / KWH,
    mostOut: 0,
    inEfficiency: heat,
    outEfficiency: 1,
    grain: 0,
  };
  const variables = addStorage(model, storage, {
    steps: problem.slotCount,
    startStored: storedWh / KWH,
    keeps: keptInTank(tank, problem.slotSeconds),
    use: (t) => tapWh[t]! / KWH,
    unmetCost: (t) => tapCost(problem, t),
    endValue: laterWorth(problem) / heat,
  });
  const cold = variables.stored.map((stored) => {
    const lack = model.variable({}, COMFORT.tankPerKwhHour * hours);
    model.constraint(
      [
        [1, stored],
        [1, lack],
      ],
      { lower: tank.comfortWh / KWH },
    );
    return lack;
  });
  const read = (values: Float64Array) => ({
    drawnWh: variables.in.map((flow) => values[flow]! * KWH),
    level: variables.stored.map((stored) => values[stored]! * KWH),
    missed: [
      ...variables.unmet.flatMap((unmet, t) =>
        unmet === undefined ? [] : missedOf(task.id, t, "hot water", values[unmet]! * KWH),
      ),
      ...worst(
        task.id,
        "warm tank",
        cold.map((lack) => values[lack]! * KWH),
      ),
    ],
  });
  return { task, drawn: variables.in.map((flow): Term[] => [[1, flow]]), read };
}
