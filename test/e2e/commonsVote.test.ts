import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Contract, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { artifactOf, build } from "../../agents/chain/artifacts.ts";
import { type LocalNode, rpc, startHardhatNode } from "../../agents/chain/localNode.ts";
import { program } from "../../agents/cli/program.ts";
import { DEFAULT_RULES } from "../../agents/model/commonsRules.ts";
import { keccakOf } from "../../agents/model/keccak.ts";
import { fileOf } from "../agents/cli/commonwatt.ts";

/** Keys of hardhat's test mnemonic: the first deploys, the next three are members. */
const [DEPLOYER, ...MEMBERS] = [
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
  "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
  "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
  "0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
] as const;
const DAY = 86_400;

let node: LocalNode;
let file: string;

/** Runs the program in this process with a key in its environment. */
async function run(args: readonly string[], key?: string) {
  const said = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += text;
      return true;
    }),
  );
  vi.stubEnv("COMMONWATT_KEY", key);
  try {
    return { status: await program(args), ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

/** Runs a verb of the commons with a key; its JSON, or how it ended. */
async function verb(key: string, ...args: readonly string[]) {
  const all = ["commons", ...args, "--rpc", node.url, "--community", file, "--json"];
  const { status, stdout, stderr } = await run(all, key);
  return status === 0 ? JSON.parse(stdout) : { status, stderr };
}

const wait = async (seconds: number) => {
  await rpc(node.url, "evm_increaseTime", [seconds]);
  await rpc(node.url, "evm_mine");
};

describe("commonwatt commons propose, vote, execute", () => {
  beforeAll(async () => {
    await build();
    node = await startHardhatNode();
    file = join(fileOf(""), "..", "community.json");
    const dso = ["1", "2"].map((digit) => `0x${digit.repeat(40)}`).join(",");
    const args = [
      "deploy",
      "--rpc",
      node.url,
      "--dso",
      dso,
      "--commons",
      "--quorum-percent",
      "50",
      "--out",
      file,
      "--json",
    ];
    const { status, stderr } = await run(args, DEPLOYER);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const provider = new JsonRpcProvider(node.url, undefined, { batchMaxCount: 1, cacheTimeout: -1 });
    const signer = new NonceManager(new Wallet(DEPLOYER, provider));
    const { addresses } = JSON.parse(readFileSync(file, "utf8"));
    const members = new Contract(addresses.members, artifactOf("MemberRegistry").abi, signer);
    for (const [i, key] of MEMBERS.entries())
      await (await members.getFunction("attest")(new Wallet(key).address, keccakOf(`meter ${i}`), 500)).wait();
    provider.destroy();
  });
  afterAll(() => node?.stop());

  it("changes a rule of a deployed commons, from the proposal to its first slot", async () => {
    const proposed = await verb(
      MEMBERS[0],
      "propose",
      "--set",
      "importAllowance=40",
      "--set",
      "rule=random",
      "--why",
      "frost",
    );
    const rules = { ...DEFAULT_RULES, importAllowance: 40, rule: "random" };
    expect(proposed).toMatchObject({ rules, ballot: { state: "pending", why: "frost", rules } });
    const early = await verb(MEMBERS[0], "vote", proposed.id, "--choice", "for");
    expect(early.stderr).toMatch(/^error: The ballot opens at \d{4}-/);
    await wait(DAY + 1);
    expect(await verb(MEMBERS[0], "vote", proposed.id, "--choice", "for")).toMatchObject({ weight: 1 });
    expect(await verb(MEMBERS[1], "vote", proposed.id, "--choice", "for")).toMatchObject({
      weight: 1,
      ballot: { quorum: 2 },
    });
    expect(await verb(DEPLOYER, "vote", proposed.id, "--choice", "against")).toMatchObject({ weight: 0 });
    expect((await verb(DEPLOYER, "execute", proposed.id)).stderr).toBe(
      "error: Nothing to carry out: the ballot is active.\n",
    );
    await wait(7 * DAY);
    expect(await verb(DEPLOYER, "execute", proposed.id)).toMatchObject({ step: "queued" });
    await wait(2 * DAY);
    expect(await verb(DEPLOYER, "execute", proposed.id)).toMatchObject({
      step: "executed",
      ballot: { state: "executed" },
    });
    const after = await verb(DEPLOYER, "ballots");
    expect(after).toMatchObject({
      rules,
      upcoming: null,
      ballots: [{ id: proposed.id, votes: { for: 2, against: 0 } }],
    });
  });

  it("refuses who is no member, and rules that can't be", async () => {
    const said = (key: string, ...set: string[]) =>
      verb(key, "propose", ...set.flatMap((pair) => ["--set", pair]), "--why", "x");
    expect((await said(DEPLOYER, "importAllowance=1")).stderr).toMatch(/GovernorInsufficientProposerVotes/);
    for (const [pair, reason] of [
      ["colour=1", /there is no rule "colour"/],
      ["rule=fastest", /rule is one of deadline, arrival, random/],
      ["shares=[900,300,200]", /more than 1000 permille/],
      ["shares=3", /shares and classOf are lists/],
      ["importAllowance", /--set takes name=value/],
    ] as const)
      expect(await said(MEMBERS[0], pair)).toMatchObject({ status: 2, stderr: expect.stringMatching(reason) });
    expect(await said(MEMBERS[0])).toMatchObject({ status: 2, stderr: expect.stringMatching(/nothing is proposed/) });
    expect((await verb(MEMBERS[0], "vote", "7", "--choice", "for")).stderr).toMatch(/There is no ballot 7/);
  });

  it("refuses a file that names no commons", async () => {
    const args = ["commons", "ballots", "--rpc", node.url, "--community"];
    expect((await run([...args, fileOf({ chainId: 1 })])).stderr).toMatch(/that is no community with a commons/);
    expect((await run([...args, "/nowhere.json"])).stderr).toMatch(/can't be read/);
  });
});
