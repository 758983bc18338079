import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { parse } from "yaml";
import { InputError } from "../data/inputError.ts";
import { COUNTERS, type Counts } from "../federation/counters.ts";
import { History, runFederation } from "../federation/run.ts";
import { type Choices, DEFAULTS, NO_CHURN, type Settings, settingsOf } from "../federation/settings.ts";
import { wholeNumber } from "./options.ts";

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
  const ended = runFederation(settings, options.seed, options.threads, history);
  if (history) writeFileSync(options.csv!, csvOf(history));
  if (options.picture !== undefined) {
    const { overlaySvg } = await import("../report/federationCharts.ts");
    writeFileSync(options.picture, overlaySvg(ended));
  }
  const { counts } = ended;
  if (options.json) process.stdout.write(`${JSON.stringify({ seed: options.seed, settings, counts }, null, 1)}\n`);
  else process.stdout.write(textOf(settings, options.seed, counts));
}

/** The settings of a file and options; the options win. Throws InputError with the file where that is wrong. */
export function settingsFrom(file: string | undefined, set: readonly string[]): Settings {
  const given = file === undefined ? {} : objectOf(file);
  const choices = set.reduce(withPair, given);
  try {
    refuseUnknown(choices);
    return settingsOf(choices as Choices);
  } catch (error) {
    if (!(error instanceof InputError) || file === undefined) throw error;
    throw new InputError(error.message, { file }, error.remedy);
  }
}

type Given = Readonly<Record<string, unknown>>;

function objectOf(file: string): Given {
  try {
    const given: unknown = parse(readFileSync(file, "utf8")) ?? {};
    if (typeof given === "object" && !Array.isArray(given)) return given as Given;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message.split("\n")[0];
    throw new InputError(`the settings can't be read (${why})`, { file }, "give a YAML file of settings");
  }
  throw new InputError("the settings are no list of keys", { file }, "write one key: value per line");
}

function withPair(choices: Given, pair: string): Given {
  const [, path, text] = /^([\w.]+)=(.*)$/.exec(pair) ?? [];
  if (path === undefined) throw new InputError(`--set can't be "${pair}"`, {}, "write KEY=VALUE, such as nodes=500");
  const value: unknown = parse(text!);
  const [outer, inner] = path.split(".");
  if (inner === undefined) return { ...choices, [outer!]: value };
  return { ...choices, [outer!]: { ...(choices[outer!] as Given | undefined), [inner]: value } };
}

function refuseUnknown(choices: Given): void {
  const known = (given: Given, keys: readonly string[], where: string) => {
    const stranger = Object.keys(given).find((key) => !keys.includes(key));
    if (stranger !== undefined)
      throw new InputError(`there is no setting ${where}${stranger}`, {}, `use ${keys.join(", ")}`);
  };
  known(choices, Object.keys(DEFAULTS), "");
  const { churn } = choices;
  if (churn === undefined || churn === null) return;
  if (typeof churn !== "object") throw new InputError("churn is no list of keys", {}, "give churn.add and so on");
  known(churn as Given, Object.keys(NO_CHURN), "churn.");
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
