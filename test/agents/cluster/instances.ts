import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readInstances } from "../../../agents/cluster/instanceFile.ts";

/** The published instances, as the repository has them. */
export const INSTANCES = fileURLToPath(new URL("../../vectors/incluster.json", import.meta.url));

/** What the file says of an instance beside its data. */
export interface Published {
  readonly name: string;
  readonly scenario1_no_strategy_pooled_p: number;
  readonly scenario1b_no_strategy_no_sharing_p: number;
  readonly scenario2_rule_based_p: number;
  readonly scenario2_grid_kWh: readonly number[];
  readonly scenario2_soc_kWh: readonly number[];
  readonly scenario3_optimal_p: number;
  readonly scenario3_optimal_with_rule_final_soc_p: number;
  readonly load_kWh: Readonly<Record<string, readonly number[]>>;
  readonly unit_kWh: Readonly<Record<string, readonly number[]>>;
  readonly pv_kWh: Readonly<Record<string, readonly number[]>>;
}

export interface PublishedBoats {
  readonly cost_p: number;
  readonly grid_kWh: readonly number[];
  readonly bess1_kWh: readonly number[];
  readonly bess2_kWh: readonly number[];
  readonly soc1_kWh: readonly number[];
  readonly soc2_kWh: readonly number[];
}

const published = JSON.parse(readFileSync(INSTANCES, "utf8")) as {
  instances: Published[];
  rule_based_with_boats: PublishedBoats[];
};

export const PUBLISHED = published.instances;
export const PUBLISHED_BOATS = published.rule_based_with_boats;

/** The instance of a name. */
export function instance(name: string) {
  return readInstances(INSTANCES).find(({ site }) => site.id === name)!;
}

/** Asserts a series within 1e-6. */
export const close = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) < 1e-6);
