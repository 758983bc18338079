import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { InputError } from "../data/inputError.ts";
import type { AgentKind } from "../process/configSchema.ts";

/** What a local community keeps in its folder: addresses, configurations, secrets of its trial keys, states, logs. */

const member = z.object({
  name: z.string(),
  agent: z.enum(["household", "relay", "keeper", "dso", "operator"]),
  health: z.string(),
});
const runSchema = z.object({
  schema: z.literal("commonwatt-community-run/1"),
  /** Of the program that runs it. */
  pid: z.int(),
  rpc: z.string(),
  speed: z.number(),
  broker: z.string(),
  processes: z.array(member),
});
export type CommunityRun = z.infer<typeof runSchema>;

/** One process of a community: its configuration as it will stand in its file. */
export interface ProcessFile {
  readonly name: string;
  readonly agent: AgentKind;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Paths in a community's folder. */
export const pathsIn = (folder: string) => ({
  root: resolve(folder),
  community: join(folder, "community.json"),
  readings: join(folder, "readings.csv"),
  secrets: join(folder, "secrets.env"),
  run: join(folder, "run.json"),
  config: (name: string) => join(folder, "config", `${name}.yaml`),
  log: (name: string) => join(folder, "logs", `${name}.log`),
  state: (name: string) => join(folder, "state", name),
});

/** Makes the folder. Throws InputError if a community is in it already. */
export function makeFolder(folder: string): void {
  if (existsSync(pathsIn(folder).community))
    throw new InputError("the folder holds a community already", { file: folder }, "name another folder, or remove it");
  for (const part of ["config", "logs", "state", "locks"]) mkdirSync(join(folder, part), { recursive: true });
}

/** Writes a process's configuration. */
export function writeConfig(folder: string, { name, config }: ProcessFile): void {
  writeFileSync(pathsIn(folder).config(name), stringify(config));
}

/** Writes the keys of a trial community, readable by its owner alone: for local chains, whose money is worth nothing. */
export function writeSecrets(folder: string, secrets: Readonly<Record<string, string>>): void {
  const { secrets: file } = pathsIn(folder);
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The secrets of a trial community, by the names of environment variables. */
export function readSecrets(folder: string): Record<string, string> {
  const lines = readFileSync(pathsIn(folder).secrets, "utf8").split("\n").filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

export function writeRun(folder: string, run: CommunityRun): void {
  writeFileSync(pathsIn(folder).run, `${JSON.stringify(run, null, 2)}\n`);
}

/** What runs in a folder. Throws InputError if nothing was ever started there. */
export function readRun(folder: string): CommunityRun {
  const { run: file } = pathsIn(folder);
  try {
    return runSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new InputError("no community was started here", { file: folder }, 'start one with "commonwatt community up"');
  }
}
