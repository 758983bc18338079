import type { Counts } from "../counters.ts";
import { type Replicate, runReplicates } from "../replicates.ts";
import { type Choices, settingsOf } from "../settings.ts";
import { mean, variance } from "../statistics.ts";
import { type Experiment, METRICS, type Metric, type Ref } from "./experiment.ts";
import { type JudgedStatement, judge } from "./judge.ts";

/** How experiments are run. Anything but the seeds is the paper's and the spec's, unless for a quick look. */
export interface Plan {
  readonly seeds: number;
  /** The first seed; the others follow it. */
  readonly seed: number;
  /** Instead of 1,000 nodes and cycles: for a quick look, whose verdicts mean nothing. */
  readonly shrink?: { readonly nodes: number; readonly cycles: number };
  readonly threads?: number;
}

export interface SettingResult {
  readonly label: string;
  readonly mean: Readonly<Record<Metric, number>>;
  /** Standard deviation over the seeds. */
  readonly sd: Readonly<Record<Metric, number>>;
}

export interface GroupResult {
  readonly id: string;
  readonly title: string;
  readonly axis: string;
  readonly settings: readonly SettingResult[];
}

export interface ExperimentResult {
  readonly id: string;
  readonly title: string;
  readonly figure: string;
  readonly groups: readonly GroupResult[];
  readonly statements: readonly JudgedStatement[];
}

/** Told how many runs there will be, and of each that is done. */
export interface RunProgress {
  phase(what: string, steps?: number): void;
  step(): void;
}

/** Runs every setting of the experiments with every seed, each configuration once however many experiments want it. */
export async function runExperiments(
  experiments: readonly Experiment[],
  plan: Plan,
  progress: RunProgress,
): Promise<readonly ExperimentResult[]> {
  const configurations = [...new Set(experiments.flatMap(choicesOf).map((choices) => key(choices, plan)))];
  const seeds = Array.from({ length: plan.seeds }, (_, i) => plan.seed + i);
  const runs = configurations.flatMap((json): readonly Replicate[] => {
    const settings = settingsOf(JSON.parse(json) as Choices);
    return seeds.map((seed) => ({ settings, seed }));
  });
  progress.phase(`${configurations.length} configurations, ${plan.seeds} seeds from ${plan.seed}`, runs.length);
  const counts = await runReplicates(runs, () => progress.step(), plan.threads);
  const samples = new Map(
    configurations.map((json, i) => [json, counts.slice(i * seeds.length, (i + 1) * seeds.length)]),
  );
  const sampleOf = (choices: Choices) => samples.get(key(choices, plan))!;
  const judged = judge(experiments, (experiment) => valuesOf(experiment, sampleOf));
  return experiments.map((experiment, i) => ({
    id: experiment.id,
    title: experiment.title,
    figure: experiment.figure.id,
    groups: experiment.groups.map(({ id, title, axis, settings }) => ({
      id,
      title,
      axis,
      settings: settings.map(({ label, choices }) => settingResult(label, sampleOf(choices))),
    })),
    statements: judged[i]!,
  }));
}

const choicesOf = ({ groups }: Experiment) => groups.flatMap(({ settings }) => settings.map(({ choices }) => choices));

/** The configuration as text, the same for the same settings. */
function key(choices: Choices, { shrink }: Plan): string {
  const { churn, ...rest } = settingsOf(shrunk(choices, shrink));
  return JSON.stringify({ ...rest, churn: churn === null || churn.add === 0 ? null : churn });
}

/** The same with fewer nodes and cycles: nodes of churn and its cycles in proportion. */
function shrunk(choices: Choices, shrink: Plan["shrink"]): Choices {
  if (!shrink) return choices;
  const [size, time] = [shrink.nodes / 1000, shrink.cycles / 1000];
  const { churn } = choices;
  const nodes = (count: number) => Math.max(1, Math.round(count * size));
  const base = { ...choices, nodes: Math.max(2, nodes(choices.nodes ?? 1000)), cycles: shrink.cycles };
  if (!churn) return base;
  const { add = 0, from = 0, until, maxSize } = churn;
  return {
    ...base,
    churn: {
      ...churn,
      add: nodes(add),
      from: Math.round(from * time),
      ...(until === undefined ? {} : { until: Math.round(until * time) }),
      ...(maxSize === undefined ? {} : { maxSize: nodes(maxSize) }),
    },
  };
}

function valuesOf({ groups }: Experiment, sampleOf: (choices: Choices) => readonly Counts[]) {
  const samples = new Map(
    groups.flatMap(({ id, settings }) =>
      settings.map(({ label, choices }): [Ref, readonly Counts[]] => [`${id}/${label}`, sampleOf(choices)]),
    ),
  );
  return (metric: Metric, ref: Ref) => {
    const sample = samples.get(ref);
    if (!sample) throw new Error(`no setting ${ref}`);
    return sample.map(METRICS[metric].of);
  };
}

function settingResult(label: string, sample: readonly Counts[]): SettingResult {
  const values = (of: (values: readonly number[]) => number) =>
    Object.fromEntries(Object.entries(METRICS).map(([metric, each]) => [metric, of(sample.map(each.of))])) as Record<
      Metric,
      number
    >;
  return { label, mean: values(mean), sd: values((sd) => Math.sqrt(variance(sd))) };
}
