import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id, Wallet } from "ethers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { InputError } from "../../../agents/data/inputError.ts";
import { checkConfig, readConfig } from "../../../agents/process/config.ts";
import { missingPlaces } from "../../../agents/process/configPlaces.ts";
import { AGENT_KINDS } from "../../../agents/process/configSchema.ts";
import { schemaFiles } from "../../../agents/process/jsonSchemas.ts";
import { keystoreOf, walletOf } from "../../../agents/process/secrets.ts";
import { SEED } from "../../helpers/seed.ts";

const folder = mkdtempSync(join(tmpdir(), "commonwatt-config-"));
const RELAY = `agent: relay
name: relay-1
chain:
  rpc: http://127.0.0.1:8545
  community: community.json
key:
  env: COMMONWATT_KEY_RELAY
mqtt:
  url: mqtt://127.0.0.1:1883
`;

function file(text: string): string {
  const path = join(folder, "relay.yaml");
  writeFileSync(path, text);
  return path;
}

const findings = (text: string) => checkConfig(file(text)).findings;

describe("a configuration file", () => {
  it("is read with its defaults", () => {
    const config = readConfig(file(RELAY), "relay");
    expect(config.chain).toMatchObject({ confirmations: 2, maxFeeGwei: 200 });
    expect(config.relay).toEqual({ batchSeconds: 30, hurrySeconds: 300, size: 60, earn: false, claimLeast: 1 });
  });

  it("an unknown key, a wrong value and a missing key are each named with line and remedy", () => {
    const wrong = RELAY.replace("http://", "ftp://").replace("  env:", "  envy:");
    const found = findings(`${wrong}relay:\n  size: 500\n`);
    expect(found.map(({ line, key }) => [line, key])).toEqual([
      [4, "chain.rpc"],
      [6, "key"],
      [11, "relay.size"],
    ]);
    for (const { remedy } of found) expect(remedy.length).toBeGreaterThan(10);
    expect(findings(RELAY.replace("key:", "keys:"))[0]).toMatchObject({ line: 1, key: "key", message: "missing" });
    expect(findings(`${RELAY}extra: 1\n`)[0]).toMatchObject({ line: 10, key: "extra" });
  });

  it("broken YAML and an agent that there is not are said as such", () => {
    expect(findings("agent: relay\n\tname: x\n")[0]).toMatchObject({ line: 2, key: "YAML" });
    expect(findings("agent: trader\n")[0]).toMatchObject({ line: 1, key: "agent" });
    expect(findings("")[0]).toMatchObject({ key: "agent" });
  });

  it("one for another agent, and one that is not there, are refused with a remedy", () => {
    expect(() => readConfig(file(RELAY), "dso")).toThrow(/for the agent relay, not dso/);
    expect(() => readConfig(join(folder, "none.yaml"), "dso")).toThrow(InputError);
  });

  it(`whatever a value is exchanged for, it is found right or named on a line of the file (seed ${SEED})`, () => {
    const places = [["name"], ["chain"], ["chain", "rpc"], ["key"], ["key", "env"], ["mqtt", "url"], ["agent"]];
    const property = fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      const doc = parseDocument(RELAY);
      doc.setIn(path, value);
      const text = doc.toString();
      for (const { line, key, remedy } of findings(text)) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(text.split("\n").length);
        expect(`${key}${remedy}`).not.toBe("");
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 200 });
  });

  it("files and variables that it names and that are not there are named", () => {
    const config = readConfig(file(RELAY), "relay");
    const missing = missingPlaces(file(RELAY), config, {});
    expect(missing.map(({ message }) => message)).toEqual([
      "there is no community file",
      "COMMONWATT_KEY_RELAY is not set",
    ]);
    writeFileSync(join(folder, "community.json"), "{}");
    expect(missingPlaces(file(RELAY), config, { COMMONWATT_KEY_RELAY: "0x1" })).toEqual([]);
  });

  it.each(schemaFiles().map(({ file: path, text }, i) => [AGENT_KINDS[i]!, path, text] as const))(
    'the JSON Schema of %s is fresh (else: "commonwatt check --write-schemas")',
    (_kind, path, text) => expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(text)),
  );
});

describe("secrets", () => {
  const wallet = new Wallet(id("a key of a test"));

  it("a key comes from the environment, or from a keystore with its passphrase", async () => {
    const at = join(folder, "x.yaml");
    writeFileSync(join(folder, "key.json"), await keystoreOf(wallet, "open sesame"));
    const keystore = { keystore: "key.json", passwordEnv: "PASS" };
    expect((await walletOf({ env: "KEY" }, at, { KEY: wallet.privateKey })).address).toBe(wallet.address);
    expect((await walletOf(keystore, at, { PASS: "open sesame" })).address).toBe(wallet.address);
    await expect(walletOf(keystore, at, { PASS: "open says me" })).rejects.toThrow(/can't be opened/);
  });

  it("an error never shows the secret", async () => {
    const said = await walletOf({ env: "KEY" }, "x.yaml", { KEY: "0xsecret" }).catch((error) => error.describe());
    expect(said).toMatch(/KEY holds no private key/);
    expect(said).not.toMatch(/0xsecret/);
  });
});
