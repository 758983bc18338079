import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsIn } from "../community/folder.ts";
import { liveDay } from "../faults/day.ts";
import { Scene } from "../faults/scene.ts";
import { Judge } from "../faults/verdict.ts";

/** What a process holds at the end of a day. */
export interface ProcessFigures {
  readonly name: string;
  /** Resident memory. */
  readonly rssBytes: number;
  /** All files of its state. */
  readonly stateBytes: number;
  /** Its log; begun anew at five megabytes. */
  readonly logBytes: number;
}

export interface ChainDay {
  readonly day: number;
  /** Every process of the community. The chain's node is the last one, and has no files. */
  readonly processes: readonly ProcessFigures[];
  /** What was not as it must be, by the chain. */
  readonly wrong: readonly string[];
}

export const NODE = "chain's node";

export interface ChainWeeksOptions {
  readonly days: number;
  readonly homes: number;
  readonly seed: number;
  readonly done: (day: ChainDay) => void;
}

/**
 * Days of a community of real processes on a local chain, each from the opening of its session to the day's close: homes,
 * relay with broker, operator, keeper, DSO. Slots of an hour; the chain's clock waits for what
 * is under way and then leaps to the next step. Throws Error where a day gets stuck. Assumes that the contracts are built.
 */
export async function chainWeeks({ days, homes, seed, done }: ChainWeeksOptions): Promise<ChainDay[]> {
  const parent = mkdtempSync(join(tmpdir(), "commonwatt-weeks-"));
  try {
    const scene = await Scene.begin(join(parent, "community"), { homes, seed });
    try {
      return await liveMeasured(scene, days, done);
    } finally {
      await scene.end();
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Lives days of a scene, judges each, and measures every process at its end. */
export async function liveMeasured(scene: Scene, days: number, done: (day: ChainDay) => void): Promise<ChainDay[]> {
  const judge = new Judge(scene);
  const lived: ChainDay[] = [];
  for (let day = 1; day <= days; day++) {
    const { wrong } = await judge.judge(await liveDay(scene), false);
    const each = { day, processes: figuresOf(scene), wrong };
    lived.push(each);
    done(each);
  }
  return lived;
}

function figuresOf(scene: Scene): ProcessFigures[] {
  const kept = [...scene.processes.values(), ...(scene.beside ? [scene.beside] : [])];
  const rss = residentBytes();
  const paths = pathsIn(scene.folder);
  const figures = kept.map(({ file: { name }, pid }) => ({
    ...{ name, rssBytes: rss(pid!), stateBytes: bytesIn(paths.state(name)) },
    logBytes: statSync(paths.log(name)).size,
  }));
  return [...figures, { name: NODE, rssBytes: rss(scene.node.pid), stateBytes: 0, logBytes: 0 }];
}

/** Resident memory of a process and of those it started, bytes; 0 for one that is gone. */
function residentBytes(): (pid: number) => number {
  const said = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" });
  const rows = said
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number) as [number, number, number]);
  const ofOne = (pid: number) => rows.filter(([own, parent]) => own === pid || parent === pid);
  return (pid) => ofOne(pid).reduce((sum, [, , kilobytes]) => sum + 1024 * kilobytes, 0);
}

function bytesIn(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0; // the devices keep nothing
  }
}
