import { type Command, Option } from "commander";
import { BUILDING, build } from "../chain/artifacts.ts";
import { communityStatus, statusText } from "../community/status.ts";
import { communityUp } from "../community/up.ts";
import { askedToEnd } from "../process/asked.ts";
import { SILENT } from "../simulation/progress.ts";
import { wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";

interface UpFlags {
  readonly dir: string;
  readonly homes: number;
  readonly seed: number;
  readonly speed: number;
  readonly slotMinutes: number;
  readonly port: number;
  readonly json?: boolean;
}

const NOTE = `
A chain of its own (anvil, or a hardhat node), relay with broker, operator, keeper, DSO, and a process for each home.
What ends by itself is started again. SIGINT or SIGTERM ends all. The keys in the folder are for this chain alone.`;

/** Adds `community up` and `community status`. */
export function addCommunity(program: Command): void {
  const community = program.command("community").description("a whole community of processes on a local chain");
  const whole = (flags: string, text: string, preset: number, least: number, most: number) =>
    new Option(flags, text).default(preset).argParser(wholeNumber(flags.split(" ")[0]!, least, most));
  community
    .command("up")
    .description("found a community of synthetic homes and run all its processes until stopped")
    .option("--dir <folder>", "a new folder for configurations, states and logs", "community")
    .addOption(whole("--homes <n>", "number of homes", 4, 2, 100))
    .addOption(whole("--seed <n>", "seed of the homes and their readings", 8, 0, 0xffff_ffff))
    .addOption(whole("--speed <n>", "seconds of the chain in a real second", 1, 1, 3600))
    .addOption(whole("--slot-minutes <n>", "length of a slot", 15, 15, 60))
    .addOption(whole("--port <n>", "port of the chain; broker and health take those after it", 8600, 1024, 65_000))
    .option("--json", "print where everything is as JSON once it runs, and nothing else")
    .addHelpText("after", NOTE)
    .action(up);
  community
    .command("status")
    .description("how the processes and the days of a community stand")
    .option("--dir <folder>", "the community's folder", "community")
    .addOption(whole("--days <n>", "days to show", 5, 1, 365))
    .option("--json", "print it as JSON")
    .action(status);
}

async function up({ dir, json, ...options }: UpFlags): Promise<void> {
  const progress = json ? SILENT : new PhaseProgress();
  progress.phase(BUILDING);
  await build();
  const running = await communityUp({ folder: dir, progress, ...options });
  const names = running.processes.map(({ file }) => file.name);
  if (json) process.stdout.write(`${JSON.stringify({ dir, rpc: running.rpc, processes: names })}\n`);
  else
    process.stdout.write(
      `${names.length} processes run on ${running.rpc}; logs in ${dir}/logs.\n` +
        `In another terminal: npm run -s commonwatt -- community status --dir ${dir}\nCtrl-C ends it.\n`,
    );
  await askedToEnd();
  await running.stop();
}

async function status({ dir, days, json }: { dir: string; days: number; json?: boolean }): Promise<void> {
  const found = await communityStatus(dir, days);
  process.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : statusText(found));
}
