import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { weekdayBlend } from "../../../agents/forecast/load.ts";
import { newestForecasters } from "../../../agents/forecast/net.ts";
import { withNewest } from "../../../agents/forecast/newest.ts";
import { SEED } from "../../helpers/seed.ts";
import { historyOf, ZONE } from "./histories.ts";

const HOUR = 3600;
const blend = weekdayBlend(ZONE);
const persistence = { lookBackSeconds: HOUR, keptPerHour: 0.5 };
/** 1,000 Wh an hour for weeks, and `lastWh` in the hour before noon of the day. */
const atNoon = (lastWh: number) => {
  const { data, day } = historyOf(28, HOUR, ({ dayBack, clockMinutes }) =>
    dayBack === 0 && clockMinutes === 660 ? lastWh : 1000,
  );
  const noon = day.firstSlot + 12;
  return { view: new HistoryView(data, "a", noon * HOUR), noon };
};

describe("a forecast moved by the newest readings", () => {
  it("is the base scaled by the ratio, half of whose deviation is left after each hour", () => {
    const { view, noon } = atNoon(1400);
    const { p50 } = withNewest(blend, "load", persistence).forecast(view, { firstSlot: noon, slotCount: 3 });
    expect([...p50]).toEqual([0.5, 1.5, 2.5].map((h) => Math.round(1000 * (1 + 0.4 * 0.5 ** h))));
  });

  it("never counts the newest readings for more than three times their forecast", () => {
    const { view, noon } = atNoon(90_000);
    const { p50 } = withNewest(blend, "load", persistence).forecast(view, { firstSlot: noon, slotCount: 1 });
    expect(p50[0]).toBe(Math.round(1000 * (1 + 2 * 0.5 ** 0.5)));
  });

  it("is the base forecast where the newest readings are missing", () => {
    const { view, noon } = atNoon(MISSING);
    const window = { firstSlot: noon, slotCount: 4 };
    const { p10, p50, p90 } = withNewest(blend, "load", persistence).forecast(view, window);
    const base = blend.forecast(view, window);
    expect([p10, p50, p90]).toEqual([base.p10, base.p50, base.p90]);
  });

  it(`keeps p10 <= p50 <= p90 and looks at nothing after its cut (seed ${SEED})`, () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 23 }),
      fc.array(fc.nat(9), { minLength: 24, maxLength: 24 }),
      (hour, wh) => {
        const { data, day } = historyOf(
          28,
          HOUR,
          ({ slot }) => wh[slot % 24]!,
          ({ slot }) => wh[(slot * 7) % 24]!,
        );
        const view = new HistoryView(data, "a", (day.firstSlot + hour) * HOUR);
        const window = { firstSlot: day.firstSlot + hour, slotCount: 24 - hour };
        const { load, pv } = newestForecasters(ZONE);
        for (const forecaster of [load, pv]) {
          const { p10, p50, p90 } = forecaster.forecast(view, window);
          for (const [i, middle] of p50.entries()) {
            expect(p10[i]! <= middle && middle <= p90[i]!).toBe(true);
          }
        }
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 30 });
  });
});
