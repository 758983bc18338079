/**
 * Twin of `contracts/libraries/FlowTree.sol`: the Merkle tree over the meters of a day. Leaf i belongs to member i + 1.
 * An inner node is the hash of its children in rising order; the last node of an odd level is paired with zero.
 */
import { type Hash, keccak256, word, ZERO_HASH } from "./keccak.ts";
import type { Packets } from "./packets.ts";

/** How a reading came about; its place here is its code in a flow word. */
export const QUALITIES = ["measured", "estimated", "substituted", "missing"] as const;
export type Quality = (typeof QUALITIES)[number];

/** What a meter drew from and fed into the feeder in one slot, both 0..2,047. */
export interface Flow {
  readonly drawn: Packets;
  readonly fedIn: Packets;
  readonly quality: Quality;
}

/** Levels of a tree from the leaves, `[0]`, up to the root alone. */
export type Tree = readonly (readonly Hash[])[];

const WORDS = 10;
const LANES = 10;
export const MAX_SLOTS = WORDS * LANES;
const MAX_PACKETS = 2047;

/** Ten flow words, one 24-bit lane a slot. Throws RangeError for more than 100 slots or packets outside 0..2,047. */
export function encodeFlows(flows: readonly Flow[]): bigint[] {
  if (flows.length > MAX_SLOTS) throw new RangeError(`${flows.length} slots: a day has at most ${MAX_SLOTS}`);
  const words = new Array<bigint>(WORDS).fill(0n);
  for (const [slot, flow] of flows.entries())
    words[Math.floor(slot / LANES)]! |= lane(flow) << BigInt(24 * (slot % LANES));
  return words;
}

/** The flows of the first `count` slots. Throws RangeError where the words say something outside of them. */
export function decodeFlows(words: readonly bigint[], count: number): Flow[] {
  const flows = Array.from({ length: count }, (_, slot) => {
    const bits = Number(((words[Math.floor(slot / LANES)] ?? 0n) >> BigInt(24 * (slot % LANES))) & 0xffffffn);
    return { drawn: (bits >> 11) & MAX_PACKETS, fedIn: bits & MAX_PACKETS, quality: QUALITIES[bits >> 22]! };
  });
  const canonical = encodeFlows(flows);
  if (words.length !== WORDS || words.some((given, i) => given !== canonical[i]))
    throw new RangeError(`flow words have bits outside the day's ${count} slots`);
  return flows;
}

function lane({ drawn, fedIn, quality }: Flow): bigint {
  for (const packets of [drawn, fedIn])
    if (!Number.isInteger(packets) || packets < 0 || packets > MAX_PACKETS)
      throw new RangeError(`${packets} packets: a slot's flow is whole and from 0 to ${MAX_PACKETS}`);
  return BigInt((QUALITIES.indexOf(quality) << 22) | (drawn << 11) | fedIn);
}

/** The twelve words of a leaf: member id, private salt, flow words. */
export const leafWords = (member: number, salt: Hash, flows: readonly bigint[]): bigint[] => [
  BigInt(member),
  BigInt(salt),
  ...flows,
];

/** The hash of a leaf: twice, so that no inner node can pass as one. */
export const leaf = (words: readonly bigint[]): Hash => keccak256(keccak256(...words.map(word)));

/** The inner node above two others. */
export const pair = (a: Hash, b: Hash): Hash => (a < b ? keccak256(a, b) : keccak256(b, a));

/** The tree over the hashes of leaves, at least one. */
export function treeOf(leaves: readonly Hash[]): Tree {
  if (leaves.length === 0) throw new RangeError("a tree has at least one leaf");
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const below = level;
    level = Array.from({ length: Math.ceil(below.length / 2) }, (_, i) =>
      pair(below[2 * i]!, below[2 * i + 1] ?? ZERO_HASH),
    );
  }
  return levels;
}

export const rootOf = (tree: Tree): Hash => tree.at(-1)![0]!;

/**
 * The siblings that the run of `count` leaves from `first` on lacks: level by level from the leaves up, left before
 * right; those beyond the end of a level are zero and left out.
 */
export function rangeProof(tree: Tree, first: number, count: number): Hash[] {
  checkRange(first, count, tree[0]!.length);
  const proof: Hash[] = [];
  let [from, to] = [first, first + count]; // `to` is the first node after the run
  for (const level of tree.slice(0, -1)) {
    if (from % 2 === 1) proof.push(level[from - 1]!);
    if (to % 2 === 1 && to < level.length) proof.push(level[to]!);
    [from, to] = [Math.floor(from / 2), Math.ceil(to / 2)];
  }
  return proof;
}

/** The proof of one leaf as OpenZeppelin's `MerkleProof` takes it: a sibling on every level, zeros included. */
export function leafProof(tree: Tree, index: number): Hash[] {
  checkRange(index, 1, tree[0]!.length);
  return tree.slice(0, -1).map((level, height) => level[(index >> height) ^ 1] ?? ZERO_HASH);
}

/**
 * The root over `leaves`, which stand at `first`, `first` + 1, ... in a tree of `leafCount`, and `proof`. Throws
 * RangeError for a run outside the tree or a proof of another length.
 */
export function rangeRoot(leaves: readonly Hash[], first: number, leafCount: number, proof: readonly Hash[]): Hash {
  checkRange(first, leaves.length, leafCount);
  const rest = [...proof];
  const next = (): Hash => rest.shift() ?? wrongLength(proof.length);
  let [nodes, from] = [[...leaves], first];
  for (let width = leafCount; width > 1; width = Math.ceil(width / 2)) {
    if (from % 2 === 1) nodes.unshift(next());
    from -= from % 2;
    if (nodes.length % 2 === 1) nodes.push(from + nodes.length < width ? next() : ZERO_HASH);
    nodes = Array.from({ length: nodes.length / 2 }, (_, i) => pair(nodes[2 * i]!, nodes[2 * i + 1]!));
    from /= 2;
  }
  return rest.length === 0 ? nodes[0]! : wrongLength(proof.length);
}

function checkRange(first: number, count: number, leafCount: number): void {
  if (first < 0 || count < 1 || first + count > leafCount)
    throw new RangeError(`leaves ${first} .. ${first + count - 1} of ${leafCount}: not a run of leaves of that tree`);
}

function wrongLength(given: number): never {
  throw new RangeError(`a proof of ${given} nodes has the wrong length for this run of leaves`);
}
