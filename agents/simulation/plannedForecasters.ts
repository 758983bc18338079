import { HistoryView } from "../data/historyView.ts";
import type { MeterData } from "../data/meterData.ts";
import type { Location } from "../forecast/clearSky.ts";
import { defaultForecasters, type Forecasters } from "../forecast/net.ts";
import type { SlotRange } from "../model/slots.ts";

/**
 * Forecasts of homes that decided themselves when some of their loads run: the default forecast of what they did not decide,
 * read from `unplanned`, plus their plan, Wh by home and slot of `day`.
 */
export function plannedForecasters(
  zone: string,
  location: Location | undefined,
  unplanned: MeterData,
  day: SlotRange,
  plans: ReadonlyMap<string, readonly number[]>,
): Forecasters {
  const { load, pv } = defaultForecasters(zone, location);
  return {
    pv,
    load: {
      name: `${load.name}, and plans`,
      forecast: (view, window) => {
        const forecast = load.forecast(new HistoryView(unplanned, view.homeId, view.cutSeconds), window);
        const plan = plans.get(view.homeId);
        const planned = (series: Int32Array) =>
          series.map((wh, i) => wh + (plan?.[window.firstSlot + i - day.firstSlot] ?? 0));
        return { ...forecast, p10: planned(forecast.p10), p50: planned(forecast.p50), p90: planned(forecast.p90) };
      },
    },
  };
}
