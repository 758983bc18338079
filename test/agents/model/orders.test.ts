import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Orders from "../../../agents/model/orders.ts";
import { orderArb } from "../../helpers/orders.ts";
import { SEED } from "../../helpers/seed.ts";

/** A session's place in a day of 100 slots. */
const placeArb = fc
  .nat(99)
  .chain((first) => fc.record({ first: fc.constant(first), count: fc.integer({ min: 1, max: 100 - first }) }));
const sessionArb = placeArb.chain(({ first, count }) =>
  fc.record({ first: fc.constant(first), orders: fc.array(orderArb(), { minLength: count, maxLength: count }) }),
);

describe(`orders in lanes (seed ${SEED})`, () => {
  it("the orders of any session come out of its words as they went in", () => {
    const property = fc.property(sessionArb, ({ first, orders }) => {
      const words = Orders.packOrders(orders, first);
      expect(words).toHaveLength(Orders.wordsOf(first, orders.length));
      expect(Orders.unpackOrders(words, first, orders.length)).toEqual(orders);
    });
    fc.assert(property, { seed: SEED });
  });

  it("words are aligned to the day: slot 13 is lane 3 of the first word of a session from slot 12", () => {
    const order = { side: "ask", tick: 5, packets: 7 } as const;
    expect(Orders.packOrders([undefined, order], 12)).toEqual([BigInt(0x800000 + (5 << 11) + 7) << 72n]);
    expect(Orders.openLanes(12, 9)).toEqual([((1n << 192n) - 1n) << 48n, 0xffffffn]);
  });

  it("nothing may stand outside a session's slots", () => {
    const words = Orders.packOrders(new Array(12).fill({ side: "bid", tick: 1, packets: 1 }), 4);
    expect(Orders.unpackOrders(words, 4, 12)).toHaveLength(12);
    for (const [first, count] of [
      [5, 11],
      [4, 11],
      [4, 18],
      [14, 2],
    ] as const)
      expect(() => Orders.unpackOrders(words, first, count)).toThrow(RangeError);
    expect(() => Orders.unpackOrders(words.with(0, words[0]! | (1n << 240n)), 4, 12)).toThrow(RangeError);
  });

  it("a lane with a price or a side but no packets is refused", () => {
    expect(Orders.decodeOrder(0)).toBeUndefined();
    expect(() => Orders.decodeOrder(0x800000)).toThrow(RangeError);
    expect(() => Orders.decodeOrder(1 << 11)).toThrow(RangeError);
  });

  it.each([
    { side: "bid", tick: 4096, packets: 1 },
    { side: "bid", tick: -1, packets: 1 },
    { side: "bid", tick: 0.5, packets: 1 },
    { side: "ask", tick: 0, packets: 0 },
    { side: "ask", tick: 0, packets: 2048 },
    { side: "ask", tick: 0, packets: 1.5 },
  ] as const)("$side of $packets packets at tick $tick is refused", (order) => {
    expect(() => Orders.encodeOrder(order)).toThrow(RangeError);
  });

  it("two ticks lie in a price lane, the higher above", () => {
    expect(Orders.decodePrices(Orders.encodePrices(4095, 17))).toEqual({ high: 4095, low: 17 });
    expect(Orders.encodePrices(1, 0)).toBe(4096);
    expect(() => Orders.encodePrices(4096, 0)).toThrow(RangeError);
  });
});

const scaleArb = fc.record({
  floorPrice: fc.integer({ min: -5000, max: 0 }),
  tickSize: fc.integer({ min: 1, max: 50 }),
});

describe(`prices and ticks (seed ${SEED})`, () => {
  it("a bid's tick is the highest that asks no more of the bidder, an ask's the lowest that gives it no less", () => {
    const property = fc.property(scaleArb, fc.integer({ min: -6000, max: 210_000 }), (scale, price) => {
      const ticks = Array.from({ length: 4096 }, (_, tick) => tick);
      const below = ticks.findLast((tick) => Orders.priceOf(tick, scale) <= price);
      const above = ticks.find((tick) => Orders.priceOf(tick, scale) >= price);
      expect(Orders.bidTickDown(price, scale)).toBe(below);
      expect(Orders.askTickUp(price, scale)).toBe(above);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it("every tick's price has that tick, and no other price has one", () => {
    const property = fc.property(scaleArb, fc.nat(4095), fc.nat(49), (scale, tick, off) => {
      const price = Orders.priceOf(tick, scale);
      expect(Orders.tickOf(price, scale)).toBe(tick);
      expect([Orders.bidTickDown(price, scale), Orders.askTickUp(price, scale)]).toEqual([tick, tick]);
      if (off % scale.tickSize !== 0) expect(() => Orders.tickOf(price + off, scale)).toThrow(RangeError);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
    const scale = { floorPrice: -10, tickSize: 2 };
    for (const price of [-12, -11, -9, 8182, Number.NaN]) expect(() => Orders.tickOf(price, scale)).toThrow(RangeError);
  });
});
