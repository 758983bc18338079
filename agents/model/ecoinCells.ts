/**
 * Twin of `contracts/libraries/EcoinCells.sol`: twenty counts of at most 2,047 packets in a word, five words for the 100
 * slots of the longest day. Word c holds the slots 20 c .. 20 c + 19 of the day; the first ten lie in the low half of
 * its ten lanes, the others in the high half. Bits 240..254 are the day, bit 255 a flag of the owner's.
 */
import * as Lanes from "./lanes.ts";
import type { Packets } from "./packets.ts";

/** Counts in a word. */
export const CELLS = 20;
/** Words of a day. */
export const WORDS = 5;
const MAX_CELL = 0xfff;
const LANES = (1n << 240n) - 1n;

/** The cells of two words of lanes, each lane at most 2,047. */
export const pack = (low: bigint, high: bigint): bigint => low | (high << 12n);

/** The two words of lanes. */
export function unpack(word: bigint): readonly [low: bigint, high: bigint] {
  const counts = countsOf(word);
  return [Lanes.pack(counts.slice(0, Lanes.COUNT)), Lanes.pack(counts.slice(Lanes.COUNT))];
}

/** The cells of up to twenty counts, the word's first slot first. Throws RangeError for one that is no cell. */
export function cellsOf(counts: readonly Packets[]): bigint {
  if (counts.length > CELLS) throw new RangeError(`${counts.length} cells: a word has ${CELLS}`);
  const wrong = counts.find((count) => !Number.isInteger(count) || count < 0 || count > MAX_CELL);
  if (wrong !== undefined) throw new RangeError(`${wrong} packets in a cell: must be whole and from 0 to ${MAX_CELL}`);
  return pack(Lanes.pack(counts.slice(0, Lanes.COUNT)), Lanes.pack(counts.slice(Lanes.COUNT)));
}

/** The twenty counts of a word, its first slot first; day and flag are left out. */
export const countsOf = (word: bigint): Packets[] => Array.from({ length: CELLS }, (_, i) => at(word, i));

/** Cell `i` of 0..19: the i-th slot of the word's twenty. */
export const at = (cells: bigint, i: number): Packets =>
  Number((cells >> BigInt(i < 10 ? 24 * i : 24 * (i - 10) + 12)) & 0xfffn);

/** The cells of `word` if it belongs to `day`, else none. */
export const ofDay = (word: bigint, day: number): bigint => (dayOf(word) === day ? word & LANES : 0n);

/** Whether the word is the day's and carries the flag. */
export const flagged = (word: bigint, day: number): boolean => word >> 255n === 1n && dayOf(word) === day;

/** The word of `day` (below 2^15) with `cells`. */
export const tagged = (cells: bigint, day: number, flag: boolean): bigint =>
  cells | (BigInt(day) << 240n) | (flag ? 1n << 255n : 0n);

const dayOf = (word: bigint): number => Number((word >> 240n) & 0x7fffn);

/** The ten lanes of a word that carries its day in the top 16 bits, none under another day. */
export const lanesOfDay = (word: bigint, day: number): bigint => (word >> 240n === BigInt(day) ? word & LANES : 0n);

/** Ten lanes with their day. */
export const taggedLanes = (lanes: bigint, day: number): bigint => lanes | (BigInt(day) << 240n);

/** The day's word with `more` cells added; its flag stays. Throws RangeError where a cell would exceed 4,095. */
export function plus(word: bigint, day: number, more: bigint): bigint {
  const added = countsOf(ofDay(word, day)).map((count, i) => count + at(more, i));
  return tagged(cellsOf(added), day, flagged(word, day));
}

/** Whether every cell is at most `capacity`. */
export const within = (cells: bigint, capacity: Packets): boolean =>
  countsOf(cells).every((count) => count <= capacity);

/** Sum of the twenty cells. */
export const sum = (cells: bigint): number => countsOf(cells).reduce((total, count) => total + count, 0);
