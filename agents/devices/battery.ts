import type { Battery, Car } from "./devices.ts";
import type { Storage } from "./storage.ts";

/** Energy that flows at a power during a slot, whole Wh, rounded down. */
export function slotWh(powerW: number, slotSeconds: number): number {
  return Math.floor((powerW * slotSeconds) / 3600);
}

/** A home battery as a storage, in whole Wh per slot. */
export function storageOf(battery: Battery, slotSeconds: number): Storage {
  const powerWh = slotWh(battery.powerW, slotSeconds);
  return {
    lowest: 0,
    highest: battery.capacityWh,
    mostIn: powerWh,
    mostOut: powerWh,
    inEfficiency: battery.chargePermille / 1000,
    outEfficiency: battery.dischargePermille / 1000,
    grain: 1,
  };
}

/** A car as a storage, in whole Wh per slot; nothing comes out of it but its trips. */
export function carStorage(car: Car, slotSeconds: number): Storage {
  return {
    lowest: 0,
    highest: car.capacityWh,
    mostIn: slotWh(car.powerW, slotSeconds),
    mostOut: 0,
    inEfficiency: car.chargePermille / 1000,
    outEfficiency: 1,
    grain: 1,
  };
}
