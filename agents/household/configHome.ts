import type { DayFacts } from "../chain/calendar.ts";
import { flatPrices } from "../data/tariff.ts";
import type { HouseholdConfig } from "../process/configSchema.ts";
import type { Home } from "./home.ts";

/** The home as planning knows it on a day: its supplier's prices are the same in every slot. */
export function homeOf({ name, site, battery, tariffs }: HouseholdConfig, day: DayFacts): Home {
  const micro = (perKwh: number) => flatPrices(Math.round(perKwh * 1e6), day.slotCount);
  const [retailMicroPerKwh, feedInMicroPerKwh] = [micro(tariffs.grid), micro(tariffs.feedin)];
  const own = batteryOf(battery);
  return {
    ...{ id: name, connectionW: site.connectionW, tariff: "configured" },
    prices: { firstSlot: day.firstSlot, retailMicroPerKwh, feedInMicroPerKwh },
    ...(site.pvKw !== undefined && { pvKw: site.pvKw }),
    ...(own && { battery: own }),
  };
}

/** The battery in the units of planning: wear in micro-currency per kWh. */
export function batteryOf(battery: HouseholdConfig["battery"]): Home["battery"] {
  if (!battery) return undefined;
  const { wearPerKwh, ...rest } = battery;
  return { ...rest, wearMicroPerKwh: Math.round(wearPerKwh * 1e6) };
}
