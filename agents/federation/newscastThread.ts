import { workerData } from "node:worker_threads";
import { announce, awaitCycle, FAILED, READY, REWIRED } from "./handover.ts";
import { Newscast } from "./newscast.ts";
import { Population } from "./population.ts";
import type { Settings } from "./settings.ts";

/** What the thread of Newscast is started with. */
export interface NewscastTask {
  readonly settings: Settings;
  readonly seed: number;
  readonly entries: Int32Array;
  readonly remembered: Uint8Array;
  readonly shared: Int32Array;
}

/** Gossips through all cycles; stops at each rewiring until the other thread has read what it needs. */
function gossip({ settings, seed, entries, remembered, shared }: NewscastTask): void {
  const population = new Population(settings, seed);
  const newscast = new Newscast(settings, seed, population, entries);
  newscast.start();
  for (let cycle = 0; cycle < settings.cycles; cycle++) {
    population.churn(cycle);
    newscast.welcome(cycle);
    if (cycle > 0 && cycle % settings.rewirePeriod === 0) {
      announce(shared, READY, cycle);
      awaitCycle(shared, REWIRED, cycle);
    }
    if (population.reclaims(cycle)) population.reclaim(remembered);
    newscast.exchange(cycle);
  }
  announce(shared, READY, settings.cycles);
}

const task = workerData as NewscastTask;
try {
  gossip(task);
} catch (error) {
  announce(task.shared, READY, FAILED);
  throw error;
}
