import type { FlexibleUse } from "../commons/flexible.ts";
import { Calendar, type CalendarDay } from "../data/days.ts";
import { homeOf, type MeterData } from "../data/meterData.ts";
import type { Community } from "./community.ts";
import { usesOf, within } from "./flexibleUses.ts";
import { shiftableLoads } from "./loadModel.ts";
import { drawTraits } from "./traits.ts";

const DEVICES = ["washing machine", "dryer", "dishwasher", "car"];

/**
 * Loads that can wait, ASSIGNED to measured homes out of their readings: washer, dryer, dishwasher and, for a fifth of the
 * homes, a car, as the load model of generated homes draws them from the seed. Whole Wh, never more than what the meter saw in a
 * slot, so that each home uses what it was measured to use.
 */
export function assignedLoads({ homes, data, zone }: Community, seed: number): FlexibleUse[][] {
  const days = daysOf(data, zone);
  const traits = drawTraits(seed, homes.length);
  return homes.map(({ id }, i) => {
    const load = { ...traits[i]!.load, heatWPerK: 0 };
    const left = Int32Array.from(homeOf(data, id).loadWh);
    const atHome = load.occupancy !== "commuters";
    return days.flatMap((day) =>
      shiftableLoads(seed, id, load, day, data.slotSeconds, NO_WEATHER, DEVICES)
        .flatMap((device) => usesOf(device, day, data.slotSeconds, atHome))
        .map((use) => within(use, left, data.firstSlot)),
    );
  });
}

/** Nothing of what is assigned depends on it. */
const NO_WEATHER = { transmittance: [], temperatureC: [] };

/** The local days that lie wholly in the readings. */
function daysOf({ firstSlot, slotCount, slotSeconds }: MeterData, zone: string): CalendarDay[] {
  const calendar = new Calendar(zone, slotSeconds);
  const days: CalendarDay[] = [];
  for (let day = calendar.dayAt(firstSlot); day.firstSlot + day.slotCount <= firstSlot + slotCount; ) {
    if (day.firstSlot >= firstSlot) days.push(day);
    day = calendar.shift(day.date, 1);
  }
  return days;
}
