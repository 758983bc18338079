import type { Clusters } from "./clusters.ts";
import {
  COST2,
  EXCHANGES,
  FEDERATED,
  IN_CLUSTER,
  MONEY,
  QUANTITY,
  RECEIVED,
  REFUSED,
  REQUESTS,
  SATISFIED,
} from "./counters.ts";
import type { Demand } from "./demand.ts";
import type { Links } from "./links.ts";
import { BUSY, CLUSTER, OFFERS, PRICE, RECORD, REQUEST, type Records, STOCK, TYPES } from "./records.ts";
import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** Requests whose memory is touched before the first of them is dealt with. */
const BATCH = 16;

/** What a market works on. */
export interface MarketParts {
  readonly settings: Settings;
  readonly counters: Float64Array;
  readonly records: Records;
  readonly links: Links;
  readonly clusters: Clusters;
  readonly stream: Stream;
}

/**
 * How cluster managers serve the requests of a cycle. A manager asks the requester's neighbours in its cluster, and only
 * if they can't serve the whole request, those in other clusters too; each time one provider, the cheapest, and only if
 * none has enough, several, the cheapest first. A node that sells does so once in a cycle, and not when it requests.
 */
export class Market {
  /** Energy in the network, units by type. */
  readonly energy: Float64Array;
  readonly #settings: Settings;
  readonly #counters: Float64Array;
  readonly #records: Records;
  readonly #links: Links;
  readonly #clusters: Clusters;
  readonly #stream: Stream;
  readonly #limit: number;
  /** Candidates of the request at hand: slot, price, whole units, and whether in another cluster. */
  readonly #candidate: Int32Array;
  readonly #price: Float64Array;
  readonly #units: Int32Array;
  readonly #foreign: Uint8Array;
  #candidates = 0;
  /** Keeps reads that only fetch memory from being dropped. */
  touched = 0;

  constructor({ settings, counters, records, links, clusters, stream }: MarketParts) {
    this.#settings = settings;
    this.#counters = counters;
    this.#records = records;
    this.#links = links;
    this.#clusters = clusters;
    this.#stream = stream;
    this.#limit = settings.managerLimit ?? Number.POSITIVE_INFINITY;
    this.energy = new Float64Array(settings.types);
    this.#candidate = new Int32Array(settings.degree);
    this.#price = new Float64Array(settings.degree);
    this.#units = new Int32Array(settings.degree);
    this.#foreign = new Uint8Array(settings.degree);
  }

  /** Serves the requesters one after the other. */
  trade(cycle: number, { requesters, count }: Demand): void {
    for (let from = 0; from < count; from += BATCH) {
      const end = Math.min(count, from + BATCH);
      for (let i = from; i < end; i++) this.#touch(requesters[i]!);
      for (let i = from; i < end; i++) this.#serve(requesters[i]!, cycle);
    }
  }

  /** Reads what the request will need, so that the misses of a batch overlap. */
  #touch(slot: number): void {
    const { neighbours, degree, most } = this.#links;
    const { whole } = this.#records;
    let sum = whole[slot * RECORD]!;
    const start = slot * most;
    for (let i = degree[slot]! - 1; i >= 0; i--) sum ^= whole[neighbours[start + i]! * RECORD]!;
    this.touched ^= sum;
  }

  /** Draws a request of this node, and serves it wholly or not at all. */
  #serve(slot: number, cycle: number): void {
    const { types, largestRequest } = this.#settings;
    const stream = this.#stream;
    const counters = this.#counters;
    const type = stream.below(types);
    const wanted = 1 + stream.below(largestRequest);
    const limit = this.#records.basePrice[type]! * (1 + 0.4 * stream.unit());
    const cluster = this.#records.whole[slot * RECORD + CLUSTER]!;
    counters[REQUESTS]! += 1;
    if (!this.#clusters.admits(cluster, cycle, this.#limit)) {
      counters[REFUSED]! += 1;
      return;
    }
    this.#ask(slot, cluster, cycle, type, limit);
    if (this.#stage(slot, cycle, type, wanted, 0)) counters[IN_CLUSTER]! += 1;
    else if (this.#stage(slot, cycle, type, wanted, 1)) counters[FEDERATED]! += 1;
    else return;
    counters[SATISFIED]! += 1;
    counters[RECEIVED]! += wanted;
  }

  /** Collects the neighbours that can provide this type below the limit, from a random one on. */
  #ask(slot: number, cluster: number, cycle: number, type: number, limit: number): void {
    const { neighbours, degree, most } = this.#links;
    const { whole, real } = this.#records;
    const known = degree[slot]!;
    const start = slot * most;
    let i = known > 0 ? this.#stream.below(known) : 0;
    let count = 0;
    for (let asked = 0; asked < known; asked++) {
      const other = neighbours[start + i]!;
      if (++i === known) i = 0;
      const at = other * RECORD;
      if (((whole[at + TYPES]! >> (OFFERS + type)) & 1) === 0) continue;
      if (whole[at + REQUEST] === cycle || whole[at + BUSY] === cycle) continue;
      const units = real[at + STOCK + type]! | 0;
      const price = real[at + PRICE + type]!;
      if (units < 1 || price > limit) continue;
      this.#candidate[count] = other;
      this.#price[count] = price;
      this.#units[count] = units;
      this.#foreign[count++] = whole[at + CLUSTER] === cluster ? 0 : 1;
    }
    this.#candidates = count;
  }

  /** Serves the request from the candidates of the cluster (`reach` 0) or from all (1), if they can. */
  #stage(slot: number, cycle: number, type: number, wanted: number, reach: number): boolean {
    let single = -1;
    let units = 0;
    for (let i = 0; i < this.#candidates; i++) {
      if (this.#foreign[i]! > reach) continue;
      units += this.#units[i]!;
      if (this.#units[i]! >= wanted && (single < 0 || this.#price[i]! < this.#price[single]!)) single = i;
    }
    if (single >= 0) this.#exchange(slot, this.#candidate[single]!, cycle, type, wanted);
    else if (units >= wanted) this.#jointly(slot, cycle, type, wanted, reach);
    else return false;
    return true;
  }

  #jointly(slot: number, cycle: number, type: number, wanted: number, reach: number): void {
    for (let missing = wanted; missing > 0; ) {
      let cheapest = -1;
      for (let i = 0; i < this.#candidates; i++) {
        if (this.#foreign[i]! > reach || this.#units[i] === 0) continue;
        if (cheapest < 0 || this.#price[i]! < this.#price[cheapest]!) cheapest = i;
      }
      const given = Math.min(missing, this.#units[cheapest]!);
      this.#units[cheapest] = 0;
      missing -= given;
      this.#exchange(slot, this.#candidate[cheapest]!, cycle, type, given);
    }
  }

  /** One provider gives so many units to the requester, for its price and its cluster's payoff. */
  #exchange(slot: number, provider: number, cycle: number, type: number, units: number): void {
    const { whole, real, earned, paid } = this.#records;
    const counters = this.#counters;
    const at = provider * RECORD;
    const cluster = whole[at + CLUSTER]!;
    const price = real[at + PRICE + type]!;
    const payoff = this.#clusters.payoff[cluster]!;
    const money = units * price + payoff;
    counters[EXCHANGES]! += 1;
    counters[QUANTITY]! += units;
    counters[COST2]! += (units / this.#networkEnergy(type)) * (price + payoff);
    counters[MONEY]! += money;
    this.energy[type]! -= units;
    real[at + STOCK + type]! -= units;
    whole[at + BUSY] = cycle;
    this.#clusters.income[cluster]! += payoff;
    earned[provider]! += money;
    paid[slot]! += money;
  }

  /** What equation 2 divides by, before this exchange takes from it. */
  #networkEnergy(type: number): number {
    if (this.#settings.networkEnergy === "type") return this.energy[type]!;
    let sum = 0;
    for (let i = 0; i < this.energy.length; i++) sum += this.energy[i]!;
    return sum;
  }
}
