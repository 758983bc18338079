import { rpc } from "../chain/localNode.ts";

/** Real milliseconds between two blocks of a local chain. */
export const blockMsAt = (speed: number): number => (speed === 1 ? 1000 : 250);

/**
 * Makes the blocks of a local development chain, `speed` seconds of its time a real second; a late block catches up.
 * Without it the chain's time stands still.
 */
export class ChainClock {
  readonly #url: string;
  readonly #speed: number;
  readonly #blockMs: number;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #started = { real: 0, chain: 0 };

  constructor(url: string, speed: number, blockMs = blockMsAt(speed)) {
    this.#url = url;
    this.#speed = speed;
    this.#blockMs = blockMs;
  }

  /** Takes over block making: from now on blocks come by the clock alone. */
  async start(): Promise<void> {
    await rpc(this.#url, "evm_setAutomine", [false]);
    this.#started = { real: Date.now(), chain: await this.now() };
    this.#timer = setInterval(() => this.#tick(), this.#blockMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
  }

  /** Unix seconds of the newest block. */
  async now(): Promise<number> {
    const block = (await rpc(this.#url, "eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
    return Number(block.timestamp);
  }

  #tick(): void {
    this.#turn = this.#turn.then(() => this.#mine()).catch(() => {});
  }

  async #mine(): Promise<void> {
    const { real, chain } = this.#started;
    const due = Math.floor(chain + ((Date.now() - real) / 1000) * this.#speed);
    const next = Math.max(due, (await this.now()) + 1);
    await rpc(this.#url, "evm_setNextBlockTimestamp", [next]);
    await rpc(this.#url, "evm_mine");
  }
}
