import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COUNTERS, type Counts, countsOf } from "../../../agents/federation/counters.ts";
import { Federation } from "../../../agents/federation/federation.ts";
import { BUSY, RECORD, REQUEST, STOCK, TYPES } from "../../../agents/federation/records.ts";
import { DEFAULTS, settingsOf } from "../../../agents/federation/settings.ts";
import { smallFederation } from "./settings.ts";

/** Lives a random small federation cycle by cycle, and looks at it before and after each. */
function always(look: (federation: Federation, before: Before) => void): void {
  fc.assert(
    fc.property(smallFederation, fc.nat(1e6), (choices, seed) => {
      const federation = new Federation(settingsOf(choices), seed);
      while (federation.cycle < federation.settings.cycles) {
        const before = {
          counts: countsOf(federation.energy.counters),
          stock: stocks(federation),
          remembered: remembered(federation),
        };
        federation.step();
        look(federation, before);
      }
    }),
    { numRuns: 40 },
  );
}

interface Before {
  readonly counts: Counts;
  readonly stock: Float32Array;
  /** Slots that live nodes remember in Newscast. */
  readonly remembered: ReadonlySet<number>;
}

/** Throws unless what must hold does; quicker than `expect` where it is asked a million times. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}

const stocks = ({ energy, population }: Federation) => energy.records.real.slice(0, population.capacity * RECORD);
const counts = ({ energy }: Federation) => countsOf(energy.counters);
const remembered = ({ newscast, population: { live, size } }: Federation) =>
  new Set([...live.subarray(0, size)].flatMap((slot) => peers(newscast, slot)));
const peers = (newscast: Federation["newscast"], slot: number) =>
  Array.from({ length: newscast.caches.known(slot) }, (_, i) => newscast.caches.peerAt(slot, i));
const liveSlots = ({ population }: Federation) => [...population.live.subarray(0, population.size)];
const neighbours = ({ energy: { links } }: Federation, slot: number) => [
  ...links.neighbours.subarray(slot * links.most, slot * links.most + links.degree[slot]!),
];
const isAlive = ({ population }: Federation, slot: number) => population.alive[slot] === 1;

describe("in every federation, in every cycle", () => {
  it("links are symmetric, single, never to oneself, and no more than the degree", () =>
    always((federation) => {
      for (const x of liveSlots(federation)) {
        const linked = neighbours(federation, x);
        must(linked.length <= federation.settings.degree, "there are no more links than the degree");
        must(new Set(linked).size === linked.length, "links are single");
        must(!linked.includes(x), "nobody is linked to itself");
        for (const y of linked)
          must(!isAlive(federation, y) || neighbours(federation, y).includes(x), "links are symmetric");
      }
    }));

  it("no link leads to a node that left, after a rewiring", () =>
    always((federation) => {
      const cycle = federation.cycle - 1;
      if (cycle === 0 || cycle % federation.settings.rewirePeriod !== 0) return;
      for (const x of liveSlots(federation))
        for (const y of neighbours(federation, x)) must(isAlive(federation, y), "neighbours are alive");
    }));

  it("every live node is a member of the one cluster it names", () =>
    always((federation) => {
      const { clusters, records } = federation.energy;
      const members = [...clusters.size].flatMap((size, cluster) =>
        Array.from({ length: size }, (_, i) => {
          must(records.clusterOf(clusters.member(cluster, i)) === cluster, "a member names its cluster");
          return clusters.member(cluster, i);
        }),
      );
      expect(members.sort((a, b) => a - b)).toEqual(liveSlots(federation).sort((a, b) => a - b));
    }));

  it("a node sells once at most, whole units, and not when it requests", () =>
    always((federation, { counts: before }) => {
      const { whole } = federation.energy.records;
      const cycle = federation.cycle - 1;
      const sellers = liveSlots(federation).filter((slot) => whole[slot * RECORD + BUSY] === cycle);
      for (const slot of sellers) must(whole[slot * RECORD + REQUEST] !== cycle, "who requests does not sell");
      must(sellers.length === counts(federation).exchanges - before.exchanges, "a sale is a seller");
      must(Number.isInteger(counts(federation).quantity), "units are whole");
    }));

  it("a stock is the stock before, with what was produced and without what was sold, within its cap", () =>
    always((federation, { counts: before, stock }) => {
      const { real, whole } = federation.energy.records;
      const { types, stockCap, production } = federation.settings;
      const { entered, enteredCount } = federation.population;
      const fresh = new Set(entered.subarray(0, enteredCount));
      let sold = 0;
      for (const slot of liveSlots(federation)) {
        let sales = 0;
        for (let type = 0; type < types; type++) {
          const at = slot * RECORD + STOCK + type;
          const holds = (whole[slot * RECORD + TYPES]! >> type) & 1;
          const had = fresh.has(slot) ? holds * stockCap : stock[at]!;
          const produced = holds && federation.cycle > 1 ? Math.min(stockCap, had + production) : had;
          must(real[at]! >= 0 && real[at]! <= stockCap, "a stock is within its cap");
          must(Number.isInteger(produced - real[at]!), "whole units are sold");
          must(real[at]! <= produced, "nothing comes from nowhere");
          sold += produced - real[at]!;
          sales += real[at] === produced ? 0 : 1;
        }
        must(sales === (whole[slot * RECORD + BUSY] === federation.cycle - 1 ? 1 : 0), "who sold is busy");
      }
      must(sold === counts(federation).quantity - before.quantity, "what is sold is counted");
    }));

  it("the counters add up", () =>
    always((federation) => {
      const { requests, refused, satisfied, inCluster, federated, exchanges, ...rest } = counts(federation);
      expect(requests).toBeGreaterThanOrEqual(satisfied + refused);
      expect(exchanges).toBeGreaterThanOrEqual(satisfied);
      expect(inCluster + federated).toBe(satisfied);
      expect(rest.quantity).toBe(rest.received); // equations 1 and 3
      expect(rest.fees).toBe(rest.migrations * federation.settings.fee);
      for (const counter of COUNTERS) expect(counts(federation)[counter]).toBeGreaterThanOrEqual(0);
    }));

  it("what consumers and migrants pay, providers earn, but for the fees", () => {
    fc.assert(
      fc.property(smallFederation, fc.nat(1e6), (choices, seed) => {
        const federation = new Federation(settingsOf({ ...choices, churn: null }), seed);
        while (federation.cycle < federation.settings.cycles) federation.step();
        const { earned, paid } = federation.energy.records;
        const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
        const { money, fees } = counts(federation);
        expect(sum(paid)).toBeCloseTo(money, 6);
        expect(sum(earned)).toBeCloseTo(money - fees, 6);
      }),
      { numRuns: 30 },
    );
  });

  it("the energy in the network is the sum of the stocks", () =>
    always((federation) => {
      const { real, energy } = federation.energy.records;
      energy.forEach((units, type) => {
        const sum = liveSlots(federation).reduce((total, slot) => total + real[slot * RECORD + STOCK + type]!, 0);
        expect(units).toBeCloseTo(sum, 9);
      });
    }));

  it("Newscast remembers different others", () =>
    always(({ newscast, population }) => {
      for (const slot of population.live.subarray(0, population.size)) {
        const known = peers(newscast, slot);
        must(new Set(known).size === known.length, "peers are different");
        must(!known.includes(slot), "nobody remembers itself");
      }
    }));

  it("nobody remembers a node whose slot is given to another", () =>
    always(({ population }, { remembered }) => {
      for (const slot of population.entered.subarray(0, population.enteredCount))
        must(!remembered.has(slot), "a slot is given away only when forgotten");
    }));
});

it("requests are a Poisson number of the mean that was asked for", () => {
  const federation = new Federation({ ...DEFAULTS, nodes: 400, requestProbability: 0.25 }, 3);
  while (federation.cycle < 400) federation.step();
  const expected = 400 * 400 * 0.25;
  expect(Math.abs(counts(federation).requests - expected)).toBeLessThan(5 * Math.sqrt(expected));
});
