import { Clusters } from "./clusters.ts";
import { COUNTERS } from "./counters.ts";
import { Demand } from "./demand.ts";
import { firstGraph } from "./firstGraph.ts";
import { Links } from "./links.ts";
import { Market } from "./market.ts";
import type { Newscast } from "./newscast.ts";
import type { Population } from "./population.ts";
import { Records } from "./records.ts";
import { Rewiring } from "./rewiring.ts";
import type { Settings } from "./settings.ts";
import { Stream } from "./stream.ts";

/** Everything of a federation but Newscast: nodes, clusters, links, and who trades what. Reads Newscast only when rewiring. */
export class EnergySide {
  readonly counters = new Float64Array(COUNTERS.length);
  readonly records: Records;
  readonly clusters: Clusters;
  readonly links: Links;
  readonly market: Market;
  readonly demand: Demand;
  readonly #rewiring: Rewiring;
  readonly #population: Population;
  readonly #settings: Settings;

  constructor(settings: Settings, seed: number, population: Population, newscast: Newscast) {
    const { capacity } = population;
    const state = new Stream(seed, "state");
    const rewire = new Stream(seed, "rewire");
    this.#settings = settings;
    this.#population = population;
    this.records = new Records(settings, capacity, state);
    this.clusters = new Clusters(settings, capacity, state);
    this.links = new Links(settings, capacity, this.records, rewire);
    this.demand = new Demand(settings, seed, capacity);
    this.market = new Market(this.#marketParts(new Stream(seed, "trade")));
    this.#rewiring = new Rewiring({
      settings,
      counters: this.counters,
      population,
      records: this.records,
      links: this.links,
      clusters: this.clusters,
      newscast,
      stream: rewire,
      order: this.demand.requesters,
    });
    for (let slot = 0; slot < settings.nodes; slot++) this.records.fresh(slot);
    firstGraph(settings, this.records, this.clusters, this.links, state);
  }

  /** Takes out the nodes that left in this cycle and lets in those that entered. */
  churn(): void {
    const { entered, enteredCount, leftCount } = this.#population;
    if (leftCount > 0) this.#rewiring.dismiss();
    if (enteredCount === 0) return;
    for (let i = 0; i < enteredCount; i++) {
      this.records.fresh(entered[i]!);
      this.records.makeConsumer(entered[i]!);
    }
    this.#rewiring.welcome();
  }

  rewires(cycle: number): boolean {
    return cycle > 0 && cycle % this.#settings.rewirePeriod === 0;
  }

  rewire(): void {
    this.#rewiring.rewire();
  }

  /** Production, requests and trades of a cycle. */
  live(cycle: number): void {
    this.records.recharge(cycle);
    this.demand.draw(cycle, this.#population, this.records);
    this.market.trade(cycle, this.demand);
  }

  #marketParts(stream: Stream) {
    const { counters, records, links, clusters } = this;
    return { settings: this.#settings, counters, records, links, clusters, stream };
  }
}
