import { leaf, rangeProof } from "../model/flowTree.ts";
import { word } from "../model/keccak.ts";
import type { DayReport } from "./dso.ts";

/** Leaves in a run, at most: bits of its mask. */
export const MAX_LEAVES = 256;

/**
 * A run of leaves as `IDayBook.Leaves` takes it: those of `members` in full, the others between them as hashes. Throws
 * RangeError for a run of more than 256.
 */
export function leavesReading({ leaves, tree }: Pick<DayReport, "leaves" | "tree">, members: ReadonlySet<number>) {
  const numbers = [...members];
  const first = Math.min(...numbers) - 1;
  const count = Math.max(...numbers) - first;
  if (count > MAX_LEAVES)
    throw new RangeError(`a run of ${count} leaves: at most ${MAX_LEAVES}, so give nearer members`);
  const run = leaves.slice(first, first + count);
  const mask = run.reduce((bits, _, i) => (members.has(first + i + 1) ? bits | (1n << BigInt(i)) : bits), 0n);
  const items = run.flatMap((words, i) => (members.has(first + i + 1) ? words.map(word) : [leaf(words)]));
  const reading = `0x${[word(mask), ...items].map((item) => item.slice(2)).join("")}`;
  return { first, count, reading, proof: rangeProof(tree, first, count) };
}
