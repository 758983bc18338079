import type { ContractTransactionResponse, TransactionReceipt } from "ethers";
import type { Artifact } from "./artifacts.ts";
import { ChainError, revertOf } from "./chainError.ts";

/** Gas of the transactions sent, by phase. */
export interface Spent {
  transactions: number;
  gas: bigint;
  /** Gas of the dearest transaction. */
  dearest: bigint;
}

/** Sends transactions one after another and keeps their gas by phase. */
export class GasLedger {
  readonly phases = new Map<string, Spent>();
  readonly #abis: readonly Artifact["abi"][];

  constructor(abis: readonly Artifact["abi"][]) {
    this.#abis = abis;
  }

  /** Waits for a transaction and books its gas to `phase`. Throws ChainError, with the contract's reason, if it fails. */
  async send(phase: string, sent: Promise<ContractTransactionResponse>): Promise<TransactionReceipt> {
    let receipt: TransactionReceipt | null;
    try {
      receipt = await (await sent).wait();
    } catch (error) {
      const reason = revertOf(error, this.#abis);
      throw reason === undefined ? error : new ChainError(`The chain refused a transaction of "${phase}": ${reason}.`);
    }
    this.book(phase, receipt!.gasUsed);
    return receipt!;
  }

  /** Books gas to a phase. */
  book(phase: string, gas: bigint): void {
    const spent = this.phases.get(phase) ?? { transactions: 0, gas: 0n, dearest: 0n };
    spent.transactions++;
    spent.gas += gas;
    if (gas > spent.dearest) spent.dearest = gas;
    this.phases.set(phase, spent);
  }

  /** Gas booked to the phases, 0 where nothing was. */
  gasOf(...phases: readonly string[]): bigint {
    return phases.reduce((sum, phase) => sum + (this.phases.get(phase)?.gas ?? 0n), 0n);
  }
}
