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
  /** Of this test alone; null where there is none. */
  readonly p: number | null;
  /** Whether the difference is as large as it has to be, and p as small. */
  readonly holds: boolean;
}

export interface JudgedReading {
  readonly name: string;
  /** The largest p of its checks, since all have to hold, and that adjusted by Holm for all readings judged together. */
  readonly p: number | null;
  readonly adjusted: number | null;
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
/** Chance of any false finding among all readings judged together. */
const FAMILY = 0.05;

/** Judges the statements of experiments together, so that p-values are adjusted for all their readings. */
export function judge(experiments: readonly Experiment[], values: (experiment: Experiment) => Values) {
  const judged = experiments.map((experiment) =>
    experiment.statements.map(({ readings }) =>
      readings.map(({ checks }) => checks.map((check) => outcomeOf(check, values(experiment)))),
    ),
  );
  return conclude(experiments, judged);
}

/** The verdicts that follow from checks, by experiment, statement and reading. */
export function conclude(
  experiments: readonly Experiment[],
  judged: readonly (readonly (readonly (readonly Judged[])[])[])[],
) {
  const readings = judged.flat(2);
  const tested = readings.filter((checks) => largestP(checks) !== null);
  const adjusted = holm(tested.map((checks) => largestP(checks)!));
  const adjustedOf = new Map(tested.map((checks, i) => [checks, adjusted[i]!]));
  return experiments.map(({ statements }, e) =>
    statements.map((statement, s) =>
      judgedStatement(
        statement,
        statement.readings.map((reading, r) => {
          const checks = judged[e]![s]![r]!;
          return judgedReading(reading, checks, adjustedOf.get(checks) ?? null);
        }),
      ),
    ),
  );
}

function largestP(checks: readonly Judged[]): number | null {
  const tested = checks.flatMap(({ p }) => (p === null ? [] : [p]));
  return tested.length === 0 ? null : Math.max(...tested);
}

function judgedReading({ name }: Reading, checks: readonly Judged[], adjusted: number | null): JudgedReading {
  const holds = checks.every((check) => check.holds) && (adjusted === null || adjusted < FAMILY);
  return { name, p: largestP(checks), adjusted, holds, checks };
}

/** Reproduced if it holds under every reading, dependent if under some, else not reproduced. */
function judgedStatement({ id, claim, assumption }: Statement, readings: readonly JudgedReading[]): JudgedStatement {
  const holding = readings.filter(({ holds }) => holds).length;
  const some = holding > 0 && holding < readings.length;
  const verdict = some ? "depends on an assumption" : holding > 0 ? "reproduced" : "not reproduced";
  return { id, claim, verdict, assumption: some ? (assumption ?? null) : null, readings };
}

function outcomeOf(check: Check, values: Values): Judged {
  const { large, ...outcome } = compared(check, values);
  return { ...outcome, holds: large && (outcome.p === null || outcome.p < LEVEL[outcome.test]) };
}

/** A check before its p-value is looked at. */
interface Outcome extends Omit<Judged, "holds"> {
  /** What else must be so, besides a small p-value. */
  readonly large: boolean;
}

function compared(check: Check, values: Values): Outcome {
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
