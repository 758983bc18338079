import { slotProfile } from "../../devices/appliance.ts";
import { heatPerWh, warmthOf } from "../../devices/heatPump.ts";
import type { LinearModel, Term, Variable } from "../../optimiser/model.ts";
import { type DeviceModel, KWH, missedOf, worst } from "./deviceModel.ts";
import {
  type ApplianceTask,
  type BudgetTask,
  COMFORT,
  type HeatPumpTask,
  type PlanProblem,
  type Task,
} from "./problem.ts";
import { addBattery, addCar, addTank } from "./storageModels.ts";

/** Adds a device to a model in kWh and currency. */
export function addDevice(model: LinearModel, problem: PlanProblem, task: Task): DeviceModel {
  switch (task.kind) {
    case "battery":
      return addBattery(model, problem, task);
    case "car":
      return addCar(model, problem, task);
    case "tank":
      return addTank(model, problem, task);
    case "appliance":
      return addAppliance(model, problem, task);
    case "heatPump":
      return addHeatPump(model, problem, task);
    case "budget":
      return addBudget(model, problem, task);
  }
}

function addBudget(model: LinearModel, { slotCount }: PlanProblem, task: BudgetTask): DeviceModel {
  const { id, wantedWh, mostWh, earliest, latestEnd } = task;
  const isOpen = (t: number) => t >= earliest && t < latestEnd;
  const flows = Array.from({ length: slotCount }, (_, t) =>
    isOpen(t) ? model.variable({ upper: mostWh / KWH }) : undefined,
  );
  const lack = model.variable({}, COMFORT.budgetPerKwh);
  const drawn = flows.map((flow): Term[] => (flow === undefined ? [] : [[1, flow]]));
  model.equal([...drawn.flat(), [1, lack]], wantedWh / KWH);
  const read = (values: Float64Array) => ({
    drawnWh: flows.map((flow) => (flow === undefined ? 0 : values[flow]! * KWH)),
    level: [],
    missed: missedOf(id, Math.max(0, Math.min(latestEnd, slotCount) - 1), "budget", values[lack]! * KWH),
  });
  return { task, drawn, read };
}

function addAppliance(model: LinearModel, { slotCount, slotSeconds }: PlanProblem, task: ApplianceTask): DeviceModel {
  const profile = slotProfile(task.appliance, slotSeconds);
  const last = Math.min(task.latestEnd, slotCount) - profile.length;
  const starts = new Map<number, Variable>();
  for (let start = Math.max(0, task.earliest); start <= last; start++) starts.set(start, model.binary());
  const skipped = model.variable({ upper: 1 }, COMFORT.programme);
  model.equal(
    [...starts.values(), skipped].map((variable): Term => [1, variable]),
    1,
  );
  const drawn = Array.from({ length: slotCount }, (_, t) =>
    profile.flatMap((wh, span): Term[] => {
      const start = starts.get(t - span);
      return start === undefined || wh === 0 ? [] : [[wh / KWH, start]];
    }),
  );
  const read = (values: Float64Array) => {
    const start = [...starts].find(([, variable]) => values[variable]! > 0.5)?.[0];
    const drawnWh = drawn.map((_, t) => (start === undefined ? 0 : (profile[t - start] ?? 0)));
    return { drawnWh, level: [], missed: missedOf(task.id, Math.max(0, last), "programme", values[skipped]!) };
  };
  return { task, drawn, read };
}

function addHeatPump(model: LinearModel, { slotCount, slotSeconds }: PlanProblem, task: HeatPumpTask): DeviceModel {
  const { pump, insideC, outsideC, lowC, highC } = task;
  const hours = slotSeconds / 3600;
  const { keeps, degreesPerWh } = warmthOf(pump, slotSeconds);
  const [least, most] = [(pump.leastPowerW * hours) / KWH, (pump.powerW * hours) / KWH];
  const each = <T>(of: (t: number) => T) => Array.from({ length: slotCount }, (_, t) => of(t));
  const power = each(() => model.variable({ upper: most }));
  const within = each((t) => model.variable({ lower: lowC[t]!, upper: Math.max(lowC[t]!, highC[t]!) }));
  const cold = each(() => model.variable({}, COMFORT.coldPerDegreeHour * hours));
  const hot = each(() => model.variable({}, COMFORT.hotPerDegreeHour * hours));
  /** The inside temperature after a slot: within the band, unless it is too cold or too hot. */
  const inside = (t: number, share: number): Term[] => [
    [share, within[t]!],
    [-share, cold[t]!],
    [share, hot[t]!],
  ];
  for (let t = 0; t < slotCount; t++) {
    const warming: Term = [-degreesPerWh * KWH * heatPerWh(pump, outsideC[t]!), power[t]!];
    const before = t === 0 ? [] : inside(t - 1, -keeps);
    model.equal([...inside(t, 1), warming, ...before], (1 - keeps) * outsideC[t]! + (t === 0 ? keeps * insideC : 0));
    if (least > 0) addLeastPower(model, power[t]!, least, most);
  }
  const read = (values: Float64Array) => ({
    drawnWh: power.map((flow) => values[flow]! * KWH),
    level: each((t) => inside(t, 1).reduce((sum, [share, variable]) => sum + share * values[variable]!, 0)),
    missed: [
      ...worst(
        task.id,
        "warmth",
        cold.map((lack) => values[lack]!),
      ),
      ...worst(
        task.id,
        "coolness",
        hot.map((lack) => values[lack]!),
      ),
    ],
  });
  return { task, drawn: power.map((flow): Term[] => [[1, flow]]), read };
}

/** Off, or between least and most. */
function addLeastPower(model: LinearModel, power: Variable, least: number, most: number): void {
  const on = model.binary();
  model.constraint(
    [
      [1, power],
      [-least, on],
    ],
    { lower: 0 },
  );
  model.constraint(
    [
      [1, power],
      [-most, on],
    ],
    { upper: 0 },
  );
}
