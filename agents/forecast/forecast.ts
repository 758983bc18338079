import type { HistoryView } from "../data/historyView.ts";
import { InputError } from "../data/inputError.ts";
import type { SlotRange } from "../model/slots.ts";

/** What a forecast rests on. */
export interface ForecastBasis {
  readonly method: string;
  /** Days of history with at least one reading that were used, of those that the method looks for. */
  readonly daysUsed: number;
  readonly daysWanted: number;
  /** Slots whose time of day was never measured; they take the mean of all readings used. */
  readonly slotsWithoutHistory: number;
}

/**
 * Wh per slot, whole, >= 0, rounded to nearest, p10 <= p50 <= p90. p50 is the point forecast; 80 % of readings should
 * lie between p10 and p90.
 */
export interface Forecast extends SlotRange {
  readonly p10: Int32Array;
  readonly p50: Int32Array;
  readonly p90: Int32Array;
  readonly basis: ForecastBasis;
}

/**
 * Forecasts one quantity of one home from what its view knows. Throws InputError when the view holds no reading to go
 * by.
 */
export interface Forecaster {
  readonly name: string;
  forecast(view: HistoryView, window: SlotRange): Forecast;
}

/** Three values of one slot before rounding, Wh. */
export interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

/** Rounds to whole Wh, never below 0, and keeps the order p10 <= p50 <= p90 by moving the outer two. */
export function forecastOf(window: SlotRange, basis: ForecastBasis, at: (index: number) => Quantiles): Forecast {
  const { firstSlot, slotCount } = window;
  const [p10, p50, p90] = [new Int32Array(slotCount), new Int32Array(slotCount), new Int32Array(slotCount)];
  for (let i = 0; i < slotCount; i++) {
    const value = at(i);
    p50[i] = Math.max(0, Math.round(value.p50));
    p10[i] = Math.max(0, Math.min(Math.round(value.p10), Math.round(value.p50)));
    p90[i] = Math.max(0, Math.round(value.p90), Math.round(value.p50));
  }
  return { firstSlot, slotCount, p10, p50, p90, basis };
}

/** One sentence: the method and how much history it had. */
export function describeBasis({ method, daysUsed, daysWanted, slotsWithoutHistory }: ForecastBasis): string {
  const holes = slotsWithoutHistory > 0 ? `; ${slotsWithoutHistory} slots without history take the overall mean` : "";
  return `${method}: ${daysUsed} of ${daysWanted} days of history${holes}`;
}

/** The error for a home without history. */
export function noHistory(home: string, quantity: "load" | "pv"): InputError {
  const remedy = "give at least one complete day of readings that ends before the session's profile is issued";
  return new InputError(`no ${quantity} readings to forecast from`, { home }, remedy);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The `share` quantile (0..1), interpolated between the two nearest values. Assumes at least one value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] as number;
  return below + ((sorted[Math.ceil(rank)] as number) - below) * (rank - Math.floor(rank));
}
