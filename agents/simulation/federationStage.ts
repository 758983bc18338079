import { type Chain, steadySigner } from "../chain/chain.ts";
import { deployFederation, type FederationContracts } from "../chain/deployFederation.ts";
import type { GasLedger } from "../chain/gasLedger.ts";
import type { MarketTerms } from "../household/market.ts";
import type { Send } from "../keeper/keeper.ts";
import { signSeat } from "../manager/seats.ts";
import { keccakOf } from "../model/keccak.ts";
import { packAll } from "../model/lanes.ts";
import { encodePrices, tickOf } from "../model/orders.ts";
import { connectionPackets } from "../model/packets.ts";
import { depositFor } from "./communityTerms.ts";
import type { FederationStage } from "./federationDay.ts";
import { dsoWallets, managerWallet, memberWallet } from "./keys.ts";
import type { Stage } from "./marketDay.ts";

/** A community's place in the federation. */
export interface Link {
  /** Seat of its first member, less 1. */
  readonly firstSeat: number;
  readonly seats: number;
  /** Packets a slot that may be offered over it, each way. */
  readonly limitPackets: number;
}

/** What a federation is built on. */
export interface Foundation {
  readonly chain: Chain;
  readonly seed: number;
  readonly market: MarketTerms;
  readonly stages: readonly Stage[];
  readonly ledger: GasLedger;
  readonly send: Send;
}

/** Gas money of a manager, wei. */
const MANAGER_WEI = 10n ** 18n;

/** Deploys the federation's market over the communities' token; admits them, appoints managers, fills the seats. */
export async function buildFederation(base: Foundation, linkW: number) {
  const { chain, seed, market, stages, ledger } = base;
  const { terms: own, contracts } = stages[0]!;
  const dsoSigners = dsoWallets(seed, own.dsoSigners.length).map(({ address }) => address);
  const terms = { ...own, dsoSigners, feeder: keccakOf(`simulated federation of seed ${seed}`) };
  const shared = { token: await contracts.token.getAddress(), auction: await contracts.auction.getAddress() };
  const federation = await deployFederation(chain.signer, terms, shared, ledger);
  const limitPackets = connectionPackets(linkW, market.slotSeconds, market.packetWh);
  const links: Link[] = [];
  for (const [i, stage] of stages.entries()) links.push(await admit(base, federation, stage, i, limitPackets));
  const deposits = stages.flatMap((stage) => seatDeposits(stage, market));
  const supplierDeposit = deposits.reduce((sum, deposit) => sum + deposit, 0n);
  await payIn(base, federation, deposits, supplierDeposit);
  for (const [i, stage] of stages.entries()) await takeSeats(base, federation, stage, i, links[i]!, deposits);
  return { contracts: federation, links, terms, deposits, supplierDeposit };
}

/** The DSO admits the `i`-th community, whose operator appoints its manager. */
async function admit(
  { chain, seed, send }: Foundation,
  { federation }: FederationContracts,
  { contracts: { market, members, tariff }, community }: Stage,
  i: number,
  limitPackets: number,
): Promise<Link> {
  const seats = community.homes.length;
  const firstSeat = Number(await federation.count());
  await send("setup", federation.admit(market, members, tariff, seats, limitPackets, limitPackets));
  const { address } = managerWallet(seed, i + 1);
  const sent = await chain.signer.sendTransaction({ to: address, value: MANAGER_WEI });
  await sent.wait();
  await send("setup", federation.appoint(i + 1, address));
  return { firstSeat, seats, limitPackets };
}

const seatDeposits = ({ community }: Stage, market: MarketTerms): bigint[] =>
  community.homes.map(({ connectionW }) => {
    return depositFor(market, connectionPackets(connectionW, market.slotSeconds, market.packetWh));
  });

async function payIn(
  { chain, send }: Foundation,
  { token, house }: FederationContracts,
  deposits: readonly bigint[],
  supplierDeposit: bigint,
): Promise<void> {
  const all = deposits.reduce((sum, deposit) => sum + deposit, supplierDeposit);
  await send("setup", token.mint(await chain.signer.getAddress(), all));
  await send("setup", token.approve(house, all));
  await send("setup", house.depositForSupplier(supplierDeposit));
}

/** Every member signs for its seat, its manager brings the signature, and money comes into the house for it. */
async function takeSeats(
  { chain, seed, send }: Foundation,
  { federation, house }: FederationContracts,
  { community, options, clock }: Stage,
  i: number,
  { firstSeat }: Link,
  deposits: readonly bigint[],
): Promise<void> {
  const place = { chainId: chain.chainId, verifyingContract: await federation.getAddress() };
  const manager = steadySigner(managerWallet(seed, i + 1).connect(chain.provider), clock);
  for (const [m] of community.homes.entries()) {
    const change = { community: i + 1, member: m + 1, active: true, nonce: 0 };
    const signature = await signSeat(memberWallet(options.seed, m + 1), change, place);
    await send("setup", federation.connect(manager).setSeat(change.community, change.member, true, signature));
    await send("setup", house.deposit(firstSeat + m + 1, deposits[firstSeat + m]!));
  }
}

/** The day's tariff, the communities' own, and one session over all its slots until `gate`. */
export async function openFederation({ contracts, stages, market, terms, send }: FederationStage, gate: number) {
  const { times, community } = stages[0]!;
  const { slotCount } = community.day;
  const lanes = Array.from({ length: slotCount }, (_, t) =>
    encodePrices(tickOf(market.retailPrice[t]!, terms), tickOf(market.feedInPrice[t]!, terms)),
  );
  await send("open", contracts.tariff.fixDay(times.firstSlot, slotCount, packAll(lanes)));
  const day = Number(await contracts.tariff.latestDay());
  await send("open", contracts.market.openSession(day, 0, slotCount, gate));
  return { day, session: day * 256 };
}
