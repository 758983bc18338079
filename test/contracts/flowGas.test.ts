import { network } from "hardhat";
import { expect, it } from "vitest";
import { digestOf } from "../../agents/model/flowReport.ts";
import { encodeFlows, leafWords, rangeProof, treeOf } from "../../agents/model/flowTree.ts";
import { keccakOf, ZERO_HASH } from "../../agents/model/keccak.ts";
import { reportOf, signedBy, signingKeys } from "../helpers/flowReports.ts";
import { instrumented } from "../helpers/instrumented.ts";

const { ethers, networkHelpers } = await network.create();
const { time } = networkHelpers;
const [admin] = await ethers.getSigners();
const FEEDER = ethers.id("feeder");
const [SLOTS, RING_DAYS] = [100, 3];

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;
const gasOf = async (sent: Sent) => (await (await sent).wait())!.gasUsed;
const prices = Array.from({ length: 10 }, (_, w) =>
  Array.from({ length: 10 }, (_, i) => (BigInt(2000 + w) << 12n) + BigInt(700 + i)).reduceRight(
    (sum, lane) => (sum << 24n) + lane,
  ),
);

/** Gas of each day from the first on until every place of the rings has been used twice: [fix, report, revise] a day. */
async function days() {
  const registry = await ethers.deployContract("MemberRegistry", [admin!, admin!, admin!, admin!, 0]);
  const attest = [];
  for (let i = 1; i <= 100; i++)
    attest.push(await gasOf(registry.attest(ethers.toBeHex(i, 20), ethers.id(`${i}`), 500)));
  const house = await ethers.deployContract("DayBookMock");
  const terms = { slotSeconds: 900, packetWh: 10, ringDays: RING_DAYS, floorPrice: 0n, tickSize: 1n };
  const tariff = await ethers.deployContract("Tariff", [admin!, admin!, house, terms]);
  const windows = [7200, 3600, 3600, 18_000, 1, 50];
  const keys = signingKeys(3);
  const signers = keys.map((key) => key.address);
  const oracle = await ethers.deployContract("FlowOracle", [admin!, FEEDER, registry, tariff, signers, 2, windows]);
  const place = { chainId: 31_337n, verifyingContract: await oracle.getAddress() };
  await time.increaseTo(2_000_000_000); // not the real time: the gas of calldata depends on its zeros
  const rows = [];
  for (let day = 1; day <= 2 * RING_DAYS; day++) {
    const firstSlot = Math.floor((await time.latest()) / 900) + 2;
    const fix = await gasOf(tariff.fixDay(firstSlot, SLOTS, prices));
    await time.increaseTo((firstSlot + SLOTS) * 900);
    const report = reportOf({ feeder: FEEDER, firstSlot, day, count: SLOTS, meters: 100, root: ethers.id(`${day}`) });
    const submitted = await gasOf(oracle.submit(report, await signedBy(report, place, [keys[0]!, keys[2]!])));
    const revision = { ...report, revision: 1, previous: digestOf(report, place), root: ethers.id(`revision ${day}`) };
    const revised = await gasOf(oracle.submit(revision, await signedBy(revision, place, [keys[0]!, keys[2]!])));
    rows.push({ fix, submitted, revised });
  }
  return { attest, first: rows[0]!, steady: rows.at(-1)! };
}

// Prague rules, default compiler profile. To renew the snapshot: delete it and run the test.
it.skipIf(instrumented)("gas of members, tariff and proof of flow is as committed", async () => {
  const { attest, first, steady } = await days();
  const tree = await ethers.deployContract("FlowTreeHarness");
  const leaves = Array.from({ length: 8192 }, (_, i) => keccakOf(`leaf ${i}`));
  const levels = treeOf(leaves);
  const rangeRoot = (from: number, count: number) =>
    tree.rangeRootGas(leaves.slice(from, from + count), from, leaves.length, rangeProof(levels, from, count));
  const flows = encodeFlows(
    Array.from({ length: 96 }, (_, i) => ({ drawn: i, fedIn: 0, quality: "measured" as const })),
  );
  const rows = Array.from({ length: 100 }, (_, i) => leafWords(i + 1, ZERO_HASH, flows));
  const lines: [string, bigint][] = [
    ["MemberRegistry.attest", attest.at(-1)!],
    ["Tariff.fixDay, 100 slots, first day", first.fix],
    ["Tariff.fixDay, 100 slots, steady state", steady.fix],
    ["FlowOracle.submit, 2 of 3 signers, first day", first.submitted],
    ["FlowOracle.submit, 2 of 3 signers, steady state", steady.submitted],
    ["FlowOracle.submit of a revision, steady state", steady.revised],
    ["FlowTree.leaf, average of 100", (await tree.leavesGas(rows as never)) / 100n],
    ["FlowTree.rangeRoot, 1 of 8,192 leaves", await rangeRoot(4321, 1)],
    ["FlowTree.rangeRoot, 100 of 8,192 leaves", await rangeRoot(4321, 100)],
    ["FlowTree.rangeRoot, 1,024 of 8,192 leaves", await rangeRoot(4096, 1024)],
  ];
  const text = lines.map(([name, gas]) => `${name}: ${gas.toLocaleString("en")}\n`).join("");
  await expect(text).toMatchFileSnapshot("../snapshots/flow.gas.txt");
});
