import { runFederation } from "./run.ts";
import { settingsOf } from "./settings.ts";
import { Stream } from "./stream.ts";

/** What a run of one size took. */
export interface BenchFigures {
  readonly nodes: number;
  readonly cycles: number;
  readonly threads: 1 | 2;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly nodeCyclesPerSecond: number;
  /** Largest resident memory of the process so far, MB of 10^6 bytes. */
  readonly peakMb: number;
  readonly exchanges: number;
}

/** Node-cycles per second that PeerSim reached on this model, and its peak memory in MB; the targets are multiples. */
export const PEERSIM = [
  { nodes: 1000, nodeCyclesPerSecond: 2.5e6, factor: 1.5, peakMb: 66 },
  { nodes: 10_000, nodeCyclesPerSecond: 2.3e6, factor: 1.5, peakMb: 72 },
  { nodes: 100_000, nodeCyclesPerSecond: 0.5e6, factor: 2.5, peakMb: 174 },
  { nodes: 1_000_000, nodeCyclesPerSecond: 0.267e6, factor: 4, peakMb: 1110 },
] as const;

/** One run of the whole model with a thousandth of the nodes substituted per cycle. */
export function bench(nodes: number, cycles: number, threads: 1 | 2): BenchFigures {
  const churn = { add: Math.max(1, Math.round(nodes / 1000)), substitute: true };
  const settings = settingsOf({ nodes, cycles, churn });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { counts } = runFederation(settings, 1, threads);
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return {
    nodes,
    cycles,
    threads,
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    nodeCyclesPerSecond: (nodes * cycles) / seconds,
    peakMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
    exchanges: counts.exchanges,
  };
}

/** Millions of steps per second of a fixed loop of random reads in 64 kB: how fast this machine is just now. */
export function calibrate(): number {
  const stream = new Stream(1, "order");
  const table = Int32Array.from({ length: 2 ** 14 }, () => stream.below(2 ** 14));
  let place = 0;
  const steps = 3e7;
  const start = performance.now();
  for (let i = 0; i < steps; i++) place = (table[place]! ^ i) & (2 ** 14 - 1);
  const seconds = (performance.now() - start) / 1000;
  return place < 0 ? 0 : steps / seconds / 1e6;
}
