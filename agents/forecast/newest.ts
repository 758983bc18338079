import { MISSING } from "../data/meterData.ts";
import { type Forecast, type Forecaster, forecastOf } from "./forecast.ts";
import type { Reading } from "./historyDays.ts";

/** How far the newest readings are carried on. */
export interface Persistence {
  /** Readings before the cut that are compared with what was forecast for them, seconds; at least one slot. */
  readonly lookBackSeconds: number;
  /** Share of a deviation that is left after an hour, 0..1. */
  readonly keptPerHour: number;
}

/** A load's deviation fades within hours, a cloud's stays longer. Chosen on the homes of docs/forecast.md. */
export const LOAD_PERSISTENCE: Persistence = { lookBackSeconds: 3600, keptPerHour: 0.4 };
export const PV_PERSISTENCE: Persistence = { lookBackSeconds: 3600, keptPerHour: 0.8 };

/** The newest readings never count for more than so many times their forecast. */
const MOST_RATIO = 3;

/**
 * A base forecast scaled by how the newest readings compare with it: a first-order autoregressive error of the ratio.
 * With r the readings of the look-back over their forecast, at most 3, and k = kept^h what is left of it h hours after
 * the cut (to the middle of the slot), every quantile is the base's times 1 + k (r - 1). Where nothing was forecast or
 * measured in the look-back it is the base forecast.
 */
export function withNewest(base: Forecaster, quantity: "load" | "pv", persistence: Persistence): Forecaster {
  const { lookBackSeconds, keptPerHour } = persistence;
  const name = `${base.name}+newest`;
  return {
    name,
    forecast: (view, window) => {
      const slotCount = Math.max(1, Math.round(lookBackSeconds / view.slotSeconds));
      const read: Reading = quantity === "load" ? (slot) => view.loadWh(slot) : (slot) => view.pvWh(slot);
      const ratio = ratioOf(base.forecast(view, { firstSlot: view.endSlot - slotCount, slotCount }), read);
      const kept = (slot: number) => keptPerHour ** (((slot + 0.5 - view.endSlot) * view.slotSeconds) / 3600);
      return moved(base.forecast(view, window), name, ratio, kept);
    },
  };
}

/** Readings over p50, 0 .. 3, of the slots that were measured; 1 where nothing is to be compared. */
function ratioOf({ firstSlot, p50 }: Forecast, read: Reading): number {
  let [measured, forecast] = [0, 0];
  for (const [i, wh] of p50.entries()) {
    const reading = read(firstSlot + i);
    if (reading === MISSING) continue;
    measured += reading;
    forecast += wh;
  }
  return forecast > 0 ? Math.min(MOST_RATIO, measured / forecast) : 1;
}

function moved(base: Forecast, method: string, ratio: number, kept: (slot: number) => number): Forecast {
  return forecastOf(base, { ...base.basis, method }, (i) => {
    const factor = 1 + kept(base.firstSlot + i) * (ratio - 1);
    return { p10: base.p10[i]! * factor, p50: base.p50[i]! * factor, p90: base.p90[i]! * factor };
  });
}
