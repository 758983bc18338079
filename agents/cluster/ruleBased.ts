import { roomFor, type Storage, stepStorage } from "../devices/storage.ts";
import { type Site, siteNet } from "./site.ts";

/** A second storage, which takes what the main battery has no room for: boats at their moorings. */
export interface Boats {
  readonly storage: Storage;
  readonly startKwh: number;
  /** The reference price, pence per kWh: surplus is sold rather than put into the boats while energy costs more. */
  readonly referencePrice: number;
}

/** A day of the site, kWh per step: bought positive, sold negative; discharge positive, charge negative. */
export interface SiteDay {
  readonly gridKwh: number[];
  readonly batteryKwh: number[];
  readonly storedKwh: number[];
  readonly boatsKwh: number[];
  readonly boatsStoredKwh: number[];
}

/** Less than this is balanced, kWh. */
const BALANCED = 1e-9;

/**
 * The day under the rules RBC-1, which say what Algorithm 1 of Petri et al. (2020, section VI-A) leaves open. Buildings
 * share first. Surplus charges the battery; what its power leaves over is sold; once it is full, surplus is sold while
 * energy costs more than the reference price and else charges the boats. Lack is met by the battery, then by the
 * boats, then bought.
 */
export function ruleBased(site: Site, boats?: Boats): SiteDay {
  const day: SiteDay = { gridKwh: [], batteryKwh: [], storedKwh: [], boatsKwh: [], boatsStoredKwh: [] };
  let [stored, boatsStored] = [site.startKwh, boats?.startKwh ?? 0];
  siteNet(site).forEach((net, step) => {
    const lack = Math.abs(net) <= BALANCED ? 0 : net;
    const battery = stepStorage(site.battery, stored, lack);
    const wanted = boats ? wantedOfBoats(site, boats, step, battery.stored, lack - battery.out) : 0;
    const second = boats ? stepStorage(boats.storage, boatsStored, wanted) : { out: 0, stored: 0 };
    [stored, boatsStored] = [battery.stored, second.stored];
    record(day, lack - battery.out - second.out, [battery.out, stored, second.out, boatsStored]);
  });
  return day;
}

function record(day: SiteDay, grid: number, [battery, stored, boats, boatsStored]: readonly number[]): void {
  day.gridKwh.push(Math.abs(grid) <= BALANCED ? 0 : grid);
  day.batteryKwh.push(battery!);
  day.storedKwh.push(stored!);
  day.boatsKwh.push(boats!);
  day.boatsStoredKwh.push(boatsStored!);
}

/** What the boats should give; negative: take. */
function wantedOfBoats(site: Site, boats: Boats, step: number, stored: number, left: number): number {
  if (left >= 0) return left;
  const isFull = roomFor(site.battery, stored) <= BALANCED;
  return isFull && site.buyPrice[step]! <= boats.referencePrice ? left : 0;
}
