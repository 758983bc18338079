import { plansOf } from "./plans.ts";

/** Homes that a process is asked to plan. */
export interface PlanTask {
  readonly seed: number;
  readonly homes: readonly number[];
}

process.on("message", ({ seed, homes }: PlanTask) => process.send!(plansOf(seed, homes)));
