import { EXPERIMENT_3, EXPERIMENT_5 } from "./clusterSize.ts";
import { EXPERIMENT_1 } from "./demand.ts";
import type { Experiment } from "./experiment.ts";
import { EXPERIMENT_2B, EXPERIMENT_2C } from "./frequency.ts";
import { EXPERIMENT_6, EXPERIMENT_7 } from "./migration.ts";
import { EXPERIMENT_8 } from "./payoffs.ts";
import { EXPERIMENT_2A, EXPERIMENT_4 } from "./types.ts";

/** The experiments of section V-C of the paper, in its order. */
export const EXPERIMENTS: readonly Experiment[] = [
  EXPERIMENT_1,
  EXPERIMENT_2A,
  EXPERIMENT_2B,
  EXPERIMENT_2C,
  EXPERIMENT_3,
  EXPERIMENT_4,
  EXPERIMENT_5,
  EXPERIMENT_6,
  EXPERIMENT_7,
  EXPERIMENT_8,
];
