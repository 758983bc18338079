import { slotProfile } from "../../devices/appliance.ts";
import { addExchange, type ExchangeVariables } from "../../optimiser/exchange.ts";
import { type Constraint, LinearModel, type SolveLimits, type Term, type Variable } from "../../optimiser/model.ts";
import type { DeviceModel, Missed } from "./deviceModel.ts";
import { addDevice } from "./deviceModels.ts";
import { COMFORT, marginalPrices, type PlanProblem, type Task } from "./problem.ts";

/** What a device does in a schedule. */
export interface DeviceSchedule {
  readonly id: string;
  readonly kind: DeviceModel["task"]["kind"];
  /** Electricity drawn per slot, whole Wh; a battery's discharge is negative. */
  readonly drawnWh: Int32Array;
  /** Wh stored, or degrees inside, after each slot; empty for an appliance. */
  readonly level: Float64Array;
}

/** A home's cheapest schedule for a problem. */
export interface HomeSchedule {
  /** Expected cost, currency: energy, wear, missed wishes, less what is left in storages at the end. */
  readonly cost: number;
  /** What the meter is expected to see, whole Wh: import positive, export negative. */
  readonly gridWh: Int32Array;
  /** PV told not to feed in, whole Wh. */
  readonly curtailedWh: Int32Array;
  readonly devices: readonly DeviceSchedule[];
  readonly missed: readonly Missed[];
}

/** A home in a model: kWh and currency. */
export interface HomeModel {
  readonly model: LinearModel;
  readonly devices: readonly DeviceModel[];
  /** Energy balance of each slot at the meter; its value is load - PV - position, kWh. */
  readonly balances: readonly Constraint[];
  readonly balanceKwh: readonly number[];
  readonly meters: readonly ExchangeVariables[];
  readonly curtailed: readonly (Variable | undefined)[];
  readonly beyond: readonly Variable[];
}

const KWH = 1000;
/** An order in whole Wh is kept to this. */
const ROUNDING_KWH = 0.001;
/** How close to the cheapest a schedule has to be, currency: a tenth of a cent. */
export const CLOSE_ENOUGH: SolveLimits = { gap: 1e-3 };

/** The model of a home: one meter per slot, and its devices behind it. */
export function homeModel(problem: PlanProblem): HomeModel {
  const model = new LinearModel();
  const devices = problem.tasks.map((task) => addDevice(model, problem, startedBy(problem, task)));
  for (const override of problem.overrides ?? []) applyOverride(model, problem, devices, override);
  const { buy, sell } = marginalPrices(problem);
  const connection = (problem.connectionW * problem.slotSeconds) / 3600 / KWH;
  const slots = Array.from({ length: problem.slotCount }, (_, t) => {
    const position = (problem.positionWh?.[t] ?? 0) / KWH;
    const meter = addExchange(model, {
      buyPrice: buy[t]!,
      sellPrice: sell[t]!,
      mostBuy: connection - position,
      mostSell: connection + position,
    });
    const pv = problem.pvWh[t]! / KWH;
    const curtailed = problem.pv?.curtailable && pv > 0 ? model.variable({ upper: pv }) : undefined;
    const [tooMuch, tooLittle] = [COMFORT.connectionPerKwh, COMFORT.connectionPerKwh].map((cost) =>
      model.variable({}, cost),
    ) as [Variable, Variable];
    const terms: Term[] = [
      [1, meter.buy],
      [-1, meter.sell],
      [1, tooMuch],
      [-1, tooLittle],
      ...(curtailed === undefined ? [] : [[-1, curtailed] as Term]),
      ...devices.flatMap(({ drawn }) => drawn[t]!.map(([coefficient, variable]): Term => [-coefficient, variable])),
    ];
    const balanceKwh = problem.loadWh[t]! / KWH - pv - position;
    return { balance: model.equal(terms, balanceKwh), balanceKwh, meter, curtailed, beyond: [tooMuch, tooLittle] };
  });
  return {
    model,
    devices,
    balances: slots.map(({ balance }) => balance),
    balanceKwh: slots.map((slot) => slot.balanceKwh),
    meters: slots.map(({ meter }) => meter),
    curtailed: slots.map(({ curtailed }) => curtailed),
    beyond: slots.flatMap(({ beyond }) => beyond),
  };
}

/** A programme that people start themselves runs then. */
function startedBy({ overrides = [], firstSlot, slotSeconds }: PlanProblem, task: Task): Task {
  const said = task.kind === "appliance" ? overrides.find(({ device }) => device === task.id) : undefined;
  if (task.kind !== "appliance" || !said) return task;
  const earliest = said.slots.firstSlot - firstSlot;
  return { ...task, earliest, latestEnd: earliest + slotProfile(task.appliance, slotSeconds).length };
}

/** Holds what a device draws to what people said, above every other wish. */
function applyOverride(
  model: LinearModel,
  { firstSlot, slotCount, slotSeconds }: PlanProblem,
  devices: readonly DeviceModel[],
  { device, slots, powerW }: NonNullable<PlanProblem["overrides"]>[number],
): void {
  const found = devices.find(({ task }) => task.id === device);
  if (!found) throw new RangeError(`no device "${device}" to override`);
  if (found.task.kind === "appliance") return;
  const kwh = (powerW * slotSeconds) / 3600 / KWH;
  for (let t = 0; t < slotCount; t++) {
    const isWithin = firstSlot + t >= slots.firstSlot && firstSlot + t < slots.firstSlot + slots.slotCount;
    if (!isWithin) continue;
    const off = model.variable({}, COMFORT.programme);
    const less = model.variable({}, COMFORT.programme);
    const terms: Term[] = [...found.drawn[t]!, [1, off], [-1, less]];
    model.constraint(terms, { lower: kwh - ROUNDING_KWH, upper: kwh + ROUNDING_KWH });
  }
}

/** The schedule of a home that costs least. Never fails: wishes that can't be met are missed and named. */
export function schedule(problem: PlanProblem, limits: SolveLimits = CLOSE_ENOUGH): HomeSchedule {
  const home = homeModel(problem);
  const outcome = home.model.solve(limits);
  if (outcome.status !== "optimal") throw new Error(`the plan of home ${problem.home} is ${outcome.status}`);
  return readSchedule(problem, home, outcome.values, outcome.objective);
}

/** The schedule in a solution, in whole Wh; the grid is what load, PV and devices leave. */
export function readSchedule(problem: PlanProblem, home: HomeModel, values: Float64Array, cost: number): HomeSchedule {
  const read = home.devices.map((device) => ({ ...device.task, ...device.read(values) }));
  const devices = read.map(({ id, kind, drawnWh, level }) => ({
    id,
    kind,
    drawnWh: Int32Array.from(drawnWh, Math.round),
    level: Float64Array.from(level),
  }));
  const curtailedWh = Int32Array.from(home.curtailed, (variable) =>
    variable === undefined ? 0 : Math.round(values[variable]! * KWH),
  );
  const gridWh = Int32Array.from(curtailedWh, (curtailed, t) => {
    const drawn = devices.reduce((sum, { drawnWh }) => sum + drawnWh[t]!, 0);
    return problem.loadWh[t]! - problem.pvWh[t]! + curtailed + drawn;
  });
  const beyondWh = home.beyond.map((variable) => values[variable]! * KWH);
  const overload = Math.max(0, ...beyondWh);
  const slot = Math.floor(beyondWh.indexOf(overload) / 2);
  const missed = read.flatMap((device) => device.missed);
  if (overload > 0.5) missed.push({ device: "connection", slot, what: "connection", amount: Math.round(overload) });
  return { cost, gridWh, curtailedWh, devices, missed };
}
