import type { Chain } from "../chain/chain.ts";
import { HistoryView } from "../data/historyView.ts";
import type { MeterData } from "../data/meterData.ts";
import { defaultForecasters, type Forecasters, newestForecasters } from "../forecast/net.ts";
import type { Managed } from "../household/hems/homePlan.ts";
import { pricesOf } from "../household/home.ts";
import type { MarketTerms } from "../household/market.ts";
import { offerFor, offerOf, type SessionOffer } from "../household/sessionProfile.ts";
import { signProfile } from "../household/signing.ts";
import type { Trader } from "../household/traders.ts";
import * as keeper from "../keeper/keeper.ts";
import { unpackAll } from "../model/lanes.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { batchesOf, post, type SignedProfile } from "../relay/relay.ts";
import type { Community } from "./community.ts";
import { until } from "./dayTimes.ts";
import { memberWallet } from "./keys.ts";
import { ManagedHomeRun, planOffer } from "./managedSessions.ts";
import { clear, fixTariff, type MarketDayOptions, openSession, prove, type Stage, setUp } from "./marketDay.ts";
import { tradersFor } from "./strategies.ts";
import type { PlannedSession, Timescale } from "./timescales.ts";

/** Packets that a member bought and sold per slot of the day, net over all sessions: one of the two is 0. */
export interface Position {
  readonly bought: readonly number[];
  readonly sold: readonly number[];
}

/** A day of several sessions, as the chain has it after settlement. */
export interface SessionedDay {
  readonly stage: Stage;
  readonly day: number;
  /** By member, the first is member 1. */
  readonly positions: readonly Position[];
  /** Base units: what each balance, with what is owed, differs by from the deposit. */
  readonly changes: readonly bigint[];
  /** Orders offered in the sessions of each timescale. */
  readonly orders: Readonly<Record<Timescale, number>>;
}

/** Who plans with what: forecasters of each timescale, for homes with these readings; as an agent would have them if left out. */
export type ForecastersOf = (timescale: Timescale, data: MeterData) => Forecasters;

/**
 * Lives one day of several sessions on a chain. Each session is closed, cleared and released before the next is offered
 * to, so that every home trades only what differs from its net position, which it reads from the chain.
 */
export async function liveSessionedDay(
  chain: Chain,
  community: Community,
  sessions: readonly PlannedSession[],
  options: MarketDayOptions,
  forecastersOf: ForecastersOf = agentForecasters(community),
): Promise<SessionedDay> {
  const stage = await setUp(chain, community, options);
  const runs = runsOf(stage);
  const day = await fixTariff(stage);
  const offset = stage.times.offsetDays * DAY_SECONDS;
  const ids: number[] = [];
  for (const { first, count, gate } of sessions) ids.push(await openSession(stage, day, first, count, gate + offset));
  const orders = { "day-ahead": 0, intraday: 0, "real-time": 0 };
  stage.options.progress.phase(`${sessions.length} sessions`, sessions.length);
  for (const [i, planned] of sessions.entries()) {
    const held = { stage, runs, day, session: ids[i]!, planned, forecastersOf };
    orders[planned.timescale] += await hold(held, offset);
    stage.options.progress.step();
  }
  const positions = await Promise.all(community.homes.map((_, i) => positionOf(stage, day, i + 1)));
  const lived = { ...stage, flows: runs?.map((run) => run.finish()) ?? stage.flows };
  await finish(lived, day);
  return { stage: lived, day, positions, changes: await changesOf(stage), orders };
}

/** The homes' lives under their energy managers; undefined without. */
const runsOf = ({ managed }: Stage): ManagedHomeRun[] | undefined =>
  managed?.schedulesAlone.map((schedule, i) => new ManagedHomeRun(managed.community, i, schedule));

/** Defaults the day before, moved by the newest readings afterwards. */
export function agentForecasters({ zone, location }: Community): ForecastersOf {
  const [ahead, newest] = [defaultForecasters(zone, location), newestForecasters(zone, location)];
  return (timescale) => (timescale === "day-ahead" ? ahead : newest);
}

/** A session that is being held. */
interface HeldSession {
  readonly stage: Stage;
  readonly runs: readonly ManagedHomeRun[] | undefined;
  readonly day: number;
  readonly session: number;
  readonly planned: PlannedSession;
  readonly forecastersOf: ForecastersOf;
}

/** One session from the first signature to the release of what it left; gives the number of orders. */
async function hold(held: HeldSession, offset: number): Promise<number> {
  const { stage, session, planned } = held;
  const { contracts, clock, send, options } = stage;
  const quiet = { ...stage, options: { ...options, progress: { phase: () => {}, step: () => {} } } };
  await until(clock, planned.issue + offset);
  const managed = managedFor(held);
  const { profiles, orders } = await profilesOf(held, managed);
  for (const batch of batchesOf(profiles)) await post(contracts.market, session, batch, (sent) => send("post", sent));
  if (profiles.length > 0) {
    const book = await clear({ ...quiet, times: { ...stage.times, gate: planned.gate + offset } }, session);
    await keeper.release(contracts, session, book, send);
  } // an empty book needs no clearing: nothing of it can be settled
  await keepTo(held, managed);
  return orders;
}

/** What every energy manager knows at the session's issue. */
function managedFor({ stage, runs, planned, forecastersOf }: HeldSession): Managed[] {
  if (!runs || !stage.managed) return [];
  const { community, base } = stage.managed.community;
  const { timescale, first, issue } = planned;
  const forecasters = { base: forecastersOf(timescale, base), whole: forecastersOf(timescale, community.data) };
  return runs.map((run) => run.managedFrom(first, issue, forecasters));
}

/** Energy managers read what was traded and plan with it. */
async function keepTo({ stage, runs = [], day }: HeldSession, managed: readonly Managed[]): Promise<void> {
  const { packetWh } = stage.market;
  for (const [i, run] of runs.entries()) {
    const { bought, sold } = await positionOf(stage, day, i + 1);
    run.positionWh = Int32Array.from(bought, (packets, t) => (packets - sold[t]!) * packetWh);
    run.keep(managed[i]!);
  }
}

/** What every home offers for the difference between its newest plan and its net position, signed. */
async function profilesOf(
  { stage, day, session, planned, forecastersOf }: HeldSession,
  managed: readonly Managed[],
): Promise<{ profiles: SignedProfile[]; orders: number }> {
  const { community, market, options, contracts, chain } = stage;
  const { homes, data } = community;
  const { first, count, issue, timescale } = planned;
  const ids = homes.map(({ id }) => id);
  const traders = tradersFor(options.strategy, ids, options.seed);
  const place = { chainId: chain.chainId, verifyingContract: await contracts.market.getAddress() };
  const slots = { session, first, count };
  const terms = termsFrom(market, first, count);
  const forecasters = forecastersOf(timescale, data);
  const profiles: SignedProfile[] = [];
  let orders = 0;
  for (const [i, home] of homes.entries()) {
    const { bought, sold } = await positionOf(stage, day, i + 1);
    const position = bought.map((packets, t) => packets - sold[t]!).slice(first, first + count);
    const offer = managed[i]
      ? managedOffer(managed[i], i + 1, slots, stage, traders[i]!, position)
      : offerFor(
          ...([home, i + 1, community.day, slots, terms, traders[i]!] as const),
          ...([new HistoryView(data, home.id, issue), forecasters, position] as const),
        );
    if (!offer.profile) continue;
    const signature = await signProfile(memberWallet(options.seed, i + 1), offer.profile, place);
    profiles.push({ ...offer.profile, signature });
    orders += offer.decisions.filter(({ side }) => side !== "none").length;
  }
  return { profiles, orders };
}

/** An energy manager plans the rest of the day and offers what of it is in the session. */
function managedOffer(
  managed: Managed,
  member: number,
  slots: { readonly session: number; readonly first: number; readonly count: number },
  { market, community: { zone, day } }: Stage,
  trader: Trader,
  position: readonly number[],
): SessionOffer {
  const { first, count } = slots;
  const plan = planOffer(managed, termsFrom(market, first), zone, count);
  const prices = pricesOf(managed.home, { firstSlot: day.firstSlot + first, slotCount: count });
  return offerOf(plan, { ...managed.home, prices }, member, slots, termsFrom(market, first, count), trader, position);
}

/** The terms of `count` slots of the day from its `first`-th; to the day's end if left out. */
const termsFrom = (market: MarketTerms, first: number, count = market.retailPrice.length): MarketTerms => ({
  ...market,
  retailPrice: Array.from(market.retailPrice).slice(first, first + count),
  feedInPrice: Array.from(market.feedInPrice).slice(first, first + count),
});

/** A member's net position from the chain. Assumes that all its profiles are released. */
async function positionOf({ contracts, community }: Stage, day: number, member: number): Promise<Position> {
  const { sold, bought } = await contracts.ecoins.positionOf(day, member);
  const lanes = (words: readonly bigint[]) => unpackAll([...words]).slice(0, community.day.slotCount);
  return { bought: lanes(bought), sold: lanes(sold) };
}

/** The DSO reports, the keeper settles everyone who traded, and the day is closed. */
async function finish(stage: Stage, day: number): Promise<void> {
  const { contracts, clock, community, send } = stage;
  const report = await prove(stage, day);
  const { settleFrom } = await contracts.oracle.deadlines(day);
  await until(clock, Number(settleFrom));
  const released = await contracts.dayBook.queryFilter(contracts.dayBook.filters.ProfileReleased());
  const traders = new Set(released.map(({ args }) => Number(args.member)));
  await keeper.settle(contracts, day, report, [], send, traders);
  await until(clock, Number(settleFrom + (await contracts.oracle.settleLimit())));
  await keeper.closeDay(contracts, day, send);
  stage.options.progress.phase(`${traders.size} of ${community.homes.length} homes settled`);
}

async function changesOf({ contracts: { house }, community, deposits }: Stage): Promise<bigint[]> {
  const changes = community.homes.map(async (_, i) => {
    const [{ balance }, debt, owed] = [
      await house.accountOf(i + 1),
      await house.debtOf(i + 1),
      await house.owedTo(i + 1),
    ];
    return balance + owed - debt - deposits[i]!;
  });
  return Promise.all(changes);
}
