import { DateTime } from "luxon";
import { slotStart } from "../../model/slots.ts";
import type { Missed } from "./deviceModel.ts";
import { marginalPrices, type PlanProblem, type Task } from "./problem.ts";
import type { DeviceSchedule, HomeSchedule } from "./schedule.ts";

/** A stretch of slots in which a device does one thing, and why. */
export interface Action {
  readonly device: string;
  readonly does: "charge" | "discharge" | "heat" | "run" | "curtail";
  /** Index of the first slot, and of the first after it. */
  readonly from: number;
  readonly to: number;
  /** Whole Wh, positive. */
  readonly energyWh: number;
  /** One sentence for the people of the home. */
  readonly reason: string;
}

/** Less than this in a slot is nothing, Wh. */
const NOTHING_WH = 5;

/** What words and numbers are made of. */
interface Telling {
  readonly problem: PlanProblem;
  readonly schedule: HomeSchedule;
  readonly buy: readonly number[];
  readonly sell: readonly number[];
  readonly currency: string;
  /** Local time of a slot's beginning. */
  readonly clock: (slot: number) => string;
}

/** Everything a schedule does, in order, each with its reason. */
export function actionsOf(problem: PlanProblem, schedule: HomeSchedule, currency: string, zone: string): Action[] {
  const clock = (slot: number) =>
    DateTime.fromSeconds(slotStart(problem.firstSlot + slot, problem.slotSeconds), { zone }).toFormat("HH:mm");
  const telling: Telling = { problem, schedule, ...marginalPrices(problem), currency, clock };
  const devices = schedule.devices.flatMap((device) => deviceActions(telling, device));
  const curtailed = stretches([...schedule.curtailedWh]).map(
    ({ from, to, energyWh }): Action => ({
      ...{ device: "pv", does: "curtail", from, to, energyWh },
      reason: `Feeds in less, because a kWh fed in brings ${money(telling, mean(telling.sell, from, to))}.`,
    }),
  );
  return [...devices, ...curtailed].toSorted((a, b) => a.from - b.from);
}

function deviceActions(telling: Telling, device: DeviceSchedule): Action[] {
  const task = telling.problem.tasks.find(({ id }) => id === device.id)!;
  return stretches([...device.drawnWh]).map(({ from, to, energyWh }) => {
    const does = energyWh < 0 ? "discharge" : DOES[task.kind];
    const stretch = { device: device.id, does, from, to, energyWh: Math.abs(energyWh) } as const;
    const isPeoples = telling.problem.overrides?.some(
      (said) =>
        said.device === device.id &&
        said.slots.firstSlot < telling.problem.firstSlot + to &&
        said.slots.firstSlot + said.slots.slotCount > telling.problem.firstSlot + from,
    );
    return { ...stretch, reason: isPeoples ? "You decided this yourself." : reasonOf(telling, task, stretch) };
  });
}

const DOES = {
  battery: "charge",
  car: "charge",
  tank: "heat",
  heatPump: "heat",
  appliance: "run",
  budget: "run",
} as const;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly energyWh: number;
}

/** Runs of slots with flows of one sign. */
function stretches(flowsWh: readonly number[]): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  const sign = (wh: number | undefined) => (wh === undefined || Math.abs(wh) < NOTHING_WH ? 0 : Math.sign(wh));
  for (let t = 1; t <= flowsWh.length; t++) {
    if (t < flowsWh.length && sign(flowsWh[t]) === sign(flowsWh[from])) continue;
    const energyWh = flowsWh.slice(from, t).reduce((sum, wh) => sum + wh, 0);
    if (sign(flowsWh[from]) !== 0) found.push({ from, to: t, energyWh });
    from = t;
  }
  return found;
}

type Told = Omit<Action, "reason">;

function reasonOf(telling: Telling, task: Task, action: Told): string {
  switch (task.kind) {
    case "battery":
      return action.does === "charge" ? whyCharge(telling, action) : whyDischarge(telling, action);
    case "car":
      return whyCar(telling, task, action);
    case "tank":
      return `Heats water ${source(telling, action)}${later(telling, action, "; later it would cost up to ")}.`;
    case "heatPump":
      return `Keeps the home between ${Math.min(...task.lowC)} and ${Math.max(...task.highC)} degrees ${source(telling, action)}; the plan's average is ${money(telling, mean(telling.buy, 0, telling.buy.length))}.`;
    case "appliance":
      return `Runs the ${task.appliance.programme} ${source(telling, action)}, within ${telling.clock(task.earliest)} to ${telling.clock(task.latestEnd)}.`;
    case "budget":
      return `Draws ${source(telling, action)}, within ${telling.clock(task.earliest)} to ${telling.clock(task.latestEnd)}.`;
  }
}

function whyCharge(telling: Telling, action: Told): string {
  return isSurplus(telling, action)
    ? `Stores what the roof has left, which would bring ${money(telling, mean(telling.sell, action.from, action.to))} now${later(telling, action, ", for a time when energy costs up to ")}.`
    : `Charges from the grid at ${money(telling, mean(telling.buy, action.from, action.to))}${later(telling, action, ", because energy will cost up to ")}.`;
}

/** What energy costs at most after an action; of one that ends with the plan, that nothing is known of it. */
const later = (telling: Telling, { to }: Told, words: string): string =>
  to < telling.buy.length
    ? `${words}${money(telling, highest(telling.buy, to, Infinity))}`
    : ", for the time after the plan";

function whyDischarge(telling: Telling, action: Told): string {
  return isSurplus(telling, action)
    ? `Feeds in, because a kWh brings ${money(telling, mean(telling.sell, action.from, action.to))} now.`
    : `Covers the home's own need, because energy costs ${money(telling, mean(telling.buy, action.from, action.to))} now.`;
}

function whyCar(telling: Telling, { trips }: Extract<Task, { kind: "car" }>, action: Told): string {
  const next = trips.find(({ slot }) => slot >= action.to);
  const need = next ? `, to hold ${kwh(next.wantedWh)} by ${telling.clock(next.slot)}` : ", for trips after the plan";
  return `Charges ${source(telling, action)}${need}.`;
}

/** Where the energy comes from, and at what price. */
function source(telling: Telling, action: Told): string {
  const { from, to } = action;
  if (isSurplus(telling, action))
    return `with what the roof has left, which would bring ${money(telling, mean(telling.sell, from, to))}`;
  const now = money(telling, mean(telling.buy, from, to));
  return isFromStore(telling, action)
    ? `with what the battery holds, where the grid would cost ${now}`
    : `while energy costs ${now}`;
}

/** Whether what the home draws in these slots is mostly its battery's. */
function isFromStore({ schedule }: Telling, { from, to }: Told): boolean {
  const battery = schedule.devices.find(({ kind }) => kind === "battery");
  if (!battery) return false;
  const sum = (of: Int32Array) => of.subarray(from, to).reduce((total, wh) => total + wh, 0);
  return -sum(battery.drawnWh) > sum(schedule.gridWh.map((wh) => Math.max(0, wh)));
}

/** Whether the roof gives more in these slots than the rest of the home needs, and that covers most of what the device draws. */
function isSurplus({ schedule: { gridWh }, problem: { pvWh, loadWh } }: Telling, { from, to, does }: Told): boolean {
  const slots = [...gridWh.keys()].slice(from, to);
  const sum = (of: (t: number) => number) => slots.reduce((total, t) => total + of(t), 0);
  if (does === "discharge") return sum((t) => gridWh[t]!) < 0;
  const spare = sum((t) => pvWh[t]! - loadWh[t]!);
  return spare > 0 && spare > 2 * sum((t) => Math.max(0, gridWh[t]!));
}

const kwh = (wh: number) => `${(wh / 1000).toFixed(1)} kWh`;
const money = ({ currency }: Telling, perKwh: number) => `${perKwh.toFixed(3)} ${currency}/kWh`;
const mean = (values: readonly number[], from: number, to: number) =>
  values.slice(from, to).reduce((sum, value) => sum + value, 0) / Math.max(1, Math.min(to, values.length) - from);
/** The highest from a slot on; the last slot's where none is left. */
const highest = (values: readonly number[], from: number, to: number) =>
  Math.max(...values.slice(Math.min(from, values.length - 1), to));

const degrees = (amount: number) => (amount === 1 ? "1 degree" : `${amount} degrees`);

/** What is missed, in words. */
export function missedSentence({ device, slot, what, amount }: Missed, clock: (slot: number) => string): string {
  switch (what) {
    case "charge":
      return `${device} leaves at ${clock(slot)} with ${kwh(amount)} less than it should hold.`;
    case "range":
      return `${device} runs out on its trip at ${clock(slot)}: ${kwh(amount)} are missing.`;
    case "budget":
      return `${device} draws ${kwh(amount)} less than wanted by ${clock(slot + 1)}.`;
    case "hot water":
      return `${device} has ${kwh(amount)} of hot water too little at ${clock(slot)}.`;
    case "warm tank":
      return `${device} is colder than wanted, worst at ${clock(slot)}, by ${kwh(amount)}.`;
    case "warmth":
      return `It gets too cold: ${device} can't keep the home in its band at ${clock(slot)}, by ${degrees(amount)}.`;
    case "coolness":
      return `It gets too warm around ${clock(slot)}, by ${degrees(amount)}.`;
    case "programme":
      return `${device} can't run within its window.`;
    case "connection":
      return `The connection would be overloaded at ${clock(slot)} by ${kwh(amount)}.`;
  }
}
