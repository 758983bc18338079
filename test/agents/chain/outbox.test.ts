import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseUnits, Transaction, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { anvilBinary, rpc } from "../../../agents/chain/localNode.ts";
import { FaultyRpc, type RpcFault } from "../../../agents/faults/faultyRpc.ts";
import { randomStream } from "../../../agents/random/random.ts";
import { SEED } from "../../helpers/seed.ts";
import { type Mint, Minter, type MinterOptions, newMinter, startMint, verdict } from "./minting.ts";

let mint: Mint;
beforeAll(async () => {
  mint = await startMint();
});
afterAll(() => mint.end());

const anvil = anvilBinary() !== undefined;
if (!anvil) console.log("anvil has no binary for this platform: tests of dropped transactions and reorgs are skipped");

/** Mints to a target in this process; the chain must then show exactly that, in exactly so many transactions. */
async function mintAndJudge(options: MinterOptions, target: bigint): Promise<Minter> {
  const minter = new Minter(options);
  await minter.mintTo(target);
  minter.close();
  expect(await verdict({ ...options, rpc: mint.node.url })).toEqual({ held: Number(target), sent: Number(target) });
  return minter;
}

async function throughProxy(name: string, faults: (method: string) => RpcFault, target = 3n): Promise<FaultyRpc> {
  const proxy = new FaultyRpc(mint.node.url);
  const url = await proxy.listen();
  proxy.faults = faults;
  await mintAndJudge({ ...(await newMinter(mint, name)), rpc: url, timeoutMs: 100 }, target);
  proxy.close();
  return proxy;
}

describe("each call is done once, as the chain tells", () => {
  it("when nothing goes wrong; then the file holds nothing", async () => {
    const options = await newMinter(mint, "calm");
    await mintAndJudge(options, 3n);
    expect(new Minter(options).store.size).toBe(0);
  });

  it("when the answer to every transaction sent is lost", async () => {
    const proxy = await throughProxy("lost", (method) => (method === "eth_sendRawTransaction" ? "lost" : "pass"));
    expect(proxy.hurt).toBeGreaterThanOrEqual(3);
  });

  it(`when any request may hang, fail, be throttled, come back broken or be cut off (seed ${SEED})`, async () => {
    const random = randomStream(SEED, "rpc faults");
    const faults: RpcFault[] = ["hang", "unavailable", "throttled", "malformed", "lost"];
    const proxy = await throughProxy("chaos", () => (random.int(0, 9) === 0 ? faults[random.int(0, 4)]! : "pass"));
    expect(proxy.hurt).toBeGreaterThan(3);
  });

  it("when the node acknowledges transactions and forgets them", async () => {
    let sends = 0;
    const swallow = (method: string) =>
      method === "eth_sendRawTransaction" && sends++ % 2 === 0 ? "swallowed" : "pass";
    await throughProxy("forgetful", swallow);
  });

  it.skipIf(!anvil)("when a transaction is dropped from the pool", async () => {
    const options = await newMinter(mint, "dropped");
    await mint.pauseBlocks(true);
    const minter = new Minter(options);
    const minted = minter.mintTo(1n);
    const first = await eventually(() => minter.events.find(({ what }) => what === "sent")?.hash);
    await rpc(mint.node.url, "anvil_dropTransaction", [first]);
    await eventually(() => minter.events.filter(({ what }) => what === "sent").length > 1);
    await mint.pauseBlocks(false);
    await minted;
    minter.close();
    expect(await verdict(options)).toEqual({ held: 1, sent: 1 });
  });

  it("when a later nonce of the key waits in the pool: the gap is closed", async () => {
    const options = await newMinter(mint, "gap");
    const later = await foreign(options, 1, "20");
    const minter = new Minter(options);
    await minter.mintTo(1n);
    minter.close();
    await eventually(async () => (await verdict(options)).sent === 2);
    expect((await verdict(options)).held).toBe(1);
    expect(await rpc(mint.node.url, "eth_getTransactionReceipt", [later])).toMatchObject({ status: "0x1" });
  });

  it("when a dearer transaction sits on its nonce: it pays more and replaces it", async () => {
    const options = await newMinter(mint, "underpriced");
    await mint.pauseBlocks(true);
    await foreign(options, 0, "30");
    const minter = new Minter(options);
    const minted = minter.mintTo(1n);
    await eventually(() => minter.events.some(({ what }) => what === "sent"));
    await mint.pauseBlocks(false);
    await minted;
    minter.close();
    expect(minter.events.filter(({ what }) => what === "signed").length).toBeGreaterThan(1);
    expect(await verdict(options)).toEqual({ held: 1, sent: 1 });
  });

  it("when another used its nonce meanwhile: it gives up, looks and decides again", async () => {
    const options = await newMinter(mint, "superseded");
    await mint.pauseBlocks(true);
    const minter = new Minter(options);
    const minted = minter.mintTo(1n);
    await eventually(() => minter.events.some(({ what }) => what === "sent"));
    await foreign(options, 0, "900");
    await mint.pauseBlocks(false);
    await minted;
    minter.close();
    expect(minter.events.some(({ what }) => what === "superseded")).toBe(true);
    expect(await verdict(options)).toEqual({ held: 1, sent: 2 });
  });

  it("by two that have one key and two files", async () => {
    const options = await newMinter(mint, "twins");
    const other = await newMinter(mint, "twins' second file");
    const twins = [new Minter(options), new Minter({ ...options, file: other.file })];
    await Promise.all(twins.map((twin) => twin.mintTo(4n)));
    for (const twin of twins) twin.close();
    expect((await verdict(options)).held).toBe(4);
  });

  it.skipIf(!anvil).each([1, 2, 3])("when blocks are taken back, to a depth of %i", async (depth) => {
    const options = { ...(await newMinter(mint, `reorg ${depth}`)), confirmations: 4 };
    await rpc(mint.node.url, "anvil_mine", ["0x8"]); // its money must not be in a block that is taken back
    const minter = new Minter(options);
    const minted = minter.mintTo(2n);
    for (let i = 0; i < 2; i++) {
      await eventually(() => minter.events.filter(({ what }) => what === "included").length > i);
      await mint.pauseBlocks(true);
      await rpc(mint.node.url, "anvil_reorg", [depth, []]);
      await mint.pauseBlocks(false);
    }
    await minted;
    minter.close();
    expect(await verdict(options)).toEqual({ held: 2, sent: 2 });
  });

  it("never above the cap: it waits while the base fee is higher, and says why", async () => {
    const options = {
      ...(await newMinter(mint, "spike")),
      outbox: { maxFee: parseUnits("2", "gwei"), escalateMs: 40 },
    };
    await rpc(mint.node.url, "hardhat_setNextBlockBaseFeePerGas", [`0x${parseUnits("50", "gwei").toString(16)}`]);
    await rpc(mint.node.url, "evm_mine");
    const minter = new Minter(options);
    let isDone = false;
    const minted = minter.mintTo(1n).then(() => {
      isDone = true;
    });
    await eventually(() => minter.outbox.problem ?? minter.errors[0] ?? isDone); // the fee may fall before anyone looks
    await minted;
    minter.close();
    expect(await verdict(options)).toEqual({ held: 1, sent: 1 });
    const paid = minter.events.filter(({ what }) => what === "signed").map(({ reason }) => reason);
    for (const text of paid) expect(Number(/([\d.]+) gwei/.exec(text!)![1])).toBeLessThanOrEqual(2);
  });

  it("nothing is signed for a chain with another id", async () => {
    const options = { ...(await newMinter(mint, "elsewhere")), chainId: 1n };
    const minter = new Minter(options);
    await expect(minter.step(1n)).rejects.toThrow(/has the id 31337, not 1/);
    minter.close();
    expect(minter.events).toEqual([]);
  });

  it.each(["intent", "signed", "sent", "included", "final"])(
    "killed at the step %s, and started again",
    async (step) => {
      const options = await newMinter(mint, `killed at ${step}`);
      expect(await minterProcess(options, 2n, `outbox.${step}`)).toBe("SIGKILL");
      expect(await minterProcess(options, 2n, `outbox.${step}`)).toBe("SIGKILL");
      expect(await minterProcess(options, 2n)).toBe(0);
      const { held, sent } = await verdict(options);
      expect({ held, sent }).toEqual({ held: 2, sent: 2 });
    },
  );
});

const MINTER = fileURLToPath(new URL("minterProcess.ts", import.meta.url));

/** Runs a minter in a process of its own; gives its exit code, or the signal that killed it. */
function minterProcess(options: MinterOptions, target: bigint, killAt?: string): Promise<number | string | null> {
  const env = { ...process.env, ...(killAt !== undefined && { COMMONWATT_KILL_AT: killAt }) };
  const child = spawn(process.execPath, [MINTER, JSON.stringify(options), `${target}`], { env, stdio: "inherit" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}

/** Sends an empty transaction of the same key, as another program would; gives its hash. */
async function foreign({ key }: MinterOptions, nonce: number, gwei: string): Promise<string> {
  const fee = parseUnits(gwei, "gwei");
  const wallet = new Wallet(key);
  const raw = await wallet.signTransaction({
    ...{ type: 2, chainId: 31337n, nonce, gasLimit: 21_000, to: wallet.address },
    ...{ maxFeePerGas: fee, maxPriorityFeePerGas: fee },
  });
  await rpc(mint.node.url, "eth_sendRawTransaction", [raw]);
  return Transaction.from(raw).hash!;
}

/** What `look` gives once that is something. */
async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
