import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ProcessFile, pathsIn } from "./folder.ts";

const PROGRAM = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const CACHE = fileURLToPath(new URL("../../cache/compile", import.meta.url));
/** A log is begun anew at this size; the one before is kept. */
const MOST_LOG_BYTES = 5_000_000;
const RESTART_MS = 500;
const MOST_RESTART_MS = 30_000;
/** Who ran so long has started well. */
const STEADY_MS = 20_000;

/** What is kept running: an agent with its configuration, or the program with other arguments. */
export type Kept = Pick<ProcessFile, "name"> & { readonly agent: string; readonly args?: readonly string[] };

/** A process of a community that is started again whenever it ends by itself. */
export class KeptProcess<File extends Kept = ProcessFile> {
  readonly file: File;
  /** How often it was started. */
  starts = 0;
  /** Real milliseconds from the last start to its first word; 0 before the first. */
  bootMs = 0;
  /** Told of each end that was not asked for; gives further variables for the next start. */
  onDeath: (signal: string | null) => NodeJS.ProcessEnv = () => ({});
  readonly #program: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #log: WriteStream | undefined;
  #failures = 0;
  #startedAt = 0;
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param program What runs it, with `agent --config FILE`: the program that runs this, from its sources, if left out. */
  constructor(folder: string, file: File, env: NodeJS.ProcessEnv, program = PROGRAM) {
    this.#program = program;
    this.#folder = folder;
    this.file = file;
    this.#env = { NODE_COMPILE_CACHE: CACHE, ...env };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** @param env Further variables for this start alone. */
  start(env: NodeJS.ProcessEnv = {}): void {
    const paths = pathsIn(this.#folder);
    this.#log?.end();
    this.#log = logTo(paths.log(this.file.name));
    this.#stopping = false;
    this.starts++;
    this.#startedAt = Date.now();
    const { agent, name, args: given } = this.file;
    const args = [this.#program, ...(given ?? [agent, "--config", paths.config(name)])];
    // The channel tells it when this process is gone.
    const stdio = ["ignore", "pipe", "pipe", "ipc"] as const;
    const child = spawn(process.execPath, args, { env: { ...this.#env, ...env }, stdio: [...stdio] });
    child.stdout!.pipe(this.#log, { end: false });
    child.stdout!.once("data", () => {
      this.bootMs = Date.now() - this.#startedAt;
    });
    child.stderr!.pipe(this.#log, { end: false });
    child.once("exit", (_, signal) => this.#onExit(signal));
    this.#child = child;
  }

  /** Kills it at once, as a power cut would; it is started again. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  /** Resolves when the process that runs now has ended. */
  ended(): Promise<void> {
    if (!this.running) return Promise.resolve();
    return new Promise((resolve) => this.#child!.once("exit", () => resolve()));
  }

  /** Ends it gracefully, until it is started again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const ended = this.ended();
    this.#child?.kill("SIGTERM");
    await ended;
    this.#log?.end();
  }

  /** Who was killed is started at once; who failed by itself again and again, later each time. */
  #onExit(signal: string | null): void {
    if (this.#stopping) return;
    const env = this.onDeath(signal);
    const steady = signal === "SIGKILL" || Date.now() - this.#startedAt > STEADY_MS;
    this.#failures = steady ? 0 : this.#failures + 1;
    const pause = steady ? 0 : Math.min(MOST_RESTART_MS, RESTART_MS * 2 ** Math.min(this.#failures - 1, 10));
    this.#timer = setTimeout(() => this.start(env), pause);
  }
}

function logTo(file: string): WriteStream {
  try {
    if (statSync(file).size > MOST_LOG_BYTES) renameSync(file, `${file}.1`);
  } catch {
    // no log yet
  }
  return createWriteStream(file, { flags: "a" });
}
