import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corners, liveliestSlot, steps } from "../../../agents/report/curves.ts";
import {
  avoidedGramsDown,
  dayEnergy,
  dayGas,
  dayGasPerOrderUp,
  declaredGain,
  fundTookAll,
  gainOf,
  gasCost,
  localWhOf,
  possibleGain,
  sumOf,
} from "../../../agents/report/figures.ts";
import type { OrderResult, SlotResult } from "../../../agents/report/result.ts";
import { exampleResult } from "./fixture.ts";

function slotOf(orders: OrderResult[], rest: Partial<SlotResult> = {}): SlotResult {
  return { ...exampleResult({ homes: 1 }).slots[0]!, orders, criticalBid: null, criticalAsk: null, ...rest };
}

const orders = fc.array(
  fc.record({
    side: fc.constantFrom("bid" as const, "ask" as const),
    price: fc.integer({ min: -9, max: 9 }),
    packets: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 8 },
);

describe("gain", () => {
  test("possible is every pair of packets that gains, best with best", () => {
    fc.assert(
      fc.property(orders, (drawn) => {
        const book = drawn.map((order, i) => ({ ...order, member: String(i), fill: 0 }));
        const prices = (side: string) =>
          book
            .filter((order) => order.side === side)
            .flatMap(({ price, packets }) => Array<number>(packets).fill(price));
        const [bids, asks] = [prices("bid").sort((a, b) => b - a), prices("ask").sort((a, b) => a - b)];
        const pairs = bids.slice(0, asks.length).map((bid, i) => Math.max(0, bid - asks[i]!));
        expect(possibleGain(slotOf(book))).toBe(sumOf(pairs, (gain) => gain));
      }),
    );
  });

  test("declared by the auction is at most the possible one and at least what the fund took", () => {
    const { slots, fund } = exampleResult({ homes: 20 });
    for (const slot of slots) expect(declaredGain(slot)).toBeLessThanOrEqual(possibleGain(slot));
    expect(sumOf(slots, declaredGain)).toBeGreaterThanOrEqual(fund.took);
  });

  test("is all the fund's where tariffs are flat, and only there", () => {
    expect(fundTookAll(exampleResult({ flat: true }))).toBe(true);
    expect(fundTookAll(exampleResult({ flat: false }))).toBe(false);
    expect(fundTookAll(exampleResult({ homes: 1 }))).toBe(false);
  });

  test("of the day is what bills save and the fund keeps", () => {
    const result = exampleResult();
    const bills = sumOf(result.members, ({ billWithout, billWith }) => billWithout - billWith);
    expect(gainOf(result)).toBe(bills + result.fund.took);
    expect(gainOf(exampleResult({ outcome: "unwound" }))).toBe(0);
  });
});

describe("energy", () => {
  test("of the homes comes from the roof, the neighbours and the supplier", () => {
    const result = exampleResult();
    const { localWh, gridWh, tradedWh, exportWh, metWh } = dayEnergy(result);
    expect(localWh + gridWh).toBe(sumOf(result.members, ({ importWh }) => importWh));
    expect(localWh).toBeLessThanOrEqual(tradedWh);
    expect(metWh).toBeLessThanOrEqual(exportWh);
  });

  test("from neighbours is never more than what flowed in the slot", () => {
    expect(localWhOf(slotOf([], { mintedEcoins: 3, importWh: 40, exportWh: 35 }), 10)).toBe(30);
    expect(localWhOf(slotOf([], { mintedEcoins: 4, importWh: 40, exportWh: 35 }), 10)).toBe(35);
  });
});

describe("gas", () => {
  const phases = [
    { name: "setup" as const, transactions: 1, gas: 1000, orders: 0 },
    { name: "post" as const, transactions: 1, gas: 50, orders: 3 },
    { name: "clear" as const, transactions: 1, gas: 51, orders: 2 },
  ];
  test("of a day leaves out the setup and is shared among the orders that were posted, rounded up", () => {
    expect(dayGas(phases)).toBe(101);
    expect(dayGasPerOrderUp(phases)).toBe(34);
    expect(dayGasPerOrderUp([])).toBeNull();
  });

  test("costs gas x gwei x 1e-9 x EUR", () => {
    const stated = { network: "L1", gasPriceGwei: 2, etherPriceEur: 3000, note: "" };
    expect(gasCost(1_000_000, stated)).toEqual({ ...stated, costEur: 6 });
  });
});

test("CO2 avoided is rounded down to a gram", () => {
  expect(avoidedGramsDown(3, 10, 363)).toBe(10);
});

describe("curves", () => {
  test("stand end to end, best price first, and winners of a price before its critical order", () => {
    for (const slot of exampleResult({ homes: 20, flat: true }).slots) {
      for (const side of ["bid", "ask"] as const) {
        const of = steps(slot, side);
        of.forEach(({ from, to, packets, price, critical }, i) => {
          const before = of[i - 1];
          expect(from).toBe(before?.to ?? 0);
          expect(to - from).toBe(packets);
          if (before) expect(side === "bid" ? before.price >= price : before.price <= price).toBe(true);
          if (critical) expect(of.slice(i + 1).every(({ fill }) => fill === 0)).toBe(true);
        });
      }
    }
  });

  test("have two corners a step", () => {
    const slot = slotOf([{ member: "a", side: "ask", price: -3, packets: 2, fill: 0 }]);
    expect(corners(steps(slot, "ask"))).toEqual([
      [0, -3],
      [2, -3],
    ]);
  });

  test("start at the slot that trades most", () => {
    const { slots } = exampleResult();
    expect(slots[liveliestSlot(slots)]!.packets).toBe(Math.max(...slots.map(({ packets }) => packets)));
    expect(liveliestSlot([])).toBe(0);
  });
});
