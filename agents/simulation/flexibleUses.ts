import type { FlexibleUse } from "../commons/flexible.ts";
import { Calendar, type CalendarDay } from "../data/days.ts";
import { homeOf, type MeterData } from "../data/meterData.ts";
import type { Community } from "./community.ts";
import { type DeviceLoad, shiftableLoads } from "./loadModel.ts";
import { drawTraits } from "./traits.ts";
import { type DayWeather, dayWeather } from "./weather.ts";

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

/** What a report says where loads are assigned. */
export const ASSIGNED_NOTE =
  "Loads that can wait are ASSIGNED to the measured homes by the seed, out of their readings: not measured.";

/** A building keeps its warmth so long: its heat pump may run any time within each such span of the day. */
const WARM_HOURS = 3;
/** A heat pump can draw so much of what it drew at most on the day. */
const HEAT_PUMP_RESERVE = 1.5;
/** A home knows of a load so long before it may run. */
const KNOWN_HOURS = 2;

/**
 * The loads of each home that may run at another time, over all its readings: washer, dryer, dishwasher, car and heat pump of a
 * generated community, as its load model drew them. Measured homes are ASSIGNED washer, dryer, dishwasher and, a fifth of them, a
 * car by the seed `assignedBy`, as the same model draws them, as far as their readings hold that much. Whole Wh, never more than what the
 * meter saw in a slot.
 */
export function flexibleUses({ generatedFrom, assignedBy, homes, data, zone }: Community): FlexibleUse[][] {
  const drawn = generatedFrom?.seed ?? assignedBy;
  if (drawn === undefined) return homes.map(() => []);
  const days = daysOf(data, zone);
  const traits = drawTraits(drawn, generatedFrom?.homes ?? homes.length);
  const weather = days.map((each) => (generatedFrom ? dayWeather(drawn, each, data.slotSeconds) : NO_WEATHER));
  return homes.map(({ id }, i) => {
    const load = generatedFrom ? traits[i]!.load : { ...traits[i]!.load, heatWPerK: 0 };
    const left = Int32Array.from(homeOf(data, id).loadWh);
    const atHome = load.occupancy !== "commuters";
    return days.flatMap((each, d) => {
      const loads = shiftableLoads(drawn, id, load, each, data.slotSeconds, weather[d]!, Object.keys(DEVICES));
      return loads
        .flatMap((device) => usesOf(device, each, data.slotSeconds, atHome))
        .map((use) => within(use, left, data.firstSlot));
    });
  });
}

/** Where nothing depends on it. */
const NO_WEATHER: DayWeather = { transmittance: [], temperatureC: [] };

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

function usesOf({ name, wh }: DeviceLoad, day: CalendarDay, slotSeconds: number, atHome: boolean): FlexibleUse[] {
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
function within(use: FlexibleUse, left: Int32Array, firstSlot: number): FlexibleUse {
  const habitWh = use.habitWh.map((wh, i) => {
    const at = use.firstSlot + i - firstSlot;
    const here = Math.max(0, Math.min(wh, left[at]!));
    left[at]! -= here;
    return here;
  });
  return { ...use, habitWh };
}
