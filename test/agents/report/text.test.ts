import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compareDoc } from "../../../agents/report/compareDoc.ts";
import { renderCsvs } from "../../../agents/report/csv.ts";
import { resultDoc } from "../../../agents/report/doc.ts";
import { fundSentence, headline, notes, slotSentence } from "../../../agents/report/sentences.ts";
import { renderTable } from "../../../agents/report/table.ts";
import { centsText, clock, dayText, eur, kwh, mass, percent, smallEur } from "../../../agents/report/units.ts";
import { exampleResult, withSessions } from "./fixture.ts";

describe("units", () => {
  const units = { packetWh: 10, token: { symbol: "tEUR", decimals: 6 }, timeZone: "Europe/Berlin" };
  test("write money, prices and energy with their unit", () => {
    expect(eur(1_234_567_890, units)).toBe("1,234.57 EUR");
    expect(eur(-4_000, units)).toBe("0.00 EUR");
    expect(eur(5_000_000, units, true)).toBe("+5.00 EUR");
    expect(centsText(2872, units)).toBe("28.7 ct/kWh");
    expect(centsText(-120, units)).toBe("-1.2 ct/kWh");
    expect(centsText(null, units)).toBe("-");
    expect([kwh(0), kwh(1234), kwh(46_920), kwh(1_234_567)]).toEqual(["0.00 kWh", "1.23 kWh", "46.9 kWh", "1,235 kWh"]);
    expect([mass(340), mass(15_740)]).toEqual(["340 g", "15.7 kg"]);
    expect([percent(0), percent(0.051), percent(0.18)]).toEqual(["0 %", "5.1 %", "18 %"]);
    expect([smallEur(0), smallEur(18.789), smallEur(0.00423)]).toEqual(["0.00 EUR", "18.79 EUR", "0.0042 EUR"]);
  });

  test("write times in the zone of the day", () => {
    expect(clock("2026-05-19T10:15:00Z", units)).toBe("12:15");
    expect(dayText("2016-08-24")).toBe("Wednesday 24 August 2016");
  });
});

describe("sentences", () => {
  test("say what became of the day", () => {
    expect(headline(exampleResult())).toMatch(/^12 homes traded .* kWh with each other: their bills (fell|rose) by /);
    expect(headline(exampleResult({ homes: 1 }))).toMatch(/^Nothing was traded/);
    expect(headline(exampleResult({ outcome: "unwound" }))).toMatch(/^No proof of flow came/);
  });

  test("say that flat tariffs made the fund take the whole gain, and only then", () => {
    expect(fundSentence(exampleResult({ flat: true }))).toMatch(/That is the whole gain/);
    expect(notes(exampleResult({ flat: true })).join()).toMatch(/That is the whole gain/);
    expect(notes(exampleResult()).join()).not.toMatch(/That is the whole gain/);
    expect(fundSentence(exampleResult({ homes: 1 }))).toMatch(/took nothing/);
  });

  test("begin the notes with the day's warnings", () => {
    const result = exampleResult();
    expect(notes(result)[0]).toBe(result.warnings[0]!.text);
  });

  test("say why a slot did not trade", () => {
    const { slots, run } = exampleResult();
    const idle = slots.find(({ packets }) => packets === 0)!;
    const bid = { member: "a", side: "bid" as const, price: 1, packets: 1, fill: 0 };
    const say = (change: Partial<typeof idle>) => slotSentence({ ...idle, criticalBid: null, ...change }, run);
    expect(say({ orders: [] })).toMatch(/nobody offered anything/);
    expect(say({ orders: [bid] })).toMatch(/no buyer offered what a seller asked/);
    expect(say({ orders: [bid], criticalBid: "a" })).toMatch(/only the pair/);
  });
});

describe("table", () => {
  test("fits a hundred columns and ends every line", () => {
    for (const options of [
      { homes: 20, slotSeconds: 900 },
      { flat: true },
      { homes: 1 },
      { outcome: "unwound" as const },
    ]) {
      const table = renderTable(exampleResult(options));
      expect(table.endsWith("\n")).toBe(true);
      expect(table.split("\n").filter((line) => line.length > 100 || line !== line.trimEnd())).toEqual([]);
    }
  });

  test("has a line for every member, phase and party, and a sum of zero", () => {
    const result = exampleResult();
    const table = renderTable(result);
    for (const { id } of result.members) expect(table).toContain(`\n${id} `);
    for (const name of ["setup, once", "post profiles", "proof of flow", "settle and mint"])
      expect(table).toContain(name);
    expect(table).toMatch(/\nsum +0\.00 EUR\n/);
    expect(table).toMatch(/\ngas on L2 +0\.0\d+ EUR +0\.01 gwei/);
  });

  test("has a line for every timescale and way of a day of several sessions", () => {
    const table = renderTable(withSessions(exampleResult()));
    expect(table.split("\n").filter((line) => line.length > 100)).toEqual([]);
    expect(table).toMatch(/\nreal-time +3 +6 +0\.00 +- +- +500\n/);
    expect(table.match(/\nday-ahead /g)).toHaveLength(3);
    expect(table).toMatch(/\nno market +9\.00 +7\.0\n/);
  });

  test("says that no plain contract was run", () => {
    expect(renderTable({ ...exampleResult(), baseline: null, gasCosts: [] })).toContain("No plain contract was run");
  });
});

describe("csv", () => {
  test("has a line per member, slot, phase and order", () => {
    const result = exampleResult();
    const csvs = renderCsvs(result);
    const lines = (name: string) => csvs[name]!.trimEnd().split("\n");
    expect(lines("members.csv")).toHaveLength(1 + result.members.length);
    expect(lines("slots.csv")).toHaveLength(1 + result.slots.length);
    expect(lines("phases.csv")).toHaveLength(1 + result.phases.length + result.baseline!.phases.length);
    expect(lines("orders.csv")).toHaveLength(1 + result.slots.flatMap(({ orders }) => orders).length);
    for (const csv of Object.values(csvs)) {
      const widths = csv
        .trimEnd()
        .split("\n")
        .map((line) => line.split(",").length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  test("has a line per session, and orders with the session that they were in", () => {
    const csvs = renderCsvs(withSessions(exampleResult()));
    const lines = (name: string) => csvs[name]!.trimEnd().split("\n");
    expect(lines("sessions.csv")).toHaveLength(1 + 4);
    expect(lines("sessions.csv")[2]).toMatch(/^real-time,2026-05-18T23:55:00Z,0,1,2,0,4,1000,,,500$/);
    expect(lines("orders.csv").filter((line) => line.includes("Z,3,"))).toHaveLength(2);
  });

  test("quotes what needs it and leaves null empty", () => {
    const result = exampleResult();
    result.members[0]!.id = 'a "b", c';
    const csvs = renderCsvs(result);
    expect(csvs["members.csv"]).toContain('\n"a ""b"", c",');
    expect(csvs["slots.csv"]!.split("\n")[1]).toMatch(/^2026-05-19T00:00:00Z,,,0,/);
  });

  test("keeps its header on a day without orders", () => {
    const result = exampleResult({ homes: 1 });
    for (const slot of result.slots) slot.orders = [];
    expect(renderCsvs(result)["orders.csv"]).toBe("start,session,member,side,price,packets,fill\n");
  });
});

test("docs/result.md is what the schema says", () => {
  const page = readFileSync(new URL("../../../docs/result.md", import.meta.url), "utf8");
  expect(page, "refresh it: npx node agents/report/doc.ts > docs/result.md").toBe(resultDoc());
});

test("docs/compare.md is printed from the schemas and is fresh", () => {
  const page = readFileSync(new URL("../../../docs/compare.md", import.meta.url), "utf8");
  expect(page, "refresh it: npx node agents/report/compareDoc.ts > docs/compare.md").toBe(compareDoc());
});
