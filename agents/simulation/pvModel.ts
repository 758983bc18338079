import { getPosition } from "suncalc";
import type { Location } from "../forecast/clearSky.ts";
import type { Slot } from "../model/slots.ts";

/** A generated plant. */
export interface Plant {
  readonly peakKw: number;
  /** Where the panels look, degrees clockwise from north: 180 is south. */
  readonly azimuthDeg: number;
  /** Inverter, wiring, heat and dirt: output over what the panels' rating promises, about 0.8. */
  readonly performance: number;
}

/** How much more a tilted panel gets that looks straight at the sun, and less that looks away, at most. */
const TILT_GAIN = 0.25;

/**
 * Wh of a plant in a slot from the clear-sky irradiance (W/m2, Haurwitz) and the share the clouds let through; 1,000
 * W/m2 is the rating. Orientation is a plain factor 1 + 0.25 x cos(sun's azimuth - panel's). Rounded to whole Wh.
 */
export function plantWh(plant: Plant, wm2: number, transmittance: number, facing: number, slotSeconds: number): number {
  const kw = plant.peakKw * (wm2 / 1000) * transmittance * facing * plant.performance;
  return Math.round(Math.min(kw, plant.peakKw) * (slotSeconds / 3.6));
}

/** The orientation's factor in the middle of a slot. */
export function facing(
  { azimuthDeg }: Plant,
  slot: Slot,
  slotSeconds: number,
  { latitude, longitude }: Location,
): number {
  const { azimuth } = getPosition(new Date((slot + 0.5) * slotSeconds * 1000), latitude, longitude);
  return 1 + TILT_GAIN * Math.cos(((azimuth - azimuthDeg) * Math.PI) / 180);
}
