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
import { MOST_LINKS, type Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** Requests whose memory is touched before the first of them is dealt with. */
const BATCH = 16;

/*
 * Candidates of the request at hand: slot, price, whole units, and 1 if in another cluster. Of the module, since the compiler
 * then knows where they lie and how long they are.
 */
const CANDIDATE = new Int32Array(MOST_LINKS);
const PRICES = new Float64Array(MOST_LINKS);
const UNITS = new Int32Array(MOST_LINKS);
const FOREIGN = new Uint8Array(MOST_LINKS);

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
  readonly #settings: Settings;
  readonly #counters: Float64Array;
  readonly #records: Records;
  readonly #links: Links;
  readonly #clusters: Clusters;
  readonly #stream: Stream;
  readonly #limit: number;
  #candidates = 0;
  /** Units that all candidates have, and those in the requester's cluster. */
  #units = 0;
  #unitsHere = 0;
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
    if (this.#units < wanted) return;
    const here = this.#unitsHere >= wanted;
    this.#provide(slot, cycle, type, wanted, here ? 0 : 1);
    counters[here ? IN_CLUSTER : FEDERATED]! += 1;
    counters[SATISFIED]! += 1;
    counters[RECEIVED]! += wanted;
  }

  /**
   * Collects the neighbours that can provide this type below the limit, from a random one on. All are written down, and the
   * next is written over who can't: that is arithmetic, since a branch would be guessed wrongly too often.
   */
  #ask(slot: number, cluster: number, cycle: number, type: number, limit: number): void {
    const { neighbours, degree, most } = this.#links;
    const { whole, real } = this.#records;
    const known = degree[slot]!;
    const start = slot * most;
    let i = known > 0 ? this.#stream.below(known) : 0;
    let count = 0;
    let all = 0;
    let here = 0;
    for (let asked = 0; asked < known; asked++) {
      const other = neighbours[start + i]!;
      if (++i === known) i = 0;
      const at = other * RECORD;
      const units = real[at + STOCK + type]! | 0;
      const price = real[at + PRICE + type]!;
      const idle = differ(whole[at + REQUEST]!, cycle) & differ(whole[at + BUSY]!, cycle);
      const can = (whole[at + TYPES]! >> (OFFERS + type)) & idle & differ(units, 0) & Number(price <= limit);
      const foreign = differ(whole[at + CLUSTER]!, cluster);
      CANDIDATE[count] = other;
      PRICES[count] = price;
      UNITS[count] = units;
      FOREIGN[count] = foreign;
      count += can;
      all += units & -can;
      here += units & -(can & (foreign ^ 1));
    }
    this.#candidates = count;
    this.#units = all;
    this.#unitsHere = here;
  }

  /** Serves the request from the candidates of the cluster (`reach` 0) or from all (1), who have enough. */
  #provide(slot: number, cycle: number, type: number, wanted: number, reach: number): void {
    let single = -1;
    for (let i = 0; i < this.#candidates; i++) {
      if (FOREIGN[i]! > reach || UNITS[i]! < wanted) continue;
      if (single < 0 || PRICES[i]! < PRICES[single]!) single = i;
    }
    if (single >= 0) this.#exchange(slot, CANDIDATE[single]!, cycle, type, wanted);
    else this.#jointly(slot, cycle, type, wanted, reach);
  }

  #jointly(slot: number, cycle: number, type: number, wanted: number, reach: number): void {
    for (let missing = wanted; missing > 0; ) {
      let cheapest = -1;
      for (let i = 0; i < this.#candidates; i++) {
        if (FOREIGN[i]! > reach || UNITS[i] === 0) continue;
        if (cheapest < 0 || PRICES[i]! < PRICES[cheapest]!) cheapest = i;
      }
      const given = Math.min(missing, UNITS[cheapest]!);
      UNITS[cheapest] = 0;
      missing -= given;
      this.#exchange(slot, CANDIDATE[cheapest]!, cycle, type, given);
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
    this.#records.take(provider, type, units);
    whole[at + BUSY] = cycle;
    this.#clusters.income[cluster]! += payoff;
    earned[provider]! += money;
    paid[slot]! += money;
  }

  /** What equation 2 divides by, before this exchange takes from it. */
  #networkEnergy(type: number): number {
    const { energy } = this.#records;
    if (this.#settings.networkEnergy === "type") return energy[type]!;
    let sum = 0;
    for (let i = 0; i < energy.length; i++) sum += energy[i]!;
    return sum;
  }
}

/** 1 if the two differ, else 0. */
function differ(x: number, y: number): number {
  const bits = x ^ y;
  return (bits | -bits) >>> 31;
}
