import { PROGRAMMES } from "../../devices/appliance.ts";
import type { Appliance, Battery, Car, HeatPump, Pv, Tank } from "../../devices/devices.ts";
import type { HomeConfig } from "../../process/configSchema.ts";
import type { ApplianceConfig, HeatingConfig, HotwaterConfig, LoadpointConfig } from "../../process/deviceSchema.ts";

/** A home's devices as its file describes them, in the words of `agents/devices`. */

/** The battery in the units of planning: wear in micro-currency per kWh. */
export function batteryOf(battery: HomeConfig["battery"]): Battery | undefined {
  if (!battery) return undefined;
  const { wearPerKwh, ...rest } = battery;
  return { ...rest, wearMicroPerKwh: Math.round(wearPerKwh * 1e6) };
}

export const carOf = ({ capacityWh, powerW, chargePermille }: LoadpointConfig): Car => ({
  ...{ capacityWh, powerW, chargePermille },
});

export function tankOf(hotwater: HotwaterConfig): Tank {
  const { capacityWh, powerW, heatPermille, lossPermillePerHour, comfortWh } = hotwater;
  return { capacityWh, powerW, heatPermille, lossPermillePerHour, comfortWh };
}

export function pumpOf(heating: HeatingConfig): HeatPump {
  const { leastPowerW, powerW, heatPermille, heatPermillePerDegree, lossWPerDegree, heldWhPerDegree } = heating;
  return { leastPowerW, powerW, heatPermille, heatPermillePerDegree, lossWPerDegree, heldWhPerDegree };
}

export const applianceOf = ({ programme, profileWh, spanMinutes }: ApplianceConfig): Appliance =>
  profileWh === undefined
    ? { programme, ...PROGRAMMES[programme] }
    : { programme, profileWh, spanSeconds: 60 * spanMinutes };

/** Panels; undefined where the file names none. */
export const pvOf = ({ pvKw, curtailable }: HomeConfig["site"]): Pv | undefined =>
  pvKw === undefined ? undefined : { peakW: Math.round(1000 * pvKw), curtailable };

/** What a storage or a building holds until it says itself: as the file says, else a usual level. */
export const START = {
  battery: ({ startWh }: NonNullable<HomeConfig["battery"]>) => startWh,
  car: ({ startWh, capacityWh }: LoadpointConfig) => startWh ?? capacityWh / 2,
  tank: ({ startWh, capacityWh, comfortWh }: HotwaterConfig) => startWh ?? (capacityWh + comfortWh) / 2,
  heatPump: ({ startC, lowC, highC }: HeatingConfig) => startC ?? (lowC + highC) / 2,
};
