import { type ContractTransactionReceipt, type Interface, Signature, Wallet } from "ethers";
import type { network } from "hardhat";
import { deployCommons, grantRoles } from "../../agents/chain/commons.ts";
import type { MessageAnswer, PacketCommons as Twin } from "../../agents/model/commons.ts";
import type { SlotForecast, Stores } from "../../agents/model/commonsEnergy.ts";
import type { RequestMessage } from "../../agents/model/commonsFirewall.ts";
import { COMMONS_TYPES, commonsDomain, messageValue, rowOf } from "../../agents/model/commonsMessages.ts";
import { boundBook, type Proposal, packForecast, proposalOf } from "../../agents/model/commonsProposal.ts";
import type { Cell } from "../../agents/model/commonsRequest.ts";
import { type CommonsRules, type CommonsTerms, packRules } from "../../agents/model/commonsRules.ts";
import type { SlotOutcome } from "../../agents/model/commonsSlot.ts";
import type { PacketCommons } from "../../types/ethers-contracts/index.ts";
import { CONNECTION } from "./commonsDays.ts";

type Network = Awaited<ReturnType<typeof network.create>>;

/** A slot before it is allocated on the chain: what the twin made of it, and what to propose. */
export interface Pending {
  readonly outcome: SlotOutcome;
  readonly proposal: Proposal;
  /** Cells that are not shown, since all of their last packets arrived. */
  readonly unseen: ReadonlySet<Cell>;
}

/** A commons on an in-process chain next to its twin: whatever is done is done to both. */
export class CommonsPair {
  readonly twin: Twin;
  readonly contract: PacketCommons;
  readonly wallets: readonly Wallet[];
  readonly #net: Network;
  readonly #chainId: bigint;
  #posted: number[] = [];

  constructor(net: Network, twin: Twin, contract: PacketCommons, wallets: readonly Wallet[], chainId: bigint) {
    [this.#net, this.twin, this.contract, this.wallets, this.#chainId] = [net, twin, contract, wallets, chainId];
  }

  get place() {
    return { chainId: this.#chainId, verifyingContract: this.contract.target as string };
  }

  async setStores(stores: Stores): Promise<void> {
    this.twin.setStores(stores);
    await (await this.contract.setStores(stores)).wait();
  }

  async setRules(rules: CommonsRules): Promise<void> {
    this.twin.setRules(rules);
    await (await this.contract.setRules(packRules(rules))).wait();
  }

  async declareEmergency(from: number, to: number): Promise<void> {
    this.twin.declareEmergency(from, to);
    await (await this.contract.declareEmergency(from, to)).wait();
  }

  async forecast(slots: readonly SlotForecast[]): Promise<void> {
    this.twin.forecast(slots);
    await (await this.contract.forecast(this.twin.next, packForecast(slots))).wait();
  }

  /** A message signed by its member, or by `signer`, as a row. */
  async row(message: RequestMessage, signer = this.wallets[message.member - 1]!): Promise<string> {
    const signed = await signer.signTypedData(commonsDomain(this.place), COMMONS_TYPES.message, messageValue(message));
    const { r, yParityAndS } = Signature.from(signed);
    return rowOf(message, r, yParityAndS);
  }

  /** Posts messages in one transaction; one of nobody is not sent. */
  async post(
    messages: readonly RequestMessage[],
  ): Promise<{ answers: MessageAnswer[]; receipt?: ContractTransactionReceipt }> {
    const rows = await Promise.all(messages.map((message) => this.row(message)));
    const answers = messages.map((message) => this.twin.post(message));
    if (!answers.some(({ kind }) => kind === "taken")) return { answers };
    const receipt = (await (await this.contract.post(concat(rows), [])).wait())!;
    const accepted = answers.flatMap((answer) => (answer.kind === "taken" ? answer.answers : []));
    this.#posted.push(accepted.filter(({ kind }) => kind === "accepted").length);
    return { answers, receipt };
  }

  /** Closes the next slot and works it out; what `allocate` is to be shown. */
  async close(): Promise<Pending> {
    const { contract, twin } = this;
    await (await contract.close()).wait();
    await this.#net.networkHelpers.mine(3);
    twin.close(await contract.seed());
    const book = boundBook(twin, this.#posted);
    const outcome = twin.allocate();
    return { outcome, proposal: proposalOf(book, outcome), unseen: new Set(book.unseen) };
  }

  async allocate(proposal: Proposal): Promise<ContractTransactionReceipt> {
    const receipt = (await (await this.contract.allocate(proposal)).wait())!;
    this.#posted = [];
    return receipt;
  }
}

export const concat = (rows: readonly string[]): string => `0x${rows.map((row) => row.slice(2)).join("")}`;

/** Deploys a commons with `members` members next to `twin`. */
export async function commonsPair(net: Network, twin: Twin, members: number, slotSeconds = 900): Promise<CommonsPair> {
  const { ethers } = net;
  const [admin] = await ethers.getSigners();
  const me = admin!.address;
  const registry = await ethers.deployContract("MemberRegistry", [me, me, me, me, 86_400]);
  const wallets = Array.from({ length: members }, (_, i) => new Wallet(ethers.id(`commons member ${i + 1}`)));
  for (const { address } of wallets)
    await (await registry.attest(address, ethers.id(`meter of ${address}`), CONNECTION)).wait();
  const terms: CommonsTerms = twin.terms;
  const deployment = { terms, slotSeconds, rules: twin.rules, firstSlot: twin.next };
  const contract = await deployCommons(admin!, registry.target as string, deployment);
  await grantRoles(contract, { server: me, dso: me, governor: me });
  const { chainId } = await ethers.provider.getNetwork();
  const pair = new CommonsPair(net, twin, contract, wallets, chainId);
  await pair.setStores(twin.stores);
  return pair;
}

/** Arguments of the events of a name in a receipt. */
export const eventsOf = (receipt: ContractTransactionReceipt, abi: Interface, name: string) =>
  receipt.logs
    .map((log) => abi.parseLog(log))
    .filter((event) => event?.name === name)
    .map((event) => event!.args);
