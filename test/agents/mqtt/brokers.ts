import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../../agents/chain/localNode.ts";
import { startBroker } from "../../../agents/mqtt/broker.ts";

/** A broker that a test can stop and start again on the same port. */
export interface TestBroker {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function aedesBroker(): Promise<TestBroker> {
  const port = await freePort();
  let broker = await startBroker("127.0.0.1", port);
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start: async () => {
      broker = await startBroker("127.0.0.1", port);
    },
    stop: () => broker.close(),
  };
}

const PLACES = [
  "/usr/sbin/mosquitto",
  "/usr/bin/mosquitto",
  "/usr/local/sbin/mosquitto",
  "/opt/homebrew/sbin/mosquitto",
];

/** The mosquitto of this machine, a Debian package. Throws Error where it must be there and is not. */
export function mosquittoBinary(): string | undefined {
  const found = PLACES.find((place) => existsSync(place));
  if (!found && process.env.COMMONWATT_NEEDS_MOSQUITTO)
    throw new Error("COMMONWATT_NEEDS_MOSQUITTO is set, and there is no mosquitto");
  return found;
}

/** mosquitto with persistence, and whatever else `config` says. */
export async function mosquittoBroker(binary: string, config = "allow_anonymous true"): Promise<TestBroker> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-mosquitto-"));
  const file = join(folder, "mosquitto.conf");
  const user = process.getuid?.() === 0 ? "user root\n" : "";
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\n${user}persistence true\npersistence_location ${folder}/\n${config}\n`,
  );
  const launch = () => {
    const child = spawn(binary, ["-c", file], { stdio: "ignore" });
    return { child, ended: new Promise<void>((resolve) => child.once("exit", () => resolve())) };
  };
  const launched = async () => {
    const started = launch();
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 10));
    return started;
  };
  let running = await launched();
  return {
    url: `mqtt://127.0.0.1:${port}`,
    start: async () => {
      running = await launched();
    },
    stop: async () => {
      running.child.kill("SIGTERM");
      await running.ended;
    },
  };
}

/** Whether something listens on the port. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const say = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => say(true));
    socket.once("error", () => say(false));
  });
}
