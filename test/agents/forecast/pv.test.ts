import { describe, expect, it } from "vitest";
import { MISSING } from "../../../agents/data/meterData.ts";
import { clearSkyWm2 } from "../../../agents/forecast/clearSky.ts";
import { pvForecaster } from "../../../agents/forecast/pv.ts";
import { refusal } from "../data/refusal.ts";
import { historyOf } from "./histories.ts";

const QUARTER = 900;
const BERLIN = { latitude: 52.5, longitude: 13.4 };
const known = pvForecaster(BERLIN);
const unknown = pvForecaster();
/** A plant that makes 1 Wh of 1 W/m2 under a sky of so much clearness. */
const plant =
  (clearness: (dayBack: number) => number) =>
  ({ dayBack, slot }: { dayBack: number; slot: number }) =>
    Math.round(clearness(dayBack) * clearSkyWm2(slot, QUARTER, BERLIN));

describe("the clear-sky forecast of PV", () => {
  it("repeats a steady sky to within 2 Wh, at another date's sun", () => {
    const { data, day, atNoonBefore } = historyOf(
      10,
      QUARTER,
      () => 0,
      plant(() => 0.5),
    );
    const { p10, p50, p90 } = known.forecast(atNoonBefore, day);
    const actual = data.homes[0]?.pvWh.subarray(-day.slotCount) as Int32Array;
    const errors = [p10, p50, p90].map((series) => actual.map((wh, i) => Math.abs(wh - (series[i] as number))));
    expect(Math.max(...errors.flatMap((each) => [...each]))).toBeLessThanOrEqual(2);
  });

  it("looks back seven days and no further", () => {
    const { day, atNoonBefore } = historyOf(
      20,
      QUARTER,
      () => 0,
      plant((dayBack) => (dayBack > 8 ? 1 : 0.25)),
    );
    const { p50, basis } = known.forecast(atNoonBefore, day);
    const noon = clearSkyWm2(day.firstSlot + 52, QUARTER, BERLIN);
    expect(Math.abs((p50[52] as number) - 0.25 * noon)).toBeLessThan(2);
    expect(basis).toEqual({ method: "clear-sky", daysUsed: 7, daysWanted: 7, slotsWithoutHistory: 0 });
  });

  it("spreads p10 and p90 over clear and dull days", () => {
    const { day, atNoonBefore } = historyOf(
      10,
      QUARTER,
      () => 0,
      plant((dayBack) => (dayBack % 2 === 0 ? 0.9 : 0.3)),
    );
    const { p10, p50, p90 } = known.forecast(atNoonBefore, day);
    expect(p10[52]! < 0.6 * p50[52]! && p90[52]! > 1.3 * p50[52]!).toBe(true);
  });

  it("forecasts nothing for a home without PV, and refuses one whose PV was never read", () => {
    const none = historyOf(10, QUARTER, () => 0);
    expect(new Set(known.forecast(none.atNoonBefore, none.day).p90)).toEqual(new Set([0]));
    const unread = historyOf(
      10,
      QUARTER,
      () => 0,
      () => MISSING,
    );
    expect(refusal(() => known.forecast(unread.atNoonBefore, unread.day)).message).toMatch(/no pv readings/);
  });
});

describe("the forecast of PV at an unknown place", () => {
  it("is the mean of the last seven days, slot by slot", () => {
    const { day, atNoonBefore } = historyOf(
      12,
      QUARTER,
      () => 0,
      ({ dayBack, clockMinutes }) => dayBack * 1000 + clockMinutes,
    );
    const { p50, basis } = unknown.forecast(atNoonBefore, day);
    expect(p50[0]).toBe(4000); // in the morning the days 1 to 7 back are known
    expect(p50[95]).toBe(5000 + 95 * 15); // in the evening the days 2 to 8 back
    expect(basis).toMatchObject({ method: "mean-of-7-days", daysUsed: 7 });
  });
});
