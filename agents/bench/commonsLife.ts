import { ethers, Signature, Wallet } from "ethers";
import type { PacketCommons } from "../../types/ethers-contracts/index.ts";
import type { Chain } from "../chain/chain.ts";
import { deployCommons, deployMembers, grantRoles } from "../chain/commons.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { PacketCommons as Twin } from "../model/commons.ts";
import type { SlotForecast, Stores } from "../model/commonsEnergy.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import { COMMONS_TYPES, commonsDomain, messageValue, rowOf } from "../model/commonsMessages.ts";
import { boundBook, packForecast, proposalOf } from "../model/commonsProposal.ts";
import type { CommonsRules, CommonsTerms } from "../model/commonsRules.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";

/** What a commons of the benchmark starts with. */
export interface LifeTerms {
  readonly terms: CommonsTerms;
  readonly rules: CommonsRules;
  readonly stores: Stores;
  readonly members: number;
  /** Packets per slot of each member's connection. */
  readonly connection: number;
}

/** What a slot did. */
export interface LivedSlot {
  readonly outcome: SlotOutcome;
  readonly ledger: GasLedger;
  /** Requests that were admitted, and those that stood in the book that the allocation was shown. */
  readonly admitted: number;
  readonly shown: number;
}

const SLOT_SECONDS = 900;
/** Messages of a batch: what a relay would send in one transaction. */
const BATCH = 125;

/** A commons that lives slot after slot on a chain, next to its twin, which makes the proposals. */
export class CommonsLife {
  readonly twin: Twin;
  readonly #chain: Chain;
  readonly #contract: PacketCommons;
  readonly #wallets: readonly Wallet[];

  private constructor(chain: Chain, twin: Twin, contract: PacketCommons, wallets: readonly Wallet[]) {
    [this.#chain, this.twin, this.#contract, this.#wallets] = [chain, twin, contract, wallets];
  }

  /** Deploys a commons and registers its members; who pays is server, DSO and governor as well. */
  static async begin(chain: Chain, given: LifeTerms): Promise<CommonsLife> {
    const { terms, rules, stores, connection } = given;
    const wallets = Array.from({ length: given.members }, (_, i) => new Wallet(ethers.id(`commons home ${i + 1}`)));
    const me = await chain.signer.getAddress();
    const registry = await deployMembers(chain.signer, { admin: me, dso: me });
    for (const [i, { address }] of wallets.entries())
      await (await registry.attest(address, ethers.id(`meter ${i}`), connection)).wait();
    const firstSlot = Math.floor((await chain.clock!.now()) / SLOT_SECONDS) + 8;
    const deployment = { terms, slotSeconds: SLOT_SECONDS, rules, firstSlot };
    const contract = await deployCommons(chain.signer, await registry.getAddress(), deployment);
    await grantRoles(contract, { server: me, dso: me, governor: me });
    await (await contract.setStores(stores)).wait();
    const capacityOf = (id: number) => (id >= 1 && id <= wallets.length ? connection : undefined);
    return new CommonsLife(chain, new Twin(terms, rules, stores, firstSlot, capacityOf), contract, wallets);
  }

  /** Forecasts, posts, closes and allocates the next slot, on both. */
  async slot(forecast: readonly SlotForecast[], messages: readonly RequestMessage[]): Promise<LivedSlot> {
    const ledger = new GasLedger([this.#contract.interface]);
    const send = ledger.send.bind(ledger);
    const { twin } = this;
    const contract = this.#contract;
    twin.forecast(forecast);
    await send("forecast", contract.forecast(twin.next, packForecast(forecast)));
    const posted: number[] = [];
    for (let i = 0; i < messages.length; i += BATCH)
      posted.push(await this.#post(messages.slice(i, i + BATCH), ledger));
    await this.#chain.clock!.setNext((twin.next - 1) * SLOT_SECONDS);
    await this.#chain.clock!.mine(1);
    await send("close", contract.close());
    await this.#chain.clock!.mine(3);
    twin.close(await contract.seed());
    const shown = twin.cells.length;
    const book = boundBook(twin, posted);
    const outcome = twin.allocate();
    await send("allocate", contract.allocate(proposalOf(book, outcome)));
    return { outcome, ledger, shown, admitted: posted.reduce((sum, count) => sum + count, 0) };
  }

  /** Posts messages in one transaction; returns the number of requests that were admitted. */
  async #post(messages: readonly RequestMessage[], ledger: GasLedger): Promise<number> {
    const rows = await Promise.all(messages.map((message) => this.#row(message)));
    const answers = messages.map((message) => this.twin.post(message));
    await ledger.send("post", this.#contract.post(ethers.concat(rows), []));
    return answers
      .flatMap((answer) => (answer.kind === "taken" ? answer.answers : []))
      .filter(({ kind }) => kind === "accepted").length;
  }

  async #row(message: RequestMessage): Promise<string> {
    const domain = commonsDomain({ chainId: this.#chain.chainId, verifyingContract: this.#contract.target as string });
    const wallet = this.#wallets[message.member - 1]!;
    const signed = Signature.from(await wallet.signTypedData(domain, COMMONS_TYPES.message, messageValue(message)));
    return rowOf(message, signed.r, signed.yParityAndS);
  }
}
