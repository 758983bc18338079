import { readFileSync } from "node:fs";
import type { DayFacts, MarketFacts, SessionFacts } from "../chain/calendar.ts";
import type { Seen } from "../chain/node.ts";
import type { AgentContext } from "../process/agent.ts";
import type { HouseholdConfig } from "../process/configSchema.ts";
import { deviceNames } from "../process/deviceSchema.ts";
import { homeOf } from "./configHome.ts";
import { batteryOf } from "./devices/owned.ts";
import type { EnergyManager } from "./energyManager.ts";
import type { Fill } from "./fills.ts";
import { discoveryOf, discoveryTopic } from "./homeAssistant.ts";
import { batteryState, billState, energyState, PLAN_SCHEMA, planState, pricesState, slotsState } from "./homeState.ts";
import type { MeterFeed } from "./meterFeed.ts";
import type { SlotDecision } from "./traders.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Publishes what a home's people want to see, and how Home Assistant finds it. */
export class HomeShow {
  readonly #config: HouseholdConfig;
  readonly #context: AgentContext;
  readonly #base: string;
  readonly #manager: EnergyManager | undefined;
  #plan: { day: DayFacts; session: SessionFacts; decisions: readonly SlotDecision[] } | undefined;

  constructor(config: HouseholdConfig, context: AgentContext, manager?: EnergyManager) {
    this.#config = config;
    this.#manager = manager;
    this.#context = context;
    this.#base = `homes/${config.name}`;
    this.#discover();
  }

  /** Remembers the latest plan. */
  planned(day: DayFacts, session: SessionFacts, decisions: readonly SlotDecision[]): void {
    this.#plan = { day, session, decisions };
  }

  /** Publishes the home's state at the newest block; without a broker it does nothing. */
  async publish(
    days: readonly DayFacts[],
    market: MarketFacts,
    seen: Seen,
    feed: MeterFeed,
    fillsIn: (session: SessionFacts) => Promise<readonly Fill[]>,
  ): Promise<void> {
    const { bus, contracts } = this.#context;
    if (!bus) return;
    const set = (group: string, value: object) => bus.setState(`${this.#base}/${group}`, value);
    const { member } = this.#config.market;
    const { balance, locked } = await contracts.house.accountOf(member);
    set("bill", billState(balance, locked, await contracts.house.debtOf(member), market));
    const registers = feed.registers(seen.latestTime);
    set("energy", energyState(registers.importWh, registers.exportWh));
    this.#showBattery(set, feed, seen, market);
    const devices = this.#manager?.state(seen.latestTime);
    if (this.#plan || devices) set("plan", { ...this.#trades(market), ...devices });
    const nowSlot = Math.floor(seen.latestTime / market.slotSeconds);
    const day = days.find(({ end }) => end > seen.latestTime);
    if (!day) return;
    const fills: Fill[] = [];
    for (const session of day.sessions) fills.push(...(await fillsIn(session)));
    const coming = fills.filter(({ slot }) => day.firstSlot + slot >= nowSlot);
    set("slots", slotsState(day, coming, nowSlot, market));
    set("prices", pricesState(homeOf(this.#config, day, market.slotSeconds), coming, market));
  }

  #trades(market: MarketFacts): object {
    if (!this.#plan) return { schema: PLAN_SCHEMA };
    const { day, session, decisions } = this.#plan;
    return planState(day, session.first, decisions, market);
  }

  #showBattery(set: (group: string, value: object) => void, feed: MeterFeed, seen: Seen, market: MarketFacts): void {
    const { battery } = this.#config;
    const storedWh = this.#manager?.ledger.levels.get("battery")?.level ?? feed.storedWh;
    if (!battery || storedWh === null) return;
    const validUntil = (Math.floor(seen.latestTime / market.slotSeconds) + 2) * market.slotSeconds;
    set("battery", batteryState(batteryOf(battery)!, storedWh, validUntil));
  }

  #discover(): void {
    const { bus, name } = this.#context;
    const { mqtt, site, tariffs, battery } = this.#config;
    if (!bus || mqtt?.homeAssistant === undefined) return;
    const device = {
      ...{ name, title: site.title ?? name, currency: tariffs.currency, battery: battery !== undefined, version },
      ...(this.#manager && { devices: deviceNames(this.#config).map(({ name: id }) => id) }),
      ...{ base: `${bus.prefix}/${this.#base}`, status: `${bus.prefix}/agents/${name}/status` },
    };
    bus.setRaw(discoveryTopic(mqtt.homeAssistant, name), JSON.stringify(discoveryOf(device)));
  }
}
