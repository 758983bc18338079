import { type AbstractSigner, Contract, ContractFactory, getCreateAddress } from "ethers";
import type {
  ClearingHouse,
  CommonsBills,
  FlowOracle,
  MemberRegistry,
  PacketCommons,
  Tariff,
  TestEuro,
} from "../../types/ethers-contracts/index.ts";
import { artifactOf } from "./artifacts.ts";
import { type CommonsDeployment, deployCommons, grantRoles } from "./commons.ts";
import type { CommunityTerms } from "./deploy.ts";
import type { GasLedger } from "./gasLedger.ts";

/** All contracts of a community that is governed as a commons. */
export interface CommonsContracts {
  readonly token: TestEuro;
  readonly members: MemberRegistry;
  readonly tariff: Tariff;
  readonly oracle: FlowOracle;
  readonly house: ClearingHouse;
  readonly bills: CommonsBills;
  readonly commons: PacketCommons;
}

/** The cost rules in the order of the Solidity enum `ICommonsBills.Rule`. */
export const COST_RULES = ["equal-gain", "by-use"] as const;
export type CostRule = (typeof COST_RULES)[number];

const PARTS = {
  token: "TestEuro",
  members: "MemberRegistry",
  tariff: "Tariff",
  oracle: "FlowOracle",
  house: "ClearingHouse",
  bills: "CommonsBills",
} as const;
type Part = keyof typeof PARTS;

/**
 * Deploys a commons with its members, proof of flow and money; the signer gets every role. The bills stand where a market
 * has its day book, and nobody stands where it has its market, fund and arbitration. Contracts that name each other get
 * their addresses before they exist, so no other transaction of the signer may come between.
 */
export async function deployCommonsCommunity(
  signer: AbstractSigner,
  terms: CommunityTerms,
  commons: CommonsDeployment,
  rule: CostRule,
  ledger: GasLedger,
): Promise<CommonsContracts> {
  const admin = await signer.getAddress();
  const first = await signer.getNonce("pending");
  const names = Object.keys(PARTS) as Part[];
  const places = names.map((part, i) => [part, getCreateAddress({ from: admin, nonce: first + i })]);
  const at = Object.fromEntries(places) as Record<Part, string>;
  const args = constructorArguments(admin, at, terms, rule);
  const deployed: Partial<Record<Part, unknown>> = {};
  for (const part of names) deployed[part] = await deploy(signer, PARTS[part], args[part], at[part], ledger);
  const contracts = deployed as Omit<CommonsContracts, "commons">;
  await grantBillRoles(contracts.bills, admin, ledger);
  const packets = await deployCommons(signer, at.members, commons, ledger);
  await grantRoles(packets, { server: admin, dso: admin, governor: admin });
  return { ...contracts, commons: packets };
}

async function grantBillRoles(bills: CommonsBills, admin: string, ledger: GasLedger): Promise<void> {
  for (const role of [await bills.SUPPLIER_ROLE(), await bills.GOVERNOR_ROLE()])
    await ledger.send("setup", bills.grantRole(role, admin));
}

/** Another house and other bills over the same members and proofs of flow, to settle the same days by another rule. */
export async function deployOtherBills(
  signer: AbstractSigner,
  { token, members, oracle }: CommonsContracts,
  rule: CostRule,
  ledger: GasLedger,
): Promise<Pick<CommonsContracts, "house" | "bills">> {
  const admin = await signer.getAddress();
  const first = await signer.getNonce("pending");
  const [house, bills] = [0, 1].map((i) => getCreateAddress({ from: admin, nonce: first + i })) as [string, string];
  const houseArgs = [admin, token.target, members.target, NOBODY, bills, NOBODY, NOBODY];
  const billArgs = [admin, oracle.target, house, COST_RULES.indexOf(rule)];
  const pair = {
    house: (await deploy(signer, PARTS.house, houseArgs, house, ledger)) as ClearingHouse,
    bills: (await deploy(signer, PARTS.bills, billArgs, bills, ledger)) as CommonsBills,
  };
  await grantBillRoles(pair.bills, admin, ledger);
  return pair;
}

function constructorArguments(
  admin: string,
  at: Record<Part, string>,
  { slotSeconds, packetWh, ringDays, floorPrice, tickSize, feeder, windows, dsoSigners, dsoThreshold }: CommunityTerms,
  rule: CostRule,
): Record<Part, unknown[]> {
  return {
    token: [],
    members: [admin, admin, at.tariff, at.bills, windows.signerDelay],
    tariff: [admin, admin, at.bills, { slotSeconds, packetWh, ringDays, floorPrice, tickSize }],
    oracle: [admin, feeder, at.members, at.tariff, dsoSigners, dsoThreshold, windows],
    house: [admin, at.token, at.members, NOBODY, at.bills, NOBODY, NOBODY],
    bills: [admin, at.oracle, at.house, COST_RULES.indexOf(rule)],
  };
}

const NOBODY = `0x${"00".repeat(20)}`;

async function deploy(
  signer: AbstractSigner,
  name: string,
  args: readonly unknown[],
  place: string,
  ledger: GasLedger,
): Promise<unknown> {
  const { abi, bytecode } = artifactOf(name);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...args);
  const receipt = await contract.deploymentTransaction()!.wait();
  if (receipt!.contractAddress !== place) throw new Error(`${name} is at ${receipt!.contractAddress}, not ${place}`);
  ledger.book("setup", receipt!.gasUsed);
  return new Contract(place, abi, signer);
}

/** Every interface, to read the reasons of reverts with. */
export const commonsAbis = () => [
  ...Object.values(PARTS).map((name) => artifactOf(name).abi),
  artifactOf("PacketCommons").abi,
];
