import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** Words of a record: one line of cache, all that a manager looks at when it asks a node. */
export const RECORD = 16;
/** Number of the node's cluster; a node that left keeps its last one. */
export const CLUSTER = 0;
/** A bit per type held, and `OFFERS` higher a bit per type offered, which is none where the cluster pays too little. */
export const TYPES = 1;
/** Cycle of the last sale. */
export const BUSY = 2;
/** Cycle of the last request. */
export const REQUEST = 3;
/** Payoff from which on the node provides. */
export const RESERVATION = 4;
/** Units stored, by type. */
export const STOCK = 5;
/** Price per unit asked, by type. */
export const PRICE = 10;
/** 1 if the node may request. */
export const CONSUMER = 15;

export const OFFERS = 8;

/** What nodes are and have. */
export class Records {
  readonly whole: Int32Array;
  readonly real: Float32Array;
  /** Money received for energy and payoffs, and paid for energy, payoffs and fees. */
  readonly earned: Float64Array;
  readonly paid: Float64Array;
  readonly migrations: Uint16Array;
  readonly basePrice: Float64Array;
  /** Energy in the network, the sum of all stocks, units by type. */
  readonly energy: Float64Array;
  readonly #settings: Settings;
  readonly #stream: Stream;
  readonly #order: Int32Array;
  readonly #full: number;
  /** Places of the stocks that are not full, and of some of nodes that left; the first `lowCount` count. */
  readonly #low: Int32Array;
  #lowCount = 0;

  constructor(settings: Settings, capacity: number, stream: Stream) {
    const buffer = new ArrayBuffer(capacity * RECORD * 4);
    this.whole = new Int32Array(buffer);
    this.real = new Float32Array(buffer);
    this.earned = new Float64Array(capacity);
    this.paid = new Float64Array(capacity);
    this.migrations = new Uint16Array(capacity);
    this.basePrice = Float64Array.from({ length: settings.types }, (_, type) => 1 + settings.priceStep * type);
    this.#settings = settings;
    this.#stream = stream;
    this.#order = new Int32Array(settings.types);
    this.energy = new Float64Array(settings.types);
    this.#full = Math.fround(settings.stockCap);
    this.#low = new Int32Array(capacity * settings.types);
  }

  /** Gives the node in this slot a fresh state, with full stocks. */
  fresh(slot: number): void {
    const { types, holding, reservationMean, roles } = this.#settings;
    const at = slot * RECORD;
    const provides = roles === "prosumers" || this.#stream.below(2) === 1;
    this.whole[at + CONSUMER] = roles === "prosumers" || !provides ? 1 : 0;
    this.whole[at + BUSY] = -1;
    this.whole[at + REQUEST] = -1;
    this.real[at + RESERVATION] = -reservationMean * Math.log(1 - this.#stream.unit());
    const held = holding === "single" ? 1 : 1 + this.#stream.below(types);
    const mask = provides ? this.#randomTypes(held) : 0;
    this.whole[at + TYPES] = mask;
    for (let type = 0; type < types; type++) {
      const stock = (mask >> type) & 1 ? this.#full : 0;
      this.real[at + STOCK + type] = stock;
      this.energy[type] = this.energy[type]! + stock;
      this.real[at + PRICE + type] = this.basePrice[type]! * (0.8 + 0.4 * this.#stream.unit());
    }
    this.earned[slot] = 0;
    this.paid[slot] = 0;
    this.migrations[slot] = 0;
  }

  /** Makes the node one that requests and does not provide, if roles are fixed. */
  makeConsumer(slot: number): void {
    if (this.#settings.roles === "prosumers") return;
    this.whole[slot * RECORD + CONSUMER] = 1;
    this.clear(slot);
  }

  /** The node holds and offers nothing any more. */
  clear(slot: number): void {
    const at = slot * RECORD;
    this.whole[at + TYPES] = 0;
    for (let type = 0; type < this.#settings.types; type++) {
      this.energy[type] = this.energy[type]! - this.real[at + STOCK + type]!;
      this.real[at + STOCK + type] = 0;
    }
  }

  /** Puts the node into a cluster that pays so much: it offers what it holds if that is enough for it. */
  join(slot: number, cluster: number, payoff: number): void {
    const at = slot * RECORD;
    this.whole[at + CLUSTER] = cluster;
    const held = this.whole[at + TYPES]! & (2 ** OFFERS - 1);
    this.whole[at + TYPES] = this.real[at + RESERVATION]! <= payoff ? held | (held << OFFERS) : held;
  }

  clusterOf(slot: number): number {
    return this.whole[slot * RECORD + CLUSTER]!;
  }

  /** Adds a cycle's production to every stock that is not full, none at cycle 0. */
  recharge(cycle: number): void {
    if (cycle === 0) return;
    const { whole, real, energy } = this;
    const { production } = this.#settings;
    const low = this.#low;
    const full = this.#full;
    let kept = 0;
    for (let i = 0; i < this.#lowCount; i++) {
      const place = low[i]!;
      const type = (place % RECORD) - STOCK;
      if (((whole[place - STOCK - type + TYPES]! >> type) & 1) === 0) continue; // left since
      const before = real[place]!;
      real[place] = Math.min(full, before + production);
      energy[type] = energy[type]! + (real[place]! - before);
      low[kept] = place;
      kept += real[place] === full ? 0 : 1;
    }
    this.#lowCount = kept;
  }

  /** Takes so many whole units, which it must have, from a node's stock. */
  take(slot: number, type: number, units: number): void {
    const place = slot * RECORD + STOCK + type;
    if (this.real[place] === this.#full) this.#low[this.#lowCount++] = place;
    this.real[place] = this.real[place]! - units;
    this.energy[type] = this.energy[type]! - units;
  }

  /** A mask of so many types, drawn without replacement. */
  #randomTypes(count: number): number {
    const order = this.#order;
    for (let i = 0; i < order.length; i++) order[i] = i;
    let mask = 0;
    for (let i = 0; i < count; i++) {
      const j = i + this.#stream.below(order.length - i);
      const drawn = order[j]!;
      order[j] = order[i]!;
      mask |= 1 << drawn;
    }
    return mask;
  }
}
