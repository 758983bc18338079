import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  naive,
  type SlotDecision,
  shading,
  type Trader,
  truthful,
  zeroIntelligence,
} from "../../../agents/household/traders.ts";
import { randomStream } from "../../../agents/random/random.ts";
import { SEED } from "../../helpers/seed.ts";
import { BATTERY, homeWith, planFor, termsFor } from "./homes.ts";

const LOAD = [300, 0, 500, 20];
const PV = [0, 400, 0, 20];
const decide = (trader: Trader, market = termsFor(4), home = homeWith(4), position?: number[]) =>
  trader.decide({ home, plan: planFor(LOAD, PV, home.battery), market, ...(position ? { position } : {}) });
const prices = (decisions: SlotDecision[]) =>
  decisions.map((decision) => (decision.side === "none" ? null : decision.price));

const traders: fc.Arbitrary<Trader> = fc.oneof(
  fc.constantFrom(truthful(), naive()),
  fc.nat(3000).map((margin) => shading(margin)),
  fc.nat(99).map((seed) => zeroIntelligence(randomStream(seed, "zi"))),
);

describe("truthful", () => {
  it("offers its own tariff, one side per slot", () => {
    expect(decide(truthful())).toEqual([
      { side: "bid", packets: 30, price: 3000, reason: "lack" },
      { side: "ask", packets: 40, price: 800, reason: "surplus" },
      { side: "bid", packets: 50, price: 3000, reason: "lack" },
      { side: "none", reason: "balanced" },
    ]);
  });

  it("offers the same whatever the community's prices, short of cap and floor", () => {
    expect(decide(truthful(), termsFor(4, { feedInPrice: [0, 0, 0, 0] }))).toEqual(decide(truthful()));
  });

  it("never pays more than its tariff nor takes less: bids round down, asks up", () => {
    const home = homeWith(4);
    home.prices.retailMicroPerKwh.fill(300_099);
    home.prices.feedInMicroPerKwh.fill(80_001);
    expect(prices(decide(truthful(), termsFor(4), home))).toEqual([3000, 801, 3000, null]);
  });

  it("is capped at R, and does not offer below the floor or above R", () => {
    expect(prices(decide(truthful(), termsFor(4, { retailPrice: [2500, 2500, 3835, 3835] })))).toEqual([
      2500,
      800,
      3000,
      null,
    ]);
    const home = homeWith(4);
    home.prices.retailMicroPerKwh.fill(-30_000);
    home.prices.feedInMicroPerKwh.fill(390_000);
    expect(decide(truthful(), termsFor(4), home).map(({ reason }) => reason)).toEqual([
      "worth less than the floor",
      "worth more than the cap",
      "worth less than the floor",
      "balanced",
    ]);
  });

  it("lifts an ask to the floor", () => {
    const home = homeWith(4);
    home.prices.feedInMicroPerKwh.fill(-50_000);
    expect(prices(decide(truthful(), termsFor(4), home))[1]).toBe(-200);
  });

  it("buys back at up to R and gives back from F", () => {
    expect(decide(truthful(), termsFor(4), homeWith(4), [-10, -50, 60, 3])).toEqual([
      { side: "bid", packets: 10, price: 3835, reason: "buy-back" },
      { side: "bid", packets: 10, price: 3835, reason: "buy-back" },
      { side: "ask", packets: 10, price: 700, reason: "give-back" },
      { side: "ask", packets: 3, price: 700, reason: "give-back" },
    ]);
  });

  it("offers less when its battery takes the surplus", () => {
    const decisions = decide(truthful(), termsFor(4), homeWith(4, { battery: BATTERY }));
    expect(decisions[1]).toEqual({ side: "none", reason: "balanced" });
    expect(decisions[2]).toMatchObject({ side: "bid", packets: 15 });
  });
});

describe("the other strategies", () => {
  it("naive bids R and asks F", () => {
    expect(prices(decide(naive()))).toEqual([3835, 700, 3835, null]);
  });

  it("shading keeps a share of its own spread; of nothing it is truthful", () => {
    expect(prices(decide(shading(100)))).toEqual([2780, 1020, 2780, null]);
    expect(decide(shading(0))).toEqual(decide(truthful()));
  });

  it(`zero intelligence never trades at a loss and reaches its whole range (seed ${SEED})`, () => {
    const random = randomStream(SEED, "zi");
    const drawn = Array.from({ length: 400 }, () => prices(decide(zeroIntelligence(random))));
    const [bids, asks] = [drawn.map(([bid]) => bid as number), drawn.map(([, ask]) => ask as number)];
    expect(Math.min(...bids)).toBeGreaterThanOrEqual(-200);
    expect(Math.min(...bids)).toBeLessThan(0);
    expect(Math.max(...bids)).toBeLessThanOrEqual(3000);
    expect(Math.min(...asks)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...asks)).toBeGreaterThan(3600);
  });

  it("zero intelligence repeats itself from the same seed", () => {
    const draw = () => decide(zeroIntelligence(randomStream(SEED, "home 1")));
    expect(draw()).toEqual(draw());
  });

  it(`of all strategies every price is on the scale, from the floor to R, quantities as needed (seed ${SEED})`, () => {
    const scales = fc.record({
      floorPrice: fc.integer({ min: -500, max: 700 }),
      tickSize: fc.integer({ min: 1, max: 60 }),
    });
    const retails = fc.integer({ min: 700, max: 4000 });
    const property = fc.property(traders, scales, retails, (trader, scale, retail) => {
      const market = termsFor(4, { scale, retailPrice: [retail, retail, retail, retail] });
      const truth = decide(truthful());
      decide(trader, market).forEach((decision, t) => {
        if (decision.side === "none") return;
        expect(decision).toMatchObject({ side: truth[t]?.side, packets: (truth[t] as { packets: number }).packets });
        expect(decision.price >= scale.floorPrice && decision.price <= retail).toBe(true);
        expect((decision.price - scale.floorPrice) % scale.tickSize).toBe(0);
      });
    });
    fc.assert(property, { seed: SEED });
  });
});
