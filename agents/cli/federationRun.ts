import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { COUNTERS, type Counts } from "../federation/counters.ts";
import { History, runFederation, type Watcher } from "../federation/run.ts";
import { DEFAULTS, NO_CHURN, type Settings } from "../federation/settings.ts";
import { settingsFrom } from "./federationSettings.ts";
import { wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";

interface RunOptions {
  readonly seed: number;
  readonly threads: 1 | 2;
  readonly set?: readonly string[];
  readonly csv?: string;
  readonly picture?: string;
  readonly json?: boolean;
}

const NOTES = `
FILE is YAML with any of these keys, and --set KEY=VALUE says the same, churn's with a dot (churn.add=10):
  ${Object.keys(DEFAULTS).join(", ")}
  churn: ${Object.keys(NO_CHURN).join(", ")}

Example:
  npm run -s commonwatt -- federation run --set nodes=60 --set strategy=mixed --set migrationProbability=0.25 --picture out/overlay.svg`;

/** Adds `federation run`. */
export function addFederationRun(federation: Command): void {
  federation
    .command("run")
    .description("one federation, by YAML or options: what was requested, exchanged and paid")
    .argument("[file]", "settings as YAML; the paper's defaults where nothing is given")
    .option("--set <key=value>", "a setting; may be repeated", (text: string, all: string[] = []) => [...all, text])
    .option("--seed <n>", "seed of all chance", wholeNumber("--seed", 0, 2 ** 31), 1)
    .option("--threads <n>", "2 gives Newscast a thread of its own", wholeNumber("--threads", 1, 2), 1)
    .option("--csv <file>", "write the counters after each cycle")
    .option("--picture <file>", "draw clusters and trading links at the end, of up to 300 nodes, as SVG")
    .option("--json", "print {seed, settings, counts}")
    .addHelpText("after", NOTES)
    .action(run);
}

async function run(file: string | undefined, options: RunOptions): Promise<void> {
  const settings = settingsFrom(file, options.set ?? []);
  const history = options.csv === undefined ? undefined : new History(settings.cycles);
  if (options.picture !== undefined && settings.nodes > 300)
    throw new InputError(`${settings.nodes} nodes are too many to draw`, {}, "draw up to 300 nodes");
  for (const file of [options.csv, options.picture])
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
  const progress = new PhaseProgress();
  const ended = runFederation(settings, options.seed, options.threads, watched(settings, progress, history));
  progress.end();
  if (history) writeFileSync(options.csv!, csvOf(history));
  if (options.picture !== undefined) {
    const { overlaySvg } = await import("../report/federationCharts.ts");
    writeFileSync(options.picture, overlaySvg(ended));
  }
  const { counts } = ended;
  if (options.json) process.stdout.write(`${JSON.stringify({ seed: options.seed, settings, counts }, null, 1)}\n`);
  else process.stdout.write(textOf(settings, options.seed, counts));
}

/** Tells every hundredth of a run, and keeps the history if there is one. */
function watched({ nodes, cycles }: Settings, progress: PhaseProgress, history?: History): Watcher {
  progress.phase(`${nodes} nodes, ${cycles} cycles`, Math.min(cycles, 100));
  const stride = Math.ceil(cycles / 100);
  return {
    cycle(cycle, counters, size) {
      history?.cycle(cycle, counters, size);
      if ((cycle + 1) % stride === 0) progress.step();
    },
  };
}

function csvOf({ counters, sizes }: History): string {
  const rows = [...sizes].map((size, cycle) =>
    [cycle, size, ...counters.subarray(cycle * COUNTERS.length, (cycle + 1) * COUNTERS.length)].join(","),
  );
  return `${["cycle", "nodes", ...COUNTERS].join(",")}\n${rows.join("\n")}\n`;
}

const WORDS: Readonly<Record<keyof Counts, string>> = {
  requests: "requests",
  refused: "  refused by a manager at its limit",
  satisfied: "  satisfied",
  inCluster: "    within the requester's cluster",
  federated: "    across the federation",
  exchanges: "exchanges",
  quantity: "units exchanged (equation 1)",
  received: "units consumed (equation 3)",
  cost2: "cost by equation 2, fees included",
  money: "money paid, fees included",
  migrations: "migrations",
  fees: "  fees paid for them",
};

function textOf({ nodes, cycles }: Settings, seed: number, counts: Counts): string {
  const rows = COUNTERS.map((name) => {
    const value = counts[name].toLocaleString("en-GB", { maximumFractionDigits: 2 });
    return `${WORDS[name].padEnd(38)}${value.padStart(16)}`;
  });
  return `${nodes} nodes, ${cycles} cycles, seed ${seed}\n${rows.join("\n")}\n`;
}
