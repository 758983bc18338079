import {
  AbstractSigner,
  type Provider,
  type TransactionReceipt,
  type TransactionRequest,
  type TransactionResponse,
  type TypedDataDomain,
  type TypedDataField,
  type Wallet,
} from "ethers";
import type { BelievedNode } from "./node.ts";
import type { Outbox } from "./outbox.ts";

/**
 * A signer whose transactions go through an outbox: contracts are called with it as with any other, and each call
 * returns when it is believed.
 */
export class OutboxSigner extends AbstractSigner {
  readonly #node: BelievedNode;
  readonly #wallet: Wallet;
  readonly #outbox: Outbox;
  #last: TransactionReceipt | undefined;

  constructor(node: BelievedNode, wallet: Wallet, outbox: Outbox) {
    super(node as unknown as Provider);
    this.#node = node;
    this.#wallet = wallet;
    this.#outbox = outbox;
  }

  /** Waits for nothing: the receipt of the call that returned last. Calls are one at a time. */
  receipt(hash: string): TransactionReceipt {
    if (this.#last?.hash !== hash) throw new Error(`no receipt of ${hash}`);
    return this.#last;
  }

  async getAddress(): Promise<string> {
    return this.#wallet.address;
  }

  override async sendTransaction(tx: TransactionRequest): Promise<TransactionResponse> {
    const receipt = await this.#outbox.execute({ to: (await tx.to) as string, data: tx.data ?? "0x" });
    this.#last = receipt;
    const sent = await this.#node.getTransaction(receipt.hash);
    await this.#node.look();
    if (!sent) throw new Error(`the node has no transaction ${receipt.hash} whose receipt it has`);
    return sent;
  }

  override signTransaction(tx: TransactionRequest): Promise<string> {
    return this.#wallet.signTransaction(tx);
  }

  override signMessage(message: string | Uint8Array): Promise<string> {
    return this.#wallet.signMessage(message);
  }

  override signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    return this.#wallet.signTypedData(domain, types, value);
  }

  override connect(): OutboxSigner {
    return this;
  }
}
