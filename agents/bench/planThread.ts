import { parentPort } from "node:worker_threads";
import { plansOf } from "./plans.ts";

/** Homes that a thread is asked to plan. */
export interface PlanTask {
  readonly seed: number;
  readonly homes: readonly number[];
}

parentPort!.on("message", ({ seed, homes }: PlanTask) => parentPort!.postMessage(plansOf(seed, homes)));
