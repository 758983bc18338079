import type { Population } from "./population.ts";
import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** Words per node at the beginning: its freshest entry, and where the row of its others begins. */
const NODE = 2;
const ROW = 1;

/** Words that the caches of that many nodes take. */
export const cacheWords = (slots: number, cacheSize: number) => slots * NODE + (slots + 1) * (cacheSize + 1);

/**
 * Whom each node remembers. An entry is one word, its time above its slot, 0 for none. After an exchange two nodes remember
 * the same but for their freshest entry, which is the other one: so they share a row of all the rest, the freshest first, with
 * a 0 behind them and behind that the number of nodes whose row it is. A row is written once, and free when nobody's any more.
 */
export class Caches {
  readonly entries: Int32Array;
  readonly size: number;
  readonly slotBits: number;
  readonly slotMask: number;
  readonly #population: Population;
  #free = new Int32Array(0);
  #freeCount = 0;

  constructor({ cacheSize }: Settings, population: Population, entries?: Int32Array) {
    this.#population = population;
    this.size = cacheSize;
    this.slotBits = Math.max(1, 32 - Math.clz32(population.capacity - 1));
    this.slotMask = (1 << this.slotBits) - 1;
    this.entries = entries ?? new Int32Array(cacheWords(population.capacity, cacheSize));
  }

  /** Makes all rows free. There is one more than nodes, since an exchange writes a new one before it gives up two. */
  start(): void {
    const { capacity } = this.#population;
    this.#free = new Int32Array(capacity + 2);
    for (let row = capacity; row >= 0; row--) this.#free[this.#freeCount++] = capacity * NODE + row * (this.size + 1);
  }

  /** The freshest entry of a node. */
  freshest(slot: number): number {
    return this.entries[slot * NODE]!;
  }

  /** Where the row of a node's other entries begins; 0 if it never had one. */
  rowOf(slot: number): number {
    return this.entries[slot * NODE + ROW]!;
  }

  /** What a node remembers from now on. */
  set(slot: number, freshest: number, row: number): void {
    this.entries[slot * NODE] = freshest;
    this.entries[slot * NODE + ROW] = row;
  }

  /** A row of that many nodes. */
  takeRow(owners: number): number {
    const row = this.#free[--this.#freeCount]!;
    this.entries[row + this.size] = owners;
    return row;
  }

  /** One node less has this row. */
  giveUpRow(row: number): void {
    const owners = this.entries[row + this.size]! - 1;
    this.entries[row + this.size] = owners;
    this.#free[this.#freeCount] = row;
    this.#freeCount += 1 - owners; // of two owners at most
  }

  /** Peers that a node remembers. */
  known(slot: number): number {
    const { entries } = this;
    if (this.freshest(slot) === 0) return 0;
    const row = this.rowOf(slot);
    let count = this.size - 1;
    while (count > 0 && entries[row + count - 1] === 0) count--;
    return count + 1;
  }

  /** The i-th peer that a node remembers, the freshest first; it may have left. */
  peerAt(slot: number, i: number): number {
    const { entries } = this;
    const place = i === 0 ? slot * NODE : this.rowOf(slot) + i - 1;
    return entries[place]! & this.slotMask;
  }

  /** A random live peer that the node remembers, or -1. If the one drawn has left, the next older, then the next fresher. */
  peer(slot: number, stream: Stream): number {
    const known = this.known(slot);
    if (known === 0) return -1;
    const { alive } = this.#population;
    const drawn = stream.below(known);
    for (let i = drawn; i < known; i++) {
      const peer = this.peerAt(slot, i);
      if (alive[peer] === 1) return peer;
    }
    for (let i = drawn - 1; i >= 0; i--) {
      const peer = this.peerAt(slot, i);
      if (alive[peer] === 1) return peer;
    }
    return -1;
  }

  /** Gives a node random other live nodes to remember, with this time, a word's upper bits. */
  fill(slot: number, stamp: number, stream: Stream): void {
    const { entries } = this;
    const { live, size } = this.#population;
    const old = this.rowOf(slot);
    if (old !== 0) this.giveUpRow(old);
    const row = this.takeRow(1);
    const wanted = Math.min(this.size, size - 1);
    entries.fill(0, row, row + this.size);
    this.set(slot, 0, row);
    for (let count = 0; count < wanted; ) {
      const peer = live[stream.below(size)]!;
      let isNew = peer !== slot;
      for (let i = 0; i < count && isNew; i++) isNew = this.peerAt(slot, i) !== peer;
      if (isNew) entries[count === 0 ? slot * NODE : row + count - 1] = stamp | peer;
      if (isNew) count++;
    }
  }

  /** Marks the slots of nodes that left and that a live node remembers. */
  markRemembered(marks: Uint8Array): void {
    const { alive, high } = this.#population;
    marks.fill(0);
    for (let slot = 0; slot < high; slot++) {
      if (alive[slot] === 0) continue;
      for (let i = this.known(slot) - 1; i >= 0; i--) {
        const peer = this.peerAt(slot, i);
        if (alive[peer] === 0) marks[peer] = 1;
      }
    }
  }

  /** Makes all times this much less, but at least 1. */
  age(by: number): void {
    const { entries } = this;
    const { capacity } = this.#population;
    const older = (entry: number) =>
      entry === 0 ? 0 : (Math.max(1, (entry >>> this.slotBits) - by) << this.slotBits) | (entry & this.slotMask);
    for (let slot = 0; slot < capacity; slot++) entries[slot * NODE] = older(entries[slot * NODE]!);
    for (let row = capacity * NODE; row < entries.length; row += this.size + 1)
      for (let i = 0; i < this.size - 1; i++) entries[row + i] = older(entries[row + i]!);
  }
}
