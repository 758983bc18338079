import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { encodeFlows, type Flow, leaf, leafWords, rangeProof, rootOf, treeOf } from "../../agents/model/flowTree.ts";
import { type Hash, keccakOf, word } from "../../agents/model/keccak.ts";
import { upTo } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("FlowLeavesHarness");

const flowArb: fc.Arbitrary<Flow> = fc.record({
  drawn: upTo(2047),
  fedIn: upTo(2047),
  quality: fc.constantFrom("measured", "missing"),
});

interface Run {
  readonly first: number;
  readonly leaves: readonly bigint[][];
  readonly full: readonly boolean[];
  readonly count: number;
}

/** A report's leaves and a run of them, some of it in full. */
const runArb: fc.Arbitrary<Run> = fc
  .array(fc.array(flowArb, { maxLength: 12 }), { minLength: 1, maxLength: 40 })
  .map((days) => days.map((flows, i) => leafWords(i + 1, keccakOf(`salt ${i}`), encodeFlows(flows))))
  .chain((leaves) =>
    fc.tuple(fc.nat(leaves.length - 1), fc.nat(leaves.length - 1)).chain(([a, b]) => {
      const [first, count] = [Math.min(a, b), Math.abs(a - b) + 1];
      const full = fc.array(fc.boolean(), { minLength: count, maxLength: count });
      return fc.record({ first: fc.constant(first), leaves: fc.constant(leaves), full, count: fc.constant(count) });
    }),
  );

const words = (values: readonly (bigint | Hash)[]): string => ethers.concat(values.map((value) => word(BigInt(value))));

/** The run as calldata: its mask, then each leaf, in full or as its hash. */
function readingOf({ first, leaves, full }: Run): string {
  const mask = full.reduce((bits, isFull, i) => bits | (BigInt(isFull) << BigInt(i)), 0n);
  const items = full.map((isFull, i) => {
    const given = leaves[first + i]!;
    return isFull ? words(given) : leaf(given);
  });
  return ethers.concat([word(mask), ...items]);
}

const treeOfRun = ({ leaves }: Run) => treeOf(leaves.map(leaf));
function read(run: Run, reading: string, leafCount = run.leaves.length) {
  const proof = rangeProof(treeOfRun(run), run.first, run.count);
  return harness.read(reading, run.first, run.count, leafCount, proof);
}
const size = (bytes: string) => (bytes.length - 2) / 2;
const random = (numRuns: number) => ({ seed: SEED, numRuns });

describe(`FlowLeaves (seed ${SEED})`, () => {
  it("any mixture of leaves in full and hashes leads to the report's root, and gives members and flows", async () => {
    const property = fc.asyncProperty(runArb, async (run) => {
      const [who, flows, root] = await read(run, readingOf(run));
      const given = run.leaves.slice(run.first, run.first + run.count).filter((_, i) => run.full[i]);
      expect(root).toBe(rootOf(treeOfRun(run)));
      expect([...who]).toEqual(given.map(([member]) => member));
      expect(flows.map((day) => [...day])).toEqual(given.map((leafWordsOf) => leafWordsOf.slice(2)));
    });
    await fc.assert(property, random(150));
  });

  it("ECOIN-2 a flow, salt or member with one bit changed leads elsewhere, or is refused", async () => {
    const property = fc.asyncProperty(runArb, fc.nat(), fc.nat(), async (run, which, bit) => {
      const all = { ...run, full: run.full.map(() => true) };
      const at = run.first + (which % run.count);
      const place = bit % (12 * 256);
      const changed = run.leaves[at]!.map((value, w) =>
        w === Math.floor(place / 256) ? value ^ (1n << BigInt(place % 256)) : value,
      );
      const call = read(all, readingOf({ ...all, leaves: run.leaves.with(at, changed) }));
      const root = await call.then(
        ({ root: given }) => given,
        () => "refused",
      );
      expect(root).not.toBe(rootOf(treeOfRun(run)));
    });
    await fc.assert(property, random(150));
  });

  it("a reading of another length than its mask says is refused", async () => {
    const property = fc.asyncProperty(
      runArb,
      fc.constantFrom(-385, -384, -33, -32, -1, 1, 32, 384),
      async (run, by) => {
        const bytes = readingOf(run);
        const needed = size(bytes);
        const wrong = by < 0 ? bytes.slice(0, 2 * Math.max(needed + by, 0) + 2) : bytes + "00".repeat(by);
        const call = read(run, wrong);
        // What is missing is read from what stands behind it in the calldata, which need not be members that rise.
        if (by < 0) await expect(call).rejects.toThrow(/WrongLeaves|LeavesNotRising|NotAMemberId/);
        else await expect(call).toRevertWith(harness, "WrongLeaves", [size(wrong), needed]);
      },
    );
    await fc.assert(property, random(150));
  });

  it("a mask with ones beyond the run is refused", async () => {
    const property = fc.asyncProperty(runArb, fc.integer({ min: 0, max: 215 }), async (run, beyond) => {
      const bytes = readingOf(run);
      const mask = BigInt(bytes.slice(0, 66)) | (1n << BigInt(run.count + beyond));
      await expect(read(run, word(mask) + bytes.slice(66))).toRevertWith(harness, "WrongLeaves", [
        size(bytes),
        size(bytes),
      ]);
    });
    await fc.assert(property, random(50));
  });

  it("SETTLE-1 leaves whose members do not rise are refused, also where a report holds them", async () => {
    const flows = encodeFlows([]);
    for (const [members, wrong] of [
      [[1, 1], 1],
      [[2, 1], 1],
      [[1, 3, 2], 2],
    ] as const) {
      const leaves = members.map((member, i) => leafWords(member, keccakOf(`salt ${i}`), flows));
      const run: Run = { first: 0, leaves, count: leaves.length, full: leaves.map(() => true) };
      await expect(read(run, readingOf(run))).toRevertWith(harness, "LeavesNotRising", [wrong]);
    }
  });

  it("ECOIN-2 a leaf of more than a member id is refused, also where a report holds it", async () => {
    for (const member of [65_537, 2 ** 32]) {
      const run: Run = {
        first: 0,
        leaves: [leafWords(member, keccakOf("salt"), encodeFlows([]))],
        count: 1,
        full: [true],
      };
      await expect(read(run, readingOf(run))).toRevertWith(harness, "NotAMemberId", [member]);
    }
  });

  it("a run outside the report, or an empty one, is refused", async () => {
    const leaves = [1, 2].map((member) => leafWords(member, keccakOf("salt"), encodeFlows([])));
    const run: Run = { first: 0, leaves, count: 2, full: [true, false] };
    await expect(read(run, readingOf(run), 1)).toRevertWith(harness, "RangeOutOfTree", [0, 2, 1]);
    await expect(harness.read(word(0), 0, 0, 2, [])).toRevertWith(harness, "RangeOutOfTree", [0, 0, 2]);
  });
});
