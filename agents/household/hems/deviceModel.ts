import type { Term } from "../../optimiser/model.ts";
import type { Task } from "./problem.ts";

/** A wish that the plan can't meet. */
export interface Missed {
  readonly device: string;
  /** Index of the slot in which it is missed. */
  readonly slot: number;
  readonly what:
    | "charge"
    | "range"
    | "budget"
    | "hot water"
    | "warm tank"
    | "warmth"
    | "coolness"
    | "programme"
    | "connection";
  /** Wh, or degree hours for warmth and coolness, or 1 for a programme. */
  readonly amount: number;
}

/** A device in a model. */
export interface DeviceModel {
  readonly task: Task;
  /** Electricity drawn in each slot, kWh, as terms; discharge negative. */
  readonly drawn: readonly (readonly Term[])[];
  /** From a solution: electricity drawn per slot, Wh, and what is stored (Wh) or the inside temperature after each. */
  readonly read: (values: Float64Array) => {
    readonly drawnWh: number[];
    readonly level: number[];
    readonly missed: Missed[];
  };
}

export const KWH = 1000;
/** Less than this is met: Wh or degree hours. */
const MET = 0.5;

/** An entry for a wish that is missed by more than next to nothing. */
export const missedOf = (device: string, slot: number, what: Missed["what"], amount: number): Missed[] =>
  amount > MET ? [{ device, slot, what, amount: Math.round(amount) }] : [];

/** One entry for a wish that is missed in many slots: the slot of the worst, and its amount. */
export function worst(device: string, what: Missed["what"], amounts: readonly number[]): Missed[] {
  const most = Math.max(0, ...amounts);
  return missedOf(device, amounts.indexOf(most), what, most);
}
