import { DateTime } from "luxon";

/** A span of the day on the clock of a zone, on some days of the week; over midnight where `to` is not later than `from`. */
export interface WeeklySpan {
  /** "mon" to "sun". */
  readonly days: readonly string[];
  /** "HH:MM". */
  readonly from: string;
  readonly to: string;
}

/** Unix seconds, the end not in it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Every time that a weekly span comes and touches `within`, in order. An hour that clocks skip is the hour after it. */
export function timesOf({ days, from, to }: WeeklySpan, within: Span, zone: string): Span[] {
  const found: Span[] = [];
  let day = DateTime.fromSeconds(within.from, { zone }).startOf("day").minus({ days: 1 });
  for (; day.toSeconds() < within.to; day = day.plus({ days: 1 })) {
    if (!days.includes(DAYS[day.weekday - 1]!)) continue;
    const span = { from: at(day, from), to: at(to <= from ? day.plus({ days: 1 }) : day, to) };
    if (span.to > within.from && span.from < within.to) found.push(span);
  }
  return found;
}

function at(day: DateTime, time: string): number {
  const [hour, minute] = time.split(":").map(Number) as [number, number];
  return day.set({ hour, minute }).toSeconds();
}
