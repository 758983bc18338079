import type { Population } from "./population.ts";
import type { Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Exchanges whose partners are drawn, and whose memory is touched, before the first of them is made. */
const BATCH = 32;
const HASH = 512;

/** Words of the caches of that many nodes. */
export const cacheWords = (slots: number, cacheSize: number) => slots * (cacheSize + 1);

/**
 * Newscast (Jelasity and van Steen 2002, as in PeerSim's SimpleNewscast): every node remembers the freshest peers it heard
 * of. In a cycle each picks one at random; both keep the freshest of what the two remember, and each other.
 *
 * An entry is one word, its time above its slot, 0 for none; a node's entries lie together, the freshest first, with a 0
 * behind them. That is 84 bytes for 20 peers, two or three lines of cache.
 */
export class Newscast {
  readonly entries: Int32Array;
  readonly #population: Population;
  readonly #stream: Stream;
  readonly #size: number;
  readonly #row: number;
  readonly #slotBits: number;
  readonly #mostStamp: number;
  readonly #merged: Int32Array;
  readonly #own = new Int32Array(BATCH);
  readonly #partner = new Int32Array(BATCH);
  readonly #seen = new Int32Array(HASH);
  #epoch = 0;
  /** Cycle whose stamp would be 0. */
  #origin = -1;
  /** Keeps reads that only fetch memory from being dropped. */
  touched = 0;

  constructor(settings: Settings, seed: number, population: Population, entries?: Int32Array) {
    this.#population = population;
    this.#stream = new Stream(seed, "newscast");
    this.#size = settings.cacheSize;
    this.#row = settings.cacheSize + 1;
    this.#slotBits = Math.max(1, 32 - Math.clz32(population.capacity - 1));
    this.#mostStamp = 2 ** Math.min(24, 32 - this.#slotBits) - 1;
    this.#merged = new Int32Array(settings.cacheSize);
    this.entries = entries ?? new Int32Array(cacheWords(population.capacity, settings.cacheSize));
  }

  /** Fills every node's cache with random others, at cycle 0. */
  start(): void {
    for (let slot = 0; slot < this.#population.size; slot++) this.#fill(slot, 0);
  }

  /** Fills the caches of the nodes that entered in this cycle with random live others. */
  welcome(cycle: number): void {
    this.#makeRoom(cycle);
    const { entered, enteredCount } = this.#population;
    for (let i = 0; i < enteredCount; i++) this.#fill(entered[i]!, cycle);
  }

  /** One exchange started by each node. */
  exchange(cycle: number): void {
    this.#makeRoom(cycle);
    const { alive, high } = this.#population;
    for (let from = 0; from < high; from += BATCH) {
      const end = Math.min(high, from + BATCH);
      let count = 0;
      for (let slot = from; slot < end; slot++) {
        if (alive[slot] === 0) continue;
        const partner = this.peer(slot, this.#stream);
        if (partner < 0) continue;
        this.#own[count] = slot;
        this.#partner[count++] = partner;
        this.touched ^= this.entries[partner * this.#row]! ^ this.entries[(partner + 1) * this.#row - 2]!;
      }
      for (let i = 0; i < count; i++) this.#merge(this.#own[i]!, this.#partner[i]!, cycle - this.#origin);
    }
  }

  /** A random live peer that the node remembers, or -1. If the one drawn has left, the next older, then the next fresher. */
  peer(slot: number, stream: Stream): number {
    const start = slot * this.#row;
    const known = this.known(slot);
    if (known === 0) return -1;
    const mask = 2 ** this.#slotBits - 1;
    const { alive } = this.#population;
    const drawn = stream.below(known);
    for (let i = drawn; i < known; i++) {
      const peer = this.entries[start + i]! & mask;
      if (alive[peer] === 1) return peer;
    }
    for (let i = drawn - 1; i >= 0; i--) {
      const peer = this.entries[start + i]! & mask;
      if (alive[peer] === 1) return peer;
    }
    return -1;
  }

  /** Peers that a node remembers. */
  known(slot: number): number {
    const start = slot * this.#row;
    let count = this.#size;
    while (count > 0 && this.entries[start + count - 1] === 0) count--;
    return count;
  }

  /** The i-th peer that a node remembers, the freshest first; it may have left. */
  peerAt(slot: number, i: number): number {
    return this.entries[slot * this.#row + i]! & (2 ** this.#slotBits - 1);
  }

  /** Marks the slots of nodes that left and that a live node remembers. */
  markRemembered(marks: Uint8Array): void {
    const { alive, high } = this.#population;
    const mask = 2 ** this.#slotBits - 1;
    marks.fill(0);
    for (let slot = 0; slot < high; slot++) {
      if (alive[slot] === 0) continue;
      const start = slot * this.#row;
      for (let i = start; this.entries[i] !== 0; i++) {
        const peer = this.entries[i]! & mask;
        if (alive[peer] === 0) marks[peer] = 1;
      }
    }
  }

  #fill(slot: number, cycle: number): void {
    const { live, size } = this.#population;
    const start = slot * this.#row;
    const wanted = Math.min(this.#size, size - 1);
    const stamp = (cycle - this.#origin) << this.#slotBits;
    this.entries.fill(0, start, start + this.#size);
    for (let count = 0; count < wanted; ) {
      const peer = live[this.#stream.below(size)]!;
      const entry = stamp | peer;
      let isNew = peer !== slot;
      for (let i = 0; i < count && isNew; i++) isNew = this.entries[start + i] !== entry;
      if (isNew) this.entries[start + count++] = entry;
    }
  }

  /**
   * Both get the freshest of what the two remember, without doubles, and each other first. Of entries equally fresh the two
   * caches take turns. Choosing and skipping are arithmetic instead of branches, which would be guessed wrongly half the time.
   */
  #merge(own: number, partner: number, stamp: number): void {
    const entries = this.entries;
    const merged = this.#merged;
    const seen = this.#seen;
    const bits = this.#slotBits;
    const size = this.#size;
    const slotMask = 2 ** bits - 1;
    const ownRow = own * this.#row;
    const partnerRow = partner * this.#row;
    const epoch = this.#nextEpoch() << bits;
    this.#see(epoch | own);
    this.#see(epoch | partner);
    let turn = this.#stream.below(2);
    let i1 = ownRow;
    let i2 = partnerRow;
    let count = 1;
    while (count < size) {
      const x = entries[i1]!;
      const y = entries[i2]!;
      const fresher = (y >>> bits) - (x >>> bits);
      const takeX = (2 * fresher - turn) >> 31; // -1 if x is fresher, or as fresh and its turn
      const entry = y ^ ((x ^ y) & takeX);
      if (entry === 0) break;
      turn ^= 1 - ((fresher | -fresher) >>> 31);
      i1 -= takeX;
      i2 += 1 + takeX;
      const key = epoch | (entry & slotMask);
      let place = entry & slotMask & (HASH - 1);
      let other = seen[place]! ^ key;
      while (other !== 0 && other >>> bits === 0) {
        place = (place + 1) & (HASH - 1);
        other = seen[place]! ^ key;
      }
      seen[place] = key;
      merged[count] = entry;
      count += (other | -other) >>> 31;
    }
    const fresh = stamp << bits;
    entries[ownRow] = fresh | partner;
    entries[partnerRow] = fresh | own;
    for (let i = 1; i < count; i++) {
      const entry = merged[i]!;
      entries[ownRow + i] = entry;
      entries[partnerRow + i] = entry;
    }
    for (let i = count; i < size; i++) {
      entries[ownRow + i] = 0;
      entries[partnerRow + i] = 0;
    }
  }

  /** A number that no key in the table of seen slots has; at least 1, so that an empty place never matches. */
  #nextEpoch(): number {
    if (++this.#epoch >= 2 ** (32 - this.#slotBits)) {
      this.#seen.fill(0);
      this.#epoch = 1;
    }
    return this.#epoch;
  }

  #see(key: number): void {
    const seen = this.#seen;
    let place = key & (2 ** this.#slotBits - 1) & (HASH - 1);
    while ((seen[place]! ^ key) >>> this.#slotBits === 0 && seen[place] !== key) place = (place + 1) & (HASH - 1);
    seen[place] = key;
  }

  /** Where times no longer fit above the slots, moves the origin on; what is older than half the range becomes equally old. */
  #makeRoom(cycle: number): void {
    if (cycle - this.#origin <= this.#mostStamp) return;
    const bits = this.#slotBits;
    const moved = (this.#mostStamp + 1) >> 1;
    this.#origin += moved;
    const slotMask = 2 ** bits - 1;
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i]!;
      if (entry !== 0) this.entries[i] = (Math.max(1, (entry >>> bits) - moved) << bits) | (entry & slotMask);
    }
  }
}
