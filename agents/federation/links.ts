import type { Population } from "./population.ts";
import type { Records } from "./records.ts";
import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** The trading graph: symmetric links, at most `most` per node. A link to a node that left stays until a rewiring drops it. */
export class Links {
  readonly most: number;
  /** Neighbours of a node from `slot * most` on; the first `degree[slot]` count. */
  readonly neighbours: Int32Array;
  readonly degree: Uint8Array;
  readonly #records: Records;
  readonly #stream: Stream;

  constructor(settings: Settings, capacity: number, records: Records, stream: Stream) {
    this.most = settings.degree;
    this.neighbours = new Int32Array(capacity * settings.degree);
    this.degree = new Uint8Array(capacity);
    this.#records = records;
    this.#stream = stream;
  }

  has(x: number, y: number): boolean {
    const start = x * this.most;
    for (let i = this.degree[x]! - 1; i >= 0; i--) if (this.neighbours[start + i] === y) return true;
    return false;
  }

  /** Links two nodes that are not linked and both have room; says whether they got linked. */
  link(x: number, y: number): boolean {
    if (x === y || this.degree[x] === this.most || this.degree[y] === this.most || this.has(x, y)) return false;
    this.#append(x, y);
    this.#append(y, x);
    return true;
  }

  /** Links two nodes that are not linked. A full one drops a random link out of its cluster, else a random one. */
  linkEvicting(x: number, y: number): boolean {
    if (x === y || this.has(x, y)) return false;
    if (this.degree[x] === this.most) this.#evict(x);
    if (this.degree[y] === this.most) this.#evict(y);
    this.#append(x, y);
    this.#append(y, x);
    return true;
  }

  unlink(x: number, y: number): void {
    this.#remove(x, y);
    this.#remove(y, x);
  }

  /** Drops the links of a node to nodes that left. */
  dropDead(x: number, { alive }: Population): void {
    const start = x * this.most;
    for (let i = this.degree[x]! - 1; i >= 0; i--) {
      if (alive[this.neighbours[start + i]!] === 1) continue;
      this.degree[x] = this.degree[x]! - 1;
      this.neighbours[start + i] = this.neighbours[start + this.degree[x]!]!;
    }
  }

  /** A node that leaves has no links any more; its neighbours notice at the next rewiring. */
  clear(x: number): void {
    this.degree[x] = 0;
  }

  /** A random neighbour in another cluster, or -1. */
  foreign(x: number): number {
    const start = x * this.most;
    const cluster = this.#records.clusterOf(x);
    let found = -1;
    let count = 0;
    for (let i = this.degree[x]! - 1; i >= 0; i--) {
      const y = this.neighbours[start + i]!;
      if (this.#records.clusterOf(y) !== cluster && this.#stream.below(++count) === 0) found = y;
    }
    return found;
  }

  #evict(x: number): void {
    const foreign = this.foreign(x);
    const dropped = foreign >= 0 ? foreign : this.neighbours[x * this.most + this.#stream.below(this.degree[x]!)]!;
    this.unlink(x, dropped);
  }

  #append(x: number, y: number): void {
    this.neighbours[x * this.most + this.degree[x]!] = y;
    this.degree[x] = this.degree[x]! + 1;
  }

  #remove(x: number, y: number): void {
    const start = x * this.most;
    for (let i = this.degree[x]! - 1; i >= 0; i--) {
      if (this.neighbours[start + i] !== y) continue;
      this.degree[x] = this.degree[x]! - 1;
      this.neighbours[start + i] = this.neighbours[start + this.degree[x]!]!;
      return;
    }
  }
}
