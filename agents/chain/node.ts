import { FetchRequest, JsonRpcProvider, Network, type TransactionRequest } from "ethers";
import { ChainError } from "./chainError.ts";

/** How a process talks to a node. */
export interface NodeOptions {
  readonly rpc: string;
  readonly chainId: bigint;
  /** Blocks on top of one before it is believed. */
  readonly confirmations: number;
  readonly timeoutMs: number;
  /** Blocks that one query of events may span. */
  readonly blocksPerQuery: number;
}

/** The block up to which the chain is believed, and the newest one; times in unix seconds. */
export interface Seen {
  readonly block: number;
  readonly time: number;
  readonly latest: number;
  readonly latestTime: number;
}

/**
 * A node whose calls answer as of the last believed block, not of the newest: what a reorganisation may still take back
 * is not acted upon. Estimates, nonces, receipts and what is sent go to the newest. Every request ends by a timeout.
 */
export class BelievedNode extends JsonRpcProvider {
  readonly #options: NodeOptions;
  #believed: number | undefined;

  constructor(options: NodeOptions) {
    const request = new FetchRequest(options.rpc);
    request.timeout = options.timeoutMs;
    // "Too many requests" is waited for a little; then the caller's own turn comes round again.
    request.setThrottleParams({ maxAttempts: 3, slotInterval: 100 });
    const network = Network.from(options.chainId);
    super(request, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1 });
    this.#options = options;
  }

  /** Blocks on top of one before it is believed. */
  get confirmations(): number {
    return this.#options.confirmations;
  }

  /** The block that calls answer as of; undefined before the first look. */
  get believed(): number | undefined {
    return this.#believed;
  }

  /** Throws ChainError if the node speaks of another chain. */
  async checkChain(): Promise<void> {
    const chainId = BigInt(await this.send("eth_chainId", []));
    const { chainId: wanted, rpc } = this.#options;
    if (chainId !== wanted)
      throw new ChainError(`The chain at ${rpc} has the id ${chainId}, not ${wanted}: nothing is signed for it.`);
  }

  /** Looks at the chain: from now on calls answer as of the block that is believed now. */
  async look(): Promise<Seen> {
    const newest = await this.#blockAt("latest");
    const block = Math.max(0, newest.number - this.confirmations);
    const believed = block === newest.number ? newest : await this.#blockAt(`0x${block.toString(16)}`);
    this.#believed = block;
    return { block, time: believed.time, latest: newest.number, latestTime: newest.time };
  }

  async #blockAt(tag: string): Promise<{ number: number; time: number }> {
    const block = (await this.send("eth_getBlockByNumber", [tag, false])) as BlockJson | null;
    if (typeof block?.number !== "string" || typeof block.timestamp !== "string")
      throw new ChainError(`The node has no block ${tag}.`);
    return { number: Number(block.number), time: Number(block.timestamp) };
  }

  override call(tx: TransactionRequest): Promise<string> {
    return super.call({ ...tx, blockTag: tx.blockTag ?? this.#believed ?? "latest" });
  }

  /** Events up to the believed block, in parts that the node allows, each once and in their order. */
  override async getLogs(filter: Parameters<JsonRpcProvider["getLogs"]>[0]) {
    const { fromBlock, toBlock, ...what } = filter as { fromBlock?: number; toBlock?: unknown };
    if (toBlock !== undefined && toBlock !== "latest") return super.getLogs(filter);
    const end = this.#believed ?? (await this.getBlockNumber());
    const logs = [];
    const span = this.#options.blocksPerQuery;
    for (let from = Number(fromBlock ?? 0); from <= end; from += span)
      logs.push(...(await super.getLogs({ ...what, fromBlock: from, toBlock: Math.min(end, from + span - 1) })));
    const once = new Map(logs.map((log) => [`${log.blockHash}/${log.index}`, log]));
    return [...once.values()].sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index);
  }
}

interface BlockJson {
  readonly number?: string;
  readonly timestamp?: string;
}
