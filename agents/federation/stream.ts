import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** What a stream of random numbers is for. Streams of other purposes, or of other seeds, are unrelated. */
export type Purpose = "state" | "churn" | "demand" | "order" | "trade" | "newscast" | "rewire";

/** A number of 32 bits as a fraction of 1. */
const UNIT = 2 ** -32;

/** Numbers of one purpose; the kernel draws several per node and cycle, so that a draw must cost nanoseconds. */
export class Stream {
  readonly #generator;

  constructor(seed: number, purpose: Purpose) {
    this.#generator = xoroshiro128plus(hashOf(`${seed}|${purpose}`));
    for (let i = 0; i < 16; i++) this.#generator.next(); // near seeds start alike
  }

  /** 32 random bits, as a signed number. */
  bits(): number {
    return this.#generator.next();
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  unit(): number {
    return (this.#generator.next() >>> 0) * UNIT;
  }

  /** A whole number from 0 to `count` - 1; a value's chance is off by less than count / 2^32 of itself. */
  below(count: number): number {
    return ((this.#generator.next() >>> 0) * UNIT * count) | 0;
  }
}

/** 32-bit FNV-1a of the text's code units, with a final mix. */
function hashOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
