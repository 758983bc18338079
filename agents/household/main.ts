import { z } from "zod";
import { type DayFacts, MarketCalendar, type MarketFacts, marketFacts, type SessionFacts } from "../chain/calendar.ts";
import { ChainError } from "../chain/chainError.ts";
import type { Seen } from "../chain/node.ts";
import { defaultForecasters, type Forecasters } from "../forecast/net.ts";
import { readBook } from "../keeper/book.ts";
import {
  answerMessage,
  answerTopic,
  type ProfileMessage,
  profileOfMessage,
  profileToMessage,
  profileTopic,
} from "../mqtt/messages.ts";
import type { Agent, AgentContext, TurnReport } from "../process/agent.ts";
import type { HouseholdConfig } from "../process/configSchema.ts";
import { deviceNames } from "../process/deviceSchema.ts";
import { batchesOf, post } from "../relay/relay.ts";
import { crashPoint } from "../store/crash.ts";
import { forecastersOf, homeOf, readingsOf } from "./configHome.ts";
import { batteryOf } from "./devices/owned.ts";
import type { EnergyManager } from "./energyManager.ts";
import { type Fill, fillsOf, positionOf } from "./fills.ts";
import type { HomeReadings } from "./homeReadings.ts";
import { HomeShow } from "./homeShow.ts";
import type { MarketTerms } from "./market.ts";
import { MeterFeed } from "./meterFeed.ts";
import { offerFor, offerOf, type SessionOffer, termsOf } from "./sessionProfile.ts";
import { signProfile } from "./signing.ts";
import { naive, shading, type Trader, truthful } from "./traders.ts";

const PROFILE = "profile";
const FILLS = "fills";
const SWITCH = "switch";
/** Its people's command, on `homes/<name>/market/set`: whether it may sign anything from now on. */
const marketCommand = z.strictObject({ trade: z.boolean() });
const NOTHING = "nothing to offer";
const TRADERS: Record<HouseholdConfig["market"]["strategy"], () => Trader> = { truthful, shading, naive };

/** A household as a process: meter, plan, profile, and what its people want to see. */
export async function householdAgent(config: HouseholdConfig, context: AgentContext): Promise<Agent> {
  const readings = readingsOf(config, context.file);
  return new Household(config, context, readings, await managerOf(config, context, readings));
}

/** The energy manager of a home that has one; only then is the solver loaded, which takes a fifth of a second. */
async function managerOf(config: HouseholdConfig, context: AgentContext, readings: HomeReadings) {
  if (!config.plan) return undefined;
  const { EnergyManager } = await import("./energyManager.ts");
  return new EnergyManager(config, context, readings, forecastersOf(config));
}

/** What was decided for a session: kept before it is given away, so that it is never signed a second time otherwise. */
type Kept = { readonly message: ProfileMessage } | { readonly message: typeof NOTHING };

class Household implements Agent {
  readonly #config: HouseholdConfig;
  readonly #context: AgentContext;
  readonly #readings: HomeReadings;
  readonly #calendar: MarketCalendar;
  readonly #feed: MeterFeed;
  readonly #show: HomeShow;
  readonly #trader: Trader;
  readonly #forecasters: Forecasters;
  readonly #manager: EnergyManager | undefined;
  #market: MarketFacts | undefined;
  #problem: string | null = null;

  constructor(
    config: HouseholdConfig,
    context: AgentContext,
    readings: HomeReadings,
    manager: EnergyManager | undefined,
  ) {
    const { site, battery, market } = config;
    this.#config = config;
    this.#context = context;
    this.#readings = readings;
    this.#calendar = new MarketCalendar(context.contracts);
    this.#manager = manager;
    const devices = manager && { ids: deviceNames(config).map(({ name }) => name), said: manager.ledger };
    this.#feed = new MeterFeed(readings, batteryOf(battery), market.member, context.store, devices);
    this.#show = new HomeShow(config, context, manager);
    this.#trader = TRADERS[market.strategy]();
    const { latitude, longitude } = site;
    const place = latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
    this.#forecasters = defaultForecasters(site.zone, place);
    context.bus?.onCommand(`homes/${config.name}/market`, marketCommand, ({ trade }) => {
      context.store.set(SWITCH, "trade", trade);
      this.#showSwitch();
      context.log.info({ trade }, "told by its people");
    });
    this.#showSwitch();
    context.bus?.listen(answerTopic("+", market.member), answerMessage, ({ topic, value }) => {
      this.#problem = `the relay refused the profile of session ${topic[1]}: ${value.refused}`;
      context.log.warn({ session: topic[1], refused: value.refused }, "profile refused by a relay");
    });
  }

  /** Whether the home's people let it trade; they do unless they said otherwise. */
  get #trades(): boolean {
    return this.#context.store.get<boolean>(SWITCH, "trade") ?? true;
  }

  #showSwitch(): void {
    this.#context.bus?.setState(`homes/${this.#config.name}/market`, { trade: this.#trades });
  }

  async turn(seen: Seen): Promise<TurnReport> {
    const { contracts, bus } = this.#context;
    this.#market ??= await marketFacts(contracts);
    this.#feed.publish(bus, seen.latestTime);
    const days = await this.#calendar.daysSince(seen.time);
    const states: string[] = [];
    for (const day of days) for (const session of day.sessions) states.push(await this.#take(day, session, seen));
    await this.#manage(days, seen);
    this.#forget(days);
    await this.#show.publish(days, this.#market, seen, this.#feed, (session) => this.#fillsIn(session));
    return {
      ...(this.#manager && { devices: this.#manager.ledger.levels.size }),
      sessions: states.length,
      state: states.at(-1) ?? "no session",
      problem: this.#problem ?? this.#manager?.problem ?? null,
    };
  }

  /** Lets the energy manager plan and tell devices what is next, knowing what was bought and sold. */
  async #manage(days: readonly DayFacts[], { latestTime }: Seen): Promise<void> {
    if (this.#manager) this.#manager.turn(latestTime, await this.#bought(days));
  }

  /** What was bought (positive) and sold in a slot of these days, Wh. */
  async #bought(days: readonly DayFacts[]): Promise<(slot: number) => number> {
    const packets = new Map<number, number>();
    for (const day of days)
      for (const session of day.sessions)
        for (const fill of await this.#fillsIn(session)) {
          const slot = day.firstSlot + fill.slot;
          packets.set(slot, (packets.get(slot) ?? 0) + fill.packets);
        }
    return (slot) => (packets.get(slot) ?? 0) * this.#market!.packetWh;
  }

  /** Brings the home's profile to a session as long as it takes any. Gives where it stands. */
  async #take(day: DayFacts, session: SessionFacts, seen: Seen): Promise<string> {
    const { store, bus, contracts } = this.#context;
    const { member, issueSeconds, directSeconds, direct } = this.#config.market;
    const topic = profileTopic(session.session, member);
    const over = session.stage !== "taking" || seen.latestTime >= session.gate;
    const posted = (await contracts.market.nonceOf(session.session, member)) > 0n;
    if (posted || over) bus?.clearState(topic);
    if (posted) return "posted";
    if (over || member > session.members) return "not part of it";
    if (seen.latestTime < session.gate - issueSeconds) return "waiting to plan";
    if (!this.#trades) return "told not to trade";
    const kept = store.get<Kept>(PROFILE, `${session.session}`) ?? (await this.#decide(day, session, seen));
    if (kept.message === NOTHING) return NOTHING;
    bus?.setState(topic, kept.message);
    if (direct && seen.latestTime >= session.gate - directSeconds) await this.#postDirectly(kept.message);
    return "offered";
  }

  /** Plans, decides, signs, and keeps what was signed before anyone sees it. */
  async #decide(day: DayFacts, session: SessionFacts, seen: Seen): Promise<Kept> {
    const { contracts, chainId, wallet, store, log } = this.#context;
    const terms = termsOf(this.#market!, await contracts.tariff.prices(day.day), session);
    const earlier: Fill[] = [];
    for (const each of day.sessions) if (each.session < session.session) earlier.push(...(await this.#fillsIn(each)));
    const position = positionOf(earlier, day.slotCount).slice(session.first, session.first + session.count);
    const offer = await this.#offer(day, session, seen, terms, position);
    this.#show.planned(day, session, offer.decisions);
    const place = { chainId, verifyingContract: await contracts.market.getAddress() };
    const kept: Kept = offer.profile
      ? { message: profileToMessage({ ...offer.profile, signature: await signProfile(wallet, offer.profile, place) }) }
      : { message: NOTHING };
    store.set(PROFILE, `${session.session}`, kept);
    crashPoint("household.profile");
    log.info({ session: session.session, offers: kept.message !== NOTHING }, "planned and signed");
    return kept;
  }

  /** By the plan of the energy manager, or by the battery's rule without one. */
  async #offer(
    day: DayFacts,
    session: SessionFacts,
    { latestTime }: Seen,
    terms: MarketTerms,
    position: readonly number[],
  ): Promise<SessionOffer> {
    const { member } = this.#config.market;
    const slots = { firstSlot: day.firstSlot + session.first, slotCount: session.count };
    if (this.#manager) {
      const plan = this.#manager.planFor(slots, terms, latestTime, await this.#bought([day]));
      const home = homeOf(this.#config, slots, terms.slotSeconds);
      return offerOf(plan, home, member, session, terms, this.#trader, position);
    }
    const view = this.#readings.viewAt(latestTime);
    const home = homeOf(this.#config, day, terms.slotSeconds);
    return offerFor(home, member, day, session, terms, this.#trader, view, this.#forecasters, position);
  }

  /** Posts by itself what no relay posted. That a relay was faster meanwhile is as good. */
  async #postDirectly(message: ProfileMessage): Promise<void> {
    const { contracts, send, log } = this.#context;
    const [batch] = batchesOf([profileOfMessage(message)]);
    try {
      await post(contracts.market, message.session, batch!, (sent) => send("post", sent));
      log.info({ session: message.session }, "posted directly");
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      this.#problem = `posting directly: ${error.message}`;
    }
  }

  /** The home's fills in a session, read once when it is over. */
  async #fillsIn({ session, rows, ...rest }: SessionFacts): Promise<readonly Fill[]> {
    const { contracts, node, store, fromBlock } = this.#context;
    const known = store.get<Fill[]>(FILLS, `${session}`);
    if (known) return known;
    if (rest.stage !== "cleared" || rows === 0) return [];
    const book = await readBook(contracts.market, node, session, fromBlock);
    const { member } = this.#config.market;
    const fills = await fillsOf(contracts, this.#market!, { session, rows, ...rest }, book, member);
    store.set(FILLS, `${session}`, fills);
    return fills;
  }

  /** Forgets what belongs to days that are over. */
  #forget(days: readonly DayFacts[]): void {
    const { store } = this.#context;
    const current = new Set(days.flatMap(({ sessions }) => sessions.map(({ session }) => `${session}`)));
    for (const kind of [PROFILE, FILLS])
      for (const { key } of store.list(kind)) if (!current.has(key)) store.delete(kind, key);
  }
}
