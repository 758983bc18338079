import { writeFileSync } from "node:fs";
import { parseUnits, Transaction, Wallet } from "ethers";
import { connectAsync } from "mqtt";
import { stringify } from "yaml";
import { rpc } from "../chain/localNode.ts";
import { pathsIn } from "../community/folder.ts";
import { KeptProcess } from "../community/processes.ts";
import { liveDay } from "./day.ts";
import type { Struck } from "./faults.ts";
import type { Scene } from "./scene.ts";

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Someone with the keeper's key has a transaction in the pool, `ahead` of its next nonce, when the gate passes. */
export async function foreignTransaction(scene: Scene, ahead: number): Promise<Struck> {
  const wallet = new Wallet(scene.secrets.COMMONWATT_KEY_KEEPER!);
  let hash = "";
  const before = async (step: string) => {
    if (step !== "cleared") return;
    const nonce = (await scene.provider.getTransactionCount(wallet.address)) + ahead;
    const fee = parseUnits("20", "gwei");
    const { chainId } = await scene.provider.getNetwork();
    const raw = await wallet.signTransaction({
      ...{ type: 2, chainId, nonce, gasLimit: 21_000, to: wallet.address },
      ...{ maxFeePerGas: fee, maxPriorityFeePerGas: fee },
    });
    hash = Transaction.from(raw).hash!;
    await scene.jumpTo((await scene.sessionOf(scene.nextDay - 1))!.gate); // so that it meets the keeper's own
    scene.pauseBlocks(true);
    await rpc(scene.node.url, "eth_sendRawTransaction", [raw]);
  };
  const during = async (step: string) => {
    if (step !== "cleared") return;
    await wait(6000); // a keeper's pause and more
    scene.pauseBlocks(false);
  };
  const facts = await liveDay(scene, { before, during });
  const mined = await scene.provider.getTransactionReceipt(hash);
  return { facts, strikes: 1, foreign: mined ? 1 : 0 };
}

/** The base fee is far above everyone's cap when the gate passes, and falls block by block. */
export async function spikeFees(scene: Scene): Promise<Struck> {
  const during = async (step: string) => {
    if (step !== "cleared") return;
    const fee = parseUnits("5000", "gwei");
    await rpc(scene.node.url, "anvil_setNextBlockBaseFeePerGas", [`0x${fee.toString(16)}`]);
  };
  return { facts: await liveDay(scene, { during }), strikes: 1 };
}

/** A retained "don't trade" of long ago waits at the broker when a home starts: it must trade. */
export async function staleCommand(scene: Scene): Promise<Struck> {
  const home = [...scene.processes.values()].find(({ file }) => file.agent === "household")!;
  const { name, config } = home.file;
  const { url } = config.mqtt as { url: string };
  const client = await scene.until("a broker", () => connectAsync(url).catch(() => undefined));
  await client.publishAsync(`commonwatt/homes/${name}/market/set`, '{"trade":false}', { retain: true, qos: 1 });
  home.kill();
  const facts = await liveDay(scene);
  await client.publishAsync(`commonwatt/homes/${name}/market/set`, "", { retain: true, qos: 1 });
  await client.endAsync(true);
  return { facts, strikes: 1 };
}

/** A second keeper with the same key: refused on the same machine; on another it works along. */
export async function secondKeeper(scene: Scene, where: "same machine" | "two machines"): Promise<Struck> {
  const { file } = scene.process("keeper");
  const own = { name: "keeper2", state: "../state/keeper2" };
  const config = { ...file.config, ...own, ...(where === "two machines" && { locks: "../locks2" }) };
  writeFileSync(pathsIn(scene.folder).config("keeper2"), stringify(config));
  const second = new KeptProcess(
    scene.folder,
    { ...file, name: "keeper2", config },
    { ...process.env, ...scene.secrets },
  );
  let refused = 0;
  second.onDeath = () => {
    refused++;
    return {};
  };
  second.start();
  const facts = await liveDay(scene).finally(() => second.stop());
  if (where === "same machine" && refused === 0) throw new Error("the second keeper was not refused");
  return { facts, strikes: where === "same machine" ? refused : 1 };
}
