import type { Wallet } from "ethers";
import type { Logger } from "pino";
import type { Contracts } from "../chain/deploy.ts";
import type { BelievedNode, Seen } from "../chain/node.ts";
import type { Outbox } from "../chain/outbox.ts";
import type { Send } from "../keeper/keeper.ts";
import type { Bus } from "../mqtt/bus.ts";
import type { Store } from "../store/store.ts";
import type { Metrics } from "./metrics.ts";

/** What every agent is given: its chain, its key, its memory, its ears. */
export interface AgentContext {
  readonly name: string;
  /** The configuration's path; what it names is relative to it. */
  readonly file: string;
  readonly chainId: bigint;
  /** A block before which nothing of the community happened. */
  readonly fromBlock: number;
  readonly node: BelievedNode;
  readonly contracts: Contracts;
  readonly wallet: Wallet;
  readonly outbox: Outbox;
  /** Sends through the outbox; the receipt is believed. */
  readonly send: Send;
  readonly store: Store;
  /** Absent where no broker is configured. */
  readonly bus?: Bus;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly env: NodeJS.ProcessEnv;
}

/** What an agent did in a turn, for `/readyz`, logs and the community's status: short facts under their names. */
export type TurnReport = Readonly<Record<string, string | number | boolean | null>>;

/**
 * An agent: each turn reads the chain as it is believed, decides, and acts. It may be ended between any two steps, and a
 * turn may be repeated: what is done already is seen on the chain.
 */
export interface Agent {
  turn(seen: Seen): Promise<TurnReport>;
  close?(): Promise<void>;
}
