import { parentPort } from "node:worker_threads";
import { runFederation } from "./run.ts";
import type { Settings } from "./settings.ts";

/** A run that a thread is asked for, and its place among all. */
export interface ReplicateTask {
  readonly index: number;
  readonly settings: Settings;
  readonly seed: number;
}

parentPort!.on("message", ({ index, settings, seed }: ReplicateTask) => {
  parentPort!.postMessage({ index, counts: runFederation(settings, seed).counts });
});
