import { keccak256, type TransactionReceipt } from "ethers";
import { crashPoint } from "../store/crash.ts";
import type { Store } from "../store/store.ts";
import { ChainError } from "./chainError.ts";
import { type Fees, firstFees, inGwei, raisedFees } from "./fees.ts";
import type { Attempt, Call, Sender } from "./sender.ts";

/** What is under way. Kept before anything is signed, and each attempt before it is sent. */
interface Entry extends Call {
  readonly gas: string;
  readonly nonce?: number;
  readonly attempts: readonly Attempt[];
}

/** An entry that was signed at least once. */
type Signed = Entry & { readonly nonce: number };

export interface OutboxOptions {
  /** The most to pay per gas, wei. */
  readonly maxFee: bigint;
  /** Milliseconds without a block before the fee is raised. */
  readonly escalateMs: number;
  /** Milliseconds between looks for a receipt. */
  readonly pollMs: number;
}

/** What an outbox tells its owner, for logs and metrics. */
export interface OutboxEvent {
  readonly what: "signed" | "sent" | "included" | "final" | "reverted" | "superseded" | "forgotten" | "dropped";
  readonly hash?: string;
  readonly reason?: string;
}

const KIND = "outbox";

/**
 * Sends transactions of one key, one at a time, so that none is lost and none done twice, whatever dies when:
 * - what is to be done is kept before it is signed, each signed transaction before it is sent;
 * - one that does not get into a block is sent again as it is, then with a higher fee up to a cap, always with its nonce;
 * - it is done once it is as deep in the chain as the node believes; until then it is sent again if a block is taken back;
 * - a nonce that another transaction used means that someone else acted: it is given up, and its owner decides anew.
 *
 * When it is done, it is forgotten: what happened is on the chain. So a lost file loses nothing that was included.
 */
export class Outbox {
  readonly #sender: Sender;
  readonly #store: Store;
  readonly #options: OutboxOptions;
  readonly #tell: (event: OutboxEvent) => void;
  #turn: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #problem: string | undefined;

  constructor(sender: Sender, store: Store, options: OutboxOptions, tell: (event: OutboxEvent) => void = () => {}) {
    this.#sender = sender;
    this.#store = store;
    this.#options = options;
    this.#tell = tell;
  }

  /** Why what is under way does not get into a block, if that is known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Ends waiting: what is under way stays in the file and is taken up by the next run. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Takes up what an earlier run left, to its end; to be called before anything new is decided. What was never signed
   * was never sent, and is dropped. Throws ChainError where it was given up, or what the node's error was.
   */
  resume(): Promise<void> {
    return this.#alone(async () => {
      for (const { key, value } of this.#store.list<Entry>(KIND)) await this.#resumeOne(key, value);
    });
  }

  /**
   * Does a call and gives its receipt once it is believed. Throws ChainError with the contract's reason where the chain
   * refuses it, or where it was given up; nothing is under way then. Any other error leaves it under way.
   */
  execute(call: Call): Promise<TransactionReceipt> {
    return this.#alone(async () => {
      for (const { key, value } of this.#store.list<Entry>(KIND)) await this.#resumeOne(key, value);
      const key = keccak256(`${call.to.toLowerCase()}${call.data.slice(2)}`);
      const entry = { ...call, gas: (await this.#sender.estimate(call)).toString(), attempts: [] };
      this.#store.set(KIND, key, entry);
      crashPoint("outbox.intent");
      const nonce = await this.#sender.nextNonce();
      const fees = firstFees(...(await this.#sender.prices()), this.#options.maxFee);
      return this.#finish(key, await this.#sign(key, { ...entry, nonce }, fees));
    });
  }

  /** One after the other, whoever asks. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #resumeOne(key: string, entry: Entry): Promise<void> {
    if (!isSigned(entry)) {
      this.#store.delete(KIND, key);
      this.#tell({ what: "dropped", reason: "it was never signed" });
      return;
    }
    const settled =
      (await this.#sender.receiptOf(entry.attempts)) || (await this.#sender.isUsedUp(entry.nonce, entry.attempts));
    if (!settled) await this.#mustStillMakeSense(key, entry);
    await this.#finish(key, entry);
  }

  /** Signs an attempt and keeps it. */
  async #sign(key: string, entry: Signed, fees: Fees): Promise<Signed> {
    const attempt = await this.#sender.sign(entry, entry.nonce, entry.gas, fees);
    const signed = { ...entry, attempts: [...entry.attempts, attempt] };
    this.#store.set(KIND, key, signed);
    crashPoint("outbox.signed");
    this.#tell({ what: "signed", hash: attempt.hash, reason: `nonce ${entry.nonce}, ${inGwei(fees.maxFee)} gwei` });
    return signed;
  }

  /** Sends the last attempt and waits until one of all is believed; see the class. */
  async #finish(key: string, signed: Signed): Promise<TransactionReceipt> {
    let entry = signed;
    let since = Date.now();
    let includedIn = "";
    let tooLow = (await this.#sender.receiptOf(entry.attempts)) === undefined && (await this.#broadcast(entry));
    for (;;) {
      if (this.#stopped) throw new Stopped();
      const receipt = await this.#sender.receiptOf(entry.attempts);
      if (receipt) {
        if (includedIn !== receipt.blockHash) this.#tell({ what: "included", hash: receipt.hash });
        includedIn = receipt.blockHash;
        crashPoint("outbox.included");
        since = Date.now();
        if (await this.#sender.isDeep(receipt)) return this.#done(key, receipt);
      } else if (await this.#sender.isUsedUp(entry.nonce, entry.attempts)) {
        this.#giveUp(key, "superseded", `nonce ${entry.nonce} was used by another transaction`);
      } else if (tooLow || Date.now() - since > this.#options.escalateMs) {
        await this.#mustStillMakeSense(key, entry);
        entry = await this.#escalate(key, entry);
        since = Date.now();
        tooLow = await this.#broadcast(entry);
      } else if (!(await this.#sender.isKnown(entry.attempts.at(-1)!))) {
        tooLow = await this.#broadcast(entry);
      }
      await new Promise((resolve) => setTimeout(resolve, this.#options.pollMs));
    }
  }

  /** Sends the newest attempt. True if the node wants a higher fee for it. */
  async #broadcast({ attempts }: Signed): Promise<boolean> {
    const attempt = attempts.at(-1)!;
    const sent = await this.#sender.broadcast(attempt);
    this.#problem = sent === "taken" || sent === "unclear" ? undefined : `${sent}: ${this.#sender.address}`;
    if (sent === "taken") this.#tell({ what: "sent", hash: attempt.hash });
    crashPoint("outbox.sent");
    return sent === "fee too low";
  }

  #done(key: string, receipt: TransactionReceipt): TransactionReceipt {
    crashPoint("outbox.final");
    this.#store.delete(KIND, key);
    this.#problem = undefined;
    this.#tell({ what: receipt.status === 1 ? "final" : "reverted", hash: receipt.hash });
    if (receipt.status === 1) return receipt;
    throw new ChainError(`Transaction ${receipt.hash} was included and reverted: the chain had moved on.`);
  }

  #giveUp(key: string, what: "superseded" | "forgotten", reason: string): never {
    this.#store.delete(KIND, key);
    this.#problem = undefined;
    this.#tell({ what, reason });
    throw new ChainError(`Given up: ${reason}.`);
  }

  /** Gives up what the chain would refuse by now. Its nonce is the next one's, which replaces it. */
  async #mustStillMakeSense(key: string, entry: Signed): Promise<void> {
    try {
      await this.#sender.estimate(entry);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      this.#giveUp(key, "forgotten", error.message.replace(/\.$/, ""));
    }
  }

  /** A further attempt with a higher fee; the same entry where the cap leaves no room. */
  async #escalate(key: string, entry: Signed): Promise<Signed> {
    const { maxFee, priority } = entry.attempts.at(-1)!;
    const last = { maxFee: BigInt(maxFee), priority: BigInt(priority) };
    const raised = raisedFees(last, ...(await this.#sender.prices()), this.#options.maxFee);
    if (raised) return this.#sign(key, entry, raised);
    this.#problem = `the fee of ${inGwei(last.maxFee)} gwei can't be raised within the cap`;
    return entry;
  }
}

const isSigned = (entry: Entry): entry is Signed => entry.attempts.length > 0;

/** The process is asked to end while a transaction is under way. */
export class Stopped extends Error {
  override readonly name = "Stopped";
  constructor() {
    super("stopped; what is under way is in the outbox");
  }
}
