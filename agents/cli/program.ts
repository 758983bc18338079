import { Command, CommanderError } from "commander";
import { InputError } from "../data/inputError.ts";

/** What happened, for whoever called the program. */
export const EXIT = { ok: 0, failed: 1, badInput: 2 } as const;

/** A verb; its module is loaded only when it is asked for. */
interface Verb {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<(program: Command) => void>;
}

const VERBS: readonly Verb[] = [
  {
    name: "run",
    description:
      "live one whole day of a community as a market, as a commons, or in all ways, and report what it was worth",
    load: async () => (await import("./run.ts")).addRun,
  },
  {
    name: "week",
    description: "some days with one, two and three timescales of trade, against no market and perfect foresight",
    load: async () => (await import("./week.ts")).addWeek,
  },
  {
    name: "auction",
    description: "clear every book of a file by the strategy-proof auction",
    load: async () => (await import("./auction.ts")).addAuction,
  },
  {
    name: "cluster",
    description: "what the day of an industrial site with storage costs without a strategy, by rules, and at best",
    load: async () => (await import("./cluster.ts")).addCluster,
  },
  {
    name: "communities",
    description: "live one day of three communities: each its own market, then what that left over, together",
    load: async () => (await import("./communities.ts")).addCommunities,
  },
  {
    name: "federation",
    description: "clusters of energy nodes that trade with each other: one run, or the paper's experiments",
    load: async () => (await import("./federation.ts")).addFederation,
  },
  {
    name: "herd",
    description: "0 to 100 % of homes follow the price on their own: the feeder's peak in three ways",
    load: async () => (await import("./herd.ts")).addHerd,
  },
  {
    name: "commons",
    description: "packets by priority, without prices: published scenes, and the messages of a request",
    load: async () => (await import("./commons.ts")).addCommons,
  },
  {
    name: "deploy",
    description: "deploy the contracts of a community to a chain, and write where they are",
    load: async () => (await import("./deploy.ts")).addDeploy,
  },
  {
    name: "forecast",
    description: "forecasts of load and PV, held against measured homes",
    load: async () => (await import("./forecast.ts")).addForecast,
  },
  {
    name: "community",
    description: "run a whole community of processes on a local chain, and see how it stands",
    load: async () => (await import("./community.ts")).addCommunity,
  },
  {
    name: "devices",
    description: "simulate the devices of homes on the other side of their broker, for trials",
    load: async () => (await import("./devices.ts")).addDevices,
  },
  {
    name: "key",
    description: "make an encrypted keystore for a process",
    load: async () => (await import("./key.ts")).addKey,
  },
  {
    name: "check",
    description: "check the configuration of a process: what is wrong, on which line, and what to do",
    load: async () => (await import("./check.ts")).addCheck,
  },
  {
    name: "bench",
    description: "benchmarks whose figures are committed",
    load: async () => (await import("./bench.ts")).addBench,
  },
];

const AGENTS = "run an agent as a long-running process: --config FILE.yaml";
const AGENT_LIST: readonly Verb[] = ["household", "relay", "keeper", "dso", "operator"].map((name) => ({
  name,
  description: AGENTS,
  load: async () => {
    const { addAgent } = await import("./agents.ts");
    return (program: Command) => addAgent(program, name);
  },
}));

/** Runs the program on what follows its name. Gives the exit code; never throws, and prints no stack unless asked. */
export async function program(args: readonly string[]): Promise<number> {
  const root = new Command("commonwatt")
    .description("A local electricity market for a community of households, on a chain.")
    .exitOverride();
  try {
    await addVerbs(root, args);
    await root.parseAsync(args, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return explain(error, commandOf(root, args));
  }
}

/** Adds the verbs that the arguments name with all they can do, the others for the list of verbs only. */
async function addVerbs(root: Command, args: readonly string[]): Promise<void> {
  for (const { name, description, load } of [...VERBS, ...AGENT_LIST]) {
    if (name === (args[0] === "help" ? args[1] : args[0])) (await load())(root);
    else root.command(name).description(description);
  }
}

/** The command that the arguments lead to, such as `bench gas`. */
function commandOf(root: Command, args: readonly string[]): Command {
  let command = root;
  for (const arg of args) {
    const next = command.commands.find((each) => each.name() === arg);
    if (!next) break;
    command = next;
  }
  return command;
}

/** Says on stderr what went wrong, unless commander has. */
function explain(error: unknown, command: Command): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    if (error.code !== "commander.help") process.stderr.write(usage(command));
    return EXIT.badInput;
  }
  if (!(error instanceof InputError)) return failed(error);
  showStack(error);
  process.stderr.write(`error: ${error.describe()}\n${usage(command)}`);
  return EXIT.badInput;
}

/** Says on stderr, in one sentence, why what was asked for could not be done. Gives the exit code. */
export function failed(error: unknown): number {
  showStack(error);
  process.stderr.write(`error: ${sentence(error)}\n`);
  return EXIT.failed;
}

function showStack(error: unknown): void {
  if (process.env.COMMONWATT_DEBUG) console.error(error);
}

/** How to call a command, in short; for the program itself its verbs too. */
function usage(command: Command): string {
  if (!command.parent) return `\n${command.helpInformation()}`;
  const help = command.createHelp();
  return `usage: ${help.commandUsage(command)}\n"${pathOf(command)} --help" lists the options\n`;
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

/** One clear sentence of a ChainError; what nobody foresaw in its first line, and how to learn more. */
function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "ChainError") return error.message;
  return `${error.message.split("\n")[0]} (set COMMONWATT_DEBUG=1 to see where)`;
}
