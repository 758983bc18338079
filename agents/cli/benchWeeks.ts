import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { chainWeeks } from "../bench/chainWeeks.ts";
import { chainWeeksTable } from "../bench/chainWeeksTable.ts";
import { homeWeeks, type WeekFigures } from "../bench/homeWeeks.ts";
import { build } from "../chain/artifacts.ts";
import { ChainError } from "../chain/chainError.ts";
import { anvilBinary } from "../chain/localNode.ts";
import { columns, decimal } from "../report/columns.ts";
import { wholeNumber } from "./options.ts";

interface WeeksOptions {
  readonly weeks: number;
  readonly seed: number;
  readonly chain?: boolean;
  readonly homes: number;
  readonly write?: boolean;
  readonly json?: boolean;
}

const docOf = (page: string): string => fileURLToPath(new URL(`../../docs/${page}.md`, import.meta.url));
const MARK = "<!-- bench weeks -->\n";

/** Adds `bench weeks`. */
export function addBenchWeeks(bench: Command): void {
  bench
    .command("weeks")
    .description("weeks of a home's energy manager, meter and devices at a fast clock: memory and files stay flat")
    .addOption(new Option("--weeks <n>", "simulated weeks").default(8).argParser(wholeNumber("--weeks", 1, 520)))
    .addOption(new Option("--seed <n>", "seed of the home").default(8).argParser(wholeNumber("--seed", 0, 0xffff_ffff)))
    .option("--chain", "instead, days of a whole community of processes on a local chain, judged by it; hours")
    .addOption(new Option("--homes <n>", "homes of that community").default(2).argParser(wholeNumber("--homes", 1, 20)))
    .option("--write", "write the table into docs/households.md; with --chain, docs/processes.md")
    .option("--json", "print {rows} and nothing else; sizes in bytes")
    .action((options: WeeksOptions) => (options.chain ? benchChainWeeks(options) : benchWeeks(options)));
}

async function benchWeeks({ weeks, seed, write, json }: WeeksOptions): Promise<void> {
  const say = ({ week, plans }: WeekFigures) =>
    process.stderr.write(`week ${week} of ${weeks}: ${plans} plans so far\n`);
  const rows = await homeWeeks(weeks, seed, json ? () => {} : say);
  process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : `${table(rows)}\n`);
  if (write) writeTable("households", table(rows));
}

async function benchChainWeeks({ weeks, seed, homes, write, json }: WeeksOptions): Promise<void> {
  if (!anvilBinary()) throw new ChainError("Weeks on a chain need anvil, which has no binary for this platform.");
  await build();
  const days = 7 * weeks;
  const rows = await chainWeeks({
    ...{ days, homes, seed },
    done: ({ day, wrong }) => process.stderr.write(`day ${day} of ${days}: ${wrong.join("; ") || "well"}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : `${chainWeeksTable(rows)}\n`);
  if (write) writeTable("processes", chainWeeksTable(rows));
  const wrong = rows.flatMap((each) => each.wrong.map((text) => `day ${each.day}: ${text}`));
  if (wrong.length > 0) throw new ChainError(`Not all days were well: ${wrong.join("; ")}.`);
}

function writeTable(page: string, text: string): void {
  const [before, , after] = readFileSync(docOf(page), "utf8").split(MARK);
  writeFileSync(docOf(page), `${before}${MARK}\`\`\`\n${text}\n\`\`\`\n${MARK}${after}`);
}

const HEADER = ["week", "heap MB", "process MB", "state kB", "facts", "topics", "plans"];

const table = (rows: readonly WeekFigures[]): string =>
  columns(
    [
      HEADER,
      ...rows.map(({ week, heapBytes, rssBytes, stateBytes, facts, topics, plans }) => [
        ...[`${week}`, decimal(heapBytes / 1e6, 1), decimal(rssBytes / 1e6, 0), decimal(stateBytes / 1e3, 0)],
        ...[`${facts}`, `${topics}`, `${plans}`],
      ]),
    ],
    0,
  );
