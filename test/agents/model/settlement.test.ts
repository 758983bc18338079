import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  askLock,
  bidLock,
  type DayOrder,
  type DayTariff,
  deviation,
  lockFor,
  proved,
  settleMember,
} from "../../../agents/model/settlement.ts";
import { SEED } from "../../helpers/seed.ts";

const SLOTS = 4;
const slots = <T>(arb: fc.Arbitrary<T>) => fc.array(arb, { minLength: SLOTS, maxLength: SLOTS });
const tariffArb: fc.Arbitrary<DayTariff> = slots(
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
).map((pairs) => ({ retail: pairs.map((pair) => Math.max(...pair)), feedIn: pairs.map((pair) => Math.min(...pair)) }));
const orderArb: fc.Arbitrary<DayOrder> = fc.record({
  slot: fc.nat(SLOTS - 1),
  side: fc.constantFrom("bid" as const, "ask" as const),
  packets: fc.nat(5),
  price: fc.integer({ min: -9, max: 9 }),
});
const fillsArb = fc.array(orderArb, { maxLength: 8 });
const flowsArb = slots(fc.record({ drawn: fc.nat(8), fedIn: fc.nat(8) }));
const dayArb = fc.record({ tariff: tariffArb, fills: fillsArb, flows: fc.option(flowsArb, { nil: undefined }) });
const random = (numRuns: number) => ({ seed: SEED, numRuns });

describe(`a member's day (seed ${SEED})`, () => {
  it("SETTLE-3 nobody owes more than its fills' locks, whatever flowed", () => {
    const property = fc.property(dayArb, (day) => {
      const { legs, toSupplier, lock } = settleMember(day);
      expect(toSupplier - legs <= lock).toBe(true);
    });
    fc.assert(property, random(20_000));
  });

  it("SETTLE-3 the lock of a fill is at most its order's, where a bid pays no more and an ask gets no less", () => {
    const property = fc.property(tariffArb, orderArb, fc.nat(5), fc.nat(9), (tariff, order, filled, better) => {
      const price = order.side === "bid" ? order.price - better : order.price + better;
      const fill = { ...order, price, packets: Math.min(filled, order.packets) };
      expect(lockFor([fill], tariff) <= lockFor([order], tariff)).toBe(true);
    });
    fc.assert(property, random(5_000));
  });

  it("the lock is the worst that single fills can come to", () => {
    const property = fc.property(tariffArb, orderArb, (tariff, order) => {
      const all = [0, order.packets].flatMap((drawn) => [0, order.packets].map((fedIn) => ({ drawn, fedIn })));
      const costs = all.map((flow) => {
        const flows = new Array<typeof flow>(SLOTS).fill(flow);
        const { legs, toSupplier } = settleMember({ tariff, fills: [order], flows });
        return toSupplier - legs;
      });
      const most = lockFor([order], tariff);
      expect(costs.every((cost) => cost <= most)).toBe(true);
      const [retail, feedIn] = [tariff.retail[order.slot]!, tariff.feedIn[order.slot]!];
      const counts = order.side === "bid" ? order.price - Math.min(0, feedIn) : Math.max(0, retail) - order.price;
      if (counts >= 0 && retail >= 0 && feedIn <= 0) expect(costs).toContain(most);
    });
    fc.assert(property, random(5_000));
  });

  it("trades between two members and their deviations sum to zero with fund and supplier", () => {
    const property = fc.property(tariffArb, flowsArb, flowsArb, fc.nat(5), fc.nat(3), (tariff, a, b, packets, gap) => {
      const trade = { slot: 1, packets };
      const seller = settleMember({ tariff, flows: a, fills: [{ ...trade, side: "ask", price: 2 }] });
      const buyer = settleMember({ tariff, flows: b, fills: [{ ...trade, side: "bid", price: 2 + gap }] });
      expect(seller.legs + buyer.legs + BigInt(gap * packets)).toBe(0n);
      expect(seller.delivered[1]!).toBeLessThanOrEqual(a[1]!.fedIn);
      expect(buyer.received[1]!).toBeLessThanOrEqual(b[1]!.drawn);
    });
    fc.assert(property, random(2_000));
  });

  it("what was sold in one session and bought back in another is no deviation", () => {
    const property = fc.property(tariffArb, fc.nat(9), fc.integer({ min: -9, max: 9 }), (tariff, packets, price) => {
      const fills: DayOrder[] = [
        { slot: 0, side: "ask", packets, price },
        { slot: 0, side: "bid", packets, price: price + 1 },
      ];
      expect(settleMember({ tariff, fills })).toMatchObject({ legs: BigInt(-packets), toSupplier: 0n });
    });
    fc.assert(property, random(1_000));
  });

  it("what flows beside local trades moves no money", () => {
    const property = fc.property(tariffArb, flowsArb, (tariff, flows) => {
      const nothing = new Array<number>(SLOTS).fill(0);
      const expected = { legs: 0n, toSupplier: 0n, lock: 0n, delivered: nothing, received: nothing };
      expect(settleMember({ tariff, fills: [], flows })).toEqual(expected);
    });
    fc.assert(property, random(1_000));
  });

  it("each side of a slot is either proved or a deviation, to the packet", () => {
    const property = fc.property(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9)), (slot) => {
      const [sold, bought, drawn, fedIn] = slot;
      const { shortage, unused } = deviation(...slot);
      const { delivered, received } = proved(...slot);
      expect([delivered + shortage, received + unused]).toEqual([
        Math.max(sold - bought, 0),
        Math.max(bought - sold, 0),
      ]);
      expect(delivered).toBeLessThanOrEqual(fedIn);
      expect(received).toBeLessThanOrEqual(drawn);
    });
    fc.assert(property, random(2_000));
  });
});

describe("by hand", () => {
  const tariff = { retail: [30, 30, -2], feedIn: [5, -4, -6] };
  const flow = (drawn: number, fedIn: number) => ({ drawn, fedIn });

  test.each<[string, number, bigint, bigint]>([
    ["both prices positive", 10, 10n, 20n],
    ["an ask above retail", 35, 35n, 0n],
    ["a negative bid", -3, 0n, 33n],
  ])("locks per packet where retail is 30 and feed-in 5: %s", (_, price, bid, ask) => {
    expect([bidLock(price, 5), askLock(price, 30)]).toEqual([bid, ask]);
  });

  it("where feeding in costs 4, a bid at 10 locks 14 and one at -6 nothing; under a negative retail an ask at -5 locks 5", () => {
    expect([bidLock(10, -4), bidLock(-3, -4), bidLock(-6, -4)]).toEqual([14n, 1n, 0n]);
    expect([askLock(-5, -2), askLock(3, -2)]).toEqual([5n, 0n]);
  });

  it("a seller that delivers 6 of 10 buys 4 at retail; its buyer keeps its price", () => {
    const fills: DayOrder[] = [{ slot: 0, side: "ask", packets: 10, price: 12 }];
    const flows = [flow(0, 6), flow(0, 0), flow(0, 0)];
    const settled = settleMember({ tariff, fills, flows });
    expect(settled).toEqual({ legs: 120n, toSupplier: 120n, lock: 180n, delivered: [6, 0, 0], received: [0, 0, 0] });
  });

  it("a buyer that draws 1 of 4 where feeding in costs 4 pays for it twice", () => {
    const fills: DayOrder[] = [{ slot: 1, side: "bid", packets: 4, price: 9 }];
    const flows = [flow(0, 0), flow(1, 0), flow(0, 0)];
    const settled = settleMember({ tariff, fills, flows });
    expect(settled).toEqual({ legs: -36n, toSupplier: 12n, lock: 52n, delivered: [0, 0, 0], received: [0, 1, 0] });
  });

  it("a shortage at a negative retail is paid by the supplier", () => {
    const fills: DayOrder[] = [{ slot: 2, side: "ask", packets: 3, price: -4 }];
    expect(settleMember({ tariff, fills })).toMatchObject({ legs: -12n, toSupplier: -6n, lock: 12n });
  });
});
