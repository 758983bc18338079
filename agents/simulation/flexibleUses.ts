import type { FlexibleUse } from "../commons/flexible.ts";
import { Calendar, type CalendarDay } from "../data/days.ts";
import { homeOf } from "../data/meterData.ts";
import type { Community } from "./community.ts";
import { type DeviceLoad, shiftableLoads } from "./loadModel.ts";
import { drawTraits } from "./traits.ts";
import { dayWeather } from "./weather.ts";

/**
 * When people let a device run, hours of the local day, and how it is asked for. Assumed, the same for all homes. A car is
 * at home by day where somebody is; elsewhere from when it came by habit. Each window is widened to hold the habit.
 */
const DEVICES = {
  "washing machine": { category: 2, shape: "block", hours: [8, 22] },
  dryer: { category: 2, shape: "block", hours: [8, 22] },
  dishwasher: { category: 3, shape: "block", hours: [10, 24] },
  car: { category: 4, shape: "budget", hours: [10, 24] },
} as const;
type Device = keyof typeof DEVICES;

/** A building keeps its warmth so long: its heat pump may run any time within each such span of the day. */
const WARM_HOURS = 3;
/** A heat pump can draw so much of what it drew at most on the day. */
const HEAT_PUMP_RESERVE = 1.5;
/** A home knows of a load so long before it may run. */
const KNOWN_HOURS = 2;

/**
 * The loads of each home that may run at another time, over all its readings: washer, dryer, dishwasher, car and heat pump of a
 * generated community, as its load model drew them; of measured homes, what they were assigned. Whole Wh, never more than what the meter saw in a slot.
 */
export function flexibleUses(community: Community): FlexibleUse[][] {
  const { generatedFrom, homes, data, zone, day, assignedUses } = community;
  if (!generatedFrom) return homes.map((_, i) => [...(assignedUses?.[i] ?? [])]);
  const { seed, historyDays } = generatedFrom;
  const calendar = new Calendar(zone, data.slotSeconds);
  const days = Array.from({ length: historyDays + 1 }, (_, i) => calendar.shift(day.date, i - historyDays));
  const weather = days.map((each) => dayWeather(seed, each, data.slotSeconds));
  return drawTraits(seed, generatedFrom.homes).map(({ id, load }) => {
    const left = Int32Array.from(homeOf(data, id).loadWh);
    const atHome = load.occupancy !== "commuters";
    return days.flatMap((each, d) => {
      const loads = shiftableLoads(seed, id, load, each, data.slotSeconds, weather[d]!, Object.keys(DEVICES));
      return loads
        .flatMap((device) => usesOf(device, each, data.slotSeconds, atHome))
        .map((use) => within(use, left, data.firstSlot));
    });
  });
}

/** The uses that a device's load of a day is, with the windows in which people let it run. */
export function usesOf(
  { name, wh }: DeviceLoad,
  day: CalendarDay,
  slotSeconds: number,
  atHome: boolean,
): FlexibleUse[] {
  if (name === "heat pump") return heatUses(wh, day, slotSeconds);
  const { category, shape, hours } = DEVICES[name as Device];
  const from = wh.findIndex((value) => value >= 1);
  if (from < 0) return [];
  const to = wh.findLastIndex((value) => value >= 1) + 1;
  const at = (hour: number) => Math.min(day.slotCount, Math.round((hour * 3600) / slotSeconds));
  const opens = name === "car" && !atHome && day.weekday <= 5 ? from : Math.min(from, at(hours[0]));
  return [
    {
      ...{
        device: name,
        category,
        shape,
        firstSlot: day.firstSlot + from,
        habitWh: wh.slice(from, to).map(Math.floor),
      },
      ...{ earliest: day.firstSlot + opens, deadline: day.firstSlot + Math.max(to, at(hours[1])) },
      appears: day.firstSlot + Math.max(0, opens - at(KNOWN_HOURS)),
    },
  ];
}

/** The heat pump's day in spans, each a budget of its own. */
function heatUses(wh: readonly number[], { firstSlot, slotCount }: CalendarDay, slotSeconds: number): FlexibleUse[] {
  const span = Math.max(1, Math.round((WARM_HOURS * 3600) / slotSeconds));
  const mostWh = Math.floor(Math.max(...wh) * HEAT_PUMP_RESERVE);
  return Array.from({ length: Math.ceil(slotCount / span) }, (_, i): FlexibleUse => {
    const [from, to] = [i * span, Math.min(slotCount, (i + 1) * span)];
    return {
      ...{ device: "heat pump", category: 1, shape: "thermal", mostWh },
      ...{ firstSlot: firstSlot + from, habitWh: wh.slice(from, to).map(Math.floor) },
      ...{ earliest: firstSlot + from, deadline: firstSlot + to, appears: firstSlot + Math.max(0, from - span) },
    };
  });
}

/** The use cut to what is left of the meter's readings, which it is taken out of: a home that is away does not wash. */
export function within(use: FlexibleUse, left: Int32Array, firstSlot: number): FlexibleUse {
  const habitWh = use.habitWh.map((wh, i) => {
    const at = use.firstSlot + i - firstSlot;
    const here = Math.max(0, Math.min(wh, left[at]!));
    left[at]! -= here;
    return here;
  });
  return { ...use, habitWh };
}
