import { Calendar } from "../data/days.ts";
import type { HistoryView } from "../data/historyView.ts";
import { DAY_SECONDS, type SlotRange } from "../model/slots.ts";
import { type Forecast, type Forecaster, forecastOf, mean, noHistory, type Quantiles, quantile } from "./forecast.ts";
import { type ClockTable, clockTable, type Reading, recentDays, recentWeekdays } from "./historyDays.ts";

const RECENT_DAYS = 14;
const SAME_WEEKDAYS = 3;
const DAY_MINUTES = 1440;

/**
 * What a weekday's forecast is made of: the mean of the means of `centre`, and quantiles of all readings of `spread`.
 */
interface Recipe {
  readonly method: string;
  readonly daysWanted: number;
  readonly centre: readonly ClockTable[];
  readonly spread: readonly ClockTable[];
}

/**
 * The default forecast of a home's load: half the mean of the same weekday over three weeks, half the mean of the last
 * 14 days, each at the same clock time of `zone`, complete days only. Where one half has no reading the other stands
 * alone. P10 and P90 are quantiles of all readings used for the slot and its two neighbours.
 */
export function weekdayBlend(zone: string): Forecaster {
  return loadForecaster("weekday-blend", zone, (recent, weekdays) => {
    const halves = [weekdays, recent];
    return { method: "weekday-blend", daysWanted: SAME_WEEKDAYS + RECENT_DAYS, centre: halves, spread: halves };
  });
}

/**
 * The control, for load or PV: the last complete day again (D-2 when issued at noon of D-1). P10 and P90 from the last 14
 * days, else as above.
 */
export function lastDay(zone: string, quantity: Quantity = "load"): Forecaster {
  const recipeOf: RecipeOf = (recent, _weekdays, last) => {
    return { method: "last-day", daysWanted: 1, centre: [last], spread: [recent] };
  };
  return loadForecaster("last-day", zone, recipeOf, quantity);
}

/** What a forecast is of. */
export type Quantity = "load" | "pv";

type RecipeOf = (recent: ClockTable, weekdays: ClockTable, last: ClockTable) => Recipe;

/** A forecaster by clock time; of load, unless said otherwise. */
function loadForecaster(name: string, zone: string, recipeOf: RecipeOf, quantity: Quantity = "load"): Forecaster {
  let calendar: Calendar | undefined;
  return {
    name,
    forecast: (view, window) => {
      if (calendar?.slotSeconds !== view.slotSeconds) calendar = new Calendar(zone, view.slotSeconds);
      const read: Reading = (slot) => (quantity === "load" ? view.loadWh(slot) : view.pvWh(slot));
      return loadForecast(view, window, calendar, recipes(view, calendar, recipeOf, read), quantity);
    },
  };
}

/** The recipe of each weekday, made once. */
function recipes(
  view: HistoryView,
  calendar: Calendar,
  recipeOf: RecipeOf,
  read: Reading,
): (weekday: number) => Recipe {
  const recent = clockTable(recentDays(view, calendar, RECENT_DAYS), read);
  const last = clockTable(recentDays(view, calendar, 1), read);
  const made = new Map<number, Recipe>();
  return (weekday) => {
    const known = made.get(weekday);
    if (known) return known;
    const recipe = recipeOf(recent, clockTable(recentWeekdays(view, calendar, weekday, SAME_WEEKDAYS), read), last);
    made.set(weekday, recipe);
    return recipe;
  };
}

function loadForecast(
  view: HistoryView,
  window: SlotRange,
  calendar: Calendar,
  recipeFor: (weekday: number) => Recipe,
  quantity: Quantity,
): Forecast {
  const stepMinutes = (view.slotSeconds / DAY_SECONDS) * DAY_MINUTES;
  let holes = 0;
  let recipe = recipeFor(1);
  const values = slotsByClock(window, calendar).map(({ weekday, minutes }) => {
    recipe = recipeFor(weekday);
    const centre = centreAt(recipe.centre, minutes);
    if (centre === undefined) holes++;
    return quantilesAt(recipe, minutes, stepMinutes, centre ?? overallMean(view, recipe, quantity));
  });
  const basis = {
    method: recipe.method,
    daysUsed: daysUsed(recipe),
    daysWanted: recipe.daysWanted,
    slotsWithoutHistory: holes,
  };
  return forecastOf(window, basis, (i) => values[i] as Quantiles);
}

/** Weekday and clock time of each slot of the window. */
function slotsByClock({ firstSlot, slotCount }: SlotRange, calendar: Calendar): { weekday: number; minutes: number }[] {
  let day = calendar.dayAt(firstSlot);
  return Array.from({ length: slotCount }, (_, i) => {
    if (firstSlot + i >= day.firstSlot + day.slotCount) day = calendar.shift(day.date, 1);
    return { weekday: day.weekday, minutes: day.clockMinutes[firstSlot + i - day.firstSlot] as number };
  });
}

/** Mean of the tables' means at a clock time; undefined if none has a reading there. */
function centreAt(tables: readonly ClockTable[], minutes: number): number | undefined {
  const means = tables.flatMap(({ byClock }) => (byClock.has(minutes) ? [mean(byClock.get(minutes) as number[])] : []));
  return means.length > 0 ? mean(means) : undefined;
}

function quantilesAt({ spread }: Recipe, minutes: number, stepMinutes: number, p50: number): Quantiles {
  const clock = [minutes - stepMinutes, minutes, minutes + stepMinutes].map((m) => (m + DAY_MINUTES) % DAY_MINUTES);
  const sample = spread.flatMap(({ byClock }) => clock.flatMap((m) => byClock.get(m) ?? []));
  if (sample.length === 0) return { p10: p50, p50, p90: p50 };
  return { p10: quantile(sample, 0.1), p50, p90: quantile(sample, 0.9) };
}

function overallMean(view: HistoryView, { centre }: Recipe, quantity: Quantity): number {
  const all = centre.flatMap(({ byClock }) => [...byClock.values()].flat());
  if (all.length === 0) throw noHistory(view.homeId, quantity);
  return mean(all);
}

function daysUsed({ centre }: Recipe): number {
  return centre.reduce((sum, table) => sum + table.daysUsed, 0);
}
