import { leaf, rangeProof } from "../model/flowTree.ts";
import { word } from "../model/keccak.ts";
import type { DayReport } from "./dso.ts";

/** A run of leaves as `IDayBook.Leaves` takes it: those of `members` in full, the others between them as hashes. */
export function leavesReading({ leaves, tree }: DayReport, members: ReadonlySet<number>) {
  const numbers = [...members];
  const first = Math.min(...numbers) - 1;
  const count = Math.max(...numbers) - first;
  const run = leaves.slice(first, first + count);
  const mask = run.reduce((bits, _, i) => (members.has(first + i + 1) ? bits | (1n << BigInt(i)) : bits), 0n);
  const items = run.flatMap((words, i) => (members.has(first + i + 1) ? words.map(word) : [leaf(words)]));
  const reading = `0x${[word(mask), ...items].map((item) => item.slice(2)).join("")}`;
  return { first, count, reading, proof: rangeProof(tree, first, count) };
}
