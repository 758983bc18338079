import { type Interface, keccak256, type TransactionReceipt, type Wallet } from "ethers";
import { ChainError, revertOf } from "./chainError.ts";
import type { Fees } from "./fees.ts";
import type { BelievedNode } from "./node.ts";

/** What is to be done on the chain. */
export interface Call {
  readonly to: string;
  readonly data: string;
}

/** A signed transaction. Fees are wei per gas, as decimal text. */
export interface Attempt {
  readonly hash: string;
  readonly raw: string;
  readonly maxFee: string;
  readonly priority: string;
}

/** What a node said when it was given a transaction; `unclear` where it may have it or not. */
export type Sent = "taken" | "fee too low" | "too little to pay with" | "unclear";

/** 16,777,216 gas, the most of a transaction (EIP-7825). */
const GAS_CAP = 16_777_216n;
const GAS_MARGIN_PERCENT = 120n;
const LEAST_TIP = 1_000_000n;

/** The single steps of sending a transaction; when to take which is the outbox's. */
export class Sender {
  readonly #node: BelievedNode;
  readonly #wallet: Wallet;
  readonly #abis: readonly Interface[];

  constructor(node: BelievedNode, wallet: Wallet, abis: readonly Interface[]) {
    this.#node = node;
    this.#wallet = wallet;
    this.#abis = abis;
  }

  get address(): string {
    return this.#wallet.address;
  }

  /** Gas to allow, a fifth more than estimated. Throws ChainError with the reason if the call would fail now. */
  async estimate({ to, data }: Call): Promise<bigint> {
    try {
      const gas = await this.#node.estimateGas({ to, data, from: this.address });
      const allowed = (gas * GAS_MARGIN_PERCENT) / 100n;
      return allowed < GAS_CAP ? allowed : GAS_CAP;
    } catch (error) {
      const reason = revertOf(error, this.#abis) ?? revertText(error);
      throw reason === undefined ? error : new ChainError(`The chain refuses it: ${reason}.`);
    }
  }

  /** Base fee of the newest block, and the tip that the node suggests, wei. */
  async prices(): Promise<[baseFee: bigint, tip: bigint]> {
    const block = await this.#node.send("eth_getBlockByNumber", ["latest", false]);
    const baseFee = BigInt(block.baseFeePerGas ?? 0);
    const tip = await this.#node.send("eth_maxPriorityFeePerGas", []).then(BigInt, () => LEAST_TIP);
    return [baseFee, tip > LEAST_TIP ? tip : LEAST_TIP];
  }

  /**
   * The next nonce, whatever waits somewhere. Throws ChainError where a transaction of the key is in a block that was not
   * looked at yet: what is to be done was decided without knowing of it.
   */
  async nextNonce(): Promise<number> {
    const [seen, newest] = await Promise.all([
      this.#node.getTransactionCount(this.address, this.#node.believed ?? "latest"),
      this.#node.getTransactionCount(this.address, "latest"),
    ]);
    if (seen === newest) return newest;
    throw new ChainError(`A transaction of ${this.address} is newer than what this was decided on: look again.`);
  }

  async sign({ to, data }: Call, nonce: number, gas: string, { maxFee, priority }: Fees): Promise<Attempt> {
    const { chainId } = await this.#node.getNetwork();
    const raw = await this.#wallet.signTransaction({
      ...{ type: 2, chainId, nonce, gasLimit: gas, to, data, maxFeePerGas: maxFee, maxPriorityFeePerGas: priority },
    });
    return { hash: keccak256(raw), raw, maxFee: maxFee.toString(), priority: priority.toString() };
  }

  /** Never throws: an answer that is lost says nothing about the transaction. */
  async broadcast({ raw }: Attempt): Promise<Sent> {
    try {
      await this.#node.send("eth_sendRawTransaction", [raw]);
      return "taken";
    } catch (error) {
      const text = textOf(error);
      if (/underpriced|fee too low|less than block base fee|too low for the next block/i.test(text))
        return "fee too low";
      return /insufficient funds|enough funds/i.test(text) ? "too little to pay with" : "unclear";
    }
  }

  /** Whether the node has the transaction, in a block or waiting. */
  async isKnown({ hash }: Attempt): Promise<boolean> {
    return (await this.#node.getTransaction(hash)) !== null;
  }

  /** The receipt of whichever attempt got into a block. */
  async receiptOf(attempts: readonly Attempt[]): Promise<TransactionReceipt | undefined> {
    for (const { hash } of attempts.toReversed()) {
      const receipt = await this.#node.getTransactionReceipt(hash);
      if (receipt) return receipt;
    }
    return undefined;
  }

  /** Whether the receipt's block is believed. */
  async isDeep({ blockNumber }: TransactionReceipt): Promise<boolean> {
    return (await this.#latest()) - blockNumber >= this.#node.confirmations;
  }

  /** Whether a transaction with this nonce is believed that is none of the attempts. */
  async isUsedUp(nonce: number, attempts: readonly Attempt[]): Promise<boolean> {
    const block = Math.max(0, (await this.#latest()) - this.#node.confirmations);
    const used = await this.#node.getTransactionCount(this.address, block);
    return used > nonce && (await this.receiptOf(attempts)) === undefined;
  }

  async #latest(): Promise<number> {
    return Number(await this.#node.send("eth_blockNumber", []));
  }
}

function textOf(error: unknown): string {
  const { message, shortMessage, info } = error as { message?: string; shortMessage?: string; info?: unknown };
  return `${shortMessage ?? ""} ${message ?? ""} ${JSON.stringify(info ?? "")}`;
}

/** The reason of a revert without data, if that is what a node's error is. */
function revertText(error: unknown): string | undefined {
  const { code } = error as { code?: string };
  return code === "CALL_EXCEPTION" ? "without a reason" : undefined;
}
