import type { Storage } from "../devices/storage.ts";
import type { LinearModel, Term, Variable } from "./model.ts";

/** The columns of a storage: flows in and out of each step, seen from outside, and what is stored at its end. */
export interface StorageVariables {
  readonly in: readonly Variable[];
  readonly out: readonly Variable[];
  readonly stored: readonly Variable[];
}

export interface StorageTerms {
  readonly steps: number;
  /** What is stored before the first step. */
  readonly startStored: number;
  /** The least that must be stored after the last step; the window's floor where left out. */
  readonly endAtLeast?: number;
  /** What a unit that comes out costs in wear; 0 where left out. */
  readonly wear?: number;
  /** Steps in which energy burnt in a circle would pay, so that a binary must forbid it; none where left out. */
  readonly burningPays?: (step: number) => boolean;
}

/**
 * Adds a storage to a model: stored = stored before + efficiency x in - out / efficiency, within window and power.
 * In and out at once is never cheaper than either alone unless energy has a negative worth and losses destroy it.
 */
export function addStorage(model: LinearModel, storage: Storage, terms: StorageTerms): StorageVariables {
  const { steps, startStored, endAtLeast = storage.lowest, wear = 0, burningPays = () => false } = terms;
  const each = <T>(of: (step: number) => T) => Array.from({ length: steps }, (_, step) => of(step));
  const variables = {
    in: each(() => model.variable({ upper: storage.mostIn })),
    out: each(() => model.variable({ upper: storage.mostOut }, wear)),
    stored: each((step) => model.variable(window(storage, step === steps - 1 ? endAtLeast : storage.lowest))),
  };
  for (let step = 0; step < steps; step++) {
    const before = step === 0 ? undefined : variables.stored[step - 1]!;
    model.equal(balance(storage, variables, step, before), before === undefined ? startStored : 0);
    if (burningPays(step) && storage.inEfficiency * storage.outEfficiency < 1)
      oneWay(model, variables.in[step]!, storage.mostIn, variables.out[step]!, storage.mostOut);
  }
  return variables;
}

const window = ({ lowest, highest }: Storage, least: number) => ({ lower: Math.max(lowest, least), upper: highest });

function balance(
  storage: Storage,
  { in: ins, out, stored }: StorageVariables,
  step: number,
  before?: Variable,
): Term[] {
  const terms: Term[] = [
    [1, stored[step]!],
    [-storage.inEfficiency, ins[step]!],
    [1 / storage.outEfficiency, out[step]!],
  ];
  return before === undefined ? terms : [...terms, [-1, before]];
}

/** Lets one of two flows be above 0 at a time. */
export function oneWay(model: LinearModel, a: Variable, mostA: number, b: Variable, mostB: number): void {
  const isA = model.binary();
  model.constraint(
    [
      [1, a],
      [-mostA, isA],
    ],
    { upper: 0 },
  );
  model.constraint(
    [
      [1, b],
      [mostB, isA],
    ],
    { upper: mostB },
  );
}
