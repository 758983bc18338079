import fc from "fast-check";
import type { Battery } from "../../../agents/devices/devices.ts";
import { dispatch, type Flows } from "../../../agents/household/battery.ts";
import type { Home } from "../../../agents/household/home.ts";
import type { MarketTerms } from "../../../agents/household/market.ts";
import type { Plan } from "../../../agents/household/plan.ts";

export const BATTERY: Battery = {
  capacityWh: 6000,
  powerW: 3000,
  chargePermille: 950,
  dischargePermille: 900,
  wearMicroPerKwh: 40_000,
  startWh: 0,
};

export const batteries: fc.Arbitrary<Battery> = fc
  .record({
    capacityWh: fc.integer({ min: 0, max: 8000 }),
    powerW: fc.integer({ min: 0, max: 9000 }),
    chargePermille: fc.integer({ min: 500, max: 1000 }),
    dischargePermille: fc.integer({ min: 500, max: 1000 }),
    wearMicroPerKwh: fc.nat(100_000),
    full: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ full, ...battery }) => ({ ...battery, startWh: Math.floor((battery.capacityWh * full) / 1000) }));

/** Load and PV of the same slots, Wh. */
export const days: fc.Arbitrary<{ loadWh: Int32Array; pvWh: Int32Array }> = fc
  .array(fc.tuple(fc.oneof(fc.nat(9), fc.nat(3000)), fc.oneof(fc.nat(9), fc.nat(3000))), {
    minLength: 1,
    maxLength: 30,
  })
  .map((slots) => ({
    loadWh: Int32Array.from(slots, ([load]) => load),
    pvWh: Int32Array.from(slots, ([, pv]) => pv),
  }));

/** A home from slot 0 whose prices are given, EUR 0.30 and 0.08 if not. */
export function homeWith(slotCount: number, parts: Partial<Home> = {}): Home {
  const retailMicroPerKwh = new Int32Array(slotCount).fill(300_000);
  const feedInMicroPerKwh = new Int32Array(slotCount).fill(80_000);
  const prices = { firstSlot: 0, retailMicroPerKwh, feedInMicroPerKwh };
  return { id: "a", connectionW: 17_250, tariff: "test", prices, ...parts };
}

export function planOf(flows: Flows): Plan {
  const slotCount = flows.importWh.length;
  const series = new Int32Array(slotCount);
  const basis = { method: "made up", daysUsed: 1, daysWanted: 1, slotsWithoutHistory: 0 };
  const quantity = { firstSlot: 0, slotCount, p10: series, p50: series, p90: series, basis };
  return { firstSlot: 0, slotCount, flows, forecast: { load: quantity, pv: quantity, net: quantity } };
}

/** The plan of a home that uses and makes so much, quarter hours. */
export function planFor(loadWh: readonly number[], pvWh: readonly number[], battery?: Battery): Plan {
  return planOf(dispatch(Int32Array.from(loadWh), Int32Array.from(pvWh), 900, battery));
}

/** Floor -0.02, R 0.3835, F 0.07 EUR/kWh, in steps of 1e-4. */
export function termsFor(slotCount: number, parts: Partial<MarketTerms> = {}): MarketTerms {
  return {
    slotSeconds: 900,
    packetWh: 10,
    tokenDecimals: 6,
    scale: { floorPrice: -200, tickSize: 1 },
    retailPrice: new Array(slotCount).fill(3835),
    feedInPrice: new Array(slotCount).fill(700),
    ...parts,
  };
}
