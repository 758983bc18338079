import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { optimum } from "../../../agents/cluster/optimum.ts";
import { ruleBased } from "../../../agents/cluster/ruleBased.ts";
import { scenarioCosts } from "../../../agents/cluster/scenarios.ts";
import { costOf, type Site, siteNet } from "../../../agents/cluster/site.ts";
import type { Storage } from "../../../agents/devices/storage.ts";
import { SEED } from "../../helpers/seed.ts";
import { leastCost } from "./dynamicProgram.ts";
import { close, instance, PUBLISHED, PUBLISHED_BOATS } from "./instances.ts";

describe.each(PUBLISHED)("the published instance $name", (expected) => {
  const { site } = instance(expected.name);

  it("costs what its file says, in all scenarios, within 1e-4 pence", () => {
    const costs = scenarioCosts(site);
    expect(costs.noPooling).toBeCloseTo(expected.scenario1b_no_strategy_no_sharing_p, 4);
    expect(costs.noStrategy).toBeCloseTo(expected.scenario1_no_strategy_pooled_p, 4);
    expect(costs.ruleBased).toBeCloseTo(expected.scenario2_rule_based_p, 4);
    expect(costs.optimal).toBeCloseTo(expected.scenario3_optimal_p, 4);
    expect(costs.optimalSameEnd).toBeCloseTo(expected.scenario3_optimal_with_rule_final_soc_p, 4);
  });

  it("runs through the same flows and states by the rules", () => {
    const day = ruleBased(site);
    expect(close(day.gridKwh, expected.scenario2_grid_kWh)).toBe(true);
    expect(close(day.storedKwh, expected.scenario2_soc_kWh)).toBe(true);
  });
});

test.each([0, 1])("the published day with boats %i: flows, states and cost by the rules", (i) => {
  const expected = PUBLISHED_BOATS[i]!;
  const { site, boats } = instance("I3").withBoats[i]!;
  const day = ruleBased(site, boats);
  expect(costOf(site, day.gridKwh)).toBeCloseTo(expected.cost_p, 4);
  expect(close(day.gridKwh, expected.grid_kWh)).toBe(true);
  expect(close(day.storedKwh, expected.soc1_kWh)).toBe(true);
  expect(close(day.boatsStoredKwh, expected.soc2_kWh)).toBe(true);
  const opposite = (kwh: readonly number[]) => kwh.map((value) => -value);
  expect(close(opposite(day.batteryKwh), expected.bess1_kWh)).toBe(true);
  expect(close(opposite(day.boatsKwh), expected.bess2_kWh)).toBe(true);
});

/** Sites of whole kWh and pence, whose exact optimum lies on the lattice of half a kWh. */
const sites = fc
  .record({
    steps: fc.integer({ min: 1, max: 8 }),
    highest: fc.integer({ min: 1, max: 8 }),
    lowest: fc.integer({ min: 0, max: 3 }),
    start: fc.nat(8),
    end: fc.option(fc.nat(8), { nil: undefined }),
    mostIn: fc.integer({ min: 1, max: 5 }),
    mostOut: fc.integer({ min: 1, max: 5 }),
    efficiency: fc.constantFrom([1, 1], [0.5, 1], [1, 0.5], [0.5, 0.5]),
    prices: fc.constantFrom("ordinary", "export above import", "negative"),
  })
  .chain(({ steps, highest, lowest, start, end, mostIn, mostOut, efficiency, prices }) => {
    const series = (min: number, max: number) =>
      fc.array(fc.integer({ min, max }), { minLength: steps, maxLength: steps });
    const low = Math.min(lowest, highest);
    const battery: Storage = {
      lowest: low,
      highest,
      mostIn,
      mostOut,
      inEfficiency: efficiency[0]!,
      outEfficiency: efficiency[1]!,
      grain: 0,
    };
    const startKwh = Math.min(highest, Math.max(low, start));
    const reachable = startKwh + Math.floor(steps * mostIn * efficiency[0]!);
    const endAtLeastKwh = Math.min(highest, reachable, Math.max(low, end ?? low));
    return fc
      .tuple(series(0, 9), series(0, 9), series(0, 9), series(prices === "negative" ? -9 : 0, 9), series(0, 9))
      .map(([load, otherLoad, pv, buyPrice, other]): Site => {
        const sellPrice = prices === "ordinary" ? other.map((price, t) => Math.min(price, buyPrice[t]!)) : other;
        const none = load.map(() => 0);
        const buildings = [
          { name: "a", loadKwh: load, pvKwh: none },
          { name: "b", loadKwh: otherLoad, pvKwh: pv },
        ];
        return { id: prices, buildings, buyPrice, sellPrice, battery, startKwh, endAtLeastKwh };
      });
  });

const ordinary = (site: Site) => site.buyPrice.every((buy, t) => buy >= site.sellPrice[t]! && site.sellPrice[t]! >= 0);

describe(`sites with losses, windows and prices of any sign (seed ${SEED})`, () => {
  it("the optimum is what dynamic programming finds", () => {
    const property = fc.property(sites, (site) => {
      expect(optimum(site).cost).toBeCloseTo(leastCost(site, 0.5), 6);
    });
    fc.assert(property, { seed: SEED, numRuns: 150 });
  });

  it("the optimum's schedule is feasible, costs what it says, and the battery never charges while it discharges", () => {
    const property = fc.property(sites, (site) => {
      const { cost, gridKwh, batteryKwh, storedKwh } = optimum(site);
      expect(costOf(site, gridKwh)).toBeCloseTo(cost, 6);
      const { battery } = site;
      let stored = site.startKwh;
      siteNet(site).forEach((net, t) => {
        const out = batteryKwh[t]!;
        expect(gridKwh[t]).toBeCloseTo(net - out, 6);
        expect(out <= battery.mostOut + 1e-6 && out >= -battery.mostIn - 1e-6).toBe(true);
        stored += out > 0 ? -out / battery.outEfficiency : -out * battery.inEfficiency;
        expect(storedKwh[t]).toBeCloseTo(stored, 5);
        expect(stored >= battery.lowest - 1e-5 && stored <= battery.highest + 1e-5).toBe(true);
      });
      expect(stored).toBeGreaterThanOrEqual(site.endAtLeastKwh - 1e-5);
    });
    fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("it is a linear program exactly where prices are ordinary or nothing can go wrong", () => {
    const property = fc.property(sites, (site) => {
      if (ordinary(site)) expect(optimum(site).isMixedInteger).toBe(false);
    });
    fc.assert(property, { seed: SEED, numRuns: 60 });
  });

  it("S3 <= S2 at the same end; S1 <= S1b where selling pays no more than buying costs", () => {
    const property = fc.property(sites, (site) => {
      const costs = scenarioCosts(site);
      expect(costs.optimalSameEnd).toBeLessThanOrEqual(costs.ruleBased + 1e-5);
      if (ordinary(site)) expect(costs.noStrategy).toBeLessThanOrEqual(costs.noPooling + 1e-9);
    });
    fc.assert(property, { seed: SEED, numRuns: 60 });
  });

  it("S2 <= S1 where selling never pays more than storing for the cheapest hour, and what is left over is counted", () => {
    const property = fc.property(sites, (site) => {
      const { inEfficiency, outEfficiency } = site.battery;
      const least = Math.min(...site.buyPrice) * inEfficiency * outEfficiency;
      const cheapExport = { ...site, sellPrice: site.sellPrice.map((price) => Math.min(price, Math.max(0, least))) };
      if (Math.min(...site.buyPrice) < 0) return;
      const rules = ruleBased({ ...cheapExport, startKwh: site.battery.lowest });
      const idle = costOf(cheapExport, siteNet(cheapExport));
      const leftOver = (rules.storedKwh.at(-1)! - site.battery.lowest) * outEfficiency * Math.min(...site.buyPrice);
      expect(costOf(cheapExport, rules.gridKwh) - leftOver).toBeLessThanOrEqual(idle + 1e-6);
    });
    fc.assert(property, { seed: SEED, numRuns: 100 });
  });
});

describe("a day of 48 half-hours on the lattice of 0.025 kWh", () => {
  const { site } = instance("I2");
  const later = { ...site, startKwh: 20, endAtLeastKwh: 20 };
  const flip = (t: number) => ((t * 7) % 11 < 3 ? 1 : 0);

  test.each([
    ["a cyclic end", later],
    ["a window of 20 to 95 %", { ...later, battery: { ...site.battery, lowest: 8.1, highest: 38.475 } }],
    ["export above import at night", { ...later, sellPrice: site.buyPrice.map((_, t) => (t < 14 ? 12 : 3.79)) }],
    ["negative prices", { ...later, buyPrice: site.buyPrice.map((price, t) => (flip(t) ? -price / 2 : price)) }],
  ])("%s: the optimum is what dynamic programming finds", (_, varied) => {
    const lattice = { ...varied, startKwh: 20.1, endAtLeastKwh: 20.1 };
    expect(optimum(lattice).cost).toBeCloseTo(leastCost(lattice, 0.025), 4);
  });

  it("is refused where no schedule leaves what is asked for", () => {
    const power = { ...site, battery: { ...site.battery, mostIn: 0.5 }, endAtLeastKwh: 30 };
    expect(() => optimum(power)).toThrow(/no schedule leaves 30 kWh/);
  });
});
