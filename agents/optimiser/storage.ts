import type { Storage } from "../devices/storage.ts";
import type { LinearModel, Term, Variable } from "./model.ts";

/** The columns of a storage: flows in and out of each step, seen from outside, and what is stored at its end. */
export interface StorageVariables {
  readonly in: readonly Variable[];
  readonly out: readonly Variable[];
  readonly stored: readonly Variable[];
  /** What of a step's use could not be taken from it; where `use` and `unmetCost` are given. */
  readonly unmet: readonly (Variable | undefined)[];
}

export interface StorageTerms {
  readonly steps: number;
  /** What is stored before the first step. */
  readonly startStored: number;
  /** The least that must be stored after the last step; the window's floor where left out. */
  readonly endAtLeast?: number;
  /** What a unit left after the last step is worth; 0 where left out. */
  readonly endValue?: number;
  /** What a unit that comes out costs in wear; 0 where left out. */
  readonly wear?: number;
  /** Steps in which energy burnt in a circle would pay, so that a binary must forbid it; none where left out. */
  readonly burningPays?: (step: number) => boolean;
  /** Steps in which something can go in; all where left out. */
  readonly isConnected?: (step: number) => boolean;
  /** Share of what is stored that a step leaves; 1 where left out. */
  readonly keeps?: number;
  /** What is taken from the storage itself in a step, at its end, and what a unit of it costs that is not there. */
  readonly use?: (step: number) => number;
  readonly unmetCost?: (step: number) => number;
}

/**
 * Adds a storage to a model: stored = keeps x stored before + efficiency x in - out / efficiency - use, within window
 * and power. In and out at once is never cheaper than either alone unless energy has a negative worth and losses
 * destroy it.
 */
export function addStorage(model: LinearModel, storage: Storage, terms: StorageTerms): StorageVariables {
  const { steps, startStored, keeps = 1, burningPays = () => false } = terms;
  const variables = columns(model, storage, terms);
  for (let step = 0; step < steps; step++) {
    const before = variables.stored[step - 1];
    const balance = balanceOf(storage, variables, step);
    if (before !== undefined) balance.push([-keeps, before]);
    model.equal(balance, (before === undefined ? keeps * startStored : 0) - (terms.use?.(step) ?? 0));
    if (burningPays(step) && storage.inEfficiency * storage.outEfficiency < 1)
      oneWay(model, variables.in[step]!, storage.mostIn, variables.out[step]!, storage.mostOut);
  }
  return variables;
}

function columns(model: LinearModel, storage: Storage, terms: StorageTerms): StorageVariables {
  const { steps, wear = 0, endValue = 0, endAtLeast = storage.lowest, isConnected = () => true } = terms;
  const { use = () => 0, unmetCost } = terms;
  const each = <T>(of: (step: number) => T) => Array.from({ length: steps }, (_, step) => of(step));
  const stored = (step: number) => {
    const isLast = step === steps - 1;
    const upper = Math.max(storage.lowest, storage.highest - use(step)); // what is used went in before
    const lower = Math.max(storage.lowest, isLast ? endAtLeast : storage.lowest);
    return model.variable({ lower, upper: Math.max(upper, lower) }, isLast ? -endValue : 0);
  };
  return {
    in: each((step) => model.variable({ upper: isConnected(step) ? storage.mostIn : 0 })),
    out: each(() => model.variable({ upper: storage.mostOut }, wear)),
    stored: each(stored),
    unmet: each((step) =>
      unmetCost !== undefined && use(step) > 0 ? model.variable({ upper: use(step) }, unmetCost(step)) : undefined,
    ),
  };
}

function balanceOf(storage: Storage, { in: ins, out, stored, unmet }: StorageVariables, step: number): Term[] {
  const terms: Term[] = [
    [1, stored[step]!],
    [-storage.inEfficiency, ins[step]!],
    [1 / storage.outEfficiency, out[step]!],
  ];
  const lacking = unmet[step];
  if (lacking !== undefined) terms.push([-1, lacking]);
  return terms;
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
