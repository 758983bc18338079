import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import {
  decodeFlows,
  encodeFlows,
  type Flow,
  leaf,
  leafProof,
  leafWords,
  QUALITIES,
  rangeProof,
  rangeRoot,
  rootOf,
  treeOf,
} from "../../agents/model/flowTree.ts";
import { type Hash, keccakOf, word, ZERO_HASH } from "../../agents/model/keccak.ts";

const { ethers } = await network.create();
const tree = await ethers.deployContract("FlowTreeHarness");

const leavesOf = (count: number): Hash[] => Array.from({ length: count }, (_, i) => keccakOf(`leaf ${i}`));
/** Every run of leaves in every tree of up to `most` leaves. */
function* runs(most: number) {
  for (let leafCount = 1; leafCount <= most; leafCount++) {
    const leaves = leavesOf(leafCount);
    for (let first = 0; first < leafCount; first++)
      for (let count = 1; first + count <= leafCount; count++)
        yield { leaves, first, count, run: leaves.slice(first, first + count), levels: treeOf(leaves) };
  }
}

const packets = fc.oneof(fc.nat(9), fc.nat(2047), fc.constant(2047));
const flow: fc.Arbitrary<Flow> = fc.record({ drawn: packets, fedIn: packets, quality: fc.constantFrom(...QUALITIES) });
const flows = fc.array(flow, { maxLength: 100 });

describe("FlowTree", () => {
  it("the root of every run in every tree of up to 17 leaves is that of the whole tree, as in the twin", async () => {
    for (const { leaves, first, count, run, levels } of runs(17)) {
      const proof = rangeProof(levels, first, count);
      expect(rangeRoot(run, first, leaves.length, proof)).toBe(rootOf(levels));
      expect(await tree.rangeRoot(run, first, leaves.length, proof)).toBe(rootOf(levels));
    }
  });

  it("random runs in larger trees have the twin's root", async () => {
    const place = fc.record({ leafCount: fc.integer({ min: 18, max: 300 }), a: fc.nat(299), b: fc.nat(299) });
    await fc.assert(
      fc.asyncProperty(place, async ({ leafCount, a, b }) => {
        const [first, last] = [a % leafCount, b % leafCount].sort((x, y) => x - y) as [number, number];
        const leaves = leavesOf(leafCount);
        const levels = treeOf(leaves);
        const proof = rangeProof(levels, first, last - first + 1);
        expect(await tree.rangeRoot(leaves.slice(first, last + 1), first, leafCount, proof)).toBe(rootOf(levels));
      }),
      { numRuns: 40 },
    );
  });

  it("a proof that is one node too long or too short is refused", async () => {
    for (const { leaves, first, count, run, levels } of runs(9)) {
      const proof = rangeProof(levels, first, count);
      const longer = [...proof, ZERO_HASH];
      const args = (given: Hash[]) => [run, first, leaves.length, given] as const;
      await expect(tree.rangeRoot(...args(longer))).toRevertWith(tree, "WrongProofLength", [
        longer.length,
        proof.length,
      ]);
      expect(() => rangeRoot(...args(longer))).toThrow(RangeError);
      if (proof.length === 0) continue;
      const shorter = proof.slice(0, -1);
      await expect(tree.rangeRoot(...args(shorter))).toRevertWith(tree, "WrongProofLength", [
        shorter.length,
        proof.length,
      ]);
      expect(() => rangeRoot(...args(shorter))).toThrow(RangeError);
    }
  });

  it("a changed leaf, node or number of leaves does not give the root", async () => {
    for (const { leaves, first, count, run, levels } of runs(6)) {
      const proof = rangeProof(levels, first, count);
      const other = keccakOf("another");
      for (const i of run.keys()) {
        expect(await tree.rangeRoot(run.with(i, other), first, leaves.length, proof)).not.toBe(rootOf(levels));
      }
      for (const i of proof.keys()) {
        const root = await tree.rangeRoot(run, first, leaves.length, proof.with(i, other));
        expect(root).not.toBe(rootOf(levels));
      }
    }
    // three leaves where the signed tree has four with the same first three
    const root = rootOf(treeOf(leavesOf(4)));
    expect(await tree.rangeRoot(leavesOf(3), 0, 3, [])).not.toBe(root);
  });

  it("a run that is empty or not in the tree is refused", async () => {
    const leaves = leavesOf(3);
    const max = ethers.MaxUint256;
    for (const [count, first, leafCount] of [
      [0, 0n, 3n],
      [0, 0n, 0n],
      [3, 1n, 3n],
      [1, 3n, 3n],
      [1, max, 3n],
      [3, 0n, 2n],
      [1, 0n, 0n],
    ] as const) {
      const args = [first, count, leafCount];
      const call = tree.rangeRoot(leaves.slice(0, count), first, leafCount, []);
      await expect(call).toRevertWith(tree, "RangeOutOfTree", args);
    }
    expect(() => rangeRoot(leaves, 1, 3, [])).toThrow(RangeError);
    expect(() => rangeProof(treeOf(leaves), -1, 1)).toThrow(RangeError);
    expect(() => treeOf([])).toThrow(RangeError);
  });

  it("OpenZeppelin's MerkleProof verifies each single leaf, and no other", async () => {
    for (let leafCount = 1; leafCount <= 17; leafCount++) {
      const leaves = leavesOf(leafCount);
      const levels = treeOf(leaves);
      for (const [i, hash] of leaves.entries()) {
        const proof = leafProof(levels, i);
        expect(proof).toHaveLength(Math.ceil(Math.log2(leafCount)));
        expect(await tree.verify(proof, rootOf(levels), hash)).toBe(true);
        expect(await tree.verify(proof, rootOf(levels), keccakOf("another"))).toBe(false);
      }
    }
  });

  it("a leaf hashes its twelve words twice, as in the twin", async () => {
    const words = fc.tuple(fc.nat(8192), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), flows);
    await fc.assert(
      fc.asyncProperty(words, async ([member, salt, day]) => {
        const given = leafWords(member, word(salt), encodeFlows(day));
        const bytes = ethers.AbiCoder.defaultAbiCoder().encode(["uint256[12]"], [given]);
        expect(leaf(given)).toBe(ethers.keccak256(ethers.keccak256(bytes)));
        expect(await tree.leaf(given as never)).toBe(leaf(given));
      }),
      { numRuns: 30 },
    );
  });

  it("flow words say for each slot what was drawn, fed in, and how it was read", async () => {
    await fc.assert(
      fc.asyncProperty(flows, async (day) => {
        const words = encodeFlows(day);
        expect(words).toHaveLength(10);
        expect(decodeFlows(words, day.length)).toEqual(day);
        for (const [w, flowWord] of words.entries()) {
          const [drawn, fedIn] = await tree.flows(flowWord);
          for (let i = 0; i < 10; i++) {
            const slot = day[10 * w + i] ?? { drawn: 0, fedIn: 0 };
            expect((drawn >> BigInt(24 * i)) & 0xffffffn).toBe(BigInt(slot.drawn));
            expect((fedIn >> BigInt(24 * i)) & 0xffffffn).toBe(BigInt(slot.fedIn));
          }
          expect(drawn >> 240n).toBe(0n);
          expect(fedIn >> 240n).toBe(0n);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("flow words refuse what does not fit", () => {
    const one: Flow = { drawn: 1, fedIn: 0, quality: "measured" };
    expect(() => encodeFlows(new Array(101).fill(one))).toThrow(RangeError);
    for (const bad of [-1, 2048, 0.5, Number.NaN]) {
      expect(() => encodeFlows([{ ...one, drawn: bad }])).toThrow(RangeError);
      expect(() => encodeFlows([{ ...one, fedIn: bad }])).toThrow(RangeError);
    }
    expect(() => decodeFlows(encodeFlows([one, one]), 1)).toThrow(RangeError);
    expect(() => decodeFlows(encodeFlows([one]).with(0, 1n << 240n), 1)).toThrow(RangeError);
    expect(() => decodeFlows([0n], 1)).toThrow(RangeError);
  });
});
