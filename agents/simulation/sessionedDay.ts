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
import type { SessionBook } from "../keeper/book.ts";
import * as keeper from "../keeper/keeper.ts";
import { unpackAll } from "../model/lanes.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { batchesOf, type Posted, post, type SignedProfile } from "../relay/relay.ts";
import type { Community } from "./community.ts";
import { until } from "./dayTimes.ts";
import type { HomePlan } from "./households.ts";
import { memberWallet } from "./keys.ts";
import type { LivedDay, TimedSession } from "./livedDay.ts";
import { ManagedHomeRun, planOffer } from "./managedSessions.ts";
import { clear, fixTariff, type MarketDayOptions, openSession, prove, type Stage, settle, setUp } from "./marketDay.ts";
import { SILENT } from "./progress.ts";
import { tradersFor } from "./strategies.ts";
import { type PlannedSession, TIMESCALES, type Timescale } from "./timescales.ts";

/** Packets that a member bought and sold per slot of the day, net over all sessions: one of the two is 0. */
export interface Position {
  readonly bought: readonly number[];
  readonly sold: readonly number[];
}

/** A day of several sessions, as the chain has it after settlement. */
export interface SessionedDay extends LivedDay {
  readonly sessions: readonly TimedSession[];
  /** By member, the first is member 1. */
  readonly positions: readonly Position[];
  /** Base units: what each balance, with what is owed, differs by from the deposit. */
  readonly changes: readonly bigint[];
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
  const opened: OpenSession[] = [];
  for (const planned of sessions) opened.push(await openPlanned(stage, day, planned));
  const held: (TimedSession & Offers)[] = [];
  stage.options.progress.phase(inWords(sessions), sessions.length);
  for (const each of opened) {
    held.push(await hold({ ...each, runs, day, forecastersOf }));
    stage.options.progress.step();
  }
  const positions = await Promise.all(community.homes.map((_, i) => positionOf(stage, day, i + 1)));
  const lived = { ...stage, flows: runs?.map((run) => run.finish()) ?? stage.flows };
  const report = await prove(lived, day);
  const fundShares = await settle(lived, day, held, report);
  const dayAhead = held.find(({ planned }) => planned.timescale === "day-ahead");
  return {
    ...{ stage: lived, day, sessions: held, plans: dayAhead?.plans ?? [], report, fundShares, positions },
    ...{ changes: await changesOf(stage), ...(runs && { kept: runs.map(({ kept }) => kept) }) },
  };
}

/** How many sessions of which timescale. */
function inWords(sessions: readonly PlannedSession[]): string {
  const counts = TIMESCALES.map((timescale) => [
    sessions.filter((each) => each.timescale === timescale).length,
    timescale,
  ]);
  const held = counts.filter(([count]) => count !== 0).map((pair) => pair.join(" "));
  return `sessions, each offered to, cleared and released: ${held.join(", ")}`;
}

/** A session that is open; what is sent for it is counted. */
interface OpenSession {
  readonly stage: Stage;
  readonly session: number;
  readonly planned: PlannedSession;
  readonly spent: TimedSession["spent"];
}

async function openPlanned(given: Stage, day: number, planned: PlannedSession): Promise<OpenSession> {
  const spent = { transactions: 0, gas: 0n };
  const send: keeper.Send = async (phase, sent) => {
    const receipt = await given.send(phase, sent);
    spent.transactions++;
    spent.gas += receipt.gasUsed;
    return receipt;
  };
  const stage = { ...given, send };
  const { first, count, gate } = planned;
  const session = await openSession(stage, day, first, count, gate + offsetOf(stage));
  return { stage, session, planned, spent };
}

/** Seconds by which the chain's calendar is ahead of the community's. */
const offsetOf = ({ times }: Stage): number => times.offsetDays * DAY_SECONDS;

/** The homes' lives under their energy managers; undefined without. */
const runsOf = ({ managed }: Stage): ManagedHomeRun[] | undefined =>
  managed?.alone.map((alone, i) => new ManagedHomeRun(managed.community, i, alone));

/** Defaults the day before, moved by the newest readings afterwards. */
export function agentForecasters({ zone, location }: Community): ForecastersOf {
  const [ahead, newest] = [defaultForecasters(zone, location), newestForecasters(zone, location)];
  return (timescale) => (timescale === "day-ahead" ? ahead : newest);
}

/** A session that is being held. */
interface HeldSession extends OpenSession {
  readonly runs: readonly ManagedHomeRun[] | undefined;
  readonly day: number;
  readonly forecastersOf: ForecastersOf;
}

/** What every home planned and decided. */
interface Offers {
  readonly plans: readonly HomePlan[];
}

/** One session from the first signature to the release of what it left. */
async function hold(held: HeldSession): Promise<TimedSession & Offers> {
  const { stage, session, planned, spent } = held;
  const { contracts, clock, send, options } = stage;
  const quiet = { ...stage, options: { ...options, progress: SILENT } };
  await until(clock, planned.issue + offsetOf(stage));
  const managed = managedFor(held);
  const { profiles, plans } = await offersOf(held, managed);
  const posted: Posted[] = [];
  for (const batch of batchesOf(profiles))
    posted.push(await post(contracts.market, session, batch, (sent) => send("post", sent)));
  let book: SessionBook = [];
  if (profiles.length > 0) {
    book = await clear({ ...quiet, times: { ...stage.times, gate: planned.gate + offsetOf(stage) } }, session);
    await keeper.release(contracts, session, book, send);
  } // an empty book needs no clearing: nothing of it can be settled
  await keepTo(held, managed);
  return { session, planned, posted, book, plans, spent };
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
async function keepTo({ stage, runs = [], day, planned }: HeldSession, managed: readonly Managed[]): Promise<void> {
  const { packetWh } = stage.market;
  for (const [i, run] of runs.entries()) {
    const { bought, sold } = await positionOf(stage, day, i + 1);
    run.positionWh = Int32Array.from(bought, (packets, t) => (packets - sold[t]!) * packetWh);
    run.keep(managed[i]!, termsFrom(stage.market, planned.first));
  }
}

/** What every home offers for the difference between its newest plan and its net position; profiles are signed. */
async function offersOf(
  { stage, day, session, planned, forecastersOf }: HeldSession,
  managed: readonly Managed[],
): Promise<Offers & { profiles: SignedProfile[] }> {
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
  const plans: HomePlan[] = [];
  for (const [i, home] of homes.entries()) {
    const { bought, sold } = await positionOf(stage, day, i + 1);
    const position = bought.map((packets, t) => packets - sold[t]!).slice(first, first + count);
    const offer = managed[i]
      ? managedOffer(managed[i], i + 1, slots, stage, traders[i]!, position)
      : offerFor(
          ...([home, i + 1, community.day, slots, terms, traders[i]!] as const),
          ...([new HistoryView(data, home.id, issue), forecasters, position] as const),
        );
    plans.push({ home, plan: offer.plan, decisions: offer.decisions });
    if (!offer.profile) continue;
    const signature = await signProfile(memberWallet(options.seed, i + 1), offer.profile, place);
    profiles.push({ ...offer.profile, signature });
  }
  return { profiles, plans };
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
