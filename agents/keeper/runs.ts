import { MAX_LEAVES } from "../dso/leaves.ts";
import { wordsOf } from "../model/orders.ts";
import type { SessionBook } from "./book.ts";
import type { DaySessions, SessionShape } from "./keeper.ts";

/** Gas that a transaction is planned for before it is estimated. */
export const GAS_PLAN = 12_000_000;
/** Rough gas per profile and order word: clearing with its calldata, and settling. */
const GAS_PER_WORD = { clear: 3000, settle: 7000 };

/** Runs of batches, [from, to), that each fit in the gas plan; one of none for an empty book. */
export function batchRuns(book: SessionBook, { first, count }: SessionShape, gasPlan: number): [number, number][] {
  const gasPerRow = GAS_PER_WORD.clear * wordsOf(first, count);
  if (book.length === 0) return [[0, 0]];
  const runs: [number, number][] = [];
  let gas = Number.POSITIVE_INFINITY;
  for (const [i, batch] of book.entries()) {
    const needed = batch.length * gasPerRow;
    if (gas + needed > gasPlan) {
      runs.push([i, i]);
      gas = 0;
    }
    gas += needed;
    runs.at(-1)![1] = i + 1;
  }
  return runs;
}

/** Runs of rising members that each fit in the gas plan, and whose leaves fit in one reading. */
export function memberRuns(who: ReadonlySet<number>, sessions: DaySessions): number[][] {
  const gasPerMember = sessions.reduce(
    (sum, { shape }) => sum + GAS_PER_WORD.settle * wordsOf(shape.first, shape.count),
    20_000,
  );
  const size = Math.max(1, Math.floor(GAS_PLAN / gasPerMember));
  const runs: number[][] = [];
  for (const member of [...who].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run.length < size && member - run[0]! < MAX_LEAVES) run.push(member);
    else runs.push([member]);
  }
  return runs;
}
