import type { KeptProcess } from "../community/processes.ts";
import type { AgentKind } from "../process/configSchema.ts";
import type { Random } from "../random/random.ts";
import type { CRASH_STEPS } from "../store/crash.ts";
import type { Scene } from "./scene.ts";

type CrashStep = (typeof CRASH_STEPS)[number];

/** Steps of a transaction; twice where who comes back passes it again, so that it dies in its recovery too. */
const OUTBOX: readonly CrashStep[] = [
  ...(["outbox.intent", "outbox.signed", "outbox.sent"] as const),
  ...(["outbox.included", "outbox.included", "outbox.final", "outbox.final"] as const),
];

/** The persisted steps at which an agent is made to die in a day, one after the other, as they come. */
export const STEPS_OF: Readonly<Record<AgentKind, readonly CrashStep[]>> = {
  household: ["household.profile", ...OUTBOX],
  relay: ["relay.received", ...OUTBOX],
  keeper: [...OUTBOX, "keeper.chunk", ...OUTBOX],
  dso: ["dso.readings", "dso.signed", ...OUTBOX],
  operator: OUTBOX,
};

/** The steps of a day, where transactions after the first are died in as well: `rounds` of them in all. */
const stepsOf = (agent: AgentKind, rounds: number): readonly CrashStep[] => [
  ...STEPS_OF[agent],
  ...Array.from({ length: rounds - 1 }, () => OUTBOX).flat(),
];

/** Shortest and longest life before a kill at a random time, in times that a process takes to start. */
const LIVES = { often: [0.2, 2.5], seldom: [4, 92] } as const;
/** Real milliseconds that a start is taken to last, at least. */
const BOOT_MS = 400;

/** How hard a day is. */
export interface KillsADay {
  /** After so many it ends in peace. */
  readonly most: number;
  /** Transactions of each agent in which it dies at every step. */
  readonly rounds: number;
}

/** Kills the processes of a scene until told to stop, at their persisted steps and at random times. */
export class Killer {
  /** Deaths by agent and moment, as `keeper outbox.sent` or `keeper random`. */
  readonly deaths: Record<string, number> = {};
  readonly #scene: Scene;
  readonly #most: number;
  readonly #random: Random;
  /** The step at which each process is to die, by its name. */
  readonly #asked = new Map<string, CrashStep>();
  /** Processes that were struck at a random time and are not dead yet. */
  readonly #struck = new Set<string>();
  readonly #next = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #rounds: number;
  #over = false;

  constructor(scene: Scene, { most, rounds }: KillsADay, random: Random) {
    this.#scene = scene;
    this.#most = most;
    this.#rounds = rounds;
    this.#random = random;
    for (const each of this.#all) each.onDeath = (signal) => this.#died(each, signal);
  }

  get total(): number {
    return Object.values(this.deaths).reduce((sum, count) => sum + count, 0);
  }

  /** Starts each anew; from then on each dies at one of its steps after the other until it had all, and seldom at any other time. */
  async atSteps(): Promise<void> {
    for (const each of this.#all) {
      await each.stop();
      each.start(this.#nextStep(each));
    }
    this.atRandom("seldom");
  }

  /** Kills each again and again, at times that have nothing to do with one another; a slow machine is given its time. */
  atRandom(pace: keyof typeof LIVES = "often"): void {
    for (const each of this.#all) this.#again(each, pace);
  }

  #again(each: KeptProcess, pace: keyof typeof LIVES): void {
    if (this.#isOver) return;
    const [least, most] = LIVES[pace];
    const boot = Math.max(BOOT_MS, Math.min(...this.#all.map(({ bootMs }) => bootMs)));
    const timer = setTimeout(
      () => {
        this.#strike(each);
        this.#again(each, pace);
      },
      (boot * this.#random.int(100 * least, 100 * most)) / 100,
    );
    this.#timers.set(each.file.name, timer);
  }

  /** No more deaths: those who wait for one are started without. */
  async stop(): Promise<void> {
    this.#over = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const each of this.#all) {
      each.onDeath = () => ({});
      if (!this.#asked.delete(each.file.name)) continue;
      await each.stop();
      each.start();
    }
  }

  get #all(): KeptProcess[] {
    return [...this.#scene.processes.values()];
  }

  get #isOver(): boolean {
    return this.#over || this.total >= this.#most;
  }

  #strike(each: KeptProcess): void {
    if (!each.running || this.#isOver) return;
    this.#struck.add(each.file.name);
    each.kill();
  }

  #nextStep({ file: { name, agent } }: KeptProcess): NodeJS.ProcessEnv {
    const next = this.#next.get(name) ?? 0;
    this.#next.set(name, next + 1);
    this.#asked.delete(name);
    const step = stepsOf(agent, this.#rounds)[next];
    return step ? this.#ask(name, step) : {};
  }

  #ask(name: string, step: CrashStep): NodeJS.ProcessEnv {
    this.#asked.set(name, step);
    return { COMMONWATT_KILL_AT: step };
  }

  /** Counts a death; gives what the next start is to die of. */
  #died(each: KeptProcess, signal: string | null): NodeJS.ProcessEnv {
    const { name, agent } = each.file;
    const struck = this.#struck.delete(name);
    if (signal !== "SIGKILL") return {};
    const step = this.#asked.get(name);
    const death = `${agent} ${struck || !step ? "random" : step}`;
    this.deaths[death] = (this.deaths[death] ?? 0) + 1;
    if (this.#isOver || !step) return {};
    return struck ? this.#ask(name, step) : this.#nextStep(each);
  }
}

/** Every agent with every step at which it dies, as deaths are counted. */
export const ALL_STEPS: readonly string[] = Object.entries(STEPS_OF).flatMap(([agent, steps]) =>
  [...new Set(steps)].map((step) => `${agent} ${step}`),
);
