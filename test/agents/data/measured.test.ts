import { describe, expect, it } from "vitest";
import { describeGaps } from "../../../agents/data/gapReport.ts";
import { readMeterCsv } from "../../../agents/data/meterCsv.ts";
import { readTariffCsv } from "../../../agents/data/tariff.ts";
import { measuredFile } from "./measuredFolder.ts";

const METERS = [
  { name: "ca_fontana_15h_60min.csv", slotSeconds: 3600, homes: 15, readings: 80_640, gaps: 3 },
  { name: "au_sgsc_10h_30min.csv", slotSeconds: 1800, homes: 10, readings: 52_884, gaps: 4 },
  { name: "uk_lcl_1h_30min.csv", slotSeconds: 1800, homes: 1, readings: 5_376, gaps: 1 },
  { name: "de_wpuq_1h_15min.csv", slotSeconds: 900, homes: 1, readings: 10_752, gaps: 1 },
];
const TARIFFS = [
  { name: "price_be_dayahead_60min.csv", currency: "EUR", slotSeconds: 3600, slots: 13_152 },
  { name: "price_nsw_spot_30min.csv", currency: "AUD", slotSeconds: 1800, slots: 2_832 },
  { name: "tariff_ca_tou_60min.csv", currency: "USD", slotSeconds: 3600, slots: 2_688 },
  { name: "tariff_uk_dtou_2013_30min.csv", currency: "GBP", slotSeconds: 1800, slots: 17_518 },
];

describe.each(METERS)("$name", ({ name, slotSeconds, homes, readings, gaps }) => {
  const path = measuredFile(name);
  it.skipIf(path === undefined)(`holds ${readings} readings of ${homes} homes, and ${gaps} gaps`, () => {
    const { data, report } = readMeterCsv(path as string);
    expect(data).toMatchObject({ slotSeconds, homes: { length: homes } });
    expect(report.expectedReadings - report.missingReadings).toBe(readings);
    expect(describeGaps(report)).toHaveLength(1 + gaps);
  });
});

describe.each(TARIFFS)("$name", ({ name, currency, slotSeconds, slots }) => {
  const path = measuredFile(name);
  it.skipIf(path === undefined)(`holds ${slots} prices in ${currency}`, () => {
    const tariff = readTariffCsv(path as string);
    expect(tariff).toMatchObject({ currency, slotSeconds });
    expect(tariff.microPerKwh.size).toBe(slots);
  });
});
