import type { ContractTransactionResponse, TransactionReceipt } from "ethers";
import type { Chain, Clock } from "../chain/chain.ts";
import { type Addresses, allAbis, type CommunityTerms, type Contracts, deployCommunity } from "../chain/deploy.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import type { DayReport } from "../dso/dso.ts";
import type { Flows } from "../household/battery.ts";
import type { MarketTerms } from "../household/market.ts";
import { readBook, type SessionBook } from "../keeper/book.ts";
import * as keeper from "../keeper/keeper.ts";
import { packAll } from "../model/lanes.ts";
import { encodePrices, tickOf } from "../model/orders.ts";
import { connectionPackets } from "../model/packets.ts";
import { batchesOf, type Posted, post } from "../relay/relay.ts";
import { actualFlows, type Community, marketTerms } from "./community.ts";
import { communityTerms, depositFor, type FundRule } from "./communityTerms.ts";
import { clockOf, type DayTimes, dayTimes, until } from "./dayTimes.ts";
import { claimShares } from "./fundShares.ts";
import { planHomes, signedProfiles } from "./households.ts";
import { dsoWallets, memberWallet, meterCommitment } from "./keys.ts";
import type { LivedDay } from "./livedDay.ts";
import { keepPlans, type ManagedHomes, manageHomes, planManaged } from "./managedDay.ts";
import { packetSize } from "./packetSize.ts";
import { type Progress, SILENT } from "./progress.ts";
import { dayReport, signatures } from "./proof.ts";
import { type Strategy, tradersFor } from "./strategies.ts";

export interface MarketDayOptions {
  /** Seed of keys, salts and whatever the strategies draw. */
  readonly seed: number;
  readonly strategy?: Strategy;
  /** Wh; chosen by the homes' connections if left out. */
  readonly packetWh?: number;
  readonly fundRule?: FundRule;
  readonly progress?: Progress;
  /** What the community has in common with others on the chain. */
  readonly shared?: SharedTerms;
}

/** Prices, packets and contracts of several communities that trade with each other. */
export interface SharedTerms {
  readonly market: MarketTerms;
  readonly contracts: Partial<Pick<Addresses, "token" | "auction">>;
}

/** A community on a chain, ready for its day. */
export interface Stage {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly community: Community;
  readonly options: Required<Omit<MarketDayOptions, "packetWh" | "shared">>;
  readonly market: MarketTerms;
  readonly terms: CommunityTerms;
  readonly times: DayTimes;
  readonly contracts: Contracts;
  readonly ledger: GasLedger;
  readonly send: keeper.Send;
  /** What was deposited by each member, and by the supplier, base units. */
  readonly deposits: readonly bigint[];
  readonly supplierDeposit: bigint;
  /**
   * What every home's meter will see; no agent looks at it before the day is over. Homes with an energy manager keep to what
   * they trade: until then it is what their meters would see without a market.
   */
  readonly flows: readonly Flows[];
  /** What the meters would have seen without a market. */
  readonly flowsAlone: readonly Flows[];
  /** Present where homes have an energy manager. */
  readonly managed?: ManagedHomes;
}

export const TOKEN_DECIMALS = 6;
const DSO_SIGNERS = 3;

/**
 * Lives one day of a community on a chain: setting up, tariff and session, profiles, clearing, proof of flow, settlement.
 * Deploys contracts of its own. Moves the chain's clock over the whole dispute window.
 */
export async function liveMarketDay(chain: Chain, community: Community, given: MarketDayOptions): Promise<LivedDay> {
  const stage = await setUp(chain, community, given);
  const { day, session } = await open(stage);
  const { plans, posted } = await offer(stage, session);
  const book = await clear(stage, session);
  const kept = await keepPlans(stage, session, book);
  const lived = { ...stage, flows: kept?.map(({ flows }) => flows) ?? stage.flows };
  const report = await prove(lived, day);
  const sessions = [{ session, posted, book }];
  const fundShares = await settle(lived, day, sessions, report);
  return { stage: lived, day, sessions, plans, report, fundShares, ...(kept && { kept }) };
}

/** Deploys the contracts, attests the members, mints test euros and pays them in. */
export async function setUp(chain: Chain, community: Community, given: MarketDayOptions): Promise<Stage> {
  const options = { strategy: "truthful", fundRule: "treasury", progress: SILENT, ...given } as const;
  const { homes, data, day } = community;
  const clock = clockOf(chain);
  const times = dayTimes(day, data.slotSeconds, await clock.now());
  const managed = options.strategy === "hems" ? manageHomes(community, times.issue, options.progress) : undefined;
  const flows = managed?.flowsAlone ?? homes.map((home) => actualFlows(community, home));
  const ownTerms = () =>
    marketTerms(community, packetSize(homes, flows, data.slotSeconds, given.packetWh), TOKEN_DECIMALS);
  const market = given.shared?.market ?? ownTerms();
  const signers = dsoWallets(options.seed, DSO_SIGNERS).map(({ address }) => address);
  const terms = communityTerms(market, signers, options.fundRule, options.seed);
  const ledger = new GasLedger(allAbis());
  const send: keeper.Send = (phase, sent) => ledger.send(phase, sent);
  options.progress.phase(`setting up ${homes.length} homes on ${chain.name}`, 1 + homes.length);
  await until(clock, times.setup);
  const contracts = await deployCommunity(chain.signer, terms, ledger, given.shared?.contracts);
  options.progress.step();
  const base = { chain, clock, community, options, market, terms, times, contracts, ledger, send, flows };
  return { ...base, flowsAlone: flows, ...(managed && { managed }), ...(await join(base)) };
}

/** Attests every home and pays in for it and for the supplier. */
async function join(
  stage: Omit<Stage, "deposits" | "supplierDeposit" | "flowsAlone" | "managed">,
): Promise<Pick<Stage, "deposits" | "supplierDeposit">> {
  const { community, market, contracts, options, chain, send } = stage;
  const { token, house, members } = contracts;
  const capacities = community.homes.map(({ connectionW }) =>
    connectionPackets(connectionW, market.slotSeconds, market.packetWh),
  );
  const deposits = capacities.map((capacity) => depositFor(market, capacity));
  const supplierDeposit = deposits.reduce((sum, deposit) => sum + deposit, 0n);
  await send("setup", token.mint(await chain.signer.getAddress(), 2n * supplierDeposit));
  await send("setup", token.approve(house, 2n * supplierDeposit));
  for (const [i, capacity] of capacities.entries()) {
    const { address } = memberWallet(options.seed, i + 1);
    await send("setup", members.attest(address, meterCommitment(options.seed, i + 1), capacity));
    await send("setup", house.deposit(i + 1, deposits[i]!));
    options.progress.step();
  }
  await send("setup", house.depositForSupplier(supplierDeposit));
  return { deposits, supplierDeposit };
}

/** The supplier fixes the day's tariff, the operator opens one session over all its slots. */
export async function open(stage: Stage) {
  stage.options.progress.phase("the supplier fixes the day's tariff, the operator opens the day-ahead session");
  const day = await fixTariff(stage);
  return { day, session: await openSession(stage, day, 0, stage.community.day.slotCount, stage.times.gate) };
}

/** The supplier fixes R and F of every slot; the day's number on the chain. */
export async function fixTariff({ contracts, community, market, terms, times, send }: Stage): Promise<number> {
  const { slotCount } = community.day;
  const lanes = Array.from({ length: slotCount }, (_, t) =>
    encodePrices(tickOf(market.retailPrice[t]!, terms), tickOf(market.feedInPrice[t]!, terms)),
  );
  const fixed = await send("open", contracts.tariff.fixDay(times.firstSlot, slotCount, packAll(lanes)));
  return Number(argsOf(contracts.tariff, fixed, "DayFixed").day);
}

/** The operator opens a session over `count` slots of the day from its `first`-th; its number. */
export async function openSession(
  { contracts: { market }, send }: Stage,
  day: number,
  first: number,
  count: number,
  gate: number,
): Promise<number> {
  const opened = await send("open", market.openSession(day, first, count, gate));
  return Number(argsOf(market, opened, "SessionOpened").session);
}

/** Values of the one event of that name in a receipt. */
function argsOf(contract: Contracts["tariff"] | Contracts["market"], { logs }: TransactionReceipt, name: string) {
  return logs.map((log) => contract.interface.parseLog(log)).find((event) => event?.name === name)!.args;
}

/** Households plan, decide and sign; the relay posts. */
export async function offer(
  { community, market, options, times, contracts, chain, clock, send, managed }: Stage,
  session: number,
) {
  const { homes } = community;
  const { progress, seed, strategy } = options;
  progress.phase("households forecast, plan and sign their bids and asks", homes.length);
  const traders = tradersFor(
    strategy,
    homes.map(({ id }) => id),
    seed,
  );
  await until(clock, times.post);
  const plans = managed
    ? planManaged(managed, community, market, traders, progress)
    : planHomes(community, market, traders, times.issue, progress);
  const place = { chainId: chain.chainId, verifyingContract: await contracts.market.getAddress() };
  const batches = batchesOf(await signedProfiles(plans, session, market.scale, seed, place));
  progress.phase("the relay posts their profiles", batches.length);
  const posted: Posted[] = [];
  for (const batch of batches) {
    posted.push(
      await post(contracts.market, session, batch, (sent: Promise<ContractTransactionResponse>) => send("post", sent)),
    );
    progress.step();
  }
  return { plans, posted };
}

/** The keeper closes the book after the gate, waits for the seed's block and clears every slot. */
export async function clear({ contracts, chain, clock, times, options, send }: Stage, session: number) {
  options.progress.phase("the keeper closes the book and clears every slot");
  await until(clock, times.gate);
  await keeper.close(contracts, session, send);
  await clock.mine(3);
  const shape = await keeper.shapeOf(contracts, session);
  const seed = await keeper.seedOf(contracts, chain.provider, session);
  const book = await readBook(contracts.market, chain.provider, session);
  if (book.length > 0) await keeper.clear(contracts, shape, book, seed, send);
  return book;
}

/** Meters measure, the DSO reports the day and two of its three signers sign. */
export async function prove(stage: Stage, day: number): Promise<DayReport> {
  const { clock, times, contracts, options, send } = stage;
  options.progress.phase("the day passes; meters measure, the DSO signs the proof of flow");
  await until(clock, times.end);
  const report = await dayReport(stage, day);
  await send("prove", contracts.oracle.submit(report.report, await signatures(stage, report)));
  return report;
}

/** The keeper settles once the dispute window is over, closes the day, and claims what the fund shares out. */
export async function settle(
  { contracts, clock, community, options, send }: Stage,
  day: number,
  sessions: LivedDay["sessions"],
  report: DayReport,
): Promise<readonly bigint[]> {
  options.progress.phase("the dispute window passes; the keeper settles every home and closes the day");
  const { settleFrom } = await contracts.oracle.deadlines(day);
  await until(clock, Number(settleFrom));
  const all: { shape: keeper.SessionShape; book: SessionBook; released: boolean }[] = [];
  for (const each of sessions) {
    const shape = await keeper.shapeOf(contracts, each.session);
    all.push({ shape, book: each.book, released: "planned" in each });
  }
  const unreleased = all.filter(({ released }) => !released);
  await keeper.settle(contracts, day, report, unreleased, send, keeper.tradersOf(all));
  await until(clock, Number(settleFrom + (await contracts.oracle.settleLimit())));
  await keeper.closeDay(contracts, day, send);
  const members = community.homes.map((_, i) => i + 1);
  if (options.fundRule === "treasury") return members.map(() => 0n);
  options.progress.phase("the fund pays its shares", members.length * sessions.length);
  return claimShares(contracts, sessions, members, send, options.progress);
}
