import { spawnSync } from "node:child_process";
import { Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { walletOf } from "../../../agents/process/secrets.ts";

const KEY = "0x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const NAMES = ["privateKey", "password", "passphrase", "mnemonic", "raw", "salt", "secret"];

/** What an agent's log prints of `fields`. */
function logged(fields: unknown): string {
  const code = `import { newLog } from "./agents/process/log.ts";
    newLog("keeper", "k", "debug").info(${JSON.stringify(fields)}, "said");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

describe("secrets of agents", () => {
  it("are blotted out of the log under each of their names, up to two levels down; what is beside them stays", () => {
    const own = Object.fromEntries(NAMES.map((name) => [name, KEY]));
    const line = logged({ ...own, signer: own, config: { signer: own }, member: 7 });
    expect(line).not.toContain(KEY);
    expect(JSON.parse(line)).toMatchObject({ member: 7, msg: "said", config: { signer: { salt: "(secret)" } } });
  });

  it("are not told by the errors about them", async () => {
    const broken = walletOf({ env: "KEY" }, "agent.yaml", { KEY: `${KEY}00` });
    await expect(broken).rejects.toThrow("holds no private key");
    await broken.catch((error) => expect(JSON.stringify({ ...error, message: error.message })).not.toContain(KEY));
  });

  it("are read from where they are said to be", async () => {
    expect((await walletOf({ env: "KEY" }, "agent.yaml", { KEY })).address).toBe(new Wallet(KEY).address);
  });
});
