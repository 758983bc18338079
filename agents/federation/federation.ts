import { EnergySide } from "./energySide.ts";
import { Newscast } from "./newscast.ts";
import { Population } from "./population.ts";
import type { Settings } from "./settings.ts";

/** A federation of energy clusters over a peer-to-peer network, cycle by cycle, on one thread (FED-1). */
export class Federation {
  readonly settings: Settings;
  readonly population: Population;
  readonly newscast: Newscast;
  readonly energy: EnergySide;
  readonly #remembered: Uint8Array;
  /** The cycle that comes next. */
  cycle = 0;

  constructor(settings: Settings, seed: number) {
    this.settings = settings;
    this.population = new Population(settings, seed);
    this.newscast = new Newscast(settings, seed, this.population);
    this.newscast.start();
    this.energy = new EnergySide(settings, seed, this.population, this.newscast);
    this.#remembered = new Uint8Array(settings.churn ? this.population.capacity : 0);
  }

  /** One cycle: churn, rewiring when it is due, production, requests, gossip and trades. */
  step(): void {
    const { population, newscast, energy, cycle } = this;
    population.churn(cycle);
    newscast.welcome(cycle);
    energy.churn();
    if (energy.rewires(cycle)) energy.rewire();
    if (population.reclaims(cycle)) {
      newscast.caches.markRemembered(this.#remembered);
      population.reclaim(this.#remembered);
    }
    energy.live(cycle);
    newscast.exchange(cycle);
    this.cycle++;
  }
}
