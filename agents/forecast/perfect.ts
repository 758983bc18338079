import { homeOf, type MeterData } from "../data/meterData.ts";
import { type Forecaster, forecastOf } from "./forecast.ts";
import type { Quantity } from "./load.ts";
import type { Forecasters } from "./net.ts";

/**
 * Foresight of what will be measured: the benchmark that forecasts are held against, and nothing that an agent could have.
 * A reading that is missing counts as 0.
 */
export function perfectForesight(data: MeterData): Forecasters {
  return { load: seer(data, "load"), pv: seer(data, "pv") };
}

function seer(data: MeterData, quantity: Quantity): Forecaster {
  return {
    name: "perfect",
    forecast: ({ homeId }, window) => {
      const home = homeOf(data, homeId);
      const series = quantity === "load" ? home.loadWh : home.pvWh;
      const basis = { method: "perfect", daysUsed: 0, daysWanted: 0, slotsWithoutHistory: 0 };
      return forecastOf(window, basis, (i) => {
        const wh = series[window.firstSlot + i - data.firstSlot] ?? 0;
        return { p10: wh, p50: wh, p90: wh };
      });
    },
  };
}
