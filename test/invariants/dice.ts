import { type Random, randomStream, shuffled } from "../../agents/random/random.ts";

/** Draws of one action, all from its seed. */
export class Dice {
  readonly #random: Random;
  constructor(seed: number) {
    this.#random = randomStream(seed, "action");
  }
  /** A whole number from 0 to `most`. */
  upTo = (most: number): number => this.#random.int(0, most);
  between = (least: number, most: number): number => this.#random.int(least, most);
  chance = (percent: number): boolean => this.#random.int(1, 100) <= percent;
  pick = <T>(items: readonly T[]): T | undefined => items[this.#random.int(0, Math.max(items.length - 1, 0))];
  shuffled = <T>(items: readonly T[]): T[] => shuffled(items, this.#random);
  /** Each item or not; at least one, if there is any. */
  some<T>(items: readonly T[], percent = 60): T[] {
    const kept = items.filter(() => this.chance(percent));
    return kept.length > 0 || items.length === 0 ? kept : [this.pick(items)!];
  }
}
