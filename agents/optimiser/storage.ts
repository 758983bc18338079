import type { Store } from "../devices/store.ts";
import type { LinearModel, Term, Variable } from "./model.ts";

/** The columns of a store: flows in and out of each step, seen from outside, and what is stored at its end. */
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
 * Adds a store to a model: stored = stored before + efficiency x in - out / efficiency, within window and power.
 * In and out at once is never cheaper than either alone unless energy has a negative worth and losses destroy it.
 */
export function addStorage(model: LinearModel, store: Store, terms: StorageTerms): StorageVariables {
  const { steps, startStored, endAtLeast = store.lowest, wear = 0, burningPays = () => false } = terms;
  const each = <T>(of: (step: number) => T) => Array.from({ length: steps }, (_, step) => of(step));
  const variables = {
    in: each(() => model.variable({ upper: store.mostIn })),
    out: each(() => model.variable({ upper: store.mostOut }, wear)),
    stored: each((step) => model.variable(window(store, step === steps - 1 ? endAtLeast : store.lowest))),
  };
  for (let step = 0; step < steps; step++) {
    const before = step === 0 ? undefined : variables.stored[step - 1]!;
    model.equal(balance(store, variables, step, before), before === undefined ? startStored : 0);
    if (burningPays(step) && store.inEfficiency * store.outEfficiency < 1)
      oneWay(model, variables.in[step]!, store.mostIn, variables.out[step]!, store.mostOut);
  }
  return variables;
}

const window = ({ lowest, highest }: Store, least: number) => ({ lower: Math.max(lowest, least), upper: highest });

function balance(store: Store, { in: ins, out, stored }: StorageVariables, step: number, before?: Variable): Term[] {
  const terms: Term[] = [
    [1, stored[step]!],
    [-store.inEfficiency, ins[step]!],
    [1 / store.outEfficiency, out[step]!],
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
