import type { CalendarDay } from "../data/days.ts";
import type { MeterHome } from "../data/meterData.ts";
import type { Deviation } from "../household/home.ts";
import type { Random } from "../random/random.ts";

/**
 * One way in which a day may go otherwise than forecast: all away (a quarter of the load from 6 h), guests (2.5 times
 * the load from 16 to 23 h), or, with PV, a plant that is off from 9 to 17 h.
 */
export function deviationOf(day: CalendarDay, hasPv: boolean, random: Random): Deviation {
  const away: Deviation = { kind: "away", slots: between(day, 6, 24), loadPermille: 250 };
  const guests: Deviation = { kind: "guests", slots: between(day, 16, 23), loadPermille: 2500 };
  const fault: Deviation = { kind: "pv-fault", slots: between(day, 9, 17), loadPermille: 1000 };
  const kinds = hasPv ? [away, guests, fault] : [away, guests];
  return kinds[random.int(0, kinds.length - 1)] as Deviation;
}

/** The slots of a day that start at or after one hour and before another, by the clock. */
function between({ firstSlot, clockMinutes }: CalendarDay, fromHour: number, toHour: number) {
  const inside = clockMinutes.map((minutes) => minutes >= 60 * fromHour && minutes < 60 * toHour);
  return { firstSlot: firstSlot + inside.indexOf(true), slotCount: inside.filter((is) => is).length };
}

/** Readings with the deviation applied; whole Wh, rounded to nearest. `firstSlot` is the readings' first. */
export function applyDeviation(meter: MeterHome, firstSlot: number, deviation?: Deviation): MeterHome {
  if (!deviation) return meter;
  const { kind, slots, loadPermille } = deviation;
  const start = slots.firstSlot - firstSlot;
  const within = (i: number) => i >= start && i < start + slots.slotCount;
  const loadWh = meter.loadWh.map((wh, i) => (within(i) ? Math.round((wh * loadPermille) / 1000) : wh));
  const pvWh = meter.pvWh.map((wh, i) => (kind === "pv-fault" && within(i) ? 0 : wh));
  return { id: meter.id, loadWh, pvWh };
}
