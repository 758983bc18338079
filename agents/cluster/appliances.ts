import type { Building } from "./site.ts";

/** Something in a building that draws a known power at known hours. */
export interface Appliance {
  readonly name: string;
  readonly building: string;
  /** W while it runs, and W the rest of the day. */
  readonly powerW: number;
  readonly restW: number;
  /** Hours of the day between which it runs; "dark": outside daylight. */
  readonly hours: readonly [from: number, to: number] | "dark";
}

const DOUBLE_TUBES = 23;
const TUBE_PAIR_W = 50;

/**
 * What the fish dock of Petri et al. (2020, section III) has. From the paper: an ice flake machine that never stops, a
 * box washer of 50 kW for a part of the day, 23 double tubes of 25 W at night, a cold room as the main appliance of K
 * Shed. Assumed: every other figure, and the hours.
 */
export const APPLIANCES: readonly Appliance[] = [
  { name: "ice flake machine", building: "Packaway", powerW: 4000, restW: 4000, hours: [0, 24] },
  { name: "box washer", building: "Packaway", powerW: 50_000, restW: 0, hours: [9, 11] },
  { name: "lighting", building: "Packaway", powerW: DOUBLE_TUBES * TUBE_PAIR_W, restW: 0, hours: "dark" },
  { name: "cold room", building: "K Shed", powerW: 3600, restW: 2400, hours: [6, 20] },
  { name: "workshop and office", building: "M Shed", powerW: 2000, restW: 200, hours: [8, 17] },
  { name: "fish processing", building: "F Shed", powerW: 6000, restW: 800, hours: [6, 14] },
  { name: "stores", building: "J Shed", powerW: 1600, restW: 600, hours: [7, 18] },
];

/** A day on the site: when it is light, and what 50 kW of panels yield. */
export interface SiteWeather {
  readonly daylight: readonly [from: number, to: number];
  /** kWh per step of one building's panels; every building has the same. */
  readonly pvKwh: readonly number[];
}

/** What an appliance draws, kWh in each step of a day of `steps`. */
export function applianceKwh({ powerW, restW, hours }: Appliance, { daylight }: SiteWeather, steps: number): number[] {
  const stepHours = 24 / steps;
  return Array.from({ length: steps }, (_, step) => {
    const hour = step * stepHours;
    const between = ([from, to]: readonly [number, number]) => hour >= from && hour < to;
    const runs = hours === "dark" ? !between(daylight) : between(hours);
    return ((runs ? powerW : restW) * stepHours) / 1000;
  });
}

/** The five buildings of the site with the loads of their appliances, and panels on each. */
export function siteBuildings(weather: SiteWeather): Building[] {
  const steps = weather.pvKwh.length;
  return [...new Set(APPLIANCES.map(({ building }) => building))].map((name) => {
    const own = APPLIANCES.filter(({ building }) => building === name);
    const loads = own.map((appliance) => applianceKwh(appliance, weather, steps));
    const loadKwh = weather.pvKwh.map((_, step) => loads.reduce((sum, kwh) => sum + kwh[step]!, 0));
    return { name, loadKwh, pvKwh: weather.pvKwh };
  });
}
