import { Calendar } from "../../../agents/data/days.ts";
import { HistoryView } from "../../../agents/data/historyView.ts";
import type { MeterData } from "../../../agents/data/meterData.ts";

export const ZONE = "Europe/Berlin";
/** A Tuesday. */
export const DATE = "2026-05-19";

/** What a made-up home measures: `dayBack` 0 is the day forecast, 1 the day before, and so on. */
export interface Sight {
  readonly dayBack: number;
  readonly weekday: number;
  readonly clockMinutes: number;
  readonly slot: number;
}

/** One home "a" over `days` days and `DATE` itself, its readings computed, load and PV. */
export function historyOf(
  days: number,
  slotSeconds: number,
  loadWh: (at: Sight) => number,
  pvWh: (at: Sight) => number = () => 0,
  date = DATE,
) {
  const calendar = new Calendar(ZONE, slotSeconds);
  const sights = Array.from({ length: days + 1 }, (_, i) => calendar.shift(date, i - days)).flatMap((day, i) =>
    day.clockMinutes.map((clockMinutes, s): Sight => {
      return { dayBack: days - i, weekday: day.weekday, clockMinutes, slot: day.firstSlot + s };
    }),
  );
  const firstSlot = sights[0]?.slot ?? 0;
  const home = { id: "a", loadWh: Int32Array.from(sights, loadWh), pvWh: Int32Array.from(sights, pvWh) };
  const data: MeterData = { slotSeconds, firstSlot, slotCount: sights.length, homes: [home] };
  const day = calendar.day(date);
  return { data, day, atNoonBefore: new HistoryView(data, "a", day.firstSlot * slotSeconds - 43_200) };
}
