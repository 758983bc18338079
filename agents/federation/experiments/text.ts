import { type Experiment, METRICS, type Metric } from "./experiment.ts";
import { figure, type JudgedStatement } from "./judge.ts";
import type { ExperimentResult, GroupResult } from "./runExperiments.ts";

const COLUMNS: readonly Metric[] = ["requests", "exchanges", "servedShare", "quantity", "cost2", "money", "unitCost"];

/** An experiment as text: its table, means over the seeds with standard deviations in per cent, and its statements. */
export function experimentText({ paper, notes }: Experiment, result: ExperimentResult): string {
  const lines = [
    `Experiment ${result.id}: ${result.title} (the paper's Figure ${result.figure})`,
    `The paper: ${paper}`,
    ...result.groups.flatMap(groupLines),
    "",
    ...result.statements.flatMap(statementLines),
    ...notes.map((note) => `Note: ${note}`),
  ];
  return `${lines.join("\n")}\n`;
}

function groupLines({ title, axis, settings }: GroupResult): readonly string[] {
  const head = [axis, ...COLUMNS.map((metric) => METRICS[metric].label)];
  const rows = settings.map(({ label, mean, sd }) => [
    label,
    ...COLUMNS.map((metric) => withDeviation(mean[metric], sd[metric])),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return ["", title, line(head), ...rows.map(line)];
}

const withDeviation = (mean: number, sd: number) =>
  `${figure(mean)}${mean === 0 ? "" : ` ±${((100 * sd) / Math.abs(mean)).toFixed(1)}%`}`;

function statementLines({ id, claim, verdict, assumption, readings }: JudgedStatement): readonly string[] {
  const depends = assumption === null ? verdict : `${verdict}: ${assumption}`;
  return [
    `${id} ${claim}`,
    `    ${depends}`,
    ...readings.flatMap(({ name, holds, adjusted, checks }) => [
      `    ${holds ? "holds" : "does not hold"} if ${name}${adjusted === null ? "" : ` (Holm p ${pText(adjusted)})`}`,
      ...checks.map(({ text, test, p, holds: each }) => `      ${each ? "+" : "-"} ${text}${testText(test, p)}`),
    ]),
  ];
}

const testText = (test: string, p: number | null) => (p === null ? "" : `; ${test} p ${pText(p)}`);

/** A p-value with two digits. */
export const pText = (p: number) => (p >= 0.001 ? p.toFixed(3) : p.toExponential(1));
