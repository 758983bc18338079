import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { schedule } from "../household/hems/schedule.ts";
import { benchHome } from "./planHomes.ts";

/** A plan that was made, and how long that took. */
export interface TimedPlan {
  readonly home: number;
  readonly seconds: number;
  /** Of the processor alone, which other programs of the machine don't lengthen. */
  readonly cpuSeconds: number;
  /** Expected cost, currency, and what the meter is expected to see, Wh per slot. */
  readonly cost: number;
  readonly gridWh: readonly number[];
}

/** Plans homes one after the other in this process. */
export function plansOf(seed: number, homes: readonly number[]): TimedPlan[] {
  return homes.map((home) => {
    const problem = benchHome(seed, home);
    const [started, before] = [performance.now(), process.threadCpuUsage()];
    const { cost, gridWh } = schedule(problem);
    const { user, system } = process.threadCpuUsage(before);
    const seconds = (performance.now() - started) / 1000;
    return { home, seconds, cpuSeconds: (user + system) / 1e6, cost, gridWh: [...gridWh] };
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
  /** Median and most of the processor's seconds per plan. */
  readonly cpuMedian: number;
  readonly cpuMost: number;
  readonly homesPerSecond: number;
  /** SHA-256 of all plans in the order of homes: the same with any number of workers. */
  readonly digest: string;
}

/** Homes that a worker is given at a time: few, so that all end together. */
const CHUNK = 4;

/**
 * Plans `homes` homes in so many processes: threads that end while they compile the solver can take the program along.
 * Every process has planned a home before the clock starts. Throws if one of them dies.
 */
export async function benchPlans(homes: number, workers: number, seed: number, done = () => {}): Promise<PlanBench> {
  const start = () => fork(new URL("./planProcess.ts", import.meta.url), { execArgv: [] });
  const processes = Array.from({ length: workers }, start);
  try {
    await Promise.all(processes.map((each) => asked(each, seed, [0])));
    const started = performance.now();
    const plans: TimedPlan[] = new Array(homes);
    let next = 0;
    const work = async (each: ChildProcess) => {
      while (next < homes) {
        const chunk = Array.from({ length: Math.min(CHUNK, homes - next) }, (_, i) => next + i);
        next += chunk.length;
        for (const plan of await asked(each, seed, chunk)) plans[plan.home] = plan;
        for (const _ of chunk) done();
      }
    };
    await Promise.all(processes.map(work));
    return measured(plans, workers, seed, (performance.now() - started) / 1000);
  } finally {
    for (const each of processes) each.kill();
  }
}

function asked(each: ChildProcess, seed: number, homes: readonly number[]): Promise<TimedPlan[]> {
  return new Promise((resolve, reject) => {
    each.removeAllListeners();
    each.once("message", (plans) => resolve(plans as TimedPlan[]));
    each.once("error", reject);
    each.once("exit", (code, signal) => reject(new Error(`a process that plans ended with ${code ?? signal}`)));
    each.send({ seed, homes });
  });
}

function measured(plans: readonly TimedPlan[], workers: number, seed: number, seconds: number): PlanBench {
  const sorted = (of: (plan: TimedPlan) => number) => plans.map(of).sort((a, b) => a - b);
  const [wall, cpu] = [sorted((plan) => plan.seconds), sorted((plan) => plan.cpuSeconds)];
  const at = (values: readonly number[], share: number) =>
    values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
  const told = plans.map(({ home, cost, gridWh }) => JSON.stringify([home, cost, gridWh])).join("\n");
  return {
    ...{ homes: plans.length, workers, seed },
    ...{ least: wall[0]!, median: at(wall, 0.5), p95: at(wall, 0.95), most: wall.at(-1)! },
    ...{ cpuMedian: at(cpu, 0.5), cpuMost: cpu.at(-1)! },
    homesPerSecond: plans.length / seconds,
    digest: createHash("sha256").update(told).digest("hex"),
  };
}
