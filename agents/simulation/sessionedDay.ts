import type { Chain } from "../chain/chain.ts";
import { HistoryView } from "../data/historyView.ts";
import { defaultForecasters, type Forecasters, newestForecasters } from "../forecast/net.ts";
import { offerFor } from "../household/sessionProfile.ts";
import { signProfile } from "../household/signing.ts";
import * as keeper from "../keeper/keeper.ts";
import { unpackAll } from "../model/lanes.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import { batchesOf, post, type SignedProfile } from "../relay/relay.ts";
import type { Community } from "./community.ts";
import { until } from "./dayTimes.ts";
import { memberWallet } from "./keys.ts";
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

/** Who plans with what: forecasters of each timescale; as an agent would have them if left out. */
export type ForecastersOf = (timescale: Timescale) => Forecasters;

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
  const day = await fixTariff(stage);
  const offset = stage.times.offsetDays * DAY_SECONDS;
  const ids: number[] = [];
  for (const { first, count, gate } of sessions) ids.push(await openSession(stage, day, first, count, gate + offset));
  const orders = { "day-ahead": 0, intraday: 0, "real-time": 0 };
  stage.options.progress.phase(`${sessions.length} sessions`, sessions.length);
  for (const [i, planned] of sessions.entries()) {
    orders[planned.timescale] += await hold(stage, day, ids[i]!, planned, offset, forecastersOf(planned.timescale));
    stage.options.progress.step();
  }
  const positions = await Promise.all(community.homes.map((_, i) => positionOf(stage, day, i + 1)));
  await finish(stage, day);
  return { stage, day, positions, changes: await changesOf(stage), orders };
}

/** Defaults the day before, moved by the newest readings afterwards. */
export function agentForecasters({ zone, location }: Community): ForecastersOf {
  const [ahead, newest] = [defaultForecasters(zone, location), newestForecasters(zone, location)];
  return (timescale) => (timescale === "day-ahead" ? ahead : newest);
}

/** One session from the first signature to the release of what it left; gives the number of orders. */
async function hold(
  stage: Stage,
  day: number,
  session: number,
  planned: PlannedSession,
  offset: number,
  forecasters: Forecasters,
): Promise<number> {
  const { contracts, clock, send, options } = stage;
  const quiet = { ...stage, options: { ...options, progress: { phase: () => {}, step: () => {} } } };
  await until(clock, planned.issue + offset);
  const { profiles, orders } = await profilesOf(stage, day, session, planned, forecasters);
  for (const batch of batchesOf(profiles)) await post(contracts.market, session, batch, (sent) => send("post", sent));
  if (profiles.length === 0) return 0; // an empty book needs no clearing: nothing of it can be settled
  const book = await clear({ ...quiet, times: { ...stage.times, gate: planned.gate + offset } }, session);
  await keeper.release(contracts, session, book, send);
  return orders;
}

/** What every home offers for the difference between its newest plan and its net position, signed. */
async function profilesOf(
  stage: Stage,
  day: number,
  session: number,
  { first, count, issue }: PlannedSession,
  forecasters: Forecasters,
): Promise<{ profiles: SignedProfile[]; orders: number }> {
  const { community, market, options, contracts, chain } = stage;
  const { homes, data } = community;
  const ids = homes.map(({ id }) => id);
  const traders = tradersFor(options.strategy, ids, options.seed);
  const place = { chainId: chain.chainId, verifyingContract: await contracts.market.getAddress() };
  const slots = { session, first, count };
  const terms = {
    ...market,
    retailPrice: Array.from(market.retailPrice).slice(first, first + count),
    feedInPrice: Array.from(market.feedInPrice).slice(first, first + count),
  };
  const profiles: SignedProfile[] = [];
  let orders = 0;
  for (const [i, home] of homes.entries()) {
    const { bought, sold } = await positionOf(stage, day, i + 1);
    const position = bought.map((packets, t) => packets - sold[t]!).slice(first, first + count);
    const view = new HistoryView(data, home.id, issue);
    const offer = offerFor(home, i + 1, community.day, slots, terms, traders[i]!, view, forecasters, position);
    if (!offer.profile) continue;
    const signature = await signProfile(memberWallet(options.seed, i + 1), offer.profile, place);
    profiles.push({ ...offer.profile, signature });
    orders += offer.decisions.filter(({ side }) => side !== "none").length;
  }
  return { profiles, orders };
}

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
