import type { DayRange } from "../data/days.ts";
import { TIMESCALES } from "../report/sessionSchema.ts";
import { noonBefore } from "./dayTimes.ts";

export { TIMESCALES };
export type Timescale = (typeof TIMESCALES)[number];

/** When the sessions of a day take profiles. */
export interface GateTimes {
  /** Hours after midnight of the day before, at which the day-ahead gate closes: before the wholesale gate at 12. */
  readonly dayAheadHour: number;
  /** Hours from the day's midnight, negative before it, at which an intraday session over the remaining slots closes. */
  readonly intradayHours: readonly number[];
  /** Minutes before a slot at which its own session closes. */
  readonly realTimeMinutes: number;
}

export const DEFAULT_GATES: GateTimes = { dayAheadHour: 12, intradayHours: [-4, 6, 12, 18], realTimeMinutes: 5 };

/** A session that is to be held. Unix seconds on the community's calendar. */
export interface PlannedSession {
  readonly timescale: Timescale;
  /** First slot, counted from the day's first. */
  readonly first: number;
  readonly count: number;
  readonly gate: number;
  /** Households plan and sign with what they know at this moment. */
  readonly issue: number;
}

/** Households sign so long before the gate, seconds. */
const LEAD = { "day-ahead": 900, intraday: 900, "real-time": 60 } as const;

/**
 * The sessions of a day, by the time of their gates: day-ahead over all its 92, 96 or 100 quarter hours, intraday over the
 * slots that begin at the gate or later, real time over one slot each.
 */
export function sessionsOf(
  day: DayRange,
  slotSeconds: number,
  timescales: readonly Timescale[],
  gates: GateTimes = DEFAULT_GATES,
): PlannedSession[] {
  const { slotCount } = day;
  const midnight = day.firstSlot * slotSeconds;
  const planned = (timescale: Timescale, first: number, count: number, gate: number): PlannedSession[] => {
    const held = timescales.includes(timescale) && count > 0;
    return held ? [{ timescale, first, count, gate, issue: gate - LEAD[timescale] }] : [];
  };
  const intraday = gates.intradayHours.flatMap((hour) => {
    const first = Math.max(0, Math.ceil((hour * 3600) / slotSeconds));
    return planned("intraday", first, slotCount - first, midnight + hour * 3600);
  });
  const realTime = Array.from({ length: slotCount }, (_, t) =>
    planned("real-time", t, 1, midnight + t * slotSeconds - gates.realTimeMinutes * 60),
  );
  const dayAhead = planned("day-ahead", 0, slotCount, noonBefore(day) + (gates.dayAheadHour - 12) * 3600);
  return [...dayAhead, ...intraday, ...realTime.flat()].sort((a, b) => a.gate - b.gate || a.count - b.count);
}
