import { describe, expect, it } from "vitest";
import { Calendar } from "../../../agents/data/days.ts";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { readMeterCsv } from "../../../agents/data/meterCsv.ts";
import type { Forecaster } from "../../../agents/forecast/forecast.ts";
import { lastDay, weekdayBlend } from "../../../agents/forecast/load.ts";
import { clearSkyScaled, meanOfDays } from "../../../agents/forecast/pv.ts";
import { type ForecastCase, pool } from "../../../agents/forecast/score.ts";
import { measuredFile } from "../data/measuredFolder.ts";

const ZONE = "America/Los_Angeles";
const FONTANA = { latitude: 34.09, longitude: -117.43 };
/** First days of the four windows of 28 days; three weeks of each are history. */
const WINDOWS = ["2016-08-01", "2016-11-14", "2017-01-16", "2017-05-01"];
const path = measuredFile("ca_fontana_15h_60min.csv");

const data = path === undefined ? undefined : readMeterCsv(path).data;

function cases(quantity: "loadWh" | "pvWh", forecaster: Forecaster): ForecastCase[] {
  if (!data) return [];
  const calendar = new Calendar(ZONE, data.slotSeconds);
  const days = WINDOWS.flatMap((start) => [21, 22, 23, 24, 25, 26, 27].map((k) => calendar.shift(start, k)));
  return data.homes.flatMap((home) =>
    days.map((day) => {
      const view = new HistoryView(data, home.id, day.firstSlot * data.slotSeconds - 43_200);
      const start = day.firstSlot - data.firstSlot;
      const actualWh = home[quantity].subarray(start, start + day.slotCount);
      return { actualWh, forecast: forecaster.forecast(view, day) };
    }),
  );
}

describe.skipIf(path === undefined)("on 15 Californian homes, 28 days in four seasons", () => {
  it("the default forecast of load errs by 0.515 of the mean and covers 79 %, the day D-2 errs by 0.618", () => {
    const [own, control] = [weekdayBlend(ZONE), lastDay(ZONE)].map((each) => pool(cases("loadWh", each)));
    expect(own?.slots).toBe(15 * 28 * 24);
    expect(own?.nmae).toBeCloseTo(0.515, 2);
    expect(own?.coverage).toBeCloseTo(0.786, 2);
    expect(control?.nmae).toBeCloseTo(0.618, 2);
  });

  it("the forecast of PV errs by less than 0.26 of the mean and covers 75 to 90 %", () => {
    for (const forecaster of [clearSkyScaled(FONTANA), meanOfDays()]) {
      const { nmae, coverage } = pool(cases("pvWh", forecaster));
      expect(nmae).toBeLessThan(0.26);
      expect(coverage).toBeGreaterThan(0.75);
      expect(coverage).toBeLessThan(0.9);
    }
  });
});
