import { getPosition } from "suncalc";
import type { Slot } from "../model/slots.ts";

/** A place, degrees: north and east positive. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/** Moments per slot at which the sun's height is taken. */
const MOMENTS = 4;

/**
 * Global irradiance on the ground under a cloudless sky, W/m2, for a solar elevation in degrees: 1098 cos z exp(-0.059
 * / cos z), with z the zenith angle (B. Haurwitz, Journal of Meteorology 2, 1945, 154-166, and 3, 1946, 123-124). 0
 * below the horizon.
 */
export function haurwitz(elevationDeg: number): number {
  const cosZenith = Math.sin((elevationDeg * Math.PI) / 180);
  return cosZenith > 0 ? 1098 * cosZenith * Math.exp(-0.059 / cosZenith) : 0;
}

/** Mean clear-sky irradiance of a slot, W/m2. suncalc 2 gives the elevation in degrees, refraction included. */
export function clearSkyWm2(slot: Slot, slotSeconds: number, { latitude, longitude }: Location): number {
  let sum = 0;
  for (let i = 0; i < MOMENTS; i++) {
    const unixSeconds = (slot + (i + 0.5) / MOMENTS) * slotSeconds;
    sum += haurwitz(getPosition(new Date(unixSeconds * 1000), latitude, longitude).altitude);
  }
  return sum / MOMENTS;
}

/** `clearSkyWm2` of a place, each slot worked out once. */
export function clearSky(slotSeconds: number, location: Location): (slot: Slot) => number {
  const known = new Map<Slot, number>();
  return (slot) => {
    const wm2 = known.get(slot) ?? clearSkyWm2(slot, slotSeconds, location);
    known.set(slot, wm2);
    return wm2;
  };
}
