import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { at, COUNT, minusFloor, pack, spread, unpack } from "../../agents/model/lanes.ts";
import { encodeOrder, type LaneOrder, openLanes, packOrders, priceOf } from "../../agents/model/orders.ts";
import { MAX_TICK } from "../../agents/model/prices.ts";
import { lockFor } from "../../agents/model/settlement.ts";
import { laneWord, many, upTo } from "../helpers/lanes.ts";
import { orderArb } from "../helpers/orders.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("OrdersHarness");
const settlement = await ethers.deployContract("SettlementHarness");

const ordersArb = many(orderArb(), COUNT);
const anyLane = fc.oneof(
  orderArb().map(encodeOrder),
  upTo(0xffffff),
  fc.constantFrom(0x800000, 0x7ff800, 0xfff800, 0x800),
);
const ALL_OPEN = (1n << 240n) - 1n;

describe(`Orders (seed ${SEED})`, () => {
  it("side, packets and tick of ten orders are those that went in", async () => {
    const property = fc.asyncProperty(ordersArb, async (orders) => {
      const [asks, packets, ticks] = await harness.parts(pack(orders.map(encodeOrder)));
      expect(unpack(asks)).toEqual(orders.map((order) => (order?.side === "ask" ? 0xffffff : 0)));
      expect(unpack(packets)).toEqual(orders.map((order) => order?.packets ?? 0));
      expect(unpack(ticks)).toEqual(orders.map((order) => order?.tick ?? 0));
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("a word is malformed if a lane outside the session is used or a lane without packets is not 0", async () => {
    let [good, bad] = [0, 0];
    const property = fc.asyncProperty(many(anyLane, COUNT), fc.nat(9), fc.nat(9), async (lanes, a, b) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)];
      const [open] = openLanes(first, last - first + 1);
      const isWrong = lanes.some((lane, i) => lane !== 0 && (i < first || i > last || (lane & 0x7ff) === 0));
      const { malformed } = await harness.faults(pack(lanes), open!, 0n);
      expect(malformed !== 0n).toBe(isWrong);
      const inside = lanes.map((lane, i) => (i < first || i > last || (lane & 0x7ff) === 0 ? 0 : lane));
      expect((await harness.faults(pack(inside), open!, 0n)).malformed).toBe(0n);
      isWrong ? bad++ : good++;
    });
    const clean = fc.asyncProperty(ordersArb, async (orders) => {
      expect((await harness.faults(packOrders(orders, 0)[0]!, ALL_OPEN, 0n)).malformed).toBe(0n);
      good++;
    });
    await fc.assert(property, { seed: SEED, numRuns: 200 });
    await fc.assert(clean, { seed: SEED, numRuns: 50 });
    expect(Math.min(good, bad)).toBeGreaterThan(20);
  });

  it("each of the sixteen bits above the lanes makes a word malformed", async () => {
    for (let bit = 240n; bit < 256n; bit++)
      expect((await harness.faults(1n << bit, ALL_OPEN, 0n)).malformed).not.toBe(0n);
  });

  it("each single bit of a lane without packets, in each lane, makes a word malformed", async () => {
    for (let lane = 0n; lane < 10n; lane++)
      for (let bit = 11n; bit < 24n; bit++)
        expect((await harness.faults(1n << (24n * lane + bit), ALL_OPEN, 0n)).malformed).not.toBe(0n);
  });

  it("a bid above retail is found, in its lane, and an ask above retail is not", async () => {
    const near = fc.tuple(orderArb(), upTo(MAX_TICK), fc.integer({ min: -1, max: 1 }), fc.boolean());
    const property = fc.asyncProperty(many(near, COUNT), async (drawn) => {
      const lanes = drawn.map(([order, tick, by, isNear]) => {
        const retail = order && isNear ? Math.min(Math.max(order.tick + by, 0), MAX_TICK) : tick;
        return { order, retail };
      });
      const word = pack(lanes.map(({ order }) => encodeOrder(order)));
      const { aboveRetail } = await harness.faults(word, ALL_OPEN, pack(lanes.map(({ retail }) => retail)));
      const expected = lanes.map(({ order, retail }) => order?.side === "bid" && order.tick > retail);
      expect(unpack(aboveRetail).map((lane) => lane !== 0)).toEqual(expected);
    });
    await fc.assert(property, { seed: SEED, numRuns: 150 });
  });
});

describe(`ten orders admitted in one go (seed ${SEED})`, () => {
  const wordArb = fc.oneof(
    ordersArb.map((orders) => pack(orders.map(encodeOrder))),
    many(anyLane, COUNT).map(pack),
    fc
      .tuple(many(anyLane, COUNT), fc.bigInt({ min: 0n, max: 0xffffn }))
      .map(([lanes, top]) => pack(lanes) | (top << 240n)),
  );
  const boundsArb = fc
    .record({
      open: fc.oneof(fc.constant(spread(1)), laneWord(1)),
      a: laneWord(MAX_TICK),
      b: laneWord(MAX_TICK),
      zero: upTo(MAX_TICK),
    })
    .map(({ open, a, b, zero }) => ({
      open: open * 0xffffffn, // lanes of 0 or 1
      retail: a,
      low: a - minusFloor(a, spread(zero)),
      high: spread(zero) + minusFloor(b, spread(zero)),
    }));

  it("MARKET-5 are charged, offered and refused as by the functions that this joins", async () => {
    const kinds = new Set<string>();
    const args = fc.tuple(fc.array(fc.tuple(wordArb, boundsArb), { minLength: 20, maxLength: 20 }), upTo(2047));
    const property = fc.asyncProperty(args, async ([words, capacity]) => {
      const bounds = words.map(([, given]) => given);
      const { said, apart } = await harness.admit(
        words.map(([orders]) => orders),
        bounds,
        capacity,
      );
      expect(said.map((word) => [...word])).toEqual(apart.map((word) => [...word]));
      for (const [, , faults] of said) kinds.add(String(faults));
    });
    await fc.assert(property, { seed: SEED, numRuns: 60 });
    expect([...kinds].sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  });

  it("MARKET-5 a single order above capacity or retail is refused, in every lane; at them it is not", async () => {
    const bounds = { open: ALL_OPEN, retail: spread(100), low: 0n, high: 0n };
    const words = (order: LaneOrder) =>
      Array.from({ length: COUNT }, (_, i) => pack(new Array<number>(COUNT).fill(0).with(i, encodeOrder(order))));
    const faults = async (order: LaneOrder, capacity: number) => {
      const { said } = await harness.admit(words(order), new Array(COUNT).fill(bounds), capacity);
      return said.map(([, , fault]) => Number(fault));
    };
    expect(await faults({ side: "bid", tick: 100, packets: 7 }, 7)).toEqual(new Array(COUNT).fill(0));
    expect(await faults({ side: "bid", tick: 101, packets: 7 }, 7)).toEqual(new Array(COUNT).fill(2));
    expect(await faults({ side: "ask", tick: 101, packets: 7 }, 7)).toEqual(new Array(COUNT).fill(0));
    expect(await faults({ side: "ask", tick: 101, packets: 8 }, 7)).toEqual(new Array(COUNT).fill(4));
    expect(await faults({ side: "bid", tick: 101, packets: 2047 }, 2046)).toEqual(new Array(COUNT).fill(6));
  });
});

/** Ten orders with their tariff on a scale whose tick of price 0 is anywhere. */
const pricedArb = fc.record({
  orders: ordersArb,
  tariff: many(fc.tuple(upTo(MAX_TICK), upTo(MAX_TICK)), COUNT),
  zero: upTo(MAX_TICK),
  tickSize: fc.constantFrom(1, 7, 10_000),
});

describe(`the lock of ten orders at once (seed ${SEED})`, () => {
  it("SETTLE-3 is that of Settlement and of the twin, order by order, under floors at and below 0", async () => {
    let locked = 0;
    const property = fc.asyncProperty(pricedArb, async ({ orders, tariff, zero, tickSize }) => {
      const scale = { floorPrice: 0 - zero * tickSize, tickSize };
      const [high, low] = [tariff.map((pair) => Math.max(...pair)), tariff.map((pair) => Math.min(...pair))];
      const [retail, feedIn] = [pack(high), pack(low)];
      const word = pack(orders.map(encodeOrder));
      const lowest = feedIn - minusFloor(feedIn, spread(zero)); // min(z, F)
      const highest = spread(zero) + minusFloor(retail, spread(zero)); // max(z, R)
      const { worst, lock } = await harness.locks([word], [lowest], [highest]);
      const given = orders.flatMap((order, slot) => (order ? [toDayOrder(order, slot)] : []));
      function toDayOrder({ side, tick, packets }: LaneOrder, slot: number) {
        return { slot, side, packets, price: priceOf(tick, scale) };
      }
      const dayTariff = {
        retail: high.map((tick) => priceOf(tick, scale)),
        feedIn: low.map((tick) => priceOf(tick, scale)),
      };
      const twin = lockFor(given, dayTariff);
      expect(lock[0]! * BigInt(tickSize)).toBe(twin);
      expect(await harness.plainLock(word, retail, feedIn, scale.floorPrice, tickSize)).toBe(twin);
      for (const order of given) {
        const alone = lockFor([{ ...order, packets: 1 }], dayTariff);
        expect(BigInt(at(worst[0]!, order.slot)) * BigInt(tickSize)).toBe(alone);
        const { retail: r, feedIn: f } = dayTariff;
        const [bid, ask] = await settlement.locks(order.price, r[order.slot]!, f[order.slot]!);
        expect(order.side === "bid" ? bid : ask).toBe(alone);
      }
      if (twin > 0n) locked++;
    });
    await fc.assert(property, { seed: SEED, numRuns: 150 });
    expect(locked).toBeGreaterThan(100);
  });

  it("is exact where every order is as large and as dear as can be", async () => {
    const bids = pack(new Array(10).fill(encodeOrder({ side: "bid", tick: 4095, packets: 2047 })));
    const asks = pack(new Array(10).fill(encodeOrder({ side: "ask", tick: 0, packets: 2047 })));
    const { lock } = await harness.locks([bids, asks, asks], [0n, 0n, 0n], [spread(4095), spread(4095), 0n]);
    expect(lock).toEqual([10n * 2047n * 4095n, 10n * 2047n * 4095n, 0n]);
  });

  it("an empty word locks nothing, whatever the tariff", async () => {
    const property = fc.asyncProperty(laneWord(MAX_TICK), laneWord(MAX_TICK), async (low, high) => {
      expect((await harness.locks([0n], [low], [high])).lock).toEqual([0n]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 50 });
  });
});
