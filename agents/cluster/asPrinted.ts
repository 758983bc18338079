/**
 * Algorithm 1 of Petri et al. (2020, section VI-A) line by line, to show what it does. Nothing is controlled by it:
 * `ruleBased.ts` is.
 */

/** What the algorithm looks at. */
export interface PrintedState {
  /** Sums over the site in a step, kWh. */
  readonly production: number;
  readonly consumption: number;
  /** State of charge of the battery and of the boats, percent. */
  readonly soc1: number;
  readonly soc2: number;
  /** P_c2, consumption of building 2, in whatever unit. */
  readonly building2: number;
  /** p^price and P_ref. */
  readonly price: number;
  readonly reference: number;
}

export type PrintedAction =
  | "feed consumers"
  | "charge BESS1"
  | "feed building 2"
  | "sell"
  | "charge BESS2"
  | "discharge BESS2"
  | "buy";

/** What it did, and through which stages it went; the initialisation is stage 0. */
export interface Walk {
  readonly stages: readonly number[];
  readonly actions: readonly PrintedAction[];
}

/**
 * The paper doesn't say what follows a stage that neither acts nor jumps, or one that has acted: "goto": nothing, only
 * a printed "go to" leads on; "fall-through": the next stage, as the order of the lines suggests.
 */
export type Reading = "goto" | "fall-through";

interface Line {
  readonly action?: PrintedAction;
  readonly to?: number;
}

/** What each stage prints: an action, a jump, or nothing where no branch holds. */
const STAGES: readonly ((state: PrintedState) => Line)[] = [
  ({ production, consumption }) => (production === consumption ? { action: "feed consumers" } : { to: 1 }),
  ({ production, consumption, soc1 }) => {
    if (!(production > consumption)) return {};
    return 20 < soc1 && soc1 < 95 ? { action: "charge BESS1" } : { to: 2 };
  },
  ({ soc1, building2 }) => {
    if (!(soc1 > 95)) return {};
    return building2 < soc1 ? { action: "feed building 2" } : { to: 3 };
  },
  ({ soc1, price, reference }) => {
    if (!(soc1 < 95)) return {};
    return reference < price ? { action: "sell" } : { to: 4 };
  },
  ({ soc2 }) => ({ action: soc2 > 98 ? "sell" : "charge BESS2" }),
  ({ soc2 }) => ({ action: soc2 > 20 ? "discharge BESS2" : "buy" }),
];

/** One pass through the algorithm as printed. */
export function asPrinted(state: PrintedState, reading: Reading): Walk {
  const stages: number[] = [];
  const actions: PrintedAction[] = [];
  let stage: number | undefined = 0;
  while (stage !== undefined && stage < STAGES.length) {
    stages.push(stage);
    const { action, to }: Line = STAGES[stage]!(state);
    if (action) actions.push(action);
    const ends: boolean = reading === "goto" || action === "feed consumers";
    stage = to ?? (ends ? undefined : stage + 1);
  }
  return { stages, actions };
}

/** A defect, the states that show it, and what the algorithm does in them under either reading. */
export interface Defect {
  readonly what: string;
  readonly states: readonly PrintedState[];
}

const SURPLUS: PrintedState = {
  production: 10,
  consumption: 4,
  soc1: 50,
  soc2: 50,
  building2: 2,
  price: 12,
  reference: 8,
};
const state = (changes: Partial<PrintedState>): PrintedState => ({ ...SURPLUS, ...changes });

/** What is wrong with Algorithm 1, each with its witnesses. */
export const DEFECTS: readonly Defect[] = [
  {
    what: "A lack has no branch: stage 1 knows a surplus only. Without a fall-through nothing is done at all, with it energy that is not there is sold.",
    states: [state({ production: 4, consumption: 10 })],
  },
  {
    what: "BESS1 is never discharged, in no state and under no reading.",
    states: [state({ production: 4, consumption: 10, soc1: 90 })],
  },
  { what: "At 20 % or below BESS1 can't be charged any more.", states: [state({ soc1: 20 }), state({ soc1: 0 })] },
  { what: "At exactly 95 % no stage matches.", states: [state({ soc1: 95 })] },
  {
    what: "Stage 3 asks for less than 95 % but is reached, by its only jump, from more than 95 %: without a fall-through nothing is ever sold and the boats are never charged.",
    states: [state({ soc1: 97, building2: 120 })],
  },
  {
    what: "Stage 2 compares a power with a percentage: the same 2 kWh act differently when counted in Wh; and it knows one building.",
    states: [state({ soc1: 97, building2: 2 }), state({ soc1: 97, building2: 2000 })],
  },
  {
    what: "With the fall-through every step ends in stage 5: the boats are charged and discharged, or energy sold and bought, in one step.",
    states: [state({ soc1: 15, price: 5 })],
  },
  {
    what: "It isn't said whether p^price is what energy costs or what it brings: 12 or 4 pence against a reference of 8.",
    states: [state({ soc1: 15, price: 12 }), state({ soc1: 15, price: 4 })],
  },
  {
    what: "Equality has no tolerance: 0.1 + 0.2 kWh against 0.3 kWh count as a surplus.",
    states: [state({ production: 0.1 + 0.2, consumption: 0.3 })],
  },
];
