import type { Tank } from "./devices.ts";

/** Of one Wh of heat in the tank this much is left after a slot: losses are in proportion to what is stored. */
export function keptInTank({ lossPermillePerHour }: Tank, slotSeconds: number): number {
  return (1 - lossPermillePerHour / 1000) ** (slotSeconds / 3600);
}

/** A slot of a tank: the electricity it drew, whole Wh, the heat it holds afterwards, and the heat that was not there. */
export interface TankStep {
  readonly drawnWh: number;
  readonly storedWh: number;
  readonly missingWh: number;
}

/**
 * Losses first, then heat of `wantedWh` of electricity as far as the thermostat and the heater's power allow, then what
 * is drawn from the tap.
 */
export function stepTank(tank: Tank, storedWh: number, wantedWh: number, tapWh: number, slotSeconds: number): TankStep {
  const kept = storedWh * keptInTank(tank, slotSeconds);
  const room = (Math.max(0, tank.capacityWh - kept) * 1000) / tank.heatPermille;
  const most = Math.min(Math.floor((tank.powerW * slotSeconds) / 3600), Math.floor(room));
  const drawnWh = Math.max(0, Math.min(Math.round(wantedWh), most));
  const hot = kept + (drawnWh * tank.heatPermille) / 1000;
  return { drawnWh, storedWh: Math.max(0, hot - tapWh), missingWh: Math.max(0, tapWh - hot) };
}
