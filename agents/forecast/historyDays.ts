import type { Calendar, CalendarDay } from "../data/days.ts";
import type { HistoryView } from "../data/historyView.ts";
import { MISSING } from "../data/meterData.ts";
import type { Slot } from "../model/slots.ts";

/** Reads one quantity of a view in Wh, or `MISSING`. */
export type Reading = (slot: Slot) => number;

/** Readings by what the clock showed (minutes after midnight), over some days. Missing readings are left out. */
export interface ClockTable {
  readonly byClock: ReadonlyMap<number, readonly number[]>;
  readonly daysUsed: number;
}

/** The last day that had wholly ended at the view's cut: D-2 when issued at noon of D-1. */
export function lastCompleteDay(view: HistoryView, calendar: Calendar): CalendarDay {
  return calendar.shift(calendar.dayAt(view.endSlot).date, -1);
}

/** The last `count` complete days, newest first, whether or not they were measured. */
export function recentDays(view: HistoryView, calendar: Calendar, count: number): CalendarDay[] {
  const { date } = lastCompleteDay(view, calendar);
  return Array.from({ length: count }, (_, i) => calendar.shift(date, -i));
}

/** The last `count` complete days of a weekday, newest first. */
export function recentWeekdays(view: HistoryView, calendar: Calendar, weekday: number, count: number): CalendarDay[] {
  const last = lastCompleteDay(view, calendar);
  const back = (last.weekday - weekday + 7) % 7;
  return Array.from({ length: count }, (_, i) => calendar.shift(last.date, -back - 7 * i));
}

/**
 * The readings of some days, gathered by clock time. An hour that a clock change repeats gives two readings, a skipped
 * one none.
 */
export function clockTable(days: readonly CalendarDay[], read: Reading): ClockTable {
  const byClock = new Map<number, number[]>();
  const daysUsed = days.filter((day) => gather(byClock, day, read)).length;
  return { byClock, daysUsed };
}

function gather(byClock: Map<number, number[]>, day: CalendarDay, read: Reading): boolean {
  let found = false;
  day.clockMinutes.forEach((minutes, i) => {
    const wh = read(day.firstSlot + i);
    if (wh === MISSING) return;
    found = true;
    byClock.set(minutes, [...(byClock.get(minutes) ?? []), wh]);
  });
  return found;
}
