import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { forecastersOf, readingsOf } from "../../../agents/household/configHome.ts";
import { DeviceProcess } from "../../../agents/household/devices/main.ts";
import { SimulatedHome } from "../../../agents/household/devices/simulated.ts";
import { EnergyManager } from "../../../agents/household/energyManager.ts";
import { meterSeries } from "../../../agents/household/meter.ts";
import { Bus } from "../../../agents/mqtt/bus.ts";
import { type DeviceState, deviceStateMessage, stateTopic } from "../../../agents/mqtt/deviceMessages.ts";
import { readHome } from "../../../agents/process/config.ts";
import { deviceNames } from "../../../agents/process/deviceSchema.ts";
import { Store } from "../../../agents/store/store.ts";
import { aedesBroker, mosquittoBinary, mosquittoBroker, type TestBroker } from "../mqtt/brokers.ts";
import { HOME, homeFile } from "./homeFile.ts";

const mosquitto = mosquittoBinary();
if (!mosquitto) console.log("mosquitto is not installed (Debian package mosquitto): its tests are skipped");
const brokers: [string, (() => Promise<TestBroker>) | undefined][] = [
  ["aedes in the process", aedesBroker],
  ["mosquitto", mosquitto === undefined ? undefined : () => mosquittoBroker(mosquitto)],
];
const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const log = pino({ level: "silent" });
const SLOT = 1800;

async function eventually<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A home without heat pump, so that its plans are quick, and its devices on the other side of a broker. */
const TEXT = `${HOME.replace(/heating: .*\n/, "")}plan: { hours: 12, everySeconds: 1800 }\n`;

/** A number that a client says after all else: who hears it has heard the rest. */
const MARK = "mark";

async function homeAt(url: string) {
  const file = homeFile(TEXT);
  const config = readHome(file);
  const readings = readingsOf(config, file);
  const store = new Store(join(mkdtempSync(join(tmpdir(), "commonwatt-ledger-")), "home.sqlite"));
  closing.push(() => store.close());
  const busOf = async (name: string) => {
    const bus = new Bus({ url, name, prefix: "trial" });
    closing.push(() => bus.close());
    await bus.whenConnected();
    return bus;
  };
  const [bus, side, people] = [await busOf("h01"), await busOf("devices"), await busOf("people")];
  const manager = new EnergyManager(config, { name: config.name, store, log, bus }, readings, forecastersOf(config));
  const devices = new SimulatedHome(config, readings);
  const process = new DeviceProcess([devices], side, log);
  const heard = new Map<string, DeviceState>();
  people.listen(stateTopic("h01", "+"), deviceStateMessage, ({ topic, value }) => heard.set(topic[3]!, value));
  const marks = new Map<Bus, number>();
  for (const [name, each] of [
    ["h01", bus],
    ["devices", side],
    ["people", people],
  ] as const)
    each.listen(`${MARK}/${name}`, z.number(), ({ value }) => marks.set(each, value));
  let count = 0;
  /** Waits until `to` has heard all that `from` said. */
  const passed = async (from: Bus, to: Bus) => {
    const own = ++count;
    const name = to === bus ? "h01" : to === side ? "devices" : "people";
    const tell = () => from.tell(`${MARK}/${name}`, own);
    tell();
    const again = setInterval(tell, 50); // the first is lost where `to` has yet to subscribe
    await eventually(() => marks.get(to) === own);
    clearInterval(again);
  };
  const start = readings.endSeconds - 24 * 3600;
  process.turn(start);
  return { config, readings, bus, side, people, manager, devices, process, heard, start, passed };
}
type AtHome = Awaited<ReturnType<typeof homeAt>>;

/** A slot: the manager tells, the devices hear it, live the slot and say what they drew, everyone hears that. */
async function liveSlot(home: AtHome, slotStart: number, isManaged = true): Promise<void> {
  const { manager, process, bus, side, people, passed } = home;
  if (isManaged) manager.turn(slotStart, () => 0);
  expect(manager.problem).toBeNull();
  await passed(bus, side);
  process.turn(slotStart + SLOT);
  await passed(side, bus);
  await passed(side, people);
}

describe.each(brokers)("a home and its devices over %s", { timeout: 120_000 }, (_, begin) => {
  const run = it.skipIf(begin === undefined);

  run("devices do what the plan says, the meter sees what they drew, and people come first", async () => {
    const broker = await begin!();
    closing.push(() => broker.stop());
    const home = await homeAt(broker.url);
    const { start, manager, heard, people, bus, readings, config, passed } = home;
    for (let i = 0; i < 3; i++) await liveSlot(home, start + i * SLOT);
    expect(heard.get("battery")!.control).toBe("instructed");
    const first = start / SLOT + 1; // the first slot was over when the home heard of its devices
    const ids = deviceNames(config).map(({ name }) => name);
    const metered = { ids, said: manager.ledger };
    const seen = meterSeries(readings, undefined, first, 2, start + 3 * SLOT, metered);
    const view = readings.viewAt(start + 3 * SLOT);
    for (let i = 0; i < 2; i++) {
      const drawn = ids.reduce((sum, id) => sum + manager.ledger.drawnWh(id, first + i)!, 0);
      expect(seen.importWh[i]! - seen.exportWh[i]!).toBe(view.loadWh(first + i) + drawn);
    }
    const awaited = meterSeries(readings, undefined, first, 3, start + 4 * SLOT, metered);
    expect(awaited.importWh.slice(0, 2)).toEqual(seen.importWh);
    expect(awaited.importWh[2]).toBeNull();
    people.tell("homes/h01/devices/battery/set", { powerW: 1000, hours: 1 });
    await passed(people, bus);
    await liveSlot(home, start + 3 * SLOT);
    expect(Math.abs(heard.get("battery")!.drawnWh.at(-1)! - 500)).toBeLessThanOrEqual(1);
    people.tell("homes/h01/devices/battery/set", { clear: true });
    people.tell("homes/h01/steering/set", { steer: false });
    await passed(people, bus);
    for (let i = 4; i < 7; i++) await liveSlot(home, start + i * SLOT);
    expect(heard.get("battery")!.control).toBe("own");
  });

  run(
    "an agent that falls silent leaves every device to its own control after two slots, one that dies at once",
    async () => {
      const broker = await begin!();
      closing.push(() => broker.stop());
      const home = await homeAt(broker.url);
      const { start, heard, side, passed } = home;
      const control = () => heard.get("battery")!.control;
      const seen: unknown[] = [];
      for (const isManaged of [true, false, false, true]) {
        await liveSlot(home, start + seen.length * SLOT, isManaged);
        seen.push(control());
      }
      expect(seen).toEqual(["instructed", "instructed", "own", "instructed"]);
      let isDead = false;
      home.people.onStatus("h01", (online) => {
        isDead = !online;
      });
      spawn(globalThis.process.execPath, ["--input-type=module", "-e", dying(broker.url)], { stdio: "ignore" });
      await eventually(() => isDead);
      await passed(home.people, side);
      await liveSlot(home, start + 4 * SLOT, false); // told for this slot too, were it alive
      expect(control()).toBe("own");
    },
  );

  run("an instruction that lies there from long ago is obeyed by nobody", async () => {
    const broker = await begin!();
    closing.push(() => broker.stop());
    const long = new Bus({ url: broker.url, name: "long-ago", prefix: "trial" });
    closing.push(() => long.close());
    await long.whenConnected();
    long.setState("homes/h01/devices/battery/instruction", {
      ...{ message_type: "FRBC.Instruction", message_id: "m", id: "i", actuator_id: "battery" },
      ...{ execution_time: "2026-01-01T00:00:00Z", valid_until: "2026-01-01T00:30:00Z" },
      ...{ operation_mode: "charge", operation_mode_factor: 1 },
    });
    const home = await homeAt(broker.url);
    await home.passed(long, home.side);
    await liveSlot(home, home.start, false);
    expect(home.heard.get("battery")!.control).toBe("own");
  });
});

/** A program that claims to be the agent h01 and is killed as soon as it is known. */
const dying = (url: string) =>
  `import {connect} from "mqtt"; const c = connect("${url}", {will:{topic:"trial/agents/h01/status",payload:"offline",qos:1,retain:true}}); c.on("connect", () => process.kill(process.pid, "SIGKILL"));`;
