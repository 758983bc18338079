import type { Storage } from "../devices/storage.ts";

/** A building by itself, kWh per step, gross. */
export interface Building {
  readonly name: string;
  readonly loadKwh: readonly number[];
  readonly pvKwh: readonly number[];
}

/** A site: buildings behind one grid connection, a battery, and the prices of a day. */
export interface Site {
  readonly id: string;
  readonly buildings: readonly Building[];
  /** Pence per kWh bought and sold, of any sign, one per step. */
  readonly buyPrice: readonly number[];
  readonly sellPrice: readonly number[];
  /** The main battery, kWh and kWh per step. */
  readonly battery: Storage;
  /** What the battery holds before the first step, kWh. */
  readonly startKwh: number;
  /** The least that the optimum must leave in it, kWh. */
  readonly endAtLeastKwh: number;
}

/** Net need of each step, kWh: load less PV, positive where the building lacks. */
export function netOf({ loadKwh, pvKwh }: Building): number[] {
  return loadKwh.map((load, step) => load - pvKwh[step]!);
}

/** Net need of the site with its buildings pooled, kWh per step. */
export function siteNet({ buildings, buyPrice }: Site): number[] {
  const nets = buildings.map(netOf);
  return buyPrice.map((_, step) => nets.reduce((sum, net) => sum + net[step]!, 0));
}

/** What the exchange with the grid costs, pence: positive steps are bought, negative ones sold. */
export function costOf({ buyPrice, sellPrice }: Site, gridKwh: readonly number[]): number {
  return gridKwh.reduce((sum, kwh, step) => sum + kwh * (kwh > 0 ? buyPrice : sellPrice)[step]!, 0);
}
