import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Bus } from "../../../agents/mqtt/bus.ts";
import { aedesBroker, mosquittoBinary, mosquittoBroker, type TestBroker } from "./brokers.ts";

const mosquitto = mosquittoBinary();
if (!mosquitto) console.log("mosquitto is not installed (Debian package mosquitto): its tests are skipped");

const brokers: [string, (() => Promise<TestBroker>) | undefined][] = [
  ["aedes in the process", aedesBroker],
  ["mosquitto", mosquitto === undefined ? undefined : () => mosquittoBroker(mosquitto)],
];
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const word = z.strictObject({ say: z.string() });

async function busAt(url: string, name: string, more: object = {}): Promise<Bus> {
  const bus = new Bus({ url, name, prefix: "trial", ...more });
  closing.push(() => bus.close());
  await bus.whenConnected();
  return bus;
}

/** Waits for `look` to give something. */
async function eventually<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(brokers)("messages over %s", (_, start) => {
  const run = it.skipIf(start === undefined);
  const begin = async () => {
    const broker = await start!();
    closing.push(() => broker.stop());
    return broker;
  };

  run("a process ends even where its broker goes at the same moment", async () => {
    const broker = await start!();
    const bus = await busAt(broker.url, "leaver");
    const gone = broker.stop();
    await bus.close();
    await gone;
    expect(bus.connected).toBe(false);
  });

  run("state reaches who listens now and who comes later; what was taken away does not", async () => {
    const { url } = await begin();
    const speaker = await busAt(url, "speaker");
    const heard: string[] = [];
    (await busAt(url, "early")).listen("a/+", word, ({ topic, value }) => heard.push(`${topic[1]} ${value.say}`));
    speaker.setState("a/1", { say: "one" });
    speaker.setState("a/2", { say: "two" });
    await eventually(() => heard.length === 2);
    speaker.clearState("a/1");
    const late: string[] = [];
    (await busAt(url, "late")).listen("a/+", word, ({ value }) => late.push(value.say));
    await eventually(() => late.length > 0);
    expect(heard.sort()).toEqual(["1 one", "2 two"]);
    expect(late).toEqual(["two"]);
  });

  run("after the broker was away, state is there again and messages come again", async () => {
    const broker = await begin();
    const speaker = await busAt(broker.url, "speaker");
    const heard: string[] = [];
    const listener = await busAt(broker.url, "listener");
    listener.listen("b/+", word, ({ value }) => heard.push(value.say));
    speaker.setState("b/1", { say: "before" });
    await eventually(() => heard.includes("before"));
    await broker.stop();
    await eventually(() => !speaker.connected && !listener.connected);
    speaker.setState("b/2", { say: "meanwhile" });
    await broker.start();
    await eventually(() => heard.includes("meanwhile"));
    expect(heard.filter((say) => say === "before").length).toBeGreaterThanOrEqual(1);
    const late: string[] = [];
    (await busAt(broker.url, "late")).listen("b/+", word, ({ value }) => late.push(value.say));
    await eventually(() => late.length === 2);
  });

  run("a command is obeyed once, a stale retained one never, not even after the broker came back", async () => {
    const broker = await begin();
    const raw = await connectAsync(broker.url);
    closing.push(() => raw.endAsync(true));
    await raw.publishAsync("trial/c/set", '{"say":"stale"}', { retain: true, qos: 1 });
    const bus = await busAt(broker.url, "obeyer");
    const done: string[] = [];
    bus.onCommand("c", word, ({ say }) => done.push(say));
    await eventually(() => bus.ignored === 1);
    await raw.publishAsync("trial/c/set", '{"say":"now"}', { qos: 1 });
    await eventually(() => done.length === 1);
    await raw.publishAsync("trial/c/set", "not JSON", { qos: 1 });
    await eventually(() => bus.ignored === 2);
    await broker.stop();
    await eventually(() => !bus.connected);
    await broker.start();
    await bus.whenConnected();
    const other = await connectAsync(broker.url);
    closing.push(() => other.endAsync(true));
    await other.publishAsync("trial/c/set", '{"say":"again"}', { qos: 1 });
    await eventually(() => done.length === 2);
    expect(done).toEqual(["now", "again"]);
  });

  run("who dies is said to be offline, who ends too", async () => {
    const { url } = await begin();
    const watcher = await connectAsync(url);
    closing.push(() => watcher.endAsync(true));
    const seen: string[] = [];
    watcher.on("message", (topic, payload) => seen.push(`${topic.split("/")[2]} ${payload}`));
    await watcher.subscribeAsync("trial/agents/+/status");
    const bus = await busAt(url, "mortal");
    await eventually(() => seen.includes("mortal online"));
    await bus.close();
    await eventually(() => seen.includes("mortal offline"));
    const script = `import {connect} from "mqtt"; const c = connect("${url}", {will:{topic:"trial/agents/killed/status",payload:"offline",qos:1,retain:true}}); c.on("connect", () => process.kill(process.pid, "SIGKILL"));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    await new Promise((resolve) => child.once("exit", resolve));
    await eventually(() => seen.includes("killed offline"));
  });
});

describe("mosquitto in production", () => {
  const openssl = (folder: string, ...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });

  it.skipIf(!mosquitto)(
    "with TLS, a password and an ACL: a home writes its own readings and nobody else's",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "commonwatt-tls-"));
      const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
      const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
      openssl(folder, "req", "-x509", ...key, "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", ...subject);
      execFileSync("mosquitto_passwd", ["-b", "-c", "users", "h01", "pass-1"], { cwd: folder });
      execFileSync("mosquitto_passwd", ["-b", "users", "dso", "pass-2"], { cwd: folder });
      const acl = readFileSync(new URL("../../../docs/mosquitto.acl", import.meta.url), "utf8");
      writeFileSync(join(folder, "acl"), acl.replaceAll("commonwatt/", "trial/"));
      const tls = `cafile ${folder}/cert.pem\ncertfile ${folder}/cert.pem\nkeyfile ${folder}/key.pem`;
      const access = `allow_anonymous false\npassword_file ${folder}/users\nacl_file ${folder}/acl`;
      const broker = await mosquittoBroker(mosquitto!, `${tls}\n${access}`);
      closing.push(() => broker.stop());
      const url = broker.url.replace("mqtt:", "mqtts:");
      const ca = readFileSync(join(folder, "cert.pem"), "utf8");
      const dso = await busAt(url, "dso", { user: "dso", password: "pass-2", ca });
      const heard: string[] = [];
      dso.listen("readings/+/+", word, ({ topic }) => heard.push(topic[1]!));
      const home = await busAt(url, "h01", { user: "h01", password: "pass-1", ca });
      home.setState("readings/2/5", { say: "another's" });
      home.setState("readings/1/5", { say: "own" });
      await eventually(() => heard.includes("1"));
      expect(heard).toEqual(["1"]);
      const stranger = new Bus({ url, name: "stranger", prefix: "trial", user: "h01", password: "wrong", ca });
      const untrusting = new Bus({ url, name: "untrusting", prefix: "trial", user: "h01", password: "pass-1" });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect([stranger.connected, untrusting.connected]).toEqual([false, false]);
      await Promise.all([stranger.close(), untrusting.close()]);
    },
  );
});
