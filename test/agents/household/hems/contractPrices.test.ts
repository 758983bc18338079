import fc from "fast-check";
import { expect, it } from "vitest";
import { contractPrices } from "../../../../agents/household/hems/contractPrices.ts";
import { SEED } from "../../../helpers/seed.ts";

// 10 Wh packets of a 6-decimal token: one base unit per packet is 100 micro-EUR per kWh.
const TERMS = { packetWh: 10, tokenDecimals: 6 };

it("lacking what was sold costs R, leaving what was bought brings F, and nothing else has another price", () => {
  const prices = {
    firstSlot: 7,
    retailMicroPerKwh: Int32Array.of(240_000, 240_000, 240_000),
    feedInMicroPerKwh: Int32Array.of(80_000, 80_000, 80_000),
  };
  const market = { ...TERMS, retailPrice: [3600, 3600, 3600], feedInPrice: [700, 700, 700] };
  const { firstSlot, retailMicroPerKwh, feedInMicroPerKwh } = contractPrices(prices, [-500, 0, 500], market);
  expect([firstSlot, ...retailMicroPerKwh]).toEqual([7, 360_000, 240_000, 240_000]);
  expect([...feedInMicroPerKwh]).toEqual([80_000, 80_000, 70_000]);
});

it(`never makes a deviation cheaper than the home's own prices (seed ${SEED})`, () => {
  const slot = fc.record({
    own: fc.integer({ min: 0, max: 400_000 }),
    spread: fc.integer({ min: 0, max: 300_000 }),
    retail: fc.integer({ min: -100, max: 4000 }),
    below: fc.integer({ min: 0, max: 4000 }),
    positionWh: fc.integer({ min: -9, max: 9 }),
  });
  const property = fc.property(fc.array(slot, { minLength: 1, maxLength: 9 }), (slots) => {
    const prices = {
      firstSlot: 0,
      retailMicroPerKwh: Int32Array.from(slots, ({ own, spread }) => own + spread),
      feedInMicroPerKwh: Int32Array.from(slots, ({ own }) => own),
    };
    const market = {
      ...TERMS,
      retailPrice: slots.map(({ retail }) => retail),
      feedInPrice: slots.map(({ retail, below }) => retail - below),
    };
    const positionWh = slots.map((each) => each.positionWh);
    const found = contractPrices(prices, positionWh, market);
    for (const [t, position] of positionWh.entries()) {
      const [retail, feedIn] = [found.retailMicroPerKwh[t]!, found.feedInMicroPerKwh[t]!];
      const [ownRetail, ownFeedIn] = [prices.retailMicroPerKwh[t]!, prices.feedInMicroPerKwh[t]!];
      expect(retail).toBeGreaterThanOrEqual(ownRetail);
      expect(feedIn).toBeLessThanOrEqual(ownFeedIn);
      if (position === 0) expect([retail, feedIn]).toEqual([ownRetail, ownFeedIn]);
    }
  });
  fc.assert(property, { seed: SEED });
});
