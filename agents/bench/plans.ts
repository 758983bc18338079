import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { schedule } from "../household/hems/schedule.ts";
import { benchHome } from "./planHomes.ts";

/** A plan that was made, and how long that took. */
export interface TimedPlan {
  readonly home: number;
  readonly seconds: number;
  /** Expected cost, currency, and what the meter is expected to see, Wh per slot. */
  readonly cost: number;
  readonly gridWh: readonly number[];
}

/** Plans homes one after the other in this thread. */
export function plansOf(seed: number, homes: readonly number[]): TimedPlan[] {
  return homes.map((home) => {
    const problem = benchHome(seed, home);
    const started = performance.now();
    const { cost, gridWh } = schedule(problem);
    return { home, seconds: (performance.now() - started) / 1000, cost, gridWh: [...gridWh] };
  });
}

/** What a bench of plans measured. */
export interface PlanBench {
  readonly homes: number;
  readonly workers: number;
  readonly seed: number;
  /** Seconds per plan. */
  readonly least: number;
  readonly median: number;
  readonly p95: number;
  readonly most: number;
  readonly homesPerSecond: number;
  /** SHA-256 of all plans in the order of homes: the same with any number of workers. */
  readonly digest: string;
}

/** Homes that a worker is given at a time: few, so that all end together. */
const CHUNK = 4;

/** Plans `homes` homes on so many threads. Every thread has planned a home before the clock starts. */
export async function benchPlans(homes: number, workers: number, seed: number, done = () => {}): Promise<PlanBench> {
  const threads = Array.from({ length: workers }, () => new Worker(new URL("./planThread.ts", import.meta.url)));
  try {
    await Promise.all(threads.map((thread) => asked(thread, seed, [0])));
    const started = performance.now();
    const plans: TimedPlan[] = new Array(homes);
    let next = 0;
    const work = async (thread: Worker) => {
      while (next < homes) {
        const chunk = Array.from({ length: Math.min(CHUNK, homes - next) }, (_, i) => next + i);
        next += chunk.length;
        for (const plan of await asked(thread, seed, chunk)) plans[plan.home] = plan;
        for (const _ of chunk) done();
      }
    };
    await Promise.all(threads.map(work));
    return measured(plans, workers, seed, (performance.now() - started) / 1000);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function asked(thread: Worker, seed: number, homes: readonly number[]): Promise<TimedPlan[]> {
  return new Promise((resolve, reject) => {
    thread.removeAllListeners();
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.postMessage({ seed, homes });
  });
}

function measured(plans: readonly TimedPlan[], workers: number, seed: number, seconds: number): PlanBench {
  const sorted = plans.map((plan) => plan.seconds).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const told = plans.map(({ home, cost, gridWh }) => JSON.stringify([home, cost, gridWh])).join("\n");
  return {
    ...{ homes: plans.length, workers, seed },
    ...{ least: sorted[0]!, median: at(0.5), p95: at(0.95), most: sorted.at(-1)! },
    homesPerSecond: plans.length / seconds,
    digest: createHash("sha256").update(told).digest("hex"),
  };
}
