import type { CalendarDay } from "../data/days.ts";
import { HistoryView } from "../data/historyView.ts";
import { homeOf, type MeterData, MISSING } from "../data/meterData.ts";
import type { Slot, SlotRange } from "../model/slots.ts";
import { type Forecasters, forecastHome, type NetForecast } from "./net.ts";
import type { ForecastCase } from "./score.ts";

/** A home's day that forecasts are held against. */
export interface ScoredDay {
  readonly homeId: string;
  readonly day: CalendarDay;
}

/** What is forecast of a day, and when: forecasts of `window` with what is known at `cutSeconds`. */
export interface Issue {
  readonly cutSeconds: number;
  readonly window: SlotRange;
}

/** When the forecasts of a day are issued. */
export type Issues = (day: CalendarDay) => readonly Issue[];

/** Forecasts of one day of one home beside what was measured; all of load, PV and net, over the same slots. */
export interface DayCases {
  readonly homeId: string;
  readonly day: CalendarDay;
  readonly load: ForecastCase;
  readonly pv: ForecastCase;
  readonly net: ForecastCase;
}

/** The whole day at once, with what is known at a moment of the day before. */
export const dayAhead =
  (cutSeconds: (day: CalendarDay) => number): Issues =>
  (day) => [{ cutSeconds: cutSeconds(day), window: day }];

/** Every slot by itself, `leadSeconds` before it begins. */
export const slotAhead =
  (slotSeconds: number, leadSeconds: number): Issues =>
  ({ firstSlot, slotCount }) =>
    Array.from({ length: slotCount }, (_, i) => {
      const slot = firstSlot + i;
      return { cutSeconds: slot * slotSeconds - leadSeconds, window: { firstSlot: slot, slotCount: 1 } };
    });

/**
 * The days of each home that can be scored: measured in every slot, load and PV, and in at least one slot of each of the
 * `historyDays` days before.
 */
export function scorableDays(data: MeterData, days: readonly CalendarDay[], historyDays: number): ScoredDay[] {
  return data.homes.flatMap(({ id }) => {
    const measured = days.map((day) => measuredSlots(data, id, day));
    return days.flatMap((day, i) => {
      const before = measured.slice(i - historyDays, i);
      const known = i >= historyDays && before.every((slots) => slots > 0);
      return known && measured[i] === day.slotCount ? [{ homeId: id, day }] : [];
    });
  });
}

/** Slots of a day in which both quantities were measured. */
function measuredSlots(data: MeterData, id: string, { firstSlot, slotCount }: CalendarDay): number {
  const { loadWh, pvWh } = homeOf(data, id);
  const start = firstSlot - data.firstSlot;
  const known = (wh: number | undefined) => wh !== undefined && wh !== MISSING;
  return Array.from({ length: slotCount }, (_, i) => start + i).filter((i) => known(loadWh[i]) && known(pvWh[i]))
    .length;
}

/** Forecasts the days with what was known when each forecast was issued. */
export function casesOf(
  data: MeterData,
  days: readonly ScoredDay[],
  forecasters: Forecasters,
  issues: Issues,
  onDay: () => void = () => {},
): DayCases[] {
  return days.map(({ homeId, day }) => {
    const { loadWh, pvWh } = homeOf(data, homeId);
    const start = day.firstSlot - data.firstSlot;
    const [load, pv] = [loadWh, pvWh].map((series) => series.subarray(start, start + day.slotCount)) as [
      Int32Array,
      Int32Array,
    ];
    const forecasts = issues(day).map((issue) => forecastAt(data, homeId, forecasters, issue));
    onDay();
    return {
      homeId,
      day,
      load: { actualWh: load, forecast: joined(forecasts.map((each) => each.load)) },
      pv: { actualWh: pv, forecast: joined(forecasts.map((each) => each.pv)) },
      net: {
        actualWh: load.map((wh, i) => wh - pv[i]!),
        forecast: joined(forecasts.map(({ net }) => net)),
        signed: true,
      },
    };
  });
}

function forecastAt(data: MeterData, homeId: string, forecasters: Forecasters, { cutSeconds, window }: Issue) {
  return forecastHome(new HistoryView(data, homeId, cutSeconds), window, forecasters);
}

type Series = Pick<NetForecast, "p10" | "p50" | "p90">;

/** Forecasts of consecutive windows as one. */
function joined(parts: readonly Series[]): Series {
  if (parts.length === 1) return parts[0]!;
  const of = (name: keyof Series) => Int32Array.from(parts.flatMap((part) => [...part[name]]));
  return { p10: of("p10"), p50: of("p50"), p90: of("p90") };
}

/** What all homes need together, slot by slot, over the days on which every one of `homes` is scored. */
export function sumOverHomes(cases: readonly DayCases[], homes: number): ForecastCase[] {
  const byDay = new Map<Slot, DayCases[]>();
  for (const each of cases) byDay.set(each.day.firstSlot, [...(byDay.get(each.day.firstSlot) ?? []), each]);
  return [...byDay.values()]
    .filter((all) => all.length === homes)
    .map((all) => {
      const sum = (of: (each: DayCases) => ArrayLike<number>) =>
        Int32Array.from({ length: all[0]!.day.slotCount }, (_, t) =>
          all.reduce((total, each) => total + of(each)[t]!, 0),
        );
      const p50 = sum(({ load }) => load.forecast.p50);
      return { actualWh: sum(({ load }) => load.actualWh), forecast: { p10: p50, p50, p90: p50 } };
    });
}
