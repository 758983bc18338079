import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  flatPrices,
  movedBy,
  parseTariffCsv,
  readTariffCsv,
  scaledDecimal,
  tariffPrices,
  withMargin,
} from "../../../agents/data/tariff.ts";
import { slotToUtc } from "../../../agents/model/slots.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "./refusal.ts";

const hourly = (column: string, ...prices: string[]) =>
  [`start_utc,${column}`, ...prices.map((price, i) => `${slotToUtc(i, 3600)},${price}`)].join("\n");
const parse = (text: string) => parseTariffCsv("t.csv", text);
const values = (text: string) => [...parse(text).microPerKwh.values()];

describe("a tariff file", () => {
  it.each([
    ["eur_per_kwh", "0.2872", 287_200, "EUR"],
    ["usd_per_kwh", "0.54", 540_000, "USD"],
    ["gbp_pence_per_kwh", "11.76", 117_600, "GBP"],
    ["eur_cent_per_kwh", "28.72", 287_200, "EUR"],
    ["eur_per_mwh", "-12.34", -12_340, "EUR"],
    ["aud_per_mwh", "128.4", 128_400, "AUD"],
  ])("in %s: %s is %d micro per kWh", (column, price, micro, currency) => {
    const tariff = parse(hourly(column, price, "0"));
    expect(tariff).toMatchObject({ currency, slotSeconds: 3600 });
    expect([...tariff.microPerKwh.values()]).toEqual([micro, 0]);
  });

  it("may hold other columns, and rows in any order", () => {
    const text = "signal,gbp_pence_per_kwh,start_utc\nLow,4,1970-01-01T01:00:00Z\nHigh,67.2,1970-01-01T00:00:00Z";
    expect([...parse(text).microPerKwh]).toEqual([
      [0, 672_000],
      [1, 40_000],
    ]);
  });

  it("is rounded to nearest, halves away from zero", () => {
    expect(values(hourly("eur_per_kwh", "0.0000005", "-0.0000005", "0.00000049", "-0.00000049"))).toEqual([
      1, -1, 0, 0,
    ]);
  });

  it.each(["abc", "", "1e-3", "0,28", "NaN", "5000", "-2000.1"])("is refused for a price of %j", (price) => {
    const error = refusal(() => parse(`start_utc,eur_per_kwh\n1970-01-01T00:00:00Z,"${price}"`));
    expect(error.details).toEqual({ file: "t.csv", line: 2, value: price });
  });

  it.each(["start_utc,price", "time,eur_per_kwh", "start_utc,eur_per_kwh,usd_per_kwh", "start_utc,EUR_per_kWh"])(
    "is refused for columns %s, and the accepted ones are named",
    (header) => {
      const row = header.replaceAll(/[^,]+/g, "1");
      const error = refusal(() => parse(`${header}\n${row}`));
      expect(error.message).toMatch(/wrong columns/);
      expect(error.remedy).toMatch(/_per_kwh/);
    },
  );

  it("is refused when it is not there, local, doubled or of mixed slots", () => {
    expect(refusal(() => readTariffCsv("nowhere.csv")).message).toMatch(/can't be read/);
    expect(refusal(() => parse("start_utc,eur_per_kwh\n1970-01-01T00:00:00,1")).message).toMatch(/UTC/);
    const twice = `${hourly("eur_per_kwh", "1", "2")}\n1970-01-01T00:00:00Z,1`;
    expect(refusal(() => parse(twice)).message).toBe("two prices for one slot, lines 2 and 4");
    const mixed = [0, 1, 2, 4, 6, 8].map((half) => `${slotToUtc(half, 1800)},1`).join("\n");
    expect(refusal(() => parse(`start_utc,eur_per_kwh\n${mixed}`)).message).toMatch(/mixed slot lengths/);
  });
});

describe("prices of a day", () => {
  const tariff = parse(hourly("eur_per_kwh", "0.1", "0.2"));

  it("hold a longer tariff slot over the shorter ones", () => {
    const prices = tariffPrices(tariff, { firstSlot: 2, slotCount: 6 }, 900);
    expect([...prices]).toEqual([100_000, 100_000, 200_000, 200_000, 200_000, 200_000]);
  });

  it("are refused where the tariff does not reach, or has shorter slots", () => {
    const beyond = refusal(() => tariffPrices(tariff, { firstSlot: 7, slotCount: 2 }, 900));
    expect(beyond.details.value).toBe("1970-01-01T02:00:00Z");
    expect(refusal(() => tariffPrices(tariff, { firstSlot: 0, slotCount: 1 }, 7200)).message).toMatch(/shorter than/);
    expect(refusal(() => tariffPrices(tariff, { firstSlot: 0, slotCount: 1 }, 2400)).message).toMatch(/no multiple/);
  });

  it("may be flat, shifted by a margin, and moved to another day", () => {
    expect([...withMargin(flatPrices(70_000, 2), -9_050)]).toEqual([60_950, 60_950]);
    expect([...movedBy(tariff, 2).microPerKwh.keys()]).toEqual([48, 49]);
  });
});

it(`decimal text is scaled without passing through a float (seed ${SEED})`, () => {
  const property = fc.property(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.nat(3), (micro, zeros) => {
    const [sign, digits] = [micro < 0 ? "-" : "", `${Math.abs(micro)}`.padStart(7, "0")];
    const text = `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}${"0".repeat(zeros)}`;
    expect(scaledDecimal(text, 6)).toBe(micro);
  });
  fc.assert(property, { seed: SEED });
});
