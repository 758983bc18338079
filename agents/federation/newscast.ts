import { InputError } from "../data/inputError.ts";
import type { Population } from "./population.ts";
import { MOST_PEERS, type Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Exchanges whose partners are drawn, and whose memory is touched, before the first of them is made. */
const BATCH = 32;

/*
 * Scratch of an exchange. It belongs to the module, not to an object, since the compiler then knows where it lies and how long
 * it is; no call needs what an earlier one left there.
 */
const OWN = new Int32Array(BATCH);
const PARTNER = new Int32Array(BATCH);
const MERGED = new Int32Array(MOST_PEERS + 1);
/** Slots seen in the exchange of this epoch, by the low bits of the slot: epoch above slot. */
const SEEN = new Int32Array(512);
const SEEN_BITS = 23;
let epoch = 1;

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
  readonly #slotMask: number;
  readonly #mostStamp: number;
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
    this.#slotMask = (1 << this.#slotBits) - 1;
    this.#mostStamp = 2 ** Math.min(24, 32 - this.#slotBits) - 1;
    if (this.#slotBits > SEEN_BITS)
      throw new InputError(
        `${population.capacity} places for nodes are too many`,
        {},
        "simulate fewer nodes, or less churn",
      );
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
    const { entries } = this;
    const row = this.#row;
    const stamp = (cycle - this.#origin) << this.#slotBits;
    for (let from = 0; from < high; from += BATCH) {
      const end = Math.min(high, from + BATCH);
      let count = 0;
      for (let slot = from; slot < end; slot++) {
        if (alive[slot] === 0) continue;
        const partner = this.peer(slot, this.#stream);
        if (partner < 0) continue;
        OWN[count] = slot;
        PARTNER[count++] = partner;
        this.touched ^= entries[partner * row]! ^ entries[(partner + 1) * row - 2]!;
      }
      const turns = this.#stream.bits();
      for (let i = 0; i < count; i++) this.#merge(OWN[i]!, PARTNER[i]!, stamp, (turns >>> i) & 1);
    }
  }

  /** A random live peer that the node remembers, or -1. If the one drawn has left, the next older, then the next fresher. */
  peer(slot: number, stream: Stream): number {
    const start = slot * this.#row;
    const known = this.known(slot);
    if (known === 0) return -1;
    const mask = this.#slotMask;
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
    return this.entries[slot * this.#row + i]! & this.#slotMask;
  }

  /** Marks the slots of nodes that left and that a live node remembers. */
  markRemembered(marks: Uint8Array): void {
    const { alive, high } = this.#population;
    const mask = this.#slotMask;
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
   * caches take turns. Nearly all entries are of the last two cycles, so that mostly the caches are gone through in step.
   */
  #merge(own: number, partner: number, stamp: number, turn: number): void {
    const entries = this.entries;
    const bits = this.#slotBits;
    const mask = this.#slotMask;
    const size = this.#size;
    const ownRow = own * this.#row;
    const partnerRow = partner * this.#row;
    const key = nextEpoch();
    isNew(key | own);
    isNew(key | partner);
    let ownFirst = turn;
    let i = ownRow;
    let j = partnerRow;
    let count = 1;
    while (count < size) {
      const x = entries[i]!;
      const y = entries[j]!;
      if ((x ^ y) >>> bits !== 0) {
        const ownIsFresher = x >>> bits > y >>> bits;
        const fresher = ownIsFresher ? x : y;
        if (ownIsFresher) i++;
        else j++;
        MERGED[count] = fresher;
        count += isNew(key | (fresher & mask));
        continue;
      }
      if (x === 0) break;
      const swap = (x ^ y) & -ownFirst;
      const second = x ^ swap;
      MERGED[count] = y ^ swap;
      count += isNew(key | ((y ^ swap) & mask));
      MERGED[count] = second;
      count += isNew(key | (second & mask));
      i++;
      j++;
      const next = ownFirst === 1 ? entries[i]! : entries[j]!;
      if ((next ^ second) >>> bits !== 0) ownFirst ^= 1;
    }
    count = Math.min(count, size); // the last pair may have had one too many
    entries[ownRow] = stamp | partner;
    entries[partnerRow] = stamp | own;
    for (let k = 1; k < count; k++) {
      const entry = MERGED[k]!;
      entries[ownRow + k] = entry;
      entries[partnerRow + k] = entry;
    }
    for (let k = count; k < size; k++) {
      entries[ownRow + k] = 0;
      entries[partnerRow + k] = 0;
    }
  }

  /** Where times no longer fit above the slots, moves the origin on; what is older than half the range becomes equally old. */
  #makeRoom(cycle: number): void {
    if (cycle - this.#origin <= this.#mostStamp) return;
    const bits = this.#slotBits;
    const moved = (this.#mostStamp + 1) >> 1;
    this.#origin += moved;
    const slotMask = this.#slotMask;
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i]!;
      if (entry !== 0) this.entries[i] = (Math.max(1, (entry >>> bits) - moved) << bits) | (entry & slotMask);
    }
  }
}

/** What keys of the next exchange have above their slot: what no key in the table has. */
function nextEpoch(): number {
  if (epoch === 2 ** (31 - SEEN_BITS) - 1) {
    SEEN.fill(0);
    epoch = 1; // 0 are the empty places, 1 those that differ by one from them
  }
  return ++epoch << SEEN_BITS;
}

/** Marks a key as seen: 1 if it was not, else 0. Arithmetic, since a branch would be guessed wrongly for most doubles. */
function isNew(key: number): number {
  let place = key & (SEEN.length - 1);
  let other = SEEN[place]! ^ key;
  // another slot of this exchange is there, or the same of the one before, which does no harm
  while ((other - 1) >>> SEEN_BITS === 0) {
    place = (place + 1) & (SEEN.length - 1);
    other = SEEN[place]! ^ key;
  }
  SEEN[place] = key;
  return (other | -other) >>> 31;
}
