import { equivalence, equivalenceTo, holm, jonckheereTerpstra, mannWhitney, mean } from "../statistics.ts";
import {
  type Check,
  type Experiment,
  METRICS,
  type Metric,
  type Reading,
  type Ref,
  type Statement,
} from "./experiment.ts";

/** Values of a metric in the runs of a setting, one per seed. */
export type Values = (metric: Metric, ref: Ref) => readonly number[];

/** What came out of one check. */
export interface Judged {
  /** What was compared, with means. */
  readonly text: string;
  readonly test: "Mann-Whitney" | "Jonckheere-Terpstra" | "TOST" | "none";
  /** Of the test alone, and adjusted by Holm for all checks judged together; null where there is no test. */
  readonly p: number | null;
  readonly adjusted: number | null;
  readonly holds: boolean;
}

export interface JudgedReading {
  readonly name: string;
  readonly holds: boolean;
  readonly checks: readonly Judged[];
}

export type Verdict = "reproduced" | "depends on an assumption" | "not reproduced";

export interface JudgedStatement {
  readonly id: string;
  readonly claim: string;
  readonly verdict: Verdict;
  /** What it depends on, if it does. */
  readonly assumption: string | null;
  readonly readings: readonly JudgedReading[];
}

/** p-values below which an ordering, a trend and an equivalence count. */
const LEVEL = { "Mann-Whitney": 0.001, "Jonckheere-Terpstra": 1e-6, TOST: 0.05, none: 1 } as const;

/** A check before p-values are adjusted. */
interface Outcome extends Omit<Judged, "adjusted" | "holds"> {
  /** What else must be so, besides a small p-value. */
  readonly large: boolean;
}

/** Judges the statements of experiments together, so that p-values are adjusted for all their checks. */
export function judge(experiments: readonly Experiment[], values: (experiment: Experiment) => Values) {
  const outcomes = experiments.map((experiment) =>
    experiment.statements.map(({ readings }) =>
      readings.map(({ checks }) => checks.map((check) => outcomeOf(check, values(experiment)))),
    ),
  );
  const adjusted = adjustedPs(outcomes.flat(3));
  return experiments.map((experiment, e) =>
    experiment.statements.map((statement, s) =>
      judgedStatement(
        statement,
        statement.readings.map((reading, r) => judgedReading(reading, outcomes[e]![s]![r]!, adjusted)),
      ),
    ),
  );
}

function adjustedPs(outcomes: readonly Outcome[]): ReadonlyMap<Outcome, number> {
  const tested = outcomes.filter(({ p }) => p !== null);
  const adjusted = holm(tested.map(({ p }) => p!));
  return new Map(tested.map((outcome, i) => [outcome, adjusted[i]!]));
}

function judgedReading({ name }: Reading, outcomes: readonly Outcome[], adjusted: ReadonlyMap<Outcome, number>) {
  const checks = outcomes.map((outcome): Judged => {
    const { large, ...shown } = outcome;
    const p = adjusted.get(outcome) ?? null;
    return { ...shown, adjusted: p, holds: large && (p === null || p < LEVEL[outcome.test]) };
  });
  return { name, holds: checks.every(({ holds }) => holds), checks };
}

/** Reproduced if it holds under every reading, dependent if under some, else not reproduced. */
function judgedStatement({ id, claim, assumption }: Statement, readings: readonly JudgedReading[]): JudgedStatement {
  const holding = readings.filter(({ holds }) => holds).length;
  const some = holding > 0 && holding < readings.length;
  const verdict = some ? "depends on an assumption" : holding > 0 ? "reproduced" : "not reproduced";
  return { id, claim, verdict, assumption: some ? (assumption ?? null) : null, readings };
}

function outcomeOf(check: Check, values: Values): Outcome {
  switch (check.kind) {
    case "above":
      return aboveOutcome(check, values);
    case "trend":
      return trendOutcome(check, values);
    case "same":
      return sameOutcome(check, values);
    case "target":
      return targetOutcome(check, values);
    case "spread":
      return spreadOutcome(check, values);
    case "steeper":
      return steeperOutcome(check, values);
  }
}

type Kind<K extends Check["kind"]> = Extract<Check, { kind: K }>;

function aboveOutcome({ metric, larger, smaller, margin }: Kind<"above">, values: Values): Outcome {
  const [a, b] = [values(metric, larger), values(metric, smaller)];
  const text = `${METRICS[metric].label}: ${shown(larger, a)} above ${shown(smaller, b)} (${percent(mean(a) / mean(b) - 1)})`;
  return { text, test: "Mann-Whitney", p: mannWhitney(a, b), large: mean(a) >= (1 + margin) * mean(b) };
}

function trendOutcome({ metric, of, rising }: Kind<"trend">, values: Values): Outcome {
  const groups = of.map((ref) => values(metric, ref));
  const ordered = rising ? groups : groups.toReversed();
  const means = ordered.map(mean);
  const list = of.map((ref, i) => shown(ref, groups[i]!)).join(", ");
  const text = `${METRICS[metric].label} ${rising ? "rise" : "fall"}: ${list}`;
  const large = means.every((value, i) => i === 0 || value > means[i - 1]!);
  return { text, test: "Jonckheere-Terpstra", p: jonckheereTerpstra(ordered), large };
}

function sameOutcome({ metric, one, other, within }: Kind<"same">, values: Values): Outcome {
  const [a, b] = [values(metric, one), values(metric, other)];
  const off = percent(mean(a) / mean(b) - 1);
  const text = `${METRICS[metric].label}: ${shown(one, a)} as ${shown(other, b)} (${off}, within ${percent(within)})`;
  return { text, test: "TOST", p: equivalence(a, b, within), large: true };
}

function targetOutcome({ metric, of, target, within }: Kind<"target">, values: Values): Outcome {
  const a = values(metric, of);
  const text = `${METRICS[metric].label}: ${shown(of, a)} as expected ${figure(target)} (within ${percent(within)})`;
  return { text, test: "TOST", p: equivalenceTo(a, target, within), large: true };
}

function spreadOutcome({ metric, of, most }: Kind<"spread">, values: Values): Outcome {
  const means = of.map((ref) => mean(values(metric, ref)));
  const spread = (Math.max(...means) - Math.min(...means)) / mean(means);
  const text = `${METRICS[metric].label}: means differ by ${percent(spread)} (at most ${percent(most)})`;
  return { text, test: "none", p: null, large: spread <= most };
}

function steeperOutcome({ metric, steeper, flatter, at, margin }: Kind<"steeper">, values: Values): Outcome {
  const [a, b] = [slopes(steeper, at, metric, values), slopes(flatter, at, metric, values)];
  const text = `${METRICS[metric].label} per unit of demand: ${figure(mean(a))} above ${figure(mean(b))} (${percent(mean(a) / mean(b) - 1)})`;
  return { text, test: "Mann-Whitney", p: mannWhitney(a, b), large: mean(a) >= (1 + margin) * mean(b) };
}

/** Least-squares slope of each seed's values over the axis. */
function slopes(of: readonly Ref[], at: readonly number[], metric: Metric, values: Values): readonly number[] {
  const columns = of.map((ref) => values(metric, ref));
  const centre = mean(at);
  const spread = at.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  return columns[0]!.map((_, seed) => at.reduce((sum, x, i) => sum + ((x - centre) * columns[i]![seed]!) / spread, 0));
}

const shown = (ref: Ref, values: readonly number[]) => `${ref.split("/")[1]} ${figure(mean(values))}`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A number with about four digits. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 10_000) return `${(value / 1000).toFixed(1)}k`;
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? value.toFixed(1) : value.toFixed(3);
}
