import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Counts } from "./counters.ts";
import type { ReplicateTask } from "./replicateThread.ts";
import { runFederation } from "./run.ts";
import type { Settings } from "./settings.ts";

/** A run to make. */
export interface Replicate {
  readonly settings: Settings;
  readonly seed: number;
}

/** Makes independent runs on so many threads; the counts come in the order of the runs, whatever the number of threads. */
export async function runReplicates(
  replicates: readonly Replicate[],
  done: () => void = () => {},
  threads = availableParallelism(),
): Promise<readonly Counts[]> {
  if (threads <= 1 || replicates.length <= 1) {
    return replicates.map(({ settings, seed }) => {
      const { counts } = runFederation(settings, seed);
      done();
      return counts;
    });
  }
  return spread(replicates, done, Math.min(threads, replicates.length));
}

async function spread(replicates: readonly Replicate[], done: () => void, threads: number): Promise<readonly Counts[]> {
  const results: Counts[] = new Array(replicates.length);
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL("./replicateThread.ts", import.meta.url));
    try {
      while (next < replicates.length) {
        const index = next++;
        results[index] = await asked(worker, { index, ...replicates[index]! });
        done();
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  return results;
}

/** What a thread answers to one task. */
function asked(worker: Worker, task: ReplicateTask): Promise<Counts> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.once("message", ({ counts }: { counts: Counts }) => resolve(counts));
    worker.once("error", reject);
    worker.postMessage(task);
  });
}
