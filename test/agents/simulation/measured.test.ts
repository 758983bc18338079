import { describe, expect, it } from "vitest";
import { readMeterCsv } from "../../../agents/data/meterCsv.ts";
import { homeOf, type MeterData, MISSING } from "../../../agents/data/meterData.ts";
import { parseTariffCsv, readTariffCsv } from "../../../agents/data/tariff.ts";
import { slotToUtc } from "../../../agents/model/slots.ts";
import { actualFlows } from "../../../agents/simulation/community.ts";
import { type MeasuredOptions, type MeasuredTariffs, measuredCommunity } from "../../../agents/simulation/measured.ts";
import { SEED } from "../../helpers/seed.ts";
import { measuredFile } from "../data/measuredFolder.ts";
import { refusal } from "../data/refusal.ts";
import { historyOf } from "../forecast/histories.ts";

const { data: one, day } = historyOf(
  3,
  900,
  () => 50,
  () => 20,
);
const data: MeterData = { ...one, homes: ["a", "b", "c", "d"].map((id) => ({ ...homeOf(one, "a"), id })) };
const FLAT: MeasuredTariffs = { kind: "flat", currency: "EUR", retailMicroPerKwh: 300_000, feedInMicroPerKwh: 80_000 };
const base: MeasuredOptions = { data, source: "m.csv", date: day.date, zone: day.zone, tariffs: FLAT };
const prices = (column: string, price: string) => {
  const rows = [-1, 0, 1].map((i) => `${slotToUtc(Math.floor(day.firstSlot / 96) + i, 86_400)},${price}`);
  return parseTariffCsv("t.csv", `start_utc,${column}\n${rows.join("\n")}`);
};

describe("measured homes", () => {
  it("have load and PV alone, and the flat tariff that was chosen", () => {
    const community = measuredCommunity(base);
    expect(community.label).toBe("measured: 4 homes of m.csv; tariffs flat 0.3/0.08 EUR/kWh");
    expect(community).toMatchObject({ origin: "measured", currency: "EUR" });
    const { importWh, exportWh } = actualFlows(community, community.homes[0] as (typeof community.homes)[0]);
    expect([importWh[0], exportWh[0], importWh.length]).toEqual([30, 0, 96]);
  });

  it("may follow a tariff file, with a flat or published feed-in price", () => {
    const midnightUtc = { ...base, zone: "utc" };
    const retail = prices("usd_per_kwh", "0.54");
    const flat = measuredCommunity({
      ...midnightUtc,
      date: "2026-05-18",
      tariffs: { kind: "file", retail, feedIn: 90_000 },
    });
    expect(flat.currency).toBe("USD");
    expect(flat.homes[3]?.prices.retailMicroPerKwh[0]).toBe(540_000);
    const feedIn = prices("usd_per_mwh", "45.5");
    const file = measuredCommunity({ ...midnightUtc, date: "2026-05-18", tariffs: { kind: "file", retail, feedIn } });
    expect(file.homes[0]?.prices.feedInMicroPerKwh[95]).toBe(45_500);
  });

  it(`may be dealt published tariffs, which every label calls assigned (seed ${SEED})`, () => {
    const tariffs: MeasuredTariffs = { kind: "mixed", seed: SEED };
    const community = measuredCommunity({ ...base, tariffs });
    expect(community.label).toMatch(
      /tariffs ASSIGNED by seed \d+ from de-flat, eu-flat, day-night, not the homes' own/,
    );
    expect(new Set(community.homes.map(({ tariff }) => tariff)).size).toBe(3);
    expect(measuredCommunity({ ...base, tariffs })).toEqual(community);
    const dayAhead = prices("eur_per_mwh", "-20");
    const dynamic = measuredCommunity({ ...base, zone: "utc", date: "2026-05-18", tariffs: { ...tariffs, dayAhead } });
    const home = dynamic.homes.find(({ tariff }) => tariff === "assigned: dynamic");
    expect(home?.prices.retailMicroPerKwh[0]).toBe(-20_000 + 125_069);
    expect(home?.prices.feedInMicroPerKwh[0]).toBe(-20_000 - 9_050);
  });

  it("may be a choice of homes", () => {
    expect(measuredCommunity({ ...base, homes: ["c", "a"] }).homes.map(({ id }) => id)).toEqual(["c", "a"]);
    expect(refusal(() => measuredCommunity({ ...base, homes: ["z"] })).message).toMatch(/no home "z"/);
  });

  it("with missing readings on the day are refused, or left out and counted", () => {
    const holed = {
      ...data,
      homes: data.homes.map((home) => (home.id === "b" ? { ...home, loadWh: home.loadWh.with(-5, MISSING) } : home)),
    };
    const error = refusal(() => measuredCommunity({ ...base, data: holed }));
    expect(error.message).toBe("1 of 192 readings of 2026-05-19 are missing");
    expect(error.details.home).toBe("b");
    const rest = measuredCommunity({ ...base, data: holed, onGap: "leave-out" });
    expect(rest.label).toMatch(/3 homes of m\.csv, 1 left out for gaps/);
  });

  it("are refused on a day without data", () => {
    expect(refusal(() => measuredCommunity({ ...base, date: "2026-05-20" })).remedy).toMatch(
      /another day of 2026-05-15/,
    );
    const error = refusal(() => measuredCommunity({ ...base, date: "2027-01-01", onGap: "leave-out" }));
    expect(error.message).toBe("no home has all readings of 2027-01-01");
  });

  it("are refused with a feed-in price above retail, or two currencies", () => {
    const upside = { ...FLAT, feedInMicroPerKwh: 300_001 };
    expect(refusal(() => measuredCommunity({ ...base, tariffs: upside })).message).toMatch(/feed-in price is above/);
    const [retail, feedIn] = [prices("usd_per_kwh", "0.5"), prices("eur_per_kwh", "0.1")];
    expect(refusal(() => measuredCommunity({ ...base, tariffs: { kind: "file", retail, feedIn } })).message).toMatch(
      /EUR/,
    );
    const dayAhead = prices("aud_per_mwh", "50");
    expect(
      refusal(() => measuredCommunity({ ...base, tariffs: { kind: "mixed", seed: 1, dayAhead } })).message,
    ).toMatch(/AUD/);
  });
});

describe("the Californian homes", () => {
  const [meters, tariff] = [measuredFile("ca_fontana_15h_60min.csv"), measuredFile("tariff_ca_tou_60min.csv")];

  it.skipIf(!meters || !tariff)("trade a local day under their own time-of-use tariff", () => {
    const tariffs: MeasuredTariffs = { kind: "file", retail: readTariffCsv(tariff as string), feedIn: 60_000 };
    const { data: measured } = readMeterCsv(meters as string);
    const community = measuredCommunity({
      data: measured,
      source: "ca",
      date: "2016-08-24",
      zone: "America/Los_Angeles",
      tariffs,
    });
    expect(community.homes).toHaveLength(15);
    const peak = Array.from(community.homes[0]?.prices.retailMicroPerKwh ?? []).map((price) => price === 540_000);
    expect([peak.indexOf(true), peak.lastIndexOf(true)]).toEqual([16, 20]);
  });
});
