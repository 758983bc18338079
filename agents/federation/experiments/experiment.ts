import type { Counts } from "../counters.ts";
import type { Choices } from "../settings.ts";

/** What an experiment looks at in a run. */
export const METRICS = {
  requests: { label: "requests", of: (c: Counts) => c.requests },
  exchanges: { label: "exchanges", of: (c: Counts) => c.exchanges },
  servedShare: { label: "served share", of: (c: Counts) => (c.requests === 0 ? 0 : c.satisfied / c.requests) },
  quantity: { label: "energy, units", of: (c: Counts) => c.quantity },
  cost2: { label: "cost by eq. 2", of: (c: Counts) => c.cost2 },
  money: { label: "money", of: (c: Counts) => c.money },
  unitCost: { label: "money per unit", of: (c: Counts) => (c.quantity === 0 ? 0 : c.money / c.quantity) },
  fees: { label: "fees", of: (c: Counts) => c.fees },
} as const;
export type Metric = keyof typeof METRICS;

/** One configuration, as many runs as there are seeds; `choices` are what differs from the defaults. */
export interface Setting {
  readonly label: string;
  readonly choices: Choices;
}

/** Settings under one reading of the paper, in the order of the paper's axis. */
export interface Group {
  readonly id: string;
  readonly title: string;
  /** What differs along the axis. */
  readonly axis: string;
  readonly settings: readonly Setting[];
}

/** A setting as `group/label`. */
export type Ref = `${string}/${string}`;

/** A comparison of settings that can come out true or false. */
export type Check =
  /** One-sided Mann-Whitney, and means that differ by `margin` of the smaller at least. */
  | {
      readonly kind: "above";
      readonly metric: Metric;
      readonly larger: Ref;
      readonly smaller: Ref;
      readonly margin: number;
    }
  /** Jonckheere-Terpstra, and every mean beyond the one before. */
  | { readonly kind: "trend"; readonly metric: Metric; readonly of: readonly Ref[]; readonly rising: boolean }
  /** Two one-sided tests: the means differ by less than `within` of the second. */
  | { readonly kind: "same"; readonly metric: Metric; readonly one: Ref; readonly other: Ref; readonly within: number }
  /** Two one-sided tests: the mean differs from `target` by less than `within` of it. */
  | {
      readonly kind: "target";
      readonly metric: Metric;
      readonly of: Ref;
      readonly target: number;
      readonly within: number;
    }
  /** Largest less smallest mean, over the mean of means, at most `most`; no test. */
  | { readonly kind: "spread"; readonly metric: Metric; readonly of: readonly Ref[]; readonly most: number }
  /** Slopes of straight lines through each seed's values, compared like `above`. */
  | {
      readonly kind: "steeper";
      readonly metric: Metric;
      readonly steeper: readonly Ref[];
      readonly flatter: readonly Ref[];
      readonly at: readonly number[];
      readonly margin: number;
    };

/** One way to read the paper, and what has to come out if its statement holds under it. */
export interface Reading {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** Something the paper says. */
export interface Statement {
  readonly id: string;
  /** In our words, as a claim. */
  readonly claim: string;
  /** What the readings differ in, where they do: the statement depends on it if some hold and others don't. */
  readonly assumption?: string;
  readonly readings: readonly Reading[];
}

/** What a figure draws of each group. */
export interface Figure {
  /** As in the paper, "4a". */
  readonly id: string;
  readonly title: string;
  readonly metrics: readonly Metric[];
}

/** One of the paper's experiments. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  /** What the paper says, in our words. */
  readonly paper: string;
  /** How the experiment is read here, and what to know about it. */
  readonly notes: readonly string[];
  readonly figure: Figure;
  readonly groups: readonly Group[];
  readonly statements: readonly Statement[];
}

/** The smallest difference that counts as an ordering, and as one of unit costs. */
export const MARGIN = 0.03;
export const UNIT_MARGIN = 0.01;

export const above = (metric: Metric, larger: Ref, smaller: Ref): Check => ({
  kind: "above",
  metric,
  larger,
  smaller,
  margin: metric === "unitCost" ? UNIT_MARGIN : MARGIN,
});

/** Each one above the next. */
export const descending = (metric: Metric, ...refs: readonly Ref[]): readonly Check[] =>
  refs.slice(1).map((ref, i) => above(metric, refs[i]!, ref));

export const trend = (metric: Metric, rising: boolean, of: readonly Ref[]): Check => ({
  kind: "trend",
  metric,
  of,
  rising,
});

export const same = (metric: Metric, one: Ref, other: Ref, within = 0.05): Check => ({
  kind: "same",
  metric,
  one,
  other,
  within,
});

/** The settings of a group as references. */
export const refs = (group: string, labels: readonly (string | number)[]): readonly Ref[] =>
  labels.map((label): Ref => `${group}/${label}`);

/** A group along one parameter. */
export function along<T extends string | number>(
  id: string,
  title: string,
  axis: string,
  values: readonly T[],
  choices: (value: T) => Choices,
): Group {
  return { id, title, axis, settings: values.map((value) => ({ label: `${value}`, choices: choices(value) })) };
}
