import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContractFactory, id, NonceManager, Wallet } from "ethers";
import { afterAll, describe, expect, it } from "vitest";
import { artifactOf } from "../../../agents/chain/artifacts.ts";
import { rpcChain } from "../../../agents/chain/chain.ts";
import { attach } from "../../../agents/chain/deploy.ts";
import { rpc, startLocalNode } from "../../../agents/chain/localNode.ts";
import { commonwattBeside } from "./commonwatt.ts";

const key = id("who deploys");
const [signer, arbiter] = [new Wallet(id("DSO")).address, new Wallet(id("arbiter")).address];
const folder = mkdtempSync(join(tmpdir(), "commonwatt-deploy-"));

describe("a community is deployed with what it was asked for", async () => {
  const node = await startLocalNode();
  const chain = await rpcChain(node.url);
  afterAll(async () => {
    chain.provider.destroy();
    await node.stop();
  });
  const payer = new Wallet(key).address;
  await (await chain.signer.sendTransaction({ to: payer, value: 10n ** 20n })).wait();
  const deploy = (...more: string[]) =>
    commonwattBeside(["deploy", "--rpc", node.url, "--dso", signer, ...more], { COMMONWATT_KEY: key });

  it("money that is there already, arbiter, bond, rewards", async () => {
    const { abi, bytecode } = artifactOf("TestEuro");
    const euro = await new ContractFactory(abi, bytecode, new NonceManager(chain.signer)).deploy();
    const token = await (await euro.waitForDeployment()).getAddress();
    const out = join(folder, "community.json");
    const rewards = ["--reward-order", "1", "--reward-slot", "2", "--reward-member", "3"];
    const { status, stderr } = await deploy(
      ...["--token", token, "--arbiter", arbiter, "--dispute-bond", "7000000", ...rewards, "--out", out],
    );
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^deploying to/);
    expect(status).toBe(0);
    const contracts = attach(JSON.parse(readFileSync(out, "utf8")).addresses, chain.signer);
    expect(await contracts.token.getAddress()).toBe(token);
    expect(await contracts.house.token()).toBe(token);
    expect(await contracts.arbitration.arbiter()).toBe(arbiter);
    expect(await contracts.arbitration.bond()).toBe(7_000_000n);
    const { rewards: pays } = contracts;
    expect([await pays.perOrder(), await pays.perSlot(), await pays.perMember()]).toEqual([1n, 2n, 3n]);
  });

  it("and nothing is where its money is none, its arbiter signs reports, or its fund can't pay", async () => {
    const before = await rpc(node.url, "eth_getTransactionCount", [payer, "latest"]);
    const none = await deploy("--token", arbiter);
    expect(none.stderr).toContain(`There is no ERC-20 with decimals at ${arbiter}`);
    expect(none.status).toBe(1);
    const partial = await deploy("--arbiter", signer);
    expect(partial.stderr).toContain("the arbiter signs reports too");
    expect(partial.status).toBe(2);
    const poor = await deploy("--reward-slot", "1", "--fund-rule", "equal");
    expect(poor.stderr).toContain('the fund pays no rewards under the rule "equal"');
    expect(poor.status).toBe(2);
    expect((await deploy("--arbiter", "0x12")).stderr).toContain("--arbiter has something that is no address");
    expect(await rpc(node.url, "eth_getTransactionCount", [payer, "latest"])).toBe(before);
  });
});
