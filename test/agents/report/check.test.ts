import { describe, expect, test } from "vitest";
import { BrokenResult, checkResult, RULES } from "../../../agents/report/check.ts";
import { jsonInteger, type Result } from "../../../agents/report/result.ts";
import { exampleResult, withSessions } from "./fixture.ts";

/** What a result breaks, or undefined. */
function brokenRule(value: unknown): string | undefined {
  try {
    checkResult(value);
  } catch (error) {
    if (error instanceof BrokenResult) return error.rule;
    throw error;
  }
}

/** The first slot in which something traded. */
function traded({ slots }: Result) {
  return slots.find(({ packets }) => packets > 0)!;
}

describe("checkResult", () => {
  test("accepts days of any length, with own or flat tariffs, settled or unwound", () => {
    for (const slotSeconds of [900, 1800, 3600])
      for (const flat of [false, true])
        for (const outcome of ["settled", "unwound"] as const) {
          const result = exampleResult({ slotSeconds, flat, outcome });
          expect(checkResult(result)).toEqual(result);
        }
  });

  test("accepts days of several sessions", () => {
    for (const slotSeconds of [900, 3600]) {
      const result = withSessions(exampleResult({ slotSeconds }));
      expect(checkResult(result)).toEqual(result);
    }
  });

  const breaksSessions: [string, string, (result: Result) => unknown][] = [
    ["RESULT-3", "a fill that nobody sold", ({ slots }) => (slots[0]!.later[0]!.orders[0]!.fill = 1)],
    ["RESULT-8", "a second order in a session", ({ slots }) => (slots[0]!.later[0]!.orders[1]!.member = "home-01")],
    ["RESULT-10", "a session that does not hold the slot", ({ slots }) => (slots[0]!.later[0]!.session = 2)],
    ["RESULT-10", "a session that nobody knows", ({ slots }) => (slots[0]!.later[0]!.session = 99)],
    ["RESULT-10", "orders that no slot has", ({ sessions }) => sessions![1]!.orders++],
    ["RESULT-10", "packets that no slot has", ({ sessions }) => sessions![0]!.packets--],
    [
      "RESULT-10",
      "a gate after the slot began",
      ({ sessions, slots }) => (sessions!.at(-1)!.gate = slots.at(-1)!.start),
    ],
    ["RESULT-10", "gates out of turn", ({ sessions }) => sessions!.push(sessions!.shift()!)],
    ["RESULT-10", "more gas than the day's", ({ sessions }) => (sessions![0]!.gas = 10 ** 12)],
    ["RESULT-11", "less imbalance than members have", ({ timescales }) => timescales!.at(-1)!.imbalance--],
    ["RESULT-11", "less unused than members have", ({ timescales }) => timescales!.at(-1)!.unusedPackets++],
  ];
  test.each(breaksSessions)("%s refuses, in a day of several sessions, %s", (rule, _, change) => {
    const result = withSessions(exampleResult());
    change(result);
    expect(brokenRule(result)).toBe(rule);
  });

  test("accepts a day on which nobody could trade", () => {
    const result = exampleResult({ homes: 1 });
    expect(result.slots.every(({ buyPrice, packets }) => buyPrice === null && packets === 0)).toBe(true);
    expect(checkResult(result)).toEqual(result);
  });

  const breaks: [string, string, (result: Result) => unknown][] = [
    ["RESULT-1", "a unit of money too much", ({ supplier }) => supplier.balanceChange++],
    ["RESULT-2", "a bill that is not its parts", ({ members }) => members[0]!.billWith++],
    ["RESULT-2", "a change that is not its legs", ({ members }) => [members[0]!.paid++, members[1]!.paid--]],
    ["RESULT-3", "more bought than sold", (result) => traded(result).orders.find(({ fill }) => fill > 0)!.fill++],
    [
      "RESULT-3",
      "a fill beyond its order",
      (result) => (traded(result).orders.find(({ fill }) => fill > 0)!.packets = 1),
    ],
    ["RESULT-4", "a price where nothing trades", ({ slots }) => (slots[0]!.buyPrice = 0)],
    ["RESULT-4", "no price where something trades", (result) => (traded(result).sellPrice = null)],
    ["RESULT-4", "a feed-in price above retail", ({ slots }) => (slots[0]!.feedIn = slots[0]!.retail + 1)],
    ["RESULT-4", "a buyer's price above retail", (result) => (traded(result).retail = traded(result).buyPrice! - 1)],
    [
      "RESULT-4",
      "sellers who get more than buyers pay",
      (result) => (traded(result).sellPrice = traded(result).buyPrice! + 1),
    ],
    ["RESULT-4", "a buyer above its bid", (result) => (winner(result, "bid").price = traded(result).buyPrice! - 1)],
    ["RESULT-4", "a seller below its ask", (result) => (winner(result, "ask").price = traded(result).sellPrice! + 1)],
    ["RESULT-5", "packets that nobody filled", ({ members }) => members[0]!.boughtPackets++],
    ["RESULT-5", "sales that nobody filled", ({ members }) => members[0]!.soldPackets++],
    ["RESULT-6", "a fund that took less", ({ fund }) => fund.took--],
    ["RESULT-6", "a fund that kept more", ({ fund, supplier }) => [fund.balanceChange++, supplier.balanceChange--]],
    ["RESULT-7", "ecoins from nowhere", ({ members }) => members[0]!.mintedEcoins++],
    ["RESULT-7", "energy from nowhere", ({ slots }) => slots[0]!.exportWh++],
    ["RESULT-8", "a slot at another time", ({ slots }) => (slots[3]!.start = slots[4]!.start)],
    ["RESULT-8", "an order of a stranger", ({ slots }) => (slots[0]!.orders[0]!.member = "nobody")],
    [
      "RESULT-8",
      "a critical order that trades",
      (result) => (traded(result).criticalBid = winner(result, "bid").member),
    ],
    ["RESULT-9", "a fund said to take all", ({ fund }) => (fund.tookAll = true)],
    ["RESULT-9", "another cost", ({ gasCosts }) => gasCosts[0]!.costEur++],
    ["RESULT-9", "more CO2 avoided", ({ co2 }) => co2.avoidedGrams++],
    ["SCHEMA", "a fraction of a base unit", ({ fund }) => (fund.balanceChange += 0.5)],
    ["SCHEMA", "a number beyond 2^53", ({ supplier }) => (supplier.balanceChange = 2 ** 53)],
    ["SCHEMA", "a field nobody knows", (result) => Object.assign(result, { more: 1 })],
  ];
  test.each(breaks)("%s refuses %s", (rule, _, change) => {
    const result = exampleResult();
    change(result);
    expect(brokenRule(result)).toBe(rule);
  });

  test("refuses money or ecoins on a day that was unwound", () => {
    const settled = exampleResult();
    settled.run.outcome = "unwound";
    expect(brokenRule(settled)).toBe("RESULT-5");
  });

  test("names rule, place and values", () => {
    const result = exampleResult();
    result.members[3]!.billWith += 7;
    expect(() => checkResult(result)).toThrow(/^RESULT-2: billWith of home-04 is -?\d+, its parts make -?\d+$/);
    expect(() => checkResult({ ...result, fund: null })).toThrow(/^SCHEMA: fund: /);
  });

  test("numbers its rules from 1", () => {
    expect(RULES.map(({ id }) => id)).toEqual(RULES.map((_, i) => `RESULT-${i + 1}`));
  });
});

test("jsonInteger gives what a double holds exactly and refuses the rest by name", () => {
  expect(jsonInteger(-(2n ** 53n) + 1n, "fund.took")).toBe(Number.MIN_SAFE_INTEGER);
  expect(() => jsonInteger(2n ** 53n, "fund.took")).toThrow(/^fund.took is 9007199254740992, beyond 2\^53/);
});

function winner(result: Result, wanted: "bid" | "ask") {
  return traded(result).orders.find(({ side, fill }) => side === wanted && fill > 0)!;
}
