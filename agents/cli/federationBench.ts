import { spawnSync } from "node:child_process";
import type { Command } from "commander";
import { type BenchFigures, bench, calibrate, PEERSIM } from "../federation/benchmark.ts";
import { wholeNumber } from "./options.ts";

interface BenchOptions {
  readonly nodes?: number;
  readonly cycles: number;
  readonly threads?: 1 | 2;
  readonly large?: boolean;
  readonly json?: boolean;
}

/** Adds `federation bench`. */
export function addFederationBench(federation: Command): void {
  federation
    .command("bench")
    .description("node-cycles per second and peak memory, beside PeerSim's; 1,000 and 10,000 nodes unless said")
    .option("--nodes <n>", "one size only", wholeNumber("--nodes", 2, 4_000_000))
    .option("--cycles <n>", "cycles of a run", wholeNumber("--cycles", 1, 100_000), 1000)
    .option("--threads <n>", "1 or 2; both unless said", wholeNumber("--threads", 1, 2))
    .option("--large", "100,000 and 1,000,000 nodes as well (minutes)")
    .option("--json", "print {calibration, runs}, a run being what a row shows")
    .action(benchAll);
}

function benchAll({ nodes, cycles, threads, large, json }: BenchOptions): void {
  const sizes = nodes === undefined ? [1000, 10_000, ...(large ? [100_000, 1_000_000] : [])] : [nodes];
  const asked = threads === undefined ? [1, 2] : [threads];
  const alone = sizes.length * asked.length === 1;
  // peak memory is of a process, so that each of several runs has its own
  const runs = sizes.flatMap((size) =>
    asked.map((count) => (alone ? bench(size, cycles, count as 1 | 2) : apart(size, cycles, count))),
  );
  print(runs, json);
}

function apart(nodes: number, cycles: number, threads: number): BenchFigures {
  const own = [
    "federation",
    "bench",
    "--json",
    "--nodes",
    `${nodes}`,
    "--cycles",
    `${cycles}`,
    "--threads",
    `${threads}`,
  ];
  process.stderr.write(`${nodes} nodes, ${cycles} cycles, ${threads} thread${threads === 1 ? "" : "s"}\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [process.argv[1]!, ...own], { encoding: "utf8" });
  if (status !== 0) throw new Error(`a run failed: ${stderr.trim().split("\n")[0]}`);
  return (JSON.parse(stdout) as { runs: BenchFigures[] }).runs[0]!;
}

function print(runs: readonly BenchFigures[], json = false): void {
  const calibration = calibrate();
  if (json) {
    process.stdout.write(`${JSON.stringify({ calibration, runs }, null, 1)}\n`);
    return;
  }
  const head = ["nodes", "cycles", "threads", "s", "CPU s", "M node-cycles/s", "peak MB", "of PeerSim's speed, target"];
  const rows = runs.map(row);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i]!.length)));
  const line = (cells: readonly string[]) => cells.map((cell, i) => cell.padStart(widths[i]!)).join("  ");
  process.stdout.write(`${[head, ...rows].map(line).join("\n")}\n`);
  process.stdout.write(`calibration: ${calibration.toFixed(0)} M dependent reads of a 64 kB table per second\n`);
}

function row({ nodes, cycles, threads, seconds, cpuSeconds, nodeCyclesPerSecond, peakMb }: BenchFigures): string[] {
  const baseline = PEERSIM.find((each) => each.nodes === nodes);
  const times = baseline ? (nodeCyclesPerSecond / baseline.nodeCyclesPerSecond).toFixed(2) : "";
  return [
    `${nodes}`,
    `${cycles}`,
    `${threads}`,
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    (nodeCyclesPerSecond / 1e6).toFixed(2),
    peakMb.toFixed(0),
    baseline ? `${times} x, ${baseline.factor} x` : "",
  ];
}
