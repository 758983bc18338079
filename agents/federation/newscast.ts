import { InputError } from "../data/inputError.ts";
import { Caches } from "./caches.ts";
import type { Population } from "./population.ts";
import { isNew, MOST_SLOT_BITS, nextExchange } from "./seen.ts";
import type { Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Exchanges whose partners are drawn, and whose memory is touched, before the first of them is made. */
const BATCH = 32;
const OWN = new Int32Array(BATCH);
const PARTNER = new Int32Array(BATCH);

/**
 * Newscast (Jelasity and van Steen 2002, as in PeerSim's SimpleNewscast): every node remembers the freshest peers it heard
 * of. In a cycle each picks one at random; both keep the freshest of what the two remember, and each other.
 */
export class Newscast {
  readonly caches: Caches;
  readonly #population: Population;
  readonly #stream: Stream;
  readonly #mostStamp: number;
  /** Cycle whose stamp would be 0. */
  #origin = -1;
  /** Keeps reads that only fetch memory from being dropped. */
  touched = 0;

  /** Throws InputError for more places for nodes than an entry can tell apart. */
  constructor(settings: Settings, seed: number, population: Population, entries?: Int32Array) {
    this.#population = population;
    this.#stream = new Stream(seed, "newscast");
    this.caches = new Caches(settings, population, entries);
    const { slotBits } = this.caches;
    if (slotBits > MOST_SLOT_BITS)
      throw new InputError(
        `${population.capacity} places for nodes are too many`,
        {},
        "give fewer nodes or less churn",
      );
    this.#mostStamp = 2 ** Math.min(24, 32 - slotBits) - 1;
  }

  /** Fills every node's cache with random others, at cycle 0. */
  start(): void {
    this.caches.start();
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
    const { high } = this.#population;
    const stamp = (cycle - this.#origin) << this.caches.slotBits;
    for (let from = 0; from < high; from += BATCH) {
      const count = this.#drawPartners(from, Math.min(high, from + BATCH));
      for (let i = 0; i < count; i++) this.#merge(OWN[i]!, PARTNER[i]!, stamp, this.#stream.bits() >>> 31);
    }
  }

  /** Draws the partners of the live nodes from one slot until before another; says how many. Touches what merging will read. */
  #drawPartners(from: number, until: number): number {
    const { entries, size } = this.caches;
    const { alive } = this.#population;
    let sum = 0;
    for (let slot = from; slot < until; slot++) {
      const row = this.caches.rowOf(slot);
      sum ^= entries[row]! ^ entries[row + size]!;
    }
    let count = 0;
    for (let slot = from; slot < until; slot++) {
      if (alive[slot] === 0) continue;
      const partner = this.caches.peer(slot, this.#stream);
      if (partner < 0) continue;
      sum ^= this.caches.freshest(partner);
      OWN[count] = slot;
      PARTNER[count++] = partner;
    }
    for (let i = 0; i < count; i++) {
      const row = this.caches.rowOf(PARTNER[i]!);
      sum ^= entries[row]! ^ entries[row + size]!;
    }
    this.touched ^= sum;
    return count;
  }

  /**
   * Both get the freshest of what the two remember, without doubles, and each other first. Of entries equally fresh the two
   * caches take turns. Nearly all entries are of the last two cycles, so that mostly the caches are gone through in step.
   */
  #merge(own: number, partner: number, stamp: number, turn: number): void {
    const { caches } = this;
    const { entries, slotBits, slotMask } = caches;
    const most = caches.size - 1;
    const ownRow = caches.rowOf(own);
    const partnerRow = caches.rowOf(partner);
    const row = caches.takeRow(2);
    const key = nextExchange();
    isNew(key | own);
    isNew(key | partner);
    let ownFirst = turn;
    let x = caches.freshest(own);
    let y = caches.freshest(partner);
    let i = ownRow;
    let j = partnerRow;
    let count = 0;
    while (count < most) {
      if ((x ^ y) >>> slotBits !== 0) {
        let fresher = y;
        if (x >>> slotBits > y >>> slotBits) {
          fresher = x;
          x = entries[i++]!;
        } else y = entries[j++]!;
        entries[row + count] = fresher;
        count += isNew(key | (fresher & slotMask));
        continue;
      }
      if (x === 0) break;
      const swap = (x ^ y) & -ownFirst;
      const first = y ^ swap;
      const second = x ^ swap;
      entries[row + count] = first;
      count += isNew(key | (first & slotMask));
      entries[row + count] = second; // one too many, perhaps, in the place of the 0 behind them
      count += isNew(key | (second & slotMask));
      x = entries[i++]!;
      y = entries[j++]!;
      if (((ownFirst === 1 ? x : y) ^ second) >>> slotBits !== 0) ownFirst ^= 1;
    }
    for (let k = Math.min(count, most); k <= most; k++) entries[row + k] = 0;
    caches.set(own, stamp | partner, row);
    caches.set(partner, stamp | own, row);
    caches.giveUpRow(ownRow);
    caches.giveUpRow(partnerRow);
  }

  #fill(slot: number, cycle: number): void {
    this.caches.fill(slot, (cycle - this.#origin) << this.caches.slotBits, this.#stream);
  }

  /** Where times no longer fit above the slots, moves the origin on; what is older than half the range becomes equally old. */
  #makeRoom(cycle: number): void {
    if (cycle - this.#origin <= this.#mostStamp) return;
    const moved = (this.#mostStamp + 1) >> 1;
    this.#origin += moved;
    this.caches.age(moved);
  }
}
