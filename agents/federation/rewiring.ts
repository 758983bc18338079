import type { Clusters } from "./clusters.ts";
import { COST2, FEES, MIGRATIONS, MONEY } from "./counters.ts";
import type { Links } from "./links.ts";
import type { Newscast } from "./newscast.ts";
import type { Population } from "./population.ts";
import type { Records } from "./records.ts";
import type { Settings } from "./settings.ts";
import type { Stream } from "./stream.ts";

/** Draws of a peer until one of another cluster comes. */
const DRAWS = 5;

/** What a rewiring works on. */
export interface RewiringParts {
  readonly settings: Settings;
  readonly counters: Float64Array;
  readonly population: Population;
  readonly records: Records;
  readonly links: Links;
  readonly clusters: Clusters;
  readonly newscast: Newscast;
  readonly stream: Stream;
  /** Room for all nodes. */
  readonly order: Int32Array;
}

/** How nodes change their links and clusters: when they enter, and every few cycles. */
export class Rewiring {
  readonly #settings: Settings;
  readonly #counters: Float64Array;
  readonly #population: Population;
  readonly #records: Records;
  readonly #links: Links;
  readonly #clusters: Clusters;
  readonly #newscast: Newscast;
  readonly #stream: Stream;
  readonly #order: Int32Array;
  readonly #host: Int32Array;

  constructor(parts: RewiringParts) {
    this.#settings = parts.settings;
    this.#counters = parts.counters;
    this.#population = parts.population;
    this.#records = parts.records;
    this.#links = parts.links;
    this.#clusters = parts.clusters;
    this.#newscast = parts.newscast;
    this.#stream = parts.stream;
    this.#order = parts.order;
    this.#host = new Int32Array(parts.settings.degree);
  }

  /** Lets the nodes that enter into the clusters of random live nodes, and links them there. */
  welcome(): void {
    const { live, size, enteredCount } = this.#population;
    for (let joined = size - enteredCount; joined < size; joined++) {
      const contact = live[this.#stream.below(joined)]!;
      this.#join(live[joined]!, this.#records.clusterOf(contact));
      this.#attach(live[joined]!, contact);
    }
  }

  /** Takes the nodes that left out of their clusters; their neighbours notice at the next rewiring. */
  dismiss(): void {
    const { left, leftCount } = this.#population;
    for (let i = 0; i < leftCount; i++) {
      const slot = left[i]!;
      this.#clusters.leave(slot, this.#records.clusterOf(slot));
      this.#records.clear(slot);
      this.#links.clear(slot);
    }
  }

  /** In random order, every node forgets who left and migrates, or renews a link, or neither; then missing links are made. */
  rewire(): void {
    this.#clusters.turnWindow();
    const count = this.#shuffle();
    for (let i = 0; i < count; i++) this.#reconsider(this.#order[i]!);
    for (let i = 0; i < count; i++) this.#refill(this.#order[i]!);
  }

  #shuffle(): number {
    const { live, size } = this.#population;
    const order = this.#order;
    for (let i = 0; i < size; i++) {
      const other = this.#stream.below(i + 1);
      order[i] = order[other]!;
      order[other] = live[i]!;
    }
    return size;
  }

  #reconsider(slot: number): void {
    const { strategy, migrationProbability, rewireProbability } = this.#settings;
    this.#links.dropDead(slot, this.#population);
    if (strategy !== "none" && this.#stream.unit() < migrationProbability) this.#migrate(slot);
    else if (this.#stream.unit() < rewireProbability) this.#renew(slot);
  }

  /** Exchanges a link out of the cluster for one to a random peer. */
  #renew(slot: number): void {
    const foreign = this.#links.foreign(slot);
    if (foreign < 0) return;
    const peer = this.#newscast.caches.peer(slot, this.#stream);
    if (peer < 0) return;
    this.#links.unlink(slot, foreign);
    this.#links.linkEvicting(slot, peer);
  }

  /** Links to random members of the cluster, then to random peers, as long as both have room. */
  #refill(slot: number): void {
    const { most, degree } = this.#links;
    const cluster = this.#records.clusterOf(slot);
    const members = this.#clusters.size[cluster]!;
    for (let tries = 0; tries < most && degree[slot]! < most; tries++)
      this.#links.link(slot, this.#clusters.member(cluster, this.#stream.below(members)));
    for (let tries = 0; tries < most && degree[slot]! < most; tries++) {
      const peer = this.#newscast.caches.peer(slot, this.#stream);
      if (peer >= 0) this.#links.link(slot, peer);
    }
  }

  #migrate(slot: number): void {
    const host = this.#hostOf(slot);
    if (host < 0) return;
    const from = this.#records.clusterOf(slot);
    this.#dropLinksInto(slot, from);
    this.#clusters.leave(slot, from);
    this.#join(slot, this.#records.clusterOf(host));
    this.#attach(slot, host);
    this.#charge(slot);
  }

  /** The peer whose cluster the node migrates into, or -1. */
  #hostOf(slot: number): number {
    const { strategy } = this.#settings;
    const strategic = strategy === "strategic" || (strategy === "mixed" && this.#stream.below(2) === 0);
    return strategic ? this.#wealthiest(slot) : this.#anyForeign(slot);
  }

  #anyForeign(slot: number): number {
    const cluster = this.#records.clusterOf(slot);
    for (let draw = 0; draw < DRAWS; draw++) {
      const peer = this.#newscast.caches.peer(slot, this.#stream);
      if (peer >= 0 && this.#records.clusterOf(peer) !== cluster) return peer;
    }
    return -1;
  }

  /** The peer whose cluster got the largest payoffs per member, if that is more than the node's own cluster got. */
  #wealthiest(slot: number): number {
    let best = -1;
    let most = this.#clusters.wealth(this.#records.clusterOf(slot));
    for (let i = this.#newscast.caches.known(slot) - 1; i >= 0; i--) {
      const peer = this.#newscast.caches.peerAt(slot, i);
      if (this.#population.alive[peer] === 0) continue;
      const wealth = this.#clusters.wealth(this.#records.clusterOf(peer));
      if (wealth <= most) continue;
      most = wealth;
      best = peer;
    }
    return best;
  }

  #dropLinksInto(slot: number, cluster: number): void {
    const { neighbours, degree, most } = this.#links;
    for (let i = degree[slot]! - 1; i >= 0; i--) {
      const other = neighbours[slot * most + i]!;
      if (this.#records.clusterOf(other) === cluster) this.#links.unlink(slot, other);
    }
  }

  #join(slot: number, cluster: number): void {
    this.#clusters.join(slot, cluster);
    this.#records.join(slot, cluster, this.#clusters.payoff[cluster]!);
  }

  /** Links a node to its contact and then, up to its degree, to the contact's neighbours in their cluster. */
  #attach(slot: number, contact: number): void {
    const { neighbours, degree, most } = this.#links;
    const cluster = this.#records.clusterOf(contact);
    let count = 0;
    for (let i = degree[contact]! - 1; i >= 0; i--) {
      const other = neighbours[contact * most + i]!;
      if (this.#population.alive[other] === 1 && this.#records.clusterOf(other) === cluster)
        this.#host[count++] = other;
    }
    this.#links.linkEvicting(slot, contact);
    for (let i = 0; i < count && degree[slot]! < most; i++) this.#links.linkEvicting(slot, this.#host[i]!);
  }

  /** The fee, in money and on the scale of equation 2: a request of mean size over the mean energy of a type. */
  #charge(slot: number): void {
    const { fee, largestRequest } = this.#settings;
    let mean = 0;
    const { energy } = this.#records;
    for (let type = 0; type < energy.length; type++) mean += energy[type]! / energy.length;
    this.#counters[MIGRATIONS]! += 1;
    this.#counters[FEES]! += fee;
    this.#counters[MONEY]! += fee;
    if (mean > 0) this.#counters[COST2]! += (fee * (1 + largestRequest)) / 2 / mean;
    this.#records.paid[slot]! += fee;
    this.#records.migrations[slot]! += 1;
  }
}
