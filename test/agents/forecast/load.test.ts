import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { describeBasis } from "../../../agents/forecast/forecast.ts";
import { lastDay, weekdayBlend } from "../../../agents/forecast/load.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "../data/refusal.ts";
import { historyOf, ZONE } from "./histories.ts";

const HOUR = 3600;
const blend = weekdayBlend(ZONE);

describe("the weekday blend, issued at noon of the day before", () => {
  it("is half the mean of three equal weekdays, half the mean of 14 days, the last of them D-2", () => {
    const { day, atNoonBefore } = historyOf(28, HOUR, ({ dayBack }) => dayBack ** 2);
    const weekdays = (7 ** 2 + 14 ** 2 + 21 ** 2) / 3;
    const recent = Array.from({ length: 14 }, (_, i) => (i + 2) ** 2).reduce((sum, wh) => sum + wh, 0) / 14;
    const { p50, basis } = blend.forecast(atNoonBefore, day);
    expect([...p50]).toEqual(new Array(24).fill(Math.round((weekdays + recent) / 2)));
    expect(describeBasis(basis)).toBe("weekday-blend: 17 of 17 days of history");
  });

  it("goes by the clock on the wall when the clocks change", () => {
    const byClock = ({ clockMinutes }: { clockMinutes: number }) => 1000 + clockMinutes;
    for (const date of ["2026-03-29", "2026-04-05", "2026-10-25", "2026-10-31"]) {
      const { day, atNoonBefore } = historyOf(28, HOUR, byClock, () => 0, date);
      expect([...blend.forecast(atNoonBefore, day).p50]).toEqual(day.clockMinutes.map((minutes) => 1000 + minutes));
    }
  });

  it("uses the history there is and says how much", () => {
    const { day, atNoonBefore } = historyOf(4, HOUR, ({ dayBack }) => 100 * dayBack);
    const { p50, basis } = blend.forecast(atNoonBefore, day);
    expect(p50[12]).toBe(300);
    expect(basis).toMatchObject({ daysUsed: 3, daysWanted: 17, slotsWithoutHistory: 0 });
  });

  it("leaves missing readings out, and takes the overall mean for an hour never measured", () => {
    const { day, atNoonBefore } = historyOf(28, HOUR, ({ clockMinutes }) => (clockMinutes === 720 ? MISSING : 240));
    const { p50, basis } = blend.forecast(atNoonBefore, day);
    expect(new Set(p50)).toEqual(new Set([240]));
    expect(describeBasis(basis)).toMatch(/1 slots without history take the overall mean/);
  });

  it("is refused without a complete day of history, for each slot length", () => {
    for (const slotSeconds of [900, 1800, HOUR]) {
      const { day, atNoonBefore } = historyOf(1, slotSeconds, () => 100);
      expect(refusal(() => blend.forecast(atNoonBefore, day)).details).toEqual({ home: "a" });
    }
  });

  it(`does not depend on anything after its cut (seed ${SEED})`, () => {
    const property = fc.property(fc.integer({ min: 0, max: 36 }), (hours) => {
      const { data, day } = historyOf(25, HOUR, ({ dayBack, clockMinutes }) => dayBack * 10 + clockMinutes);
      const cut = (day.firstSlot - hours) * HOUR;
      const home = data.homes[0] as (typeof data.homes)[0];
      const future = home.loadWh.map((wh, i) => (data.firstSlot + i < day.firstSlot - hours ? wh : 999_999));
      const changed = { ...data, homes: [{ ...home, loadWh: future }] };
      const forecasts = [data, changed].map((each) => blend.forecast(new HistoryView(each, "a", cut), day));
      expect(forecasts[1]).toEqual(forecasts[0]);
    });
    fc.assert(property, { seed: SEED, numRuns: 40 });
  });

  it(`has p10 <= p50 <= p90, none below 0 (seed ${SEED})`, () => {
    const property = fc.property(fc.infiniteStream(fc.nat(9)), (draws) => {
      const { day, atNoonBefore } = historyOf(23, HOUR, () => draws.next().value ?? 0);
      const { p10, p50, p90 } = blend.forecast(atNoonBefore, day);
      for (let i = 0; i < 24; i++) expect(0 <= p10[i]! && p10[i]! <= p50[i]! && p50[i]! <= p90[i]!).toBe(true);
    });
    fc.assert(property, { seed: SEED, numRuns: 40 });
  });

  it("may reach over midnight, each day by its own weekday", () => {
    const { day, atNoonBefore } = historyOf(28, HOUR, ({ weekday }) => weekday * 100);
    const window = { firstSlot: atNoonBefore.endSlot, slotCount: 12 + day.slotCount };
    const { p50 } = blend.forecast(atNoonBefore, window);
    expect([p50[0], p50[11], p50[12]]).toEqual([250, 250, 300]);
  });
});

it("the control repeats the last complete day", () => {
  const { day, atNoonBefore } = historyOf(10, HOUR, ({ dayBack, clockMinutes }) => dayBack * 10_000 + clockMinutes);
  const { p50, basis } = lastDay(ZONE).forecast(atNoonBefore, day);
  expect([...p50]).toEqual(day.clockMinutes.map((minutes) => 20_000 + minutes));
  expect(basis).toMatchObject({ method: "last-day", daysUsed: 1, daysWanted: 1 });
});
