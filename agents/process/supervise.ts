import type { BelievedNode, Seen } from "../chain/node.ts";
import { Stopped } from "../chain/outbox.ts";
import type { Agent, AgentContext, TurnReport } from "./agent.ts";
import type { Health } from "./health.ts";

/** Longest pause after turns that failed, in turns' usual pauses. */
const MOST_BACKOFF = 8;
/** A loop that did not come round for so long is not alive. */
const DEAD_MS = 10 * 60_000;

/**
 * Runs an agent turn by turn until it is told to stop. A turn that fails is logged and repeated, later each time up to
 * eight pauses; nothing but a stop ends the loop.
 */
export class Supervisor {
  readonly #agent: Agent;
  readonly #context: AgentContext;
  readonly #pauseMs: number;
  #stopping = false;
  #failures = 0;
  #begun = Date.now();
  #problem: string | undefined = "no turn is over yet";
  #report: TurnReport = {};
  #seen: Seen | undefined;
  #wake: () => void = () => {};

  constructor(agent: Agent, context: AgentContext, pauseMs: number) {
    this.#agent = agent;
    this.#context = context;
    this.#pauseMs = pauseMs;
  }

  /** Ends the loop after what is under way at this moment. What is in the outbox stays there. */
  stop(): void {
    this.#stopping = true;
    this.#context.outbox.stop();
    this.#wake();
  }

  /** Takes turns until stopped. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      await this.once();
      if (this.#stopping) return;
      await this.#pause(this.#pauseMs * Math.min(2 ** this.#failures, MOST_BACKOFF));
    }
  }

  /** One turn: never throws. */
  async once(): Promise<void> {
    const { log, metrics, outbox, node } = this.#context;
    this.#begun = Date.now();
    try {
      this.#seen = await firstLook(node);
      await outbox.resume();
      this.#seen = await node.look();
      const report = await this.#agent.turn(this.#seen);
      if (JSON.stringify(report) !== JSON.stringify(this.#report)) log.info(report, "turn");
      this.#report = report;
      this.#failures = 0;
      this.#problem = undefined;
      metrics.turns.inc({ result: "done" });
    } catch (error) {
      if (error instanceof Stopped) return;
      this.#failures++;
      this.#problem = firstLine(error);
      metrics.turns.inc({ result: "failed" });
      log.warn({ error: this.#problem, failures: this.#failures }, "turn failed; it will be repeated");
      log.debug({ stack: (error as Error).stack }, "where");
    } finally {
      this.#measure();
    }
  }

  health(): Health {
    const { bus, outbox, wallet } = this.#context;
    const problems = [this.#problem, outbox.problem, bus && !bus.connected ? "no broker answers" : undefined];
    const known = problems.filter((problem) => problem !== undefined);
    const { block, time, latest } = this.#seen ?? { block: null, time: null, latest: null };
    return {
      live: Date.now() - this.#begun < DEAD_MS + this.#pauseMs * MOST_BACKOFF,
      ready: known.length === 0,
      problems: known,
      report: { address: wallet.address, block, time, latest, ...this.#report },
    };
  }

  #measure(): void {
    const { metrics, bus, store } = this.#context;
    if (this.#seen) metrics.believedBlock.set(this.#seen.block);
    if (this.#seen) metrics.chainTime.set(this.#seen.time);
    metrics.stateFacts.set(store.size);
    metrics.brokerConnected.set(bus?.connected ? 1 : 0);
    metrics.ignoredMessages.set(bus?.ignored ?? 0);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function firstLook(node: BelievedNode): Promise<Seen> {
  await node.checkChain();
  return node.look();
}

function firstLine(error: unknown): string {
  const { shortMessage, message } = error as { shortMessage?: string; message?: string };
  return (shortMessage ?? message ?? String(error)).split("\n")[0]!;
}
