import type { HeatPump } from "./devices.ts";

/** Heat from one Wh of electricity with so many degrees outside, never below 1. */
export function heatPerWh({ heatPermille, heatPermillePerDegree }: HeatPump, outsideC: number): number {
  return Math.max(1, (heatPermille + heatPermillePerDegree * outsideC) / 1000);
}

/**
 * A slot of the building, exactly: with a constant outside and heat, the difference to where it would settle decays
 * with the time constant held / lost (36 h for 9,000 Wh and 250 W per degree). So
 * inside' = keeps x inside + (1 - keeps) x (outside + heat power / loss).
 */
export interface Warmth {
  /** Share of the inside temperature that is left after a slot. */
  readonly keeps: number;
  /** Degrees that a Wh of heat brings within a slot. */
  readonly degreesPerWh: number;
}

export function warmthOf({ lossWPerDegree, heldWhPerDegree }: HeatPump, slotSeconds: number): Warmth {
  const hours = slotSeconds / 3600;
  const keeps = Math.exp((-lossWPerDegree * hours) / heldWhPerDegree);
  return { keeps, degreesPerWh: (1 - keeps) / (lossWPerDegree * hours) };
}

/** The inside temperature after a slot in which so much electricity, Wh, was turned into heat. */
export function stepBuilding(
  pump: HeatPump,
  insideC: number,
  drawnWh: number,
  outsideC: number,
  slotSeconds: number,
): number {
  const { keeps, degreesPerWh } = warmthOf(pump, slotSeconds);
  return keeps * insideC + (1 - keeps) * outsideC + degreesPerWh * heatPerWh(pump, outsideC) * drawnWh;
}

/** What a thermostat draws that only keeps the inside at `wantedC`: whole Wh, off below the pump's least power. */
export function thermostatWh(
  pump: HeatPump,
  insideC: number,
  wantedC: number,
  outsideC: number,
  slotSeconds: number,
): number {
  const { degreesPerWh } = warmthOf(pump, slotSeconds);
  const cold = stepBuilding(pump, insideC, 0, outsideC, slotSeconds);
  const wanted = (wantedC - cold) / (degreesPerWh * heatPerWh(pump, outsideC));
  const [least, most] = [pump.leastPowerW, pump.powerW].map((watts) => (watts * slotSeconds) / 3600) as [
    number,
    number,
  ];
  if (wanted <= 0) return 0;
  return Math.round(Math.min(most, Math.max(least, wanted)));
}
