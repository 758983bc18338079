import { DateTime } from "luxon";
import type { Chain, Clock } from "../chain/chain.ts";
import { ChainError } from "../chain/chainError.ts";
import type { DayRange } from "../data/days.ts";
import { DAY_SECONDS, type Slot } from "../model/slots.ts";

/** When things happen, on the community's calendar and on the chain's clock. */
export interface DayTimes {
  /** Days by which the chain's calendar is ahead of the community's: a multiple of 7, 0 where none is needed. */
  readonly offsetDays: number;
  /** Unix seconds of the community's clock at which households plan and sign; they know nothing later. */
  readonly issue: number;
  /**
   * Unix seconds of the chain's clock: when the community is set up, from when the relay posts, and until when profiles
   * are taken.
   */
  readonly setup: number;
  readonly post: number;
  readonly gate: number;
  /** The day's first slot and its end on the chain. */
  readonly firstSlot: Slot;
  readonly end: number;
}

/** Households sign this long before the gate, so that a relay has time to post. */
const ISSUE_LEAD = 900;
/** Setting up and fixing the tariff begin this long before the gate, at most and at least. */
const SETUP_LEAD = DAY_SECONDS;
const LEAST_LEAD = 3600;
const WEEK = 7;

/** Unix seconds of noon, by the clock of its zone, on the day before. */
export const noonBefore = ({ date, zone }: DayRange): number =>
  DateTime.fromISO(date, { zone }).minus({ days: 1 }).set({ hour: 12 }).toSeconds();

/** Unix seconds at which a chain made for this day starts, so that it needs no offset. */
export const chainStartFor = (day: DayRange): number => noonBefore(day) - SETUP_LEAD;

/**
 * The times of a day whose gate is at noon of the day before. A chain can't go back: where its clock is past that, the
 * day is moved to the first later one of its weekday that fits, by whole weeks.
 */
export function dayTimes(day: DayRange, slotSeconds: number, chainNow: number): DayTimes {
  const gate = noonBefore(day);
  const late = Math.max(0, chainNow + LEAST_LEAD - gate);
  const offsetDays = WEEK * Math.ceil(late / (WEEK * DAY_SECONDS));
  const offset = offsetDays * DAY_SECONDS;
  const firstSlot = day.firstSlot + offset / slotSeconds;
  return {
    offsetDays,
    issue: gate - ISSUE_LEAD,
    setup: gate + offset - SETUP_LEAD,
    post: gate + offset - ISSUE_LEAD,
    gate: gate + offset,
    firstSlot,
    end: (firstSlot + day.slotCount) * slotSeconds,
  };
}

/** The clock of a development chain. Throws ChainError for any other: its time can't be moved past a dispute window. */
export function clockOf({ clock, name }: Chain): Clock {
  if (clock) return clock;
  throw new ChainError(
    `A market day takes weeks of the chain's time, and the clock of ${name} can't be moved: ` +
      "run it in-process (without --rpc), on a hardhat node or on anvil.",
  );
}

/** Lets a block pass at `unixSeconds`, unless that is over already. */
export async function until(clock: Clock, unixSeconds: number): Promise<void> {
  if ((await clock.now()) >= unixSeconds) return;
  await clock.setNext(unixSeconds);
  await clock.mine(1);
}
