import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import { BOOK_KINDS, type BookKind } from "../bench/gasBook.ts";
import { CHECKED, type GasCase, type GasFigures, gasText, LARGE, measure } from "../bench/gasTable.ts";
import { addBenchCommons } from "./benchCommons.ts";
import { addBenchFaults } from "./benchFaults.ts";
import { addBenchPlan } from "./benchPlan.ts";
import { addBenchWeeks } from "./benchWeeks.ts";
import { wholeNumber } from "./options.ts";
import { checkSnapshot, writeSnapshot } from "./snapshot.ts";

interface GasOptions {
  readonly members?: number;
  readonly slots: number;
  readonly book: BookKind;
  readonly json?: boolean;
  readonly check?: boolean;
  readonly write?: boolean;
  readonly large?: boolean;
}

const SNAPSHOT = fileURLToPath(new URL("../../test/snapshots/gas.txt", import.meta.url));

/** Adds `bench` with all its benchmarks. */
export function addBench(program: Command): void {
  const bench = program.command("bench").description("benchmarks whose figures are committed");
  bench
    .command("gas")
    .description("gas per order posted, cleared and settled: first day on a fresh chain, and steady state")
    .option(
      "--members <n>",
      "members of the community; without it, the committed cases",
      wholeNumber("--members", 2, 8192),
    )
    .option("--slots <n>", "slots of the day, an order of each member in each", wholeNumber("--slots", 1, 100), 96)
    .addOption(new Option("--book <kind>", "who sells when").choices(BOOK_KINDS).default("day"))
    .option("--large", "the large cases as well: 1,000 members, and 5,000 orders in one slot (minutes)")
    .option("--check", "compare with test/snapshots/gas.txt; exit 1 if a figure drifted")
    .option("--write", "write test/snapshots/gas.txt")
    .option("--json", "print {rows, firstDay, plain}, gas per order, and nothing else")
    .action(benchGas);
  addBenchCommons(bench);
  addBenchFaults(bench);
  addBenchPlan(bench);
  addBenchWeeks(bench);
}

async function benchGas(options: GasOptions): Promise<void> {
  const figures: GasFigures[] = [];
  for (const given of casesOf(options)) figures.push(await measure(given, (text) => process.stderr.write(`${text}\n`)));
  const text = gasText(figures);
  if (options.json) {
    const rows = figures.map(({ steadyState }) => steadyState);
    const firstDay = figures.map((figure) => figure.firstDay);
    const plain = figures.flatMap((figure) => figure.plain ?? []);
    process.stdout.write(`${JSON.stringify({ rows, firstDay, plain }, null, 2)}\n`);
  } else process.stdout.write(`gas per order\n${text}`);
  if (options.write) writeSnapshot(SNAPSHOT, text);
  if (options.check) checkSnapshot(SNAPSHOT, text, "bench gas --large --write");
}

const casesOf = ({ members, slots, book, large }: GasOptions): readonly GasCase[] =>
  members === undefined ? [...CHECKED, ...(large ? LARGE : [])] : [{ members, slots, book }];
