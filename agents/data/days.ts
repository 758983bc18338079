import { DateTime, IANAZone } from "luxon";
import { checkedSlotSeconds, DAY_SECONDS, type Slot, type SlotRange, slotAt } from "../model/slots.ts";
import { InputError } from "./inputError.ts";

/** The slots of one calendar day in a zone. A local day of quarter hours has 92, 96 or 100 of them. */
export interface DayRange extends SlotRange {
  /** ISO date, 2026-05-19. */
  readonly date: string;
  /** "utc" or an IANA zone. */
  readonly zone: string;
}

/**
 * A day with what the clock on the wall shows at the start of each slot: minutes after midnight, repeated or skipped as
 * clocks change.
 */
export interface CalendarDay extends DayRange {
  /** 1 Monday .. 7 Sunday. */
  readonly weekday: number;
  readonly clockMinutes: readonly number[];
}

/**
 * Slots of a date from local midnight to local midnight. Throws InputError for a bad date, zone, or a midnight inside a
 * slot.
 */
export function dayRange(date: string, zone: string, slotSeconds: number): DayRange {
  return rangeOf(startOf(date, checkedZone(zone)), date, zone, checkedSlotSeconds(slotSeconds));
}

/** Whether there is such a time zone: "utc" or an IANA name. */
export const isZone = (zone: string): boolean => zone.toLowerCase() === "utc" || IANAZone.isValidZone(zone);

function checkedZone(zone: string): string {
  if (isZone(zone)) return zone;
  throw new InputError(
    `unknown time zone "${zone}"`,
    { value: zone },
    'use "utc" or an IANA zone such as Europe/Berlin',
  );
}

/** Local midnight. Assumes a zone that exists. */
function startOf(date: string, zone: string): DateTime {
  const start = DateTime.fromFormat(date, "yyyy-MM-dd", { zone });
  if (start.isValid && start.year > 1970) return start.startOf("day");
  throw new InputError(`"${date}" is not a date`, { value: date }, "write the date as 2026-05-19, not before 1971");
}

function rangeOf(start: DateTime, date: string, zone: string, slotSeconds: number): DayRange {
  const from = start.toSeconds();
  const to = start.plus({ days: 1 }).startOf("day").toSeconds();
  if (from % slotSeconds === 0 && to % slotSeconds === 0)
    return { date, zone, firstSlot: slotAt(from, slotSeconds), slotCount: (to - from) / slotSeconds };
  const remedy = "use shorter slots, or a UTC day";
  throw new InputError(`midnight of ${date} in ${zone} is inside a slot of ${slotSeconds} s`, { value: zone }, remedy);
}

/** Days of a zone, each worked out once. */
export class Calendar {
  readonly zone: string;
  readonly slotSeconds: number;
  readonly #days = new Map<string, CalendarDay>();

  /** Throws InputError for an unknown zone, RangeError for slots that don't divide a day. */
  constructor(zone: string, slotSeconds: number) {
    this.zone = checkedZone(zone);
    this.slotSeconds = checkedSlotSeconds(slotSeconds);
  }

  /** The day of an ISO date. Throws InputError as `dayRange` does. */
  day(date: string): CalendarDay {
    const known = this.#days.get(date);
    if (known) return known;
    const start = startOf(date, this.zone);
    const range = rangeOf(start, date, this.zone, this.slotSeconds);
    const day = { ...range, weekday: start.weekday, clockMinutes: clockOf(start, range, this.slotSeconds) };
    this.#days.set(date, day);
    return day;
  }

  /** The day that contains a slot's start. */
  dayAt(slot: Slot): CalendarDay {
    return this.day(DateTime.fromSeconds(slot * this.slotSeconds, { zone: this.zone }).toFormat("yyyy-MM-dd"));
  }

  /** The day `days` calendar days later, earlier when negative. Assumes an ISO date. */
  shift(date: string, days: number): CalendarDay {
    return this.day(new Date(Date.parse(date) + days * 1000 * DAY_SECONDS).toISOString().slice(0, 10));
  }
}

function clockOf(start: DateTime, { slotCount }: SlotRange, slotSeconds: number): number[] {
  const steps = Array.from({ length: slotCount }, (_, i) => i * slotSeconds);
  if (slotCount * slotSeconds === DAY_SECONDS) return steps.map((seconds) => seconds / 60);
  return steps.map((seconds) => {
    const { hour, minute, second } = start.plus({ seconds });
    return hour * 60 + minute + second / 60;
  });
}
