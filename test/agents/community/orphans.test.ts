import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { freePort } from "../../../agents/chain/localNode.ts";
import { readRun } from "../../../agents/community/folder.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MOST_MS = 180_000;

/** Whether something listens on the port. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 100));
}

it("a community whose program is killed outright leaves nothing running: no agent, no broker, no chain", {
  timeout: MOST_MS,
}, async () => {
  const dir = join(mkdtempSync(join(tmpdir(), "commonwatt-orphans-")), "community");
  const port = 20_000 + ((await freePort()) % 20_000);
  const options = JSON.stringify({ folder: dir, homes: 2, seed: 8, speed: 1, slotMinutes: 15, port });
  const script = `
    import { communityUp } from "./agents/community/up.ts";
    import { SILENT } from "./agents/simulation/progress.ts";
    await communityUp({ ...${options}, progress: SILENT });
    console.log("up");
    setInterval(() => {}, 1000);`;
  const args = ["--input-type=module", "-e", script];
  const { COMMONWATT_ARTIFACTS: _, ...env } = process.env; // in a coverage run these are too large for a chain
  const up = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await new Promise<void>((resolve, reject) => {
      up.stdout.once("data", () => resolve());
      up.once("exit", (code) => reject(new Error(`community up ended with ${code}`)));
    });
    const health = readRun(dir).processes.map((each) => Number(new URL(each.health).port));
    const all = [port, port + 1, ...health];
    const listening = async () => (await Promise.all(all.map(answers))).filter((is) => is).length;
    await until(async () => (await listening()) === all.length);
    up.removeAllListeners("exit");
    up.kill("SIGKILL");
    await until(async () => (await listening()) === 0);
    expect(await listening()).toBe(0);
  } finally {
    up.kill("SIGKILL");
  }
});
