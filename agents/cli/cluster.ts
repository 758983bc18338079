import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Command } from "commander";
import { GRID_2017 } from "../cluster/co2.ts";
import { type Instance, readInstances } from "../cluster/instanceFile.ts";
import { type ScenarioCosts, scenarioCosts } from "../cluster/scenarios.ts";
import { InputError } from "../data/inputError.ts";
import { decimalNumber } from "./options.ts";

interface ClusterOptions {
  readonly json?: boolean;
  readonly report?: string;
  readonly co2?: number;
}

const NOTES = `
FILE holds {"meta": {"steps", "battery"}, "instances": [{"name", "load_kWh", "pv_kWh", "price_buy_p", "price_sell_p",
"eta_charge", "eta_discharge", "soc0_kWh", "soc_min_kWh", "soc_max_kWh", "soc_end_min_kWh"}]}, as
test/vectors/incluster.json does. Prices may have any sign, and a unit sold may bring more than one bought costs.

Example:
  npm run -s commonwatt -- cluster test/vectors/incluster.json --report out/site.html`;

/** Adds the verb that controls an industrial site with storage. */
export function addCluster(program: Command): void {
  program
    .command("cluster")
    .description("what the day of an industrial site with storage costs without a strategy, by rules, and at best")
    .argument("<file>", "instances in the schema of test/vectors/incluster.json")
    .option("--json", "print [{id, noPooling, noStrategy, ruleBased, optimal, optimalSameEnd}], in pence")
    .option("--report <file>", "write a page with the days drawn, their CO2, and Algorithm 1 as printed")
    .option("--co2 <grams>", "grams of CO2 per kWh from the grid, for the page", decimalNumber("--co2", 0, 2000))
    .addHelpText("after", NOTES)
    .action(cluster);
}

async function cluster(file: string, { json, report, co2 }: ClusterOptions): Promise<void> {
  const instances = readInstances(file);
  const costs = instances.map(({ site }) => inFile(file, () => scenarioCosts(site)));
  if (report !== undefined) await writePage(report, instances, co2);
  process.stdout.write(json || !process.stdout.isTTY ? `${JSON.stringify(costs, null, 1)}\n` : tableOf(costs));
}

async function writePage(page: string, instances: readonly Instance[], grams?: number): Promise<void> {
  const [{ siteHtml }, { siteDays }] = await Promise.all([
    import("../report/siteHtml.ts"),
    import("../cluster/siteDays.ts"),
  ]);
  const factor = grams === undefined ? GRID_2017 : { gramsPerKwh: grams, source: "--co2" };
  const days = instances.map((instance) => siteDays(instance, factor));
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, siteHtml(instances, days, factor));
  process.stderr.write(`${page}\n`);
}

/** What is refused while a file's instance is solved is refused in that file. */
function inFile<T>(file: string, solve: () => T): T {
  try {
    return solve();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message, { file }, error.remedy);
  }
}

const COLUMNS = ["noPooling", "noStrategy", "ruleBased", "optimal", "optimalSameEnd"] as const;
const HEADER = ["instance", "no pooling", "no strategy", "rules", "optimum", "same end"];

/** A row per instance, pence. */
export function tableOf(costs: readonly ScenarioCosts[]): string {
  const rows = costs.map((cost) => [cost.id, ...COLUMNS.map((column) => cost[column].toFixed(2))]);
  const table = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!))).join("  ");
  return `pence per day\n${table.map(line).join("\n")}\n`;
}
