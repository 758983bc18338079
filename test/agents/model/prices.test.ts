import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  finestScale,
  MAX_TICK,
  microPerKwhOf,
  onScaleDown,
  onScaleUp,
  pricePerPacketDown,
  pricePerPacketUp,
} from "../../../agents/model/prices.ts";
import { SEED } from "../../helpers/seed.ts";

const micro = fc.oneof(fc.integer({ min: -2_000_000, max: 2_000_000 }), fc.integer({ min: -9, max: 9 }));
const packet = fc.integer({ min: 1, max: 1000 });

describe("prices per packet", () => {
  it("one base unit is 1e-4 EUR/kWh with 10 Wh packets and six decimals", () => {
    expect(pricePerPacketDown(287_200, 10, 6)).toBe(2872);
    expect(microPerKwhOf(1, 10, 6)).toBe(100);
  });

  it("bids round down and asks up, below zero too", () => {
    expect([pricePerPacketDown(287_250, 10, 6), pricePerPacketUp(287_250, 10, 6)]).toEqual([2872, 2873]);
    expect([pricePerPacketDown(-9_050, 10, 6), pricePerPacketUp(-9_050, 10, 6)]).toEqual([-91, -90]);
    expect(pricePerPacketUp(0, 10, 6)).toBe(0);
  });

  it(`down and up hold the exact price between them, at most one apart (seed ${SEED})`, () => {
    const property = fc.property(micro, packet, fc.integer({ min: 0, max: 9 }), (price, packetWh, decimals) => {
      const [down, up] = [pricePerPacketDown(price, packetWh, decimals), pricePerPacketUp(price, packetWh, decimals)];
      const exact = BigInt(price) * BigInt(packetWh) * 10n ** BigInt(decimals);
      expect(BigInt(down) * 1_000_000_000n <= exact && exact <= BigInt(up) * 1_000_000_000n).toBe(true);
      expect(up - down).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { seed: SEED });
  });

  it(`a price comes back from base units to within half a unit (seed ${SEED})`, () => {
    const property = fc.property(fc.integer({ min: -5000, max: 5000 }), (price) => {
      expect(pricePerPacketDown(microPerKwhOf(price, 10, 6), 10, 6)).toBe(price);
    });
    fc.assert(property, { seed: SEED });
  });

  it("a price beyond exact integers is refused", () => {
    expect(pricePerPacketDown(300_000, 10, 18)).toBe(3_000_000_000_000_000);
    expect(() => pricePerPacketDown(2_000_000_000, 1000, 18)).toThrow(RangeError);
  });
});

describe("the scale of 12-bit ticks", () => {
  it(`holds both ends and 0, and rounds to neighbours (seed ${SEED})`, () => {
    const prices = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -90_000, max: 90_000 })), {
      minLength: 3,
      maxLength: 3,
    });
    const property = fc.property(prices, (drawn) => {
      const [low = 0, price = 0, high = 0] = [...drawn].sort((a, b) => a - b);
      const scale = finestScale(low, high);
      const [down, up] = [onScaleDown(price, scale), onScaleUp(price, scale)];
      expect(down <= price && price <= up && up - down <= scale.tickSize).toBe(true);
      expect(Math.abs(down) % scale.tickSize).toBe(0);
      expect(scale.floorPrice <= Math.min(0, low)).toBe(true);
      expect((onScaleUp(high, scale) - scale.floorPrice) / scale.tickSize).toBeLessThanOrEqual(MAX_TICK);
    });
    fc.assert(property, { seed: SEED });
  });

  it("lifts what lies below the floor to the floor, and refuses ends in the wrong order", () => {
    expect(onScaleUp(-50, { floorPrice: -20, tickSize: 3 })).toBe(-20);
    expect(() => finestScale(1, 0)).toThrow(RangeError);
  });
});
