import type { Command } from "commander";
import { type Instance, readInstances } from "../cluster/instanceFile.ts";
import { type ScenarioCosts, scenarioCosts } from "../cluster/scenarios.ts";
import { InputError } from "../data/inputError.ts";

interface ClusterOptions {
  readonly json?: boolean;
}

const NOTES = `
FILE holds {"meta": {"steps", "battery"}, "instances": [{"name", "load_kWh", "pv_kWh", "price_buy_p", "price_sell_p",
"eta_charge", "eta_discharge", "soc0_kWh", "soc_min_kWh", "soc_max_kWh", "soc_end_min_kWh"}]}, as
test/vectors/incluster.json does. Prices may have any sign, and a unit sold may bring more than one bought costs.

Example:
  npm run -s commonwatt -- cluster test/vectors/incluster.json`;

/** Adds the verb that controls an industrial site with storage. */
export function addCluster(program: Command): void {
  program
    .command("cluster")
    .description("what the day of an industrial site with storage costs without a strategy, by rules, and at best")
    .argument("<file>", "instances in the schema of test/vectors/incluster.json")
    .option("--json", "print [{id, noPooling, noStrategy, ruleBased, optimal, optimalSameEnd}], in pence")
    .addHelpText("after", NOTES)
    .action(cluster);
}

function cluster(file: string, { json }: ClusterOptions): void {
  const instances = readInstances(file);
  const costs = instances.map((instance) => costsOf(instance, file));
  process.stdout.write(json || !process.stdout.isTTY ? `${JSON.stringify(costs, null, 1)}\n` : tableOf(costs));
}

function costsOf({ site }: Instance, file: string): ScenarioCosts {
  try {
    return scenarioCosts(site);
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
