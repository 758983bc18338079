import type { KeptProcess } from "../community/processes.ts";
import type { AgentKind } from "../process/configSchema.ts";
import type { Random } from "../random/random.ts";
import type { CRASH_STEPS } from "../store/crash.ts";
import type { Scene } from "./scene.ts";

type CrashStep = (typeof CRASH_STEPS)[number];

const OUTBOX: readonly CrashStep[] = [
  "outbox.intent",
  "outbox.signed",
  "outbox.sent",
  "outbox.included",
  "outbox.final",
];

/** Every persisted step of an agent at which it is made to die. */
export const STEPS_OF: Readonly<Record<AgentKind, readonly CrashStep[]>> = {
  household: ["household.profile"],
  relay: ["relay.received", ...OUTBOX],
  keeper: [...OUTBOX, "keeper.chunk"],
  dso: ["dso.readings", "dso.signed", ...OUTBOX],
  operator: OUTBOX,
};

/** Shortest and longest pause between two kills at random times, real milliseconds. */
const PAUSES_MS = [150, 700] as const;

/** Kills the processes of a scene until told to stop, at their persisted steps and at random times. */
export class Killer {
  /** Deaths by agent. */
  readonly deaths: Record<string, number> = {};
  readonly #scene: Scene;
  readonly #most: number;
  readonly #random: Random;
  readonly #next = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(scene: Scene, most: number, random: Random) {
    this.#scene = scene;
    this.#most = most;
    this.#random = random;
    for (const each of scene.processes.values()) each.onDeath = (signal) => this.#onDeath(each, signal);
  }

  get total(): number {
    return Object.values(this.deaths).reduce((sum, count) => sum + count, 0);
  }

  /** Kills each once; from then on each dies at one of its steps after the other. */
  atSteps(): void {
    for (const each of this.#scene.processes.values()) each.kill();
  }

  /** Kills one after the other, whoever it hits. */
  atRandom(): void {
    const [least, most] = PAUSES_MS;
    this.#timer = setTimeout(
      () => {
        const all = [...this.#scene.processes.values()];
        all[this.#random.int(0, all.length - 1)]!.kill();
        if (!this.#isOver) this.atRandom();
      },
      this.#random.int(least, most),
    );
  }

  /** No more deaths: those who wait for one are started without. */
  async stop(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const each of this.#scene.processes.values()) {
      each.onDeath = () => ({});
      each.kill();
    }
  }

  get #isOver(): boolean {
    return this.#over || this.total >= this.#most;
  }

  #onDeath({ file: { name, agent } }: KeptProcess, signal: string | null): NodeJS.ProcessEnv {
    if (signal !== "SIGKILL") return {};
    this.deaths[agent] = (this.deaths[agent] ?? 0) + 1;
    if (this.#isOver) return {};
    const steps = STEPS_OF[agent];
    const next = this.#next.get(name) ?? 0;
    this.#next.set(name, next + 1);
    return { COMMONWATT_KILL_AT: steps[next % steps.length] };
  }
}
