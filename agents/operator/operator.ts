import { DateTime } from "luxon";
import type { DayFacts } from "../chain/calendar.ts";
import { Calendar, type DayRange } from "../data/days.ts";

/** When days begin and how far ahead they are fixed. */
export interface Timetable {
  /** Time zone of the days. */
  readonly zone: string;
  /** HH:MM by the clock of the zone, the day before, until when day-ahead profiles are taken. */
  readonly gate: string;
  readonly daysAhead: number;
}

/** One thing for supplier or operator to do. */
export type OperatorTask =
  | { readonly do: "fix"; readonly range: DayRange }
  | { readonly do: "open"; readonly day: DayFacts; readonly gate: number };

/** Unix seconds of the gate of a day that starts at `start`. */
export function gateOf(start: number, { zone, gate }: Timetable): number {
  const [hour, minute] = gate.split(":").map(Number);
  return DateTime.fromSeconds(start, { zone }).minus({ days: 1 }).set({ hour: hour!, minute: minute! }).toSeconds();
}

/**
 * What is due at `now` (unix seconds): a session for every known day whose gate is still to come, and days fixed so far
 * ahead. A day is fixed only before its gate; whole days of the zone, one after the other, none twice.
 * @param known Days that are not over, rising.
 */
export function operatorTasks(
  known: readonly DayFacts[],
  now: number,
  slotSeconds: number,
  timetable: Timetable,
): OperatorTask[] {
  const opens = known
    .filter(({ sessions }) => sessions.length === 0)
    .map((day): OperatorTask => ({ do: "open", day, gate: gateOf(day.start, timetable) }))
    .filter((task) => task.do === "open" && task.gate > now);
  const next = nextDay(known, now, slotSeconds, timetable);
  const horizon = DateTime.fromSeconds(now, { zone: timetable.zone }).plus({ days: timetable.daysAhead + 1 });
  const due = next.firstSlot * slotSeconds < horizon.startOf("day").toSeconds();
  return due ? [...opens, { do: "fix", range: next }] : opens;
}

/** The first whole day of the zone after those known, the gate of which is still to come. */
function nextDay(known: readonly DayFacts[], now: number, slotSeconds: number, timetable: Timetable): DayRange {
  const calendar = new Calendar(timetable.zone, slotSeconds);
  const from = known.at(-1)?.end ?? now;
  let day = calendar.dayAt(Math.floor(from / slotSeconds));
  while (day.firstSlot * slotSeconds < from || gateOf(day.firstSlot * slotSeconds, timetable) <= now)
    day = calendar.shift(day.date, 1);
  return day;
}
