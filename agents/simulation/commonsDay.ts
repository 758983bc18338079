import type { TransactionReceipt } from "ethers";
import type { Chain, Clock } from "../chain/chain.ts";
import type { CommunityTerms } from "../chain/deploy.ts";
import {
  COST_RULES,
  type CommonsContracts,
  type CostRule,
  commonsAbis,
  deployCommonsCommunity,
  deployOtherBills,
} from "../chain/deployCommons.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { chainServer } from "../commons/chainServer.ts";
import { type CommonsRun, runCommons } from "../commons/run.ts";
import type { DayReport } from "../dso/dso.ts";
import { leavesReading } from "../dso/leaves.ts";
import type { Flows } from "../household/battery.ts";
import type { MarketTerms } from "../household/market.ts";
import { packAll } from "../model/lanes.ts";
import { encodePrices, tickOf } from "../model/orders.ts";
import { connectionPackets } from "../model/packets.ts";
import { billAlone } from "./bills.ts";
import { type CommonsBill, commonsBills } from "./commonsBills.ts";
import { type CommonsScene, onCalendar, type SceneOptions, sceneOf } from "./commonsScene.ts";
import { DEFAULT_VOTE } from "./commonsSettings.ts";
import { actualFlows, type Community, marketTerms } from "./community.ts";
import { communityTerms, depositFor } from "./communityTerms.ts";
import { clockOf, type DayTimes, dayTimes, until } from "./dayTimes.ts";
import { flexibleUses } from "./flexibleUses.ts";
import { dsoWallets, memberWallet, meterCommitment } from "./keys.ts";
import { packetSize } from "./packetSize.ts";
import { type Progress, SILENT } from "./progress.ts";
import { dayReport, signatures } from "./proof.ts";

export interface CommonsDayOptions extends Partial<SceneOptions> {
  readonly seed: number;
  readonly progress?: Progress;
  /** What the homes do without a commons, by which rules say what each would have owed alone; by habit if left out. */
  readonly alone?: readonly Flows[];
}

/** A day of a commons that was lived on a chain. */
export interface LivedCommonsDay {
  readonly chain: Chain;
  readonly community: Community;
  readonly seed: number;
  readonly market: MarketTerms;
  readonly times: DayTimes;
  readonly scene: CommonsScene;
  readonly run: CommonsRun;
  readonly ledger: GasLedger;
  readonly report: DayReport;
  /** What the homes would have done without a commons. */
  readonly habits: readonly Flows[];
  readonly bills: readonly CommonsBill[];
  /** What each balance differs by from its deposit, debts counted, by rule and member; base units. */
  readonly changes: Readonly<Record<CostRule, readonly bigint[]>>;
  readonly supplierChanges: Readonly<Record<CostRule, bigint>>;
}

const TOKEN_DECIMALS = 6;
const DSO_SIGNERS = 3;
/** Leaves in one proof. */
const MOST_HOMES = 255;

interface Stage {
  readonly chain: Chain;
  readonly clock: Clock;
  readonly community: Community;
  readonly seed: number;
  readonly progress: Progress;
  readonly market: MarketTerms;
  readonly terms: CommunityTerms;
  readonly times: DayTimes;
  readonly scene: CommonsScene;
  readonly ledger: GasLedger;
  readonly contracts: CommonsContracts;
  /** What the homes would have done without a commons, and what each would have owed for it. */
  readonly habits: readonly Flows[];
  readonly alone: readonly bigint[];
}

/**
 * Lives one day of a community as a commons on a chain: requests, allocation and acknowledgment slot by slot, proof of
 * flow, and the bills by each cost rule, each settled in a house of its own. Moves the chain's clock over the whole
 * dispute window.
 */
export async function liveCommonsDay(
  chain: Chain,
  community: Community,
  options: CommonsDayOptions,
): Promise<LivedCommonsDay> {
  const stage = await setUp(chain, community, options);
  const day = await fixTariff(stage);
  const run = await live(stage);
  const report = await prove(stage, day);
  const bills = commonsBills(community, stage.scene.world.flows, stage.alone, stage.market);
  const settled = await settle(stage, day, report, bills);
  const { seed, market, times, scene, ledger, habits } = stage;
  return { chain, community, seed, market, times, scene, run, ledger, report, habits, bills, ...settled };
}

async function setUp(chain: Chain, community: Community, options: CommonsDayOptions): Promise<Stage> {
  const { homes, data, day } = community;
  const { seed, progress = SILENT, vote = DEFAULT_VOTE, uses = flexibleUses(community), alone, ...given } = options;
  if (homes.length > MOST_HOMES) throw new RangeError(`a commons' bills are settled for ${MOST_HOMES} homes at most`);
  const clock = clockOf(chain);
  const habits = alone ?? homes.map((home) => actualFlows(community, home));
  const packetWh = packetSize(homes, habits, data.slotSeconds, given.packetWh);
  const market = marketTerms(community, packetWh, TOKEN_DECIMALS);
  const times = dayTimes(day, data.slotSeconds, await clock.now());
  const scene = sceneOf(community, { ...day }, { ...given, packetWh, vote, uses });
  const signers = dsoWallets(seed, DSO_SIGNERS).map(({ address }) => address);
  const terms = communityTerms(market, signers, "treasury", seed);
  const ledger = new GasLedger(commonsAbis());
  progress.phase(`setting up a commons of ${homes.length} homes on ${chain.name}`, 1 + homes.length);
  await until(clock, times.setup);
  const deployment = {
    ...{ terms: scene.terms, rules: scene.rules, slotSeconds: data.slotSeconds, firstSlot: times.firstSlot },
  };
  const contracts = await deployCommonsCommunity(chain.signer, terms, deployment, COST_RULES[0], ledger);
  progress.step();
  const billsAlone = homes.map((home, i) => billAlone(habits[i]!, home.prices, TOKEN_DECIMALS));
  const stage = {
    chain,
    clock,
    community,
    seed,
    progress,
    market,
    terms,
    times,
    scene,
    ledger,
    contracts,
    habits,
    alone: billsAlone,
  };
  await join(stage);
  return stage;
}

/** Attests every home. */
async function join({ community, market, contracts, seed, ledger, progress }: Stage): Promise<void> {
  for (const [i, { connectionW }] of community.homes.entries()) {
    const capacity = connectionPackets(connectionW, market.slotSeconds, market.packetWh);
    const { address } = memberWallet(seed, i + 1);
    await ledger.send("setup", contracts.members.attest(address, meterCommitment(seed, i + 1), capacity));
    progress.step();
  }
}

/** The supplier fixes R and F of every slot, by which the report's slots are known; the day's number on the chain. */
async function fixTariff({ contracts, community, market, terms, times, ledger }: Stage): Promise<number> {
  const { slotCount } = community.day;
  const lanes = Array.from({ length: slotCount }, (_, t) =>
    encodePrices(tickOf(market.retailPrice[t]!, terms), tickOf(market.feedInPrice[t]!, terms)),
  );
  await ledger.send("open", contracts.tariff.fixDay(times.firstSlot, slotCount, packAll(lanes)));
  return Number(await contracts.tariff.latestDay());
}

/** Every slot in its time. */
async function live({ chain, clock, community, seed, progress, times, scene, ledger, contracts }: Stage) {
  const { slotCount } = community.day;
  const { slotSeconds } = community.data;
  const offset = times.firstSlot - community.day.firstSlot;
  const shifted = onCalendar(scene, offset);
  const server = chainServer({
    ...{ contract: contracts.commons, chainId: chain.chainId, commons: shifted.commons },
    walletOf: (member) => memberWallet(seed, member),
    send: (phase, sent) => ledger.send(phase, sent),
    passBlocks: (blocks) => clock.mine(blocks),
  });
  progress.phase("slot by slot: forecast, requests, allocation, acknowledgment", slotCount + 1);
  return runCommons({
    ...{ server, homes: shifted.homes, world: shifted.world, slots: slotCount },
    before: (slot) => until(clock, slot * slotSeconds),
    step: () => progress.step(),
  });
}

/** Meters measure, the DSO reports the day and two of its three signers sign. */
async function prove(stage: Stage, day: number): Promise<DayReport> {
  const { clock, times, contracts, ledger, progress, scene, seed } = stage;
  progress.phase("the day is over; the DSO signs the proof of flow");
  await until(clock, times.end);
  const proof = { ...stage, flows: scene.world.flows, options: { seed } };
  const report = await dayReport(proof, day);
  await ledger.send("prove", contracts.oracle.submit(report.report, await signatures(proof, report)));
  return report;
}

/** The bills by each rule, in a house of its own: the same day, parted in two ways. */
async function settle(stage: Stage, day: number, report: DayReport, bills: readonly CommonsBill[]) {
  const { clock, contracts, chain, ledger, progress } = stage;
  progress.phase("the dispute window passes; the bills are parted by each cost rule and settled");
  const { settleFrom } = await contracts.oracle.deadlines(day);
  await until(clock, Number(settleFrom));
  const other = await deployOtherBills(chain.signer, contracts, COST_RULES[1], ledger);
  const equalGain = await settleIn(stage, contracts, day, report, bills, "settle");
  const byUse = await settleIn(stage, other, day, report, bills, "settle otherwise");
  return {
    changes: { "equal-gain": equalGain.changes, "by-use": byUse.changes },
    supplierChanges: { "equal-gain": equalGain.supplierChange, "by-use": byUse.supplierChange },
  };
}

async function settleIn(
  stage: Stage,
  { house, bills: contract }: Pick<CommonsContracts, "house" | "bills">,
  day: number,
  report: DayReport,
  bills: readonly CommonsBill[],
  phase: string,
): Promise<{ changes: bigint[]; supplierChange: bigint }> {
  const { community, ledger } = stage;
  const deposits = await payIn(stage, house);
  const members = new Set(community.homes.map((_, i) => i + 1));
  const receipt: TransactionReceipt = await ledger.send(
    phase,
    contract.settle(
      day,
      bills.map(({ charged, paid, alone }) => ({ charged, paid, alone })),
      leavesReading(report, members).reading,
    ),
  );
  if (receipt.status !== 1) throw new Error(`the bills of day ${day} were not settled`);
  const changes: bigint[] = [];
  for (const [i, deposit] of deposits.entries()) {
    const { balance } = await house.accountOf(i + 1);
    changes.push(balance + (await house.owedTo(i + 1)) - (await house.debtOf(i + 1)) - deposit);
  }
  const { balance, owed } = await house.supplierAccount();
  return { changes, supplierChange: balance - owed };
}

/** Deposits that cover whatever a member may have to pay for the others. */
async function payIn({ community, market, contracts, chain, ledger }: Stage, house: CommonsContracts["house"]) {
  const deposits = community.homes.map(({ connectionW }) =>
    depositFor(market, connectionPackets(connectionW, market.slotSeconds, market.packetWh)),
  );
  const all = deposits.reduce((sum, deposit) => sum + deposit, 0n);
  await ledger.send("setup", contracts.token.mint(await chain.signer.getAddress(), all));
  await ledger.send("setup", contracts.token.approve(house, all));
  for (const [i, deposit] of deposits.entries()) await ledger.send("setup", house.deposit(i + 1, deposit));
  return deposits;
}
