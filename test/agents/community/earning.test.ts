import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChainDay, liveMeasured, NODE } from "../../../agents/bench/chainWeeks.ts";
import { anvilBinary } from "../../../agents/chain/localNode.ts";
import { Scene } from "../../../agents/faults/scene.ts";
import { liveProfiles, readBook } from "../../../agents/keeper/book.ts";
import { orderCount } from "../../../agents/keeper/rewards.ts";
import { instrumented } from "../../helpers/instrumented.ts";

const anvil = anvilBinary() !== undefined;
if (!anvil) console.log("the test of processes that earn is skipped: it needs anvil, which has no binary here");
const REWARDS = { perOrder: 3, perSlot: 50, perMember: 200 };
const HOMES = 3;
const DAYS = 2;
const SLOTS = 24;
/** Real milliseconds: only so that a hang ends some time. Inside, time is counted in blocks. */
const NO_DEADLINE = 3_600_000;

// anvil has a chain's limits, which contracts with probes exceed
describe.skipIf(!anvil || instrumented)("a community of processes over two days", () => {
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-earning-"));
  let scene: Scene | undefined;
  let days: readonly ChainDay[] = [];

  beforeAll(async () => {
    scene = await Scene.begin(join(folder, "community"), { homes: HOMES, seed: 8, rewards: REWARDS });
    days = await liveMeasured(scene, DAYS, () => {});
  }, NO_DEADLINE);

  afterAll(async () => {
    await scene?.end();
    rmSync(folder, { recursive: true, force: true });
  }, NO_DEADLINE);

  it("every day is well by the chain, and every process is measured; files hardly grow from one day to the next", () => {
    expect(days.map(({ wrong }) => wrong)).toEqual([[], []]);
    const names = days[1]!.processes.map(({ name }) => name);
    expect(names).toEqual(["relay", "operator", "keeper", "dso", "h01", "h02", "h03", NODE]);
    for (const [i, { name, rssBytes, stateBytes, logBytes }] of days[1]!.processes.entries()) {
      expect(rssBytes, name).toBeGreaterThan(20e6);
      expect(stateBytes, name).toBeLessThan(1.5 * days[0]!.processes[i]!.stateBytes + 1e6);
      expect(logBytes, name).toBeLessThan(1e6);
    }
  });

  it("the relay earned for the orders it posted, the keeper for slots and members, and claimed what the fund could pay", {
    timeout: NO_DEADLINE,
  }, async () => {
    const { contracts, provider, secrets } = scene!;
    const { rewards, token, house, market } = contracts;
    const addressOf = (agent: string) => new Wallet(secrets[`COMMONWATT_KEY_${agent}`]!).address;
    const [relay, keeper] = [addressOf("RELAY"), addressOf("KEEPER")];
    let orders = 0;
    for (const { day } of days) orders += orderCount(liveProfiles(await readBook(market, provider, 256 * day, 0)));
    expect(orders).toBeGreaterThan(0);
    const due = {
      relay: orders * REWARDS.perOrder,
      keeper: DAYS * (SLOTS * REWARDS.perSlot + HOMES * REWARDS.perMember),
    };
    const got = async () => {
      const [toRelay, toKeeper] = await Promise.all([relay, keeper].map((who) => token.balanceOf(who)));
      const [owedRelay, owedKeeper] = await Promise.all([relay, keeper].map((who) => rewards.owedTo(who)));
      const all = { relay: Number(toRelay! + owedRelay!), keeper: Number(toKeeper! + owedKeeper!) };
      return { ...all, paid: toRelay! + toKeeper!, owed: owedRelay! + owedKeeper! };
    };
    const claimed = async () => (await got()).owed === 0n || (await house.fundBalance()) === 0n;
    await scene!.until("claimed", claimed);
    const { paid, owed: _, ...earned } = await got();
    expect(earned).toEqual(due);
    const balances = await Promise.all([1, 2, 3].map(async (member) => (await house.accountOf(member)).balance));
    const supplier = (await house.supplierAccount()).balance;
    const held = balances.reduce((sum, balance) => sum + balance, supplier) + (await house.fundBalance());
    expect(held).toBe(await token.balanceOf(house));
    expect(await token.totalSupply()).toBe(held + paid);
  });
});
