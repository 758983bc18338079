import { inProcessChain } from "../chain/chain.ts";
import type { FlexibleLoad, FlexibleUse } from "../commons/flexible.ts";
import { homeOf, type MeterData } from "../data/meterData.ts";
import { flowsOf } from "../dso/readings.ts";
import type { Forecasters } from "../forecast/net.ts";
import type { Flows } from "../household/battery.ts";
import { randomStream, shuffled } from "../random/random.ts";
import { sumOf } from "../report/figures.ts";
import type { HerdLevel, HerdWay } from "../report/herdResult.ts";
import { beyondOf } from "./commonsPromises.ts";
import { liveScene, sceneOf } from "./commonsScene.ts";
import type { CommonsVote } from "./commonsSettings.ts";
import { split } from "./commonsWorld.ts";
import { actualFlows, type Community } from "./community.ts";
import { chainStartFor } from "./dayTimes.ts";
import { plannedForecasters } from "./plannedForecasters.ts";
import { byHabit, byPrice } from "./priceFollowing.ts";
import { liveSessionedDay, type SessionedDay } from "./sessionedDay.ts";
import { sessionsOf } from "./timescales.ts";

/** What a herd is driven by. */
export interface HerdOptions {
  readonly seed: number;
  readonly packetWh: number;
  readonly vote: CommonsVote;
  readonly uses: readonly (readonly FlexibleUse[])[];
}

/**
 * A day in which so many percent of the homes have devices that follow the price: each of them on its own, knowing its tariff
 * and nothing of the others, shifts its loads into its cheapest slots. Without sharing; then with a market in which homes know and
 * trade their plans; then in a commons, where the devices of the same homes ask for packets instead; and in a commons that
 * they stay out of, while the other homes' devices ask. All other loads run by habit.
 */
export async function herdLevel(community: Community, percent: number, options: HerdOptions): Promise<HerdLevel> {
  const followers = followersOf(community, percent, options.seed);
  const all = split(community, options.uses, options.packetWh, community.day);
  const shifted = shiftedDay(community, all, followers, options.packetWh);
  const alone = shifted.community.homes.map((home) => actualFlows(shifted.community, home));
  const market = await marketDay(shifted, options.seed);
  return {
    percent,
    followers: followers.size,
    movedWh: Math.round(sumOf(shifted.movedWh, (wh) => wh)),
    noSharing: wayOf(
      community,
      alone,
      alone[0]!.importWh.map(() => 0),
    ),
    market: wayOf(community, market.stage.flows, matchedIn(market)),
    commons: await commonsDay(community, options, (i) => followers.has(i)),
    besides: await commonsDay(shifted.community, options, (i) => !followers.has(i)),
  };
}

/** Homes by index; a higher share has all homes of a lower one. */
function followersOf({ homes }: Community, percent: number, seed: number): Set<number> {
  const order = shuffled(
    homes.map((_, i) => i),
    randomStream(seed, "who follows the price"),
  );
  return new Set(order.slice(0, Math.round((percent * homes.length) / 100)));
}

/** A community whose followers' loads run when it is cheap, and what each home plans of them on the day. */
interface ShiftedDay {
  readonly community: Community;
  /** Base load of the followers, all load of the others: what can't be known but from history. */
  readonly unplanned: MeterData;
  /** Wh by home and slot of the day. */
  readonly planWh: readonly (readonly number[])[];
  /** Wh of each home that run at another time than by habit. */
  readonly movedWh: readonly number[];
}

function shiftedDay(
  community: Community,
  { base, loads }: { base: MeterData; loads: readonly (readonly FlexibleLoad[])[] },
  followers: ReadonlySet<number>,
  packetWh: number,
): ShiftedDay {
  const { data, day, homes } = community;
  const planWh = loads.map((own, i) => {
    const plan = new Array<number>(day.slotCount).fill(0);
    if (!followers.has(i)) return plan;
    for (const load of own)
      for (const [t, wh] of byPrice(load, day, homes[i]!.prices, packetWh).entries()) plan[t]! += wh;
    return plan;
  });
  const habitWh = loads.map((own) => own.map((load) => byHabit(load, day)));
  const start = day.firstSlot - data.firstSlot;
  const meters = homes.map(({ id }, i) => {
    const meter = homeOf(data, id);
    const loadWh = Int32Array.from(meter.loadWh);
    if (followers.has(i))
      for (const [t, wh] of planWh[i]!.entries()) loadWh[start + t]! += wh - sumOf(habitWh[i]!, (habit) => habit[t]!);
    return { ...meter, loadWh };
  });
  return {
    community: { ...community, data: { ...data, homes: meters } },
    unplanned: { ...data, homes: homes.map(({ id }, i) => homeOf(followers.has(i) ? base : data, id)) },
    planWh,
    movedWh: planWh.map((plan, i) => {
      if (!followers.has(i)) return 0;
      return plan.reduce((sum, wh, t) => sum + Math.abs(wh - sumOf(habitWh[i]!, (habit) => habit[t]!)), 0) / 2;
    }),
  };
}

/** The market's day-ahead session, in which every home forecasts its base load and knows its plan. */
async function marketDay({ community, unplanned, planWh }: ShiftedDay, seed: number): Promise<SessionedDay> {
  const { day, data, homes, zone, location } = community;
  const plans = new Map(homes.map(({ id }, i) => [id, planWh[i]!]));
  const forecasters: Forecasters = plannedForecasters(zone, location, unplanned, day, plans);
  const chain = await inProcessChain(chainStartFor(day));
  try {
    const sessions = sessionsOf(day, data.slotSeconds, ["day-ahead"]);
    return await liveSessionedDay(chain, community, sessions, { seed }, () => forecasters);
  } finally {
    chain.provider.destroy();
  }
}

/** Wh of each slot that were bought, fed in and drawn. */
function matchedIn({ stage, positions }: SessionedDay): number[] {
  const { packetWh } = stage.market;
  const meters = stage.flows.map((flows) => flowsOf(flows, packetWh));
  return Array.from({ length: stage.community.day.slotCount }, (_, t) => {
    const at = (of: (i: number) => number) => positions.reduce((sum, _, i) => sum + of(i), 0);
    const drawn = at((i) => Math.min(positions[i]!.bought[t]!, meters[i]![t]!.drawn));
    const fedIn = at((i) => Math.min(positions[i]!.sold[t]!, meters[i]![t]!.fedIn));
    return Math.min(drawn, fedIn) * packetWh;
  });
}

async function commonsDay(
  community: Community,
  { uses, packetWh, vote, seed }: HerdOptions,
  asks: (home: number) => boolean,
): Promise<HerdWay> {
  const asked = uses.map((own, i) => (asks(i) ? own : []));
  const scene = sceneOf(community, community.day, { packetWh, vote, uses: asked });
  const run = await liveScene(scene, seed);
  const { flows } = scene.world;
  const shared = Array.from({ length: community.day.slotCount }, (_, t) =>
    Math.min(
      sumOf(flows, ({ importWh }) => importWh[t]!),
      sumOf(flows, ({ exportWh }) => exportWh[t]!),
    ),
  );
  return {
    ...wayOf(community, flows, shared),
    unmetWh: packetWh * sumOf(run.homes, ({ clients }) => sumOf(clients, ({ missed }) => missed)),
    beyondWh: sumOf(beyondOf(scene), (wh) => wh),
  };
}

function wayOf(
  { day, data }: Community,
  flows: readonly Pick<Flows, "importWh" | "exportWh">[],
  matchedWh: ArrayLike<number>,
): HerdWay {
  const netWh = Array.from({ length: day.slotCount }, (_, t) =>
    sumOf(flows, ({ importWh, exportWh }) => importWh[t]! - exportWh[t]!),
  );
  const boughtWh = netWh.map((_, t) => sumOf(flows, ({ importWh }) => importWh[t]!) - matchedWh[t]!);
  const watts = (wh: number) => Math.ceil((Math.max(0, wh) * 3600) / data.slotSeconds);
  const peak = Math.max(...netWh);
  return {
    ...{ peakW: watts(peak), peakSlot: netWh.indexOf(peak), supplierPeakW: watts(Math.max(...boughtWh)) },
    supplierWh: sumOf(boughtWh, (wh) => wh),
    ...{ unmetWh: 0, beyondWh: 0, netWh },
  };
}
