import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { EXPERIMENTS } from "../federation/experiments/all.ts";
import type { Experiment } from "../federation/experiments/experiment.ts";
import { runExperiments } from "../federation/experiments/runExperiments.ts";
import { experimentText } from "../federation/experiments/text.ts";
import { addFederationBench } from "./federationBench.ts";
import { addFederationRun } from "./federationRun.ts";
import { wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";

interface ExperimentOptions {
  readonly seeds: number;
  readonly seed: number;
  readonly nodes?: number;
  readonly cycles?: number;
  readonly threads?: number;
  readonly report?: string;
  readonly json?: boolean;
}

/** Adds the verb that simulates federations of energy clusters. */
export function addFederation(program: Command): void {
  const federation = program
    .command("federation")
    .description("clusters of energy nodes that trade with each other: one run, or the paper's experiments");
  addFederationRun(federation);
  const ids = EXPERIMENTS.map(({ id }) => id).join(", ");
  withOptions(federation.command("experiment").description("one experiment of Petri et al. 2020, judged"))
    .argument("<id>", `one of ${ids}`)
    .action((id: string, options: ExperimentOptions) => experiments([experimentOf(id)], options));
  withOptions(federation.command("experiments").description("all ten experiments, judged together")).action(
    (options: ExperimentOptions) => experiments(EXPERIMENTS, options),
  );
  addFederationBench(federation);
}

const withOptions = (command: Command) =>
  command
    .option("--seeds <n>", "runs per setting", wholeNumber("--seeds", 2, 1000), 20)
    .option("--seed <n>", "the first seed", wholeNumber("--seed", 0, 2 ** 31), 1)
    .option("--nodes <n>", "instead of 1,000, for a quick look", wholeNumber("--nodes", 20, 100_000))
    .option("--cycles <n>", "instead of 1,000, for a quick look", wholeNumber("--cycles", 10, 100_000))
    .option("--threads <n>", "threads for runs; all cores unless said", wholeNumber("--threads", 1, 256))
    .option("--report <file>", "write a page that draws the paper's figures")
    .option("--json", "print [{id, title, figure, groups, statements}], described in docs/federation.md");

function experimentOf(id: string): Experiment {
  const found = EXPERIMENTS.find((experiment) => experiment.id === id);
  if (found) return found;
  throw new InputError(`there is no experiment "${id}"`, {}, `give one of ${EXPERIMENTS.map((e) => e.id).join(", ")}`);
}

async function experiments(asked: readonly Experiment[], options: ExperimentOptions): Promise<void> {
  const { seeds, seed, nodes, cycles, threads, report, json } = options;
  const shrink =
    nodes === undefined && cycles === undefined ? {} : { shrink: { nodes: nodes ?? 1000, cycles: cycles ?? 1000 } };
  const progress = new PhaseProgress();
  const plan = { seeds, seed, ...shrink, ...(threads === undefined ? {} : { threads }) };
  const results = await runExperiments(asked, plan, progress);
  progress.end();
  if (report !== undefined) {
    const { federationHtml } = await import("../report/federationHtml.ts");
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, federationHtml(asked, results, plan));
    process.stderr.write(`${report}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(results, null, 1)}\n`);
  else process.stdout.write(results.map((result, i) => experimentText(asked[i]!, result)).join("\n"));
}
