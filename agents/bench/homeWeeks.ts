import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import pino from "pino";
import { trialHomes } from "../community/trialHomes.ts";
import { forecastersOf, readingsOf } from "../household/configHome.ts";
import { DeviceProcess } from "../household/devices/main.ts";
import { batteryOf } from "../household/devices/owned.ts";
import { SimulatedHome } from "../household/devices/simulated.ts";
import { EnergyManager } from "../household/energyManager.ts";
import { MeterFeed } from "../household/meterFeed.ts";
import { startBroker } from "../mqtt/broker.ts";
import { Bus } from "../mqtt/bus.ts";
import { type HomeConfig, homeSchema } from "../process/configSchema.ts";
import { deviceNames } from "../process/deviceSchema.ts";
import { Store } from "../store/store.ts";

const SLOT_SECONDS = 3600;
const WEEK_SLOTS = 7 * 24;
/** A Monday. */
const START = Date.parse("2026-06-01T00:00:00Z") / 1000;

/** What a home's process holds after a week. */
export interface WeekFigures {
  readonly week: number;
  /** After a collection of garbage, bytes. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** All files of its state, bytes; and facts in it. */
  readonly stateBytes: number;
  readonly facts: number;
  /** Topics whose state it keeps up. */
  readonly topics: number;
  /** Plans made so far. */
  readonly plans: number;
}

/**
 * Weeks of a home's energy manager and meter with their broker, and its devices on the other side of it, at the pace of the
 * machine: everything of the household's process but the chain. Slots of an hour, a plan every six.
 */
export async function homeWeeks(
  weeks: number,
  seed: number,
  done: (week: WeekFigures) => void,
): Promise<WeekFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-weeks-"));
  const broker = await startBroker("127.0.0.1", 0);
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const [bus, side] = ["h01", "devices"].map((name) => new Bus({ url, name, prefix: "weeks" })) as [Bus, Bus];
  const store = new Store(join(folder, "h01.sqlite"));
  try {
    await Promise.all([bus.whenConnected(), side.whenConnected()]);
    return await live(weeks, configIn(folder, seed), folder, store, bus, side, done);
  } finally {
    await Promise.all([bus.close(), side.close()]);
    store.close();
    await broker.close();
    rmSync(folder, { recursive: true });
  }
}

/** A trial home with a battery, a car, hot water and a washer. */
function configIn(folder: string, seed: number): HomeConfig {
  const { homes, readings } = trialHomes(4, seed, SLOT_SECONDS, true);
  writeFileSync(join(folder, "readings.csv"), readings);
  const [car, water, , battery] = homes.map(({ devices }) => devices);
  return homeSchema.parse({
    ...{ agent: "household", name: "h01", site: { connectionW: 17_250, pvKw: 5 } },
    ...{
      meters: { readings: "readings.csv", home: homes[0]!.id, replay: true },
      tariffs: { grid: 0.36, feedin: 0.08 },
    },
    ...{ ...car, ...water, ...battery, plan: { hours: 18, everySeconds: 21_600 } },
  });
}

async function live(
  weeks: number,
  config: HomeConfig,
  folder: string,
  store: Store,
  bus: Bus,
  side: Bus,
  done: (week: WeekFigures) => void,
): Promise<WeekFigures[]> {
  const log = pino({ level: "silent" });
  const readings = readingsOf(config, join(folder, "home.yaml"));
  const manager = new EnergyManager(config, { name: config.name, store, log, bus }, readings, forecastersOf(config));
  const devices = { ids: deviceNames(config).map(({ name }) => name), said: manager.ledger };
  const feed = new MeterFeed(readings, batteryOf(config.battery), 1, store, devices);
  const simulated = new DeviceProcess([new SimulatedHome(config, readings)], side, log);
  const figures: WeekFigures[] = [];
  simulated.turn(START);
  for (let slot = 0; slot < weeks * WEEK_SLOTS; slot++) {
    const now = START + slot * SLOT_SECONDS;
    feed.publish(bus, now);
    feed.registers(now);
    manager.turn(now, () => 0);
    await new Promise((resolve) => setTimeout(resolve, 2));
    simulated.turn(now + SLOT_SECONDS);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if ((slot + 1) % WEEK_SLOTS > 0) continue;
    const week = measured((slot + 1) / WEEK_SLOTS, folder, store, bus, manager.plans);
    figures.push(week);
    done(week);
  }
  return figures;
}

function measured(week: number, folder: string, store: Store, bus: Bus, plans: number): WeekFigures {
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  const files = readdirSync(folder).filter((name) => name.startsWith("h01.sqlite"));
  const stateBytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return { week, heapBytes: heapUsed, rssBytes: rss, stateBytes, facts: store.size, topics: bus.topics, plans };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
