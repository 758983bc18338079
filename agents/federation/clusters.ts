import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/**
 * Who is in which cluster, and what its manager knows. Members lie in blocks of a pool; a block that is full is exchanged
 * for one twice as large, so that joining and leaving take constant time and allocate nothing but, rarely, a larger pool.
 */
export class Clusters {
  readonly count: number;
  /** What each cluster pays a provider per exchange. */
  readonly payoff: Float64Array;
  /** Payoffs that each cluster's members got since the last rewiring, and between the two before. */
  readonly income: Float64Array;
  readonly lastIncome: Float64Array;
  /** Requests that each manager dealt with in cycle `servedAt`. */
  readonly served: Int32Array;
  readonly servedAt: Int32Array;
  readonly size: Int32Array;
  readonly #start: Int32Array;
  readonly #room: Int32Array;
  /** Index of a node within its cluster, by slot. */
  readonly #index: Int32Array;
  /** First free block of each power of two, or -1; a free block's first word is the next. */
  readonly #freeBlock = new Int32Array(31).fill(-1);
  #pool: Int32Array;
  #used = 0;

  constructor(settings: Settings, capacity: number, stream: Stream) {
    const { nodes, clusterSize, payoff, payoffSpread } = settings;
    this.count = Math.ceil(nodes / clusterSize);
    const spread = () => payoff * (1 - payoffSpread + 2 * payoffSpread * stream.unit());
    this.payoff = Float64Array.from({ length: this.count }, () => (payoffSpread === 0 ? payoff : spread()));
    this.income = new Float64Array(this.count);
    this.lastIncome = new Float64Array(this.count);
    this.served = new Int32Array(this.count);
    this.servedAt = new Int32Array(this.count).fill(-1);
    this.size = new Int32Array(this.count);
    this.#start = new Int32Array(this.count);
    this.#room = new Int32Array(this.count);
    this.#index = new Int32Array(capacity);
    const first = powerOfTwo(clusterSize + 1);
    this.#pool = new Int32Array(this.count * first + 2 * first);
    for (let cluster = 0; cluster < this.count; cluster++) {
      this.#start[cluster] = this.#block(first);
      this.#room[cluster] = first;
    }
  }

  /** The i-th member of a cluster, in any order. */
  member(cluster: number, i: number): number {
    return this.#pool[this.#start[cluster]! + i]!;
  }

  join(slot: number, cluster: number): void {
    if (this.size[cluster] === this.#room[cluster]) this.#grow(cluster);
    const index = this.size[cluster]!;
    this.#pool[this.#start[cluster]! + index] = slot;
    this.#index[slot] = index;
    this.size[cluster] = index + 1;
  }

  leave(slot: number, cluster: number): void {
    const start = this.#start[cluster]!;
    const size = this.size[cluster]! - 1;
    const last = this.#pool[start + size]!;
    const index = this.#index[slot]!;
    this.#pool[start + index] = last;
    this.#index[last] = index;
    this.size[cluster] = size;
  }

  /** Begins the next window of payoffs. */
  turnWindow(): void {
    this.lastIncome.set(this.income);
    this.income.fill(0);
  }

  /** Payoffs per member in the last window; 0 for an empty cluster. */
  wealth(cluster: number): number {
    return this.size[cluster] === 0 ? 0 : this.lastIncome[cluster]! / this.size[cluster]!;
  }

  /** Whether the manager deals with one more request in this cycle; counts it if so. */
  admits(cluster: number, cycle: number, limit: number): boolean {
    if (this.servedAt[cluster] !== cycle) {
      this.servedAt[cluster] = cycle;
      this.served[cluster] = 0;
    }
    if (this.served[cluster]! >= limit) return false;
    this.served[cluster] = this.served[cluster]! + 1;
    return true;
  }

  #grow(cluster: number): void {
    const room = this.#room[cluster]!;
    const from = this.#start[cluster]!;
    const start = this.#block(2 * room);
    this.#pool.copyWithin(start, from, from + room);
    this.#start[cluster] = start;
    this.#room[cluster] = 2 * room;
    const level = 31 - Math.clz32(room);
    this.#pool[from] = this.#freeBlock[level]!;
    this.#freeBlock[level] = from;
  }

  /** Where a block of so many words, a power of two, begins. */
  #block(room: number): number {
    const level = 31 - Math.clz32(room);
    const free = this.#freeBlock[level]!;
    if (free >= 0) {
      this.#freeBlock[level] = this.#pool[free]!;
      return free;
    }
    const start = this.#used;
    this.#used += room;
    if (this.#used > this.#pool.length) {
      const larger = new Int32Array(Math.max(this.#used, Math.ceil(this.#pool.length * 1.5)));
      larger.set(this.#pool);
      this.#pool = larger;
    }
    return start;
  }
}

const powerOfTwo = (least: number) => 2 ** Math.ceil(Math.log2(least));
