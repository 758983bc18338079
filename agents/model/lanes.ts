/**
 * Twin of `contracts/libraries/Lanes.sol`: ten numbers of 24 bits side by side in one word. Lane i sits at bits
 * 24i .. 24i+23; the top 16 bits of a word are not used. The Solidity works on all lanes at once, this on one after the
 * other.
 */

/** Lanes in a word. */
export const COUNT = 10;

/** The largest number that a lane holds. */
export const MAX_LANE = 0xffffff;

/** What `above` and `zero` set in a lane: 23 ones. */
const YES = 0x7fffff;

/** A word with the given numbers, the first in lane 0. Throws RangeError for more than ten, or one that is no lane. */
export function pack(lanes: readonly number[]): bigint {
  if (lanes.length > COUNT) throw new RangeError(`${lanes.length} lanes: a word has ${COUNT}`);
  return lanes.reduceRight((word, lane) => (word << 24n) | BigInt(checkedLane(lane)), 0n);
}

function checkedLane(lane: number): number {
  if (!Number.isInteger(lane) || lane < 0 || lane > MAX_LANE)
    throw new RangeError(`${lane} in a lane: must be whole and from 0 to ${MAX_LANE}`);
  return lane;
}

/** The ten numbers of a word, lane 0 first. Whatever is in the top 16 bits is left out. */
export const unpack = (word: bigint): number[] => Array.from({ length: COUNT }, (_, i) => at(word, i));

/** The number in lane `i`. */
export const at = (word: bigint, i: number): number => Number((word >> BigInt(24 * i)) & 0xffffffn);

/** The same number in every lane. */
export const spread = (value: number): bigint => pack(new Array<number>(COUNT).fill(value));

/** The words that hold a list of numbers, ten to a word, lane 0 of the first first; the last is filled up with 0. */
export function packAll(lanes: readonly number[]): bigint[] {
  const words = Math.ceil(lanes.length / COUNT);
  return Array.from({ length: words }, (_, w) => pack(lanes.slice(COUNT * w, COUNT * (w + 1))));
}

/** The numbers of several words, one after another. */
export const unpackAll = (words: readonly bigint[]): number[] => words.flatMap(unpack);

const zip = (a: bigint, b: bigint, combine: (a: number, b: number) => number): bigint =>
  pack(unpack(a).map((lane, i) => combine(lane, at(b, i))));

/** Lane-wise a - b where a > b, else 0. */
export const minusFloor = (a: bigint, b: bigint): bigint => zip(a, b, (x, y) => Math.max(x - y, 0));

/** 23 ones in the lanes with a > b, 0 elsewhere. */
export const above = (a: bigint, b: bigint): bigint => zip(a, b, (x, y) => (x > y ? YES : 0));

/** 23 ones in the lanes that are 0, 0 elsewhere. */
export const zero = (a: bigint): bigint => pack(unpack(a).map((lane) => (lane === 0 ? YES : 0)));

/** The sum over lanes of a x b, exact. */
export const dot = (a: bigint, b: bigint): bigint =>
  unpack(a).reduce((total, lane, i) => total + BigInt(lane) * BigInt(at(b, i)), 0n);

/** The sum of all lanes. */
export const sum = (a: bigint): number => unpack(a).reduce((total, lane) => total + lane, 0);
