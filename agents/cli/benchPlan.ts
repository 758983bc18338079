import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { benchPlans, type PlanBench } from "../bench/plans.ts";
import { columns, decimal } from "../report/columns.ts";
import { SILENT } from "../simulation/progress.ts";
import { wholeNumber } from "./options.ts";
import { PhaseProgress } from "./phaseProgress.ts";

interface PlanOptions {
  readonly homes: number;
  readonly workers?: number;
  readonly seed: number;
  readonly write?: boolean;
  readonly json?: boolean;
}

const DOC = fileURLToPath(new URL("../../docs/households.md", import.meta.url));
const MARK = "<!-- bench plan -->\n";

/** Adds `bench plan`. */
export function addBenchPlan(bench: Command): void {
  bench
    .command("plan")
    .description("seconds per plan of a home with battery, car, washer and heating over 96 slots, and homes per second")
    .addOption(new Option("--homes <n>", "made-up homes").default(48).argParser(wholeNumber("--homes", 1, 100_000)))
    .option("--workers <n>", "processes; without it, 1 and then all of this machine", wholeNumber("--workers", 1, 256))
    .addOption(
      new Option("--seed <n>", "seed of the homes").default(1).argParser(wholeNumber("--seed", 0, 0xffff_ffff)),
    )
    .option("--write", "write the table into docs/households.md")
    .option("--json", "print {rows} and nothing else; times in seconds")
    .action(benchPlan);
}

async function benchPlan({ homes, workers, seed, write, json }: PlanOptions): Promise<void> {
  const progress = json ? SILENT : new PhaseProgress();
  const rows: PlanBench[] = [];
  for (const count of workers === undefined ? [...new Set([1, availableParallelism()])] : [workers]) {
    progress.phase(`planning ${homes} homes of seed ${seed} with ${count} workers`, homes);
    rows.push(await benchPlans(homes, count, seed, () => progress.step()));
  }
  if (progress instanceof PhaseProgress) progress.end();
  process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : `${table(rows)}\n`);
  if (!write) return;
  const [before, , after] = readFileSync(DOC, "utf8").split(MARK);
  writeFileSync(DOC, `${before}${MARK}\`\`\`\n${table(rows)}\n\`\`\`\n${MARK}${after}`);
}

const HEADER = [
  "workers",
  "homes",
  "s/plan least",
  "median",
  "p95",
  "most",
  "CPU median",
  "CPU most",
  "homes/s",
  "digest of all plans",
];

const table = (rows: readonly PlanBench[]): string =>
  columns(
    [
      HEADER,
      ...rows.map(({ workers, homes, least, median, p95, most, cpuMedian, cpuMost, homesPerSecond, digest }) => [
        ...[
          `${workers}`,
          `${homes}`,
          ...[least, median, p95, most, cpuMedian, cpuMost].map((seconds) => decimal(seconds, 3)),
        ],
        ...[decimal(homesPerSecond, 1), digest.slice(0, 12)],
      ]),
    ],
    0,
  );
