import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { homeWeeks, type WeekFigures } from "../bench/homeWeeks.ts";
import { columns, decimal } from "../report/columns.ts";
import { wholeNumber } from "./options.ts";

interface WeeksOptions {
  readonly weeks: number;
  readonly seed: number;
  readonly write?: boolean;
  readonly json?: boolean;
}

const DOC = fileURLToPath(new URL("../../docs/households.md", import.meta.url));
const MARK = "<!-- bench weeks -->\n";

/** Adds `bench weeks`. */
export function addBenchWeeks(bench: Command): void {
  bench
    .command("weeks")
    .description("weeks of a home's energy manager, meter and devices at a fast clock: memory and files stay flat")
    .addOption(new Option("--weeks <n>", "simulated weeks").default(8).argParser(wholeNumber("--weeks", 1, 520)))
    .addOption(new Option("--seed <n>", "seed of the home").default(8).argParser(wholeNumber("--seed", 0, 0xffff_ffff)))
    .option("--write", "write the table into docs/households.md")
    .option("--json", "print {rows} and nothing else; sizes in bytes")
    .action(benchWeeks);
}

async function benchWeeks({ weeks, seed, write, json }: WeeksOptions): Promise<void> {
  const say = ({ week, plans }: WeekFigures) =>
    process.stderr.write(`week ${week} of ${weeks}: ${plans} plans so far\n`);
  const rows = await homeWeeks(weeks, seed, json ? () => {} : say);
  process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : `${table(rows)}\n`);
  if (!write) return;
  const [before, , after] = readFileSync(DOC, "utf8").split(MARK);
  writeFileSync(DOC, `${before}${MARK}\`\`\`\n${table(rows)}\n\`\`\`\n${MARK}${after}`);
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
