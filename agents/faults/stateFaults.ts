import { copyFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { liveDay } from "./day.ts";
import type { Struck } from "./faults.ts";
import type { Scene } from "./scene.ts";

export type Damage = "garbled" | "truncated" | "deleted" | "old";

const FILES = ["", "-wal"];

/** Kills every process and damages its state before it starts again; gives the number of files damaged. */
export async function damageStates(scene: Scene, damage: Damage): Promise<number> {
  let damaged = 0;
  for (const [name, each] of scene.processes) {
    await each.stop();
    const file = scene.stateOf(name);
    if (damage === "old") {
      const copies = FILES.map((suffix) => `${file}${suffix}`).map((path) => [path, `${path}.before`] as const);
      const had = copies.some(([, copy]) => existsSync(copy));
      for (const [path, copy] of copies) swap(path, copy);
      if (had) damaged++;
    } else if (existsSync(file)) {
      damaged++;
      strike(file, damage);
    }
    each.start();
  }
  return damaged;
}

/** Puts the copy of last time in the file's place, and keeps the file for next time. */
function swap(path: string, copy: string): void {
  const kept = `${copy}.new`;
  if (existsSync(path)) copyFileSync(path, kept);
  if (existsSync(copy)) copyFileSync(copy, path);
  if (existsSync(kept)) copyFileSync(kept, copy);
}

function strike(file: string, damage: "garbled" | "truncated" | "deleted"): void {
  if (damage === "deleted") for (const suffix of FILES) rmSync(`${file}${suffix}`, { force: true });
  else if (damage === "truncated") truncateSync(file, Math.floor(statSync(file).size / 2));
  else writeFileSync(file, "garbled ".repeat(2000));
}

/** Pages of 4,096 bytes: hardly more than an empty file. */
const FEW_PAGES = "3";

/** Every process finds its disk full from before the posts on; two seconds later there is space again. */
export async function smallDisks(scene: Scene): Promise<Struck> {
  const restart = async (env: NodeJS.ProcessEnv) => {
    for (const each of scene.processes.values()) {
      await each.stop();
      each.start(env);
    }
  };
  const during = async (step: string) => {
    if (step !== "posted" && step !== "cleared") return;
    await restart({ COMMONWATT_DISK_PAGES: FEW_PAGES });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await restart({});
  };
  return { facts: await liveDay(scene, { during }), strikes: 2 * scene.processes.size };
}
