import { z } from "zod";
import type { Forecasters } from "../forecast/net.ts";
import type { Slot, SlotRange } from "../model/slots.ts";
import {
  deviceStateMessage,
  instructionTopic,
  overrideCommand,
  overrideTopic,
  stateTopic,
} from "../mqtt/deviceMessages.ts";
import type { AgentContext } from "../process/agent.ts";
import type { HomeConfig } from "../process/configSchema.ts";
import { deviceNames } from "../process/deviceSchema.ts";
import { DeviceLedger } from "./devices/ledger.ts";
import type { HomeReadings } from "./homeReadings.ts";
import { managedPlan } from "./managedOffer.ts";
import type { MarketTerms } from "./market.ts";
import { saidOverrides, takeOverride } from "./overrides.ts";
import type { Plan } from "./plan.ts";
import { HomePlanner } from "./planner.ts";

const SWITCH = "switch";
/** Of a state in Home Assistant. */
const MOST_CHARACTERS = 255;
/** Its people's command, on `homes/<name>/steering/set`: whether devices are told anything from now on. */
const steerCommand = z.strictObject({ steer: z.boolean() });

/** What it needs of its process. */
type Place = Pick<AgentContext, "name" | "store" | "log" | "bus">;

/**
 * The energy manager of a home's process: hears what devices say of themselves and what people decide, keeps the plan, and
 * tells each device what is next. What it says is over after two slots, so that a device whose manager is silent is its
 * own master.
 */
export class EnergyManager {
  readonly ledger: DeviceLedger;
  readonly #config: HomeConfig;
  readonly #context: Place;
  readonly #readings: HomeReadings;
  readonly #forecasters: Forecasters;
  readonly #planner: HomePlanner;
  readonly #ids: readonly string[];
  #now = 0;
  #told: Slot = 0;
  /** Devices that have an instruction at the broker, as far as this process knows. */
  #instructed: ReadonlySet<string>;
  /** Plans made so far. */
  plans = 0;
  /** Why there is no new plan; null where all is well. */
  problem: string | null = null;

  constructor(config: HomeConfig, context: Place, readings: HomeReadings, forecasters: Forecasters) {
    this.#config = config;
    this.#context = context;
    this.#readings = readings;
    this.#forecasters = forecasters;
    this.#planner = new HomePlanner(config, forecasters);
    this.ledger = new DeviceLedger(context.store, readings.slotSeconds, capacitiesOf(config));
    this.#ids = [...new Set(deviceNames(config).map(({ name }) => name))];
    this.#instructed = new Set(this.#ids); // by the process before this one
    this.#listen();
  }

  /** Whether devices are told anything; they are unless the file or the people say otherwise. */
  get steers(): boolean {
    return this.#context.store.get<boolean>(SWITCH, "steer") ?? this.#config.plan?.steer ?? true;
  }

  /** What the plan says now, for the home's people; undefined before there is a plan. */
  state(now: number): { now: string; actions: readonly object[]; missed: readonly string[] } | undefined {
    const plan = this.#planner.current?.json;
    if (!plan) return undefined;
    const coming = plan.actions.filter(({ to }) => Date.parse(to) / 1000 > now);
    const current = coming.filter(({ from }) => Date.parse(from) / 1000 <= now);
    const next = coming.find((action) => !current.includes(action));
    const said = current.map(({ device, does, reason }) => `${device} ${does}s: ${reason}`).join(" ");
    const later = next ? `next at ${next.from}: ${next.device} ${next.does}s. ${next.reason}` : "nothing to steer";
    return {
      now: (said || later).slice(0, MOST_CHARACTERS),
      actions: coming,
      missed: plan.missed.map(({ sentence }) => sentence),
    };
  }

  /** Plans if it is time to, and tells devices what is next. Never throws: a home without a plan still trades. */
  turn(now: number, positionWh: (slot: Slot) => number): void {
    this.#now = now;
    const { store, log, bus, name } = this.#context;
    const view = this.#readings.viewAt(now);
    const overrides = saidOverrides(store, now, view.slotSeconds);
    try {
      const isNew = this.#planner.update({ now, view, levels: this.ledger.levels, overrides, positionWh });
      this.problem = null;
      if (isNew) {
        this.plans++;
        const { json } = this.#planner.current!;
        bus?.setState(`homes/${name}/schedule`, json);
        log.info({ cost: json.cost, kept: json.kept, missed: json.missed.length }, "planned");
      }
      if (isNew || view.endSlot !== this.#told) this.#tell(view.endSlot);
    } catch (error) {
      this.problem = `no plan: ${(error as Error).message}`;
      log.warn({ error: this.problem }, "the energy manager has no plan");
    }
  }

  /** What the home takes to a session by its plan; see `managedPlan`. */
  planFor(session: SlotRange, market: MarketTerms, now: number, positionWh: (slot: Slot) => number): Plan {
    const view = this.#readings.viewAt(now);
    const slotCount = session.firstSlot - view.endSlot + session.slotCount;
    const ground = {
      ...{ view, forecasters: this.#forecasters, levels: this.ledger.levels },
      overrides: saidOverrides(this.#context.store, now, view.slotSeconds),
      positionWh: Array.from({ length: Math.max(0, slotCount) }, (_, t) => positionWh(view.endSlot + t)),
    };
    return managedPlan(this.#config, session, ground, market);
  }

  /** Publishes the instructions of a slot; a device that is told nothing has none. */
  #tell(slot: Slot): void {
    const { bus, name } = this.#context;
    this.#told = slot;
    if (!bus) return;
    const told = this.steers ? this.#planner.instructions(slot) : [];
    for (const { device, instruction } of told) bus.setState(instructionTopic(name, device), instruction);
    const now = new Set(told.map(({ device }) => device));
    for (const id of this.#instructed) if (!now.has(id)) bus.clearState(instructionTopic(name, id));
    this.#instructed = now;
  }

  #listen(): void {
    const { bus, name, store, log } = this.#context;
    if (!bus) return;
    bus.listen(stateTopic(name, "+"), deviceStateMessage, ({ topic, value }) => {
      const id = topic[3]!;
      if (this.#ids.includes(id)) this.ledger.take(id, value);
    });
    for (const id of this.#ids.filter((each) => each !== "pv"))
      bus.onCommand(overrideTopic(name, id), overrideCommand, (command) => {
        const said = takeOverride(store, id, command, this.#now);
        log.info({ device: id, ...(said ?? { clear: true }) }, "told by its people");
      });
    bus.onCommand(`homes/${name}/steering`, steerCommand, ({ steer }) => {
      store.set(SWITCH, "steer", steer);
      this.#told = 0;
      this.#showSteering();
      log.info({ steer }, "told by its people");
    });
    this.#showSteering();
  }

  #showSteering(): void {
    this.#context.bus?.setState(`homes/${this.#context.name}/steering`, { steer: this.steers });
  }
}

/** Wh, of the storages that may tell percent. */
function capacitiesOf({ battery, loadpoints, hotwater }: HomeConfig): ReadonlyMap<string, number> {
  return new Map([
    ...(battery ? [["battery", battery.capacityWh] as const] : []),
    ...(hotwater ? [["hotwater", hotwater.capacityWh] as const] : []),
    ...loadpoints.map(({ name, capacityWh }) => [name, capacityWh] as const),
  ]);
}
