import { type AbstractSigner, Contract, ContractFactory, getCreateAddress } from "ethers";
import type {
  Arbitration,
  ClearingHouse,
  CommunityFund,
  DayBook,
  EcoinRegistry,
  EnergyMarket,
  FlowOracle,
  HuangAuction,
  KeeperRewards,
  MemberRegistry,
  Tariff,
  TestEuro,
} from "../../types/ethers-contracts/index.ts";
import { abiOf, artifactOf } from "./artifacts.ts";
import type { GasLedger } from "./gasLedger.ts";

/** All contracts of a community. */
export interface Contracts {
  readonly token: TestEuro;
  readonly members: MemberRegistry;
  readonly tariff: Tariff;
  readonly oracle: FlowOracle;
  readonly auction: HuangAuction;
  readonly ecoins: EcoinRegistry;
  readonly house: ClearingHouse;
  readonly market: EnergyMarket;
  readonly dayBook: DayBook;
  readonly fund: CommunityFund;
  readonly arbitration: Arbitration;
  readonly rewards: KeeperRewards;
}

/** Contract of each part, in the order of deployment. */
export const CONTRACTS = {
  token: "TestEuro",
  members: "MemberRegistry",
  tariff: "Tariff",
  oracle: "FlowOracle",
  auction: "HuangAuction",
  ecoins: "EcoinRegistry",
  house: "ClearingHouse",
  market: "EnergyMarket",
  dayBook: "DayBook",
  fund: "CommunityFund",
  arbitration: "Arbitration",
  rewards: "KeeperRewards",
} as const satisfies Record<keyof Contracts, string>;

/** Where each contract is. */
export type Addresses = Record<keyof Contracts, string>;

export const FUND_RULES = ["treasury", "bystanders", "equal"] as const;

/** What a community is deployed with. */
export interface CommunityTerms {
  readonly slotSeconds: number;
  readonly packetWh: number;
  /** Days that rings hold; more than the windows below. */
  readonly ringDays: number;
  /** Lowest price and step between prices, base units per packet: at most 0, and a multiple of the step. */
  readonly floorPrice: number;
  readonly tickSize: number;
  readonly feeder: string;
  readonly dsoSigners: readonly string[];
  readonly dsoThreshold: number;
  /** Seconds: see `IFlowOracle.Windows`. */
  readonly windows: Windows;
  /** Seconds after the gate until which a session may be cleared. */
  readonly clearWindow: number;
  readonly fundRule: (typeof FUND_RULES)[number];
  /** Rules on disputes, and signs no reports; the deployer if absent. */
  readonly arbiter?: string;
  /** What a dispute costs until it is over, base units; DEFAULT_BOND if absent. */
  readonly disputeBond?: number;
  /** What relays and keepers are paid, base units; NO_REWARDS if absent. Only under the treasury rule. */
  readonly rewards?: Rewards;
}

/** Base units for an order posted that counted, a slot cleared, a member settled. */
export interface Rewards {
  readonly perOrder: number;
  readonly perSlot: number;
  readonly perMember: number;
}

export interface Windows {
  readonly reportLimit: number;
  readonly disputeWindow: number;
  readonly settleLimit: number;
  readonly hardLimit: number;
  readonly signerDelay: number;
  readonly tolerancePermille: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Windows of a real community: a report within a week, 28 days to dispute it, a week to settle, revisions for 56 days. */
export const DEFAULT_WINDOWS: Windows = {
  reportLimit: 7 * DAY,
  disputeWindow: 28 * DAY,
  settleLimit: 7 * DAY,
  hardLimit: 56 * DAY,
  signerDelay: 7 * DAY,
  tolerancePermille: 50,
};

/** 5 euro of a token with six decimals. */
export const DEFAULT_BOND = 5_000_000;
export const NO_REWARDS: Rewards = { perOrder: 0, perSlot: 0, perMember: 0 };
export const DEFAULT_RING_DAYS = 64;
export const DEFAULT_CLEAR_WINDOW = 6 * HOUR;

/** What each contract is constructed with, given who administers it and where the others are. */
type Construction = (admin: string, at: Addresses) => Record<keyof Contracts, unknown[]>;

/**
 * Deploys a community; the signer gets every role. Parts of `shared` are there already, such as the token.
 */
export const deployCommunity = (
  signer: AbstractSigner,
  terms: CommunityTerms,
  ledger?: GasLedger,
  shared: Partial<Addresses> = {},
): Promise<Contracts> =>
  deployParts(signer, CONTRACTS, (admin, at) => constructorArguments(admin, at, terms), shared, ledger);

/**
 * Deploys all parts but those of `shared`. Contracts that name each other get their addresses before they exist, so no
 * other transaction of the signer may come between.
 */
export async function deployParts(
  signer: AbstractSigner,
  names: Readonly<Record<keyof Contracts, string>>,
  construction: Construction,
  shared: Partial<Addresses> = {},
  ledger?: GasLedger,
): Promise<Contracts> {
  const admin = await signer.getAddress();
  const first = await signer.getNonce("pending");
  const own = (Object.keys(CONTRACTS) as (keyof Contracts)[]).filter((part) => shared[part] === undefined);
  const places = own.map((part, i) => [part, getCreateAddress({ from: admin, nonce: first + i })]);
  const at = { ...shared, ...Object.fromEntries(places) } as Addresses;
  const parts = construction(admin, at);
  for (const part of own) {
    const { abi, bytecode } = artifactOf(names[part]);
    const deployed = await new ContractFactory(abi, bytecode, signer).deploy(...parts[part]);
    const receipt = await deployed.deploymentTransaction()!.wait();
    if (receipt!.contractAddress !== at[part])
      throw new Error(`${part} is at ${receipt!.contractAddress}, not ${at[part]}`);
    ledger?.book("setup", receipt!.gasUsed);
  }
  return attach(at, signer);
}

/** Constructor arguments of a community's contracts. */
export function constructorArguments(
  admin: string,
  at: Addresses,
  terms: CommunityTerms,
): Record<keyof Contracts, unknown[]> {
  const { slotSeconds, packetWh, ringDays, floorPrice, tickSize, feeder, windows } = terms;
  const { arbiter = admin, disputeBond = DEFAULT_BOND, rewards = NO_REWARDS } = terms;
  const rule = FUND_RULES.indexOf(terms.fundRule);
  return {
    token: [],
    members: [admin, admin, at.tariff, at.dayBook, windows.signerDelay],
    tariff: [admin, admin, at.dayBook, { slotSeconds, packetWh, ringDays, floorPrice, tickSize }],
    oracle: [admin, feeder, at.members, at.tariff, terms.dsoSigners, terms.dsoThreshold, windows],
    auction: [],
    ecoins: [at.members, at.tariff, at.market, at.dayBook],
    house: [admin, at.token, at.members, at.market, at.dayBook, at.fund, at.arbitration],
    market: [admin, at.members, at.tariff, at.ecoins, at.house, at.dayBook, at.auction, terms.clearWindow, rule !== 0],
    dayBook: [at.tariff, at.oracle, at.ecoins, at.market, at.house, at.arbitration],
    fund: [admin, rule, at.members, at.tariff, at.market, at.house, at.dayBook, at.rewards],
    arbitration: [admin, arbiter, at.members, at.oracle, at.dayBook, at.house, disputeBond, windows.signerDelay],
    rewards: [...[at.market, at.dayBook, at.house, at.fund], ...[rewards.perOrder, rewards.perSlot, rewards.perMember]],
  };
}

/** The contracts of a community that is deployed already. */
export function attach(at: Addresses, signer: AbstractSigner): Contracts {
  const parts = Object.entries(CONTRACTS).map(([part, name]) => {
    return [part, new Contract(at[part as keyof Contracts], abiOf(name), signer)];
  });
  return Object.fromEntries(parts) as unknown as Contracts;
}

/** Where the contracts are. */
export async function addressesOf(contracts: Contracts): Promise<Addresses> {
  const parts = Object.entries(contracts).map(async ([part, contract]) => [part, await contract.getAddress()]);
  return Object.fromEntries(await Promise.all(parts)) as Addresses;
}

/** Every interface, to read the reasons of reverts with. */
export const allAbis = () => Object.values(CONTRACTS).map((name) => abiOf(name));
