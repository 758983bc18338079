import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { type Chain, steadySigner } from "../chain/chain.ts";
import type { CommunityTerms } from "../chain/deploy.ts";
import { type FederationContracts, federationAbis } from "../chain/deployFederation.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import type { DayReport } from "../dso/dso.ts";
import type { MarketTerms } from "../household/market.ts";
import type { SessionBook } from "../keeper/book.ts";
import { type FilledProfile, filledBook } from "../keeper/filledBook.ts";
import * as keeper from "../keeper/keeper.ts";
import { readFederationBook } from "../manager/federationBook.ts";
import type { Decision } from "../manager/manager.ts";
import { offerLeftOver } from "../manager/offer.ts";
import type { Neighbourhood } from "./communities.ts";
import { actualFlows, marketTerms } from "./community.ts";
import { until } from "./dayTimes.ts";
import { federationReport } from "./federationProof.ts";
import { buildFederation, type Link, openFederation } from "./federationStage.ts";
import { managerWallet } from "./keys.ts";
import type { LivedDay } from "./livedDay.ts";
import { clear, offer, open, prove, type Stage, settle, setUp, TOKEN_DECIMALS } from "./marketDay.ts";
import { packetSize } from "./packetSize.ts";
import { named, type Progress, SILENT } from "./progress.ts";
import { signatures } from "./proof.ts";

export interface FederationDayOptions {
  readonly seed: number;
  /** What each link carries of trades, both ways, W. */
  readonly linkW: number;
  readonly progress?: Progress;
}

/** Communities and their federation on a chain. */
export interface FederationStage {
  readonly chain: Chain;
  readonly seed: number;
  readonly market: MarketTerms;
  readonly stages: readonly Stage[];
  readonly names: readonly string[];
  readonly contracts: FederationContracts;
  readonly links: readonly Link[];
  /** What each link carries of trades, W. */
  readonly linkW: number;
  readonly ledger: GasLedger;
  readonly send: keeper.Send;
  readonly terms: CommunityTerms;
  /** Deposit of each seat, seat 1 first, and of the supplier, base units. */
  readonly deposits: readonly bigint[];
  readonly supplierDeposit: bigint;
}

/** A day that communities lived with each other. */
export interface FederationDay {
  readonly stage: FederationStage;
  readonly lived: readonly LivedDay[];
  /** Their own sessions with fills, community by community. */
  readonly ownBooks: readonly (readonly FilledProfile[])[];
  readonly decisions: readonly (readonly Decision[])[];
  readonly day: number;
  readonly session: number;
  /** The federation's session with its fills; members are seats. */
  readonly book: readonly FilledProfile[];
  readonly report: DayReport;
}

/** The federation's gate is so long after the communities': time to clear and offer. */
export const GATE_AFTER = 3 * 3600;

/**
 * Lives one day of several communities: each its own market, then what that left over in the federation's session, proof of
 * flow and settlement in all of them. Deploys contracts of its own; moves the chain's clock over the dispute window.
 */
export async function liveFederationDay(
  chain: Chain,
  town: readonly Neighbourhood[],
  { seed, linkW, progress = SILENT }: FederationDayOptions,
): Promise<FederationDay> {
  const market = commonTerms(town);
  const stages: Stage[] = [];
  for (const { name, community, seed: own } of town) {
    const contracts = stages[0] ? await sharedContracts(stages[0]) : {};
    const shared = { market, contracts };
    stages.push(await setUp(chain, community, { seed: own, progress: named(progress, name), shared }));
  }
  const ledger = new GasLedger(federationAbis());
  const send: keeper.Send = (phase, sent) => ledger.send(phase, sent);
  const base = { chain, seed, market, stages, names: town.map(({ name }) => name), ledger, send };
  progress.phase(`the federation: ${stages.length} links of ${linkW / 1000} kW, managers, seats`);
  const stage = { ...base, linkW, ...(await buildFederation(base, linkW)) };
  return live(stage, progress);
}

/** One scale of prices, one size of packets, and R and F under which every home's honest price is allowed. */
function commonTerms(town: readonly Neighbourhood[]): MarketTerms {
  const homes = town.flatMap(({ community }) => community.homes);
  const all = { ...town[0]!.community, homes };
  const flows = town.flatMap(({ community }) => community.homes.map((home) => actualFlows(community, home)));
  return marketTerms(all, packetSize(homes, flows, all.data.slotSeconds), TOKEN_DECIMALS);
}

const sharedContracts = async ({ contracts: { token, auction } }: Stage) => ({
  token: await token.getAddress(),
  auction: await auction.getAddress(),
});

async function live(stage: FederationStage, progress: Progress): Promise<FederationDay> {
  const { stages } = stage;
  const opened = await inTurn(stages, open);
  const { day, session } = await openFederation(stage, gateOf(stage));
  const offers = await inTurn(stages, (own, i) => offer(own, opened[i]!.session));
  const books = await inTurn(stages, (own, i) => clear(own, opened[i]!.session));
  progress.phase("managers offer what the sessions left over", stages.length);
  const decisions = await inTurn(stages, (own, i) => manage(stage, i, own, opened[i]!.session, session, progress));
  progress.phase("the federation's session is cleared");
  const { shape, rows } = await clearFederation(stage, session);
  const reports = await inTurn(stages, (own, i) => prove(own, opened[i]!.day));
  progress.phase("the DSO signs what each seat's flow is beyond its trades at home");
  const ownBooks = await inTurn(stages, (own, i) => filled(own.contracts.market, opened[i]!.session, books[i]!));
  const report = await proveFederation(stage, day, ownBooks);
  const sessions = opened.map(({ session: number }, i) => {
    return [{ session: number, posted: offers[i]!.posted, book: books[i]! }];
  });
  const shares = await inTurn(stages, (own, i) => {
    return settle(own, opened[i]!.day, sessions[i]!, reports[i]!);
  });
  progress.phase("the keeper settles the federation's day and closes it");
  await settleFederation(stage, day, report, { shape, book: rows });
  const book = await filled(stage.contracts.market, session, rows);
  const lived = stages.map((own, i) => {
    const { plans } = offers[i]!;
    const held = { day: opened[i]!.day, sessions: sessions[i]!, report: reports[i]! };
    return { stage: own, ...held, plans, fundShares: shares[i]! };
  });
  return { stage, lived, ownBooks, decisions, day, session, book, report };
}

const gateOf = ({ stages }: FederationStage): number => stages[0]!.times.gate + GATE_AFTER;

const filled = async (market: EnergyMarket, session: number, book: SessionBook): Promise<FilledProfile[]> =>
  (await filledBook(market, session, book)).flat();

/** The manager of the `i`-th community offers what its session left over. */
async function manage(
  { contracts, chain, seed, send }: FederationStage,
  i: number,
  own: Stage,
  source: number,
  session: number,
  progress: Progress,
): Promise<Decision[]> {
  const signer = steadySigner(managerWallet(seed, i + 1).connect(chain.provider), own.clock);
  const manager = { federation: contracts, community: i + 1, market: own.contracts.market, signer, send };
  const decided = await offerLeftOver({ ...manager, provider: chain.provider }, session, source);
  progress.step();
  return decided;
}

/** The keeper closes the federation's book after its gate and clears every slot. */
async function clearFederation(stage: FederationStage, session: number) {
  const { contracts, chain, send, stages } = stage;
  const { clock } = stages[0]!;
  await until(clock, gateOf(stage));
  await keeper.close(contracts, session, send);
  await clock.mine(3);
  const shape = await keeper.shapeOf(contracts, session);
  const rows = await readFederationBook(contracts, session);
  const seed = await keeper.seedOf(contracts, chain.provider, session);
  if (rows.length > 0) await keeper.clear(contracts, shape, rows, seed, send);
  return { shape, rows };
}

/** The DSO's report of the rests of flow, signed and submitted. */
async function proveFederation(stage: FederationStage, day: number, ownBooks: FederationDay["ownBooks"]) {
  const { chain, contracts, terms, seed, send } = stage;
  const report = await federationReport(stage, day, ownBooks);
  const signed = await signatures({ chain, contracts, terms, options: { seed } }, report);
  await send("prove", contracts.oracle.submit(report.report, signed));
  return report;
}

/** The keeper settles every seat once the dispute window is over, and closes the day. */
async function settleFederation(
  { contracts, stages, send }: FederationStage,
  day: number,
  report: DayReport,
  session: keeper.DaySessions[number],
): Promise<void> {
  const { clock } = stages[0]!;
  const { settleFrom } = await contracts.oracle.deadlines(day);
  await until(clock, Number(settleFrom));
  await keeper.settle(contracts, day, report, [session], send);
  await until(clock, Number(settleFrom + (await contracts.oracle.settleLimit())));
  await keeper.closeDay(contracts, day, send);
}

/** One after another: they share a chain and its clock. */
async function inTurn<T, R>(items: readonly T[], act: (item: T, i: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [i, item] of items.entries()) results.push(await act(item, i));
  return results;
}
