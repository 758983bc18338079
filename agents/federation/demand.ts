import { randomPoisson } from "d3-random";
import type { Population } from "./population.ts";
import { CONSUMER, RECORD, REQUEST, type Records } from "./records.ts";
import type { Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Who requests in a cycle: as many as a Poisson draw says, all different, and whoever has just entered. */
export class Demand {
  /** Requesters in random order; the first `count` count. */
  readonly requesters: Int32Array;
  count = 0;
  readonly #settings: Settings;
  readonly #demand: Stream;
  readonly #order: Stream;
  readonly #poisson: (mean: number) => () => number;

  constructor(settings: Settings, seed: number, capacity: number) {
    this.#settings = settings;
    this.#demand = new Stream(seed, "demand");
    this.#order = new Stream(seed, "order");
    this.#poisson = randomPoisson.source(() => this.#demand.unit());
    this.requesters = new Int32Array(capacity);
  }

  /** Draws the requesters of a cycle and marks them. */
  draw(cycle: number, population: Population, records: Records): void {
    this.count = 0;
    const { roles, requestProbability } = this.#settings;
    const able = roles === "prosumers" ? population.size : consumers(population, records);
    const mean = requestProbability * able;
    const wanted = mean === 0 ? 0 : Math.min(able, this.#poisson(mean)());
    if (2 * wanted > able) this.#deal(wanted, cycle, population, records);
    else this.#reject(wanted, cycle, population, records);
    if (population.enteredCount > 0) this.#addEntered(cycle, population, records);
  }

  /** Draws until somebody comes who may request and does not yet. */
  #reject(wanted: number, cycle: number, { live, size }: Population, { whole }: Records): void {
    while (this.count < wanted) {
      const slot = live[this.#demand.below(size)]!;
      const at = slot * RECORD;
      if (whole[at + REQUEST] === cycle || whole[at + CONSUMER] === 0) continue;
      whole[at + REQUEST] = cycle;
      this.requesters[this.count++] = slot;
    }
  }

  /** Deals from the list of all who may request. */
  #deal(wanted: number, cycle: number, { live, size }: Population, { whole }: Records): void {
    const { requesters } = this;
    let able = 0;
    for (let i = 0; i < size; i++) if (whole[live[i]! * RECORD + CONSUMER] === 1) requesters[able++] = live[i]!;
    for (; this.count < wanted; this.count++) {
      const other = this.count + this.#demand.below(able - this.count);
      const slot = requesters[other]!;
      requesters[other] = requesters[this.count]!;
      requesters[this.count] = slot;
      whole[slot * RECORD + REQUEST] = cycle;
    }
  }

  #addEntered(cycle: number, { entered, enteredCount }: Population, { whole }: Records): void {
    const { requesters } = this;
    for (let i = 0; i < enteredCount; i++) {
      const at = entered[i]! * RECORD;
      if (whole[at + REQUEST] === cycle) continue;
      whole[at + REQUEST] = cycle;
      requesters[this.count++] = entered[i]!;
    }
    for (let i = this.count - 1; i > 0; i--) {
      const other = this.#order.below(i + 1);
      const slot = requesters[other]!;
      requesters[other] = requesters[i]!;
      requesters[i] = slot;
    }
  }
}

function consumers({ live, size }: Population, { whole }: Records): number {
  let count = 0;
  for (let i = 0; i < size; i++) count += whole[live[i]! * RECORD + CONSUMER]!;
  return count;
}
