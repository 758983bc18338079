import type { HistoryView } from "../data/historyView.ts";
import { MISSING } from "../data/meterData.ts";
import { DAY_SECONDS, type Slot, type SlotRange } from "../model/slots.ts";
import { clearSky, type Location } from "./clearSky.ts";
import { type Forecast, type Forecaster, forecastOf, mean, noHistory, type Quantiles, quantile } from "./forecast.ts";

const DAYS = 7;
const HOUR_SECONDS = 3600;

/** PV readings with the sky's irradiance, one entry per day of history in which the time was measured. */
interface Sample {
  wh: number;
  wm2: number;
}

/** The samples of each time of day (UTC, the sun knows no daylight saving), by day. */
type Samples = Map<number, Map<number, Sample>>;

/** Clear-sky forecast where the place is known, else the mean of the last days. */
export function pvForecaster(location?: Location): Forecaster {
  return location === undefined ? meanOfDays() : clearSkyScaled(location);
}

/**
 * The default for PV: clear-sky irradiance of the slot (Haurwitz) times what the home's plant made of it in the same
 * UTC hour of the last seven days: sum of Wh over sum of W/m2. Orientation, shading and size are all in that ratio. P10
 * and P90 scale by the ratio of single days, interpolated quantiles of at most seven. An hour without sun or reading in
 * the history is forecast as 0.
 */
export function clearSkyScaled(location: Location): Forecaster {
  let sky: { slotSeconds: number; wm2: (slot: Slot) => number } | undefined;
  return {
    name: "clear-sky",
    forecast: (view, window) => {
      if (sky?.slotSeconds !== view.slotSeconds)
        sky = { slotSeconds: view.slotSeconds, wm2: clearSky(view.slotSeconds, location) };
      return scaled(view, window, sky.wm2);
    },
  };
}

/**
 * The mean of the last seven days at the same time of day (UTC), for homes whose place is not known. P10 and P90 from
 * those days.
 */
export function meanOfDays(): Forecaster {
  return {
    name: "mean-of-7-days",
    forecast: (view, window) => scaled(view, window, () => 1, view.slotSeconds, "mean-of-7-days"),
  };
}

/** Both methods: a sky of 1 everywhere makes the ratio a mean. Samples are pooled over `periodSeconds`. */
function scaled(
  view: HistoryView,
  window: SlotRange,
  wm2: (slot: Slot) => number,
  periodSeconds = HOUR_SECONDS,
  method = "clear-sky",
): Forecast {
  const pooled = Math.max(periodSeconds, view.slotSeconds);
  const { samples, daysUsed } = gather(view, wm2, pooled);
  let holes = 0;
  const values = Array.from({ length: window.slotCount }, (_, i) => {
    const slot = window.firstSlot + i;
    const days = [...(samples.get(periodOf(slot, view.slotSeconds, pooled))?.values() ?? [])];
    if (days.length === 0) holes++;
    return times(clearness(days), wm2(slot));
  });
  const basis = { method, daysUsed, daysWanted: DAYS, slotsWithoutHistory: holes };
  return forecastOf(window, basis, (i) => values[i] as Quantiles);
}

function periodOf(slot: Slot, slotSeconds: number, periodSeconds: number): number {
  return Math.floor(((slot * slotSeconds) % DAY_SECONDS) / periodSeconds);
}

/** Readings of the seven days before the cut, pooled by time of day and day. Throws InputError if there is none. */
function gather(
  view: HistoryView,
  wm2: (slot: Slot) => number,
  periodSeconds: number,
): { samples: Samples; daysUsed: number } {
  const samples: Samples = new Map();
  const days = new Set<number>();
  const slotsPerDay = DAY_SECONDS / view.slotSeconds;
  for (let slot = view.endSlot - DAYS * slotsPerDay; slot < view.endSlot; slot++) {
    const wh = view.pvWh(slot);
    if (wh === MISSING) continue;
    const day = Math.floor((view.endSlot - 1 - slot) / slotsPerDay);
    days.add(day);
    add(samples, periodOf(slot, view.slotSeconds, periodSeconds), day, { wh, wm2: wm2(slot) });
  }
  if (days.size === 0) throw noHistory(view.homeId, "pv");
  return { samples, daysUsed: days.size };
}

function add(samples: Samples, period: number, day: number, { wh, wm2 }: Sample): void {
  const byDay = samples.get(period) ?? new Map<number, Sample>();
  const before = byDay.get(day) ?? { wh: 0, wm2: 0 };
  samples.set(period, byDay.set(day, { wh: before.wh + wh, wm2: before.wm2 + wm2 }));
}

/** Wh per W/m2: the ratio of sums, and quantiles of the days' own ratios. */
function clearness(days: readonly Sample[]): Quantiles {
  const sunny = days.filter((day) => day.wm2 > 0);
  if (sunny.length === 0) return { p10: 0, p50: 0, p90: 0 };
  const ratios = sunny.map((day) => day.wh / day.wm2);
  const p50 = mean(sunny.map((day) => day.wh)) / mean(sunny.map((day) => day.wm2));
  return { p10: quantile(ratios, 0.1), p50, p90: quantile(ratios, 0.9) };
}

function times({ p10, p50, p90 }: Quantiles, factor: number): Quantiles {
  return { p10: p10 * factor, p50: p50 * factor, p90: p90 * factor };
}
