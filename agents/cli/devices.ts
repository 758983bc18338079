import { resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { readingsOf } from "../household/configHome.ts";
import { chainNow, DeviceProcess } from "../household/devices/main.ts";
import { SimulatedHome } from "../household/devices/simulated.ts";
import { askedToEnd } from "../process/asked.ts";
import { readConfig } from "../process/config.ts";
import { openBus } from "../process/context.ts";
import { newLog } from "../process/log.ts";

interface DevicesOptions {
  readonly config: readonly string[];
  readonly name: string;
}

const NOTE = `
For trials: it is what a home's real devices would be. The clock is that of the newest block of the homes' chain. Devices
follow instructions over MQTT as docs/households.md describes, and control themselves where there are none.`;

/** Adds `devices`. */
export function addDevices(program: Command): void {
  program
    .command("devices")
    .description("simulate the devices of homes on the other side of their broker, for trials")
    .requiredOption("--config <file...>", "households' configurations, YAML, with one broker and one chain")
    .option("--name <name>", "name at the broker", "devices")
    .option("--json", "what it prints is JSON lines in any case")
    .addHelpText("after", NOTE)
    .action(devices);
}

async function devices({ config: files, name }: DevicesOptions): Promise<void> {
  const configs = files.map((file) => ({ file: resolve(file), config: readConfig(file, "household") }));
  const [{ file, config }] = configs as [(typeof configs)[number]];
  if (!config.mqtt)
    throw new InputError("mqtt is missing", { file }, "name the broker on which the home's devices are");
  const log = newLog("devices", name, config.log.level);
  const bus = openBus(config.mqtt, name, file, process.env);
  const homes = configs.map((each) => new SimulatedHome(each.config, readingsOf(each.config, each.file)));
  const running = new DeviceProcess(homes, bus, log);
  const ended = askedToEnd();
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  log.info({ homes: homes.map((home) => home.name) }, "started");
  while (!isOver) {
    const now = await chainNow(config.chain.rpc).catch(() => undefined);
    if (now !== undefined) running.turn(now);
    await Promise.race([ended, new Promise((next) => setTimeout(next, 1000 * Math.min(1, config.chain.pollSeconds)))]);
  }
  await bus.close();
  log.info("stopped");
}
