import { timesOf } from "../data/weekly.ts";
import { newestForecasters } from "../forecast/net.ts";
import { type SlotRange, slotStart } from "../model/slots.ts";
import { pathIn } from "../process/config.ts";
import type { HomeConfig } from "../process/configSchema.ts";
import { batteryOf } from "./devices/owned.ts";
import type { Home, HomePrices } from "./home.ts";
import { type HomeReadings, readingsFromFile, replayedReadings } from "./homeReadings.ts";

/** The readings that a home's file names; its path is that of the file. */
export function readingsOf(config: HomeConfig, file: string): HomeReadings {
  const { readings, home, replay } = config.meters;
  const path = pathIn(file, readings);
  return replay ? replayedReadings(path, home) : readingsFromFile(path, home);
}

/** Forecasters of a home, moved by its newest readings. */
export function forecastersOf({ site: { zone, latitude, longitude } }: HomeConfig) {
  return newestForecasters(
    zone,
    latitude === undefined || longitude === undefined ? undefined : { latitude, longitude },
  );
}

/** The home as trading knows it, with its supplier's prices of these slots. */
export function homeOf({ name, site, battery, tariffs }: HomeConfig, slots: SlotRange, slotSeconds: number): Home {
  const own = batteryOf(battery);
  return {
    ...{ id: name, connectionW: site.connectionW, tariff: "configured" },
    prices: pricesIn(tariffs, site.zone, slots, slotSeconds),
    ...(site.pvKw !== undefined && { pvKw: site.pvKw }),
    ...(own && { battery: own }),
  };
}

/** The supplier's prices per slot: the file's, or those of the zone of hours in which the slot begins. */
export function pricesIn(
  { grid, feedin, zones }: HomeConfig["tariffs"],
  zone: string,
  { firstSlot, slotCount }: SlotRange,
  slotSeconds: number,
): HomePrices {
  const micro = (perKwh: number) => Math.round(perKwh * 1e6);
  const retailMicroPerKwh = new Int32Array(slotCount).fill(micro(grid));
  const feedInMicroPerKwh = new Int32Array(slotCount).fill(micro(feedin));
  const within = { from: slotStart(firstSlot, slotSeconds), to: slotStart(firstSlot + slotCount, slotSeconds) };
  for (const hours of zones) {
    for (const { from, to } of timesOf(hours, within, zone)) {
      const [start, end] = [from, to].map((time) => Math.max(0, Math.ceil(time / slotSeconds) - firstSlot));
      if (hours.grid !== undefined) retailMicroPerKwh.fill(micro(hours.grid), start, end);
      if (hours.feedin !== undefined) feedInMicroPerKwh.fill(micro(hours.feedin), start, end);
    }
  }
  return { firstSlot, retailMicroPerKwh, feedInMicroPerKwh };
}
