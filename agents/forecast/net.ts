import type { HistoryView } from "../data/historyView.ts";
import type { SlotRange } from "../model/slots.ts";
import type { Location } from "./clearSky.ts";
import type { Forecast, Forecaster } from "./forecast.ts";
import { lastDay, weekdayBlend } from "./load.ts";
import { LOAD_PERSISTENCE, PV_PERSISTENCE, withNewest } from "./newest.ts";
import { pvForecaster } from "./pv.ts";

/** How a home's load and PV are forecast. */
export interface Forecasters {
  readonly load: Forecaster;
  readonly pv: Forecaster;
}

/**
 * The weekday blend by the clock of `zone`; PV by the clear sky where the place is known. Share them: they remember
 * days and skies.
 */
export function defaultForecasters(zone: string, location?: Location): Forecasters {
  return { load: weekdayBlend(zone), pv: pvForecaster(location) };
}

/** The default, moved by the newest readings: what a home goes by once the day has begun. */
export function newestForecasters(zone: string, location?: Location): Forecasters {
  const { load, pv } = defaultForecasters(zone, location);
  return {
    load: withNewest(load, "load", LOAD_PERSISTENCE),
    pv: withNewest(pv, "pv", PV_PERSISTENCE),
  };
}

/** The control: the last complete day again, load and PV. */
export function controlForecasters(zone: string): Forecasters {
  return { load: lastDay(zone, "load"), pv: lastDay(zone, "pv") };
}

/** Load, PV and what they leave for the meter. All in Wh per slot. */
export interface HomeForecast {
  readonly load: Forecast;
  readonly pv: Forecast;
  /** load - pv before any battery; import positive, export negative. */
  readonly net: NetForecast;
}

/** Signed Wh per slot: import positive, export negative, p10 <= p50 <= p90. */
export interface NetForecast extends SlotRange {
  readonly p10: Int32Array;
  readonly p50: Int32Array;
  readonly p90: Int32Array;
}

/** Forecasts a home's load and PV and combines them. Throws InputError when there is no history of either. */
export function forecastHome(view: HistoryView, window: SlotRange, forecasters: Forecasters): HomeForecast {
  const load = forecasters.load.forecast(view, window);
  const pv = forecasters.pv.forecast(view, window);
  return { load, pv, net: netForecast(load, pv) };
}

/**
 * load - pv per slot. Quantiles don't subtract: taking load and PV errors as unrelated, the distance from p50 to a
 * bound is the root of the sum of the two squared distances (p90 of the net comes from p90 of the load and p10 of the
 * PV). Rounded outwards to whole Wh.
 */
export function netForecast(load: Forecast, pv: Forecast): NetForecast {
  const p50 = load.p50.map((wh, i) => wh - at(pv.p50, i));
  const up = p50.map((_, i) => spread(at(load.p90, i) - at(load.p50, i), at(pv.p50, i) - at(pv.p10, i)));
  const down = p50.map((_, i) => spread(at(load.p50, i) - at(load.p10, i), at(pv.p90, i) - at(pv.p50, i)));
  const { firstSlot, slotCount } = load;
  return {
    firstSlot,
    slotCount,
    p10: p50.map((wh, i) => wh - at(down, i)),
    p50,
    p90: p50.map((wh, i) => wh + at(up, i)),
  };
}

function spread(a: number, b: number): number {
  return Math.ceil(Math.hypot(a, b));
}

function at(series: Int32Array, index: number): number {
  return series[index] as number;
}
