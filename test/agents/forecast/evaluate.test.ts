import { describe, expect, it } from "vitest";
import { Calendar } from "../../../agents/data/days.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { casesOf, dayAhead, scorableDays, slotAhead, sumOverHomes } from "../../../agents/forecast/evaluate.ts";
import { imbalanceCost } from "../../../agents/forecast/imbalanceCost.ts";
import { controlForecasters } from "../../../agents/forecast/net.ts";
import { pool } from "../../../agents/forecast/score.ts";
import { historyOf, ZONE } from "./histories.ts";

const HOUR = 3600;
const calendar = new Calendar(ZONE, HOUR);

describe("which days are scored", () => {
  const days = (hole: (dayBack: number, clock: number) => boolean) => {
    const { data, day } = historyOf(5, HOUR, ({ dayBack, clockMinutes }) =>
      hole(dayBack, clockMinutes) ? MISSING : 7,
    );
    const all = Array.from({ length: 6 }, (_, i) => calendar.shift(day.date, i - 5));
    return scorableDays(data, all, 3).map((scored) => scored.day.date.slice(8));
  };

  it("those measured in full after as many measured days as the forecast wants", () => {
    expect(days(() => false)).toEqual(["17", "18", "19"]);
    expect(days((dayBack, clock) => dayBack === 1 && clock === 0)).toEqual(["17", "19"]);
    expect(days((dayBack) => dayBack === 4)).toEqual(["19"]);
  });
});

describe("forecasts held against what was measured", () => {
  const { data, day } = historyOf(5, HOUR, ({ dayBack, clockMinutes }) => 100 * dayBack + clockMinutes / 60);
  const noon = dayAhead(() => day.firstSlot * HOUR - 12 * HOUR);
  const scored = [{ homeId: "a", day }];

  it("are issued with what is known: day D-2 at noon of the day before, D-1 when the day has begun", () => {
    const control = controlForecasters(ZONE);
    expect(pool(casesOf(data, scored, control, noon).map(({ load }) => load))).toMatchObject({ slots: 24, maeWh: 200 });
    const slotwise = casesOf(data, scored, control, slotAhead(HOUR, 0));
    expect(pool(slotwise.map(({ load }) => load))).toMatchObject({ slots: 24, maeWh: 100 });
  });

  it("of all homes together are sums, on days on which every home is scored", () => {
    const [one] = casesOf(data, scored, controlForecasters(ZONE), noon);
    expect(pool(sumOverHomes([one!, one!], 2)).maeWh).toBe(400);
    expect(sumOverHomes([one!], 2)).toEqual([]);
  });

  it("cost half the difference of retail and feed-in price for each kWh of error, either way", () => {
    const prices = { retailMicroPerKwh: [300_000, 300_000, 300_000], feedInMicroPerKwh: [100_000, 100_000, 300_000] };
    const forecast = { p10: [], p50: [1000, -1000, 0], p90: [] };
    expect(imbalanceCost({ actualWh: [3000, -2000, 5000], forecast, signed: true }, prices)).toBeCloseTo(0.3);
  });
});
