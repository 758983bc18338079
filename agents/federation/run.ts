import { Worker } from "node:worker_threads";
import { cacheWords } from "./caches.ts";
import { COUNTERS, type Counts, countsOf } from "./counters.ts";
import { EnergySide } from "./energySide.ts";
import { Federation } from "./federation.ts";
import { announce, awaitCycle, READY, REWIRED } from "./handover.ts";
import { Newscast } from "./newscast.ts";
import type { NewscastTask } from "./newscastThread.ts";
import { Population } from "./population.ts";
import type { Settings } from "./settings.ts";

/** Whoever wants to know how a run goes on. */
export interface Watcher {
  /** After each cycle: the counters so far, and how many nodes are alive. */
  cycle(cycle: number, counters: Float64Array, size: number): void;
}

/** A federation when its run has ended. */
export interface Ended {
  readonly counts: Counts;
  readonly population: Population;
  readonly newscast: Newscast;
  readonly energy: EnergySide;
}

/** Runs a federation to its end, on this thread or with Newscast on another. The counts do not depend on which. */
export function runFederation(settings: Settings, seed: number, threads: 1 | 2 = 1, watcher?: Watcher): Ended {
  return threads === 1 ? onOneThread(settings, seed, watcher) : onTwoThreads(settings, seed, watcher);
}

function onOneThread(settings: Settings, seed: number, watcher?: Watcher): Ended {
  const federation = new Federation(settings, seed);
  const { population, newscast, energy } = federation;
  for (let cycle = 0; cycle < settings.cycles; cycle++) {
    federation.step();
    watcher?.cycle(cycle, energy.counters, population.size);
  }
  return { counts: countsOf(energy.counters), population, newscast, energy };
}

/** Newscast gossips on its own thread; the two meet when links are renewed, which is all that reads Newscast. */
function onTwoThreads(settings: Settings, seed: number, watcher?: Watcher): Ended {
  const population = new Population(settings, seed);
  const task = shareNewscast(settings, seed, population.capacity);
  const worker = new Worker(new URL("./newscastThread.ts", import.meta.url), { workerData: task });
  worker.unref();
  const newscast = new Newscast(settings, seed, population, task.entries);
  const energy = new EnergySide(settings, seed, population, newscast);
  for (let cycle = 0; cycle < settings.cycles; cycle++) {
    population.churn(cycle);
    energy.churn();
    if (energy.rewires(cycle)) rewireShared(task, cycle, population, newscast, energy);
    energy.live(cycle);
    watcher?.cycle(cycle, energy.counters, population.size);
  }
  awaitCycle(task.shared, READY, settings.cycles);
  return { counts: countsOf(energy.counters), population, newscast, energy };
}

function rewireShared(
  { shared, remembered }: NewscastTask,
  cycle: number,
  population: Population,
  newscast: Newscast,
  energy: EnergySide,
): void {
  awaitCycle(shared, READY, cycle);
  energy.rewire();
  if (population.reclaims(cycle)) {
    newscast.caches.markRemembered(remembered);
    population.reclaim(remembered);
  }
  announce(shared, REWIRED, cycle);
}

function shareNewscast(settings: Settings, seed: number, capacity: number): NewscastTask {
  return {
    settings,
    seed,
    entries: new Int32Array(new SharedArrayBuffer(4 * cacheWords(capacity, settings.cacheSize))),
    remembered: new Uint8Array(new SharedArrayBuffer(settings.churn ? capacity : 0)),
    shared: new Int32Array(new SharedArrayBuffer(8)).fill(-1),
  };
}

/** Counters cycle by cycle, as they stood after each. */
export class History implements Watcher {
  readonly counters: Float64Array;
  readonly sizes: Int32Array;

  constructor(cycles: number) {
    this.counters = new Float64Array(cycles * COUNTERS.length);
    this.sizes = new Int32Array(cycles);
  }

  cycle(cycle: number, counters: Float64Array, size: number): void {
    this.counters.set(counters, cycle * COUNTERS.length);
    this.sizes[cycle] = size;
  }
}
