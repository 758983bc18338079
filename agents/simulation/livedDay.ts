import type { DayReport } from "../dso/dso.ts";
import type { SessionBook } from "../keeper/book.ts";
import type { Posted } from "../relay/relay.ts";
import type { HomePlan } from "./households.ts";
import type { KeptPlan } from "./managedDay.ts";
import type { Stage } from "./marketDay.ts";
import type { PlannedSession } from "./timescales.ts";

/** A session that was held. */
export interface LivedSession {
  /** Its number on the chain. */
  readonly session: number;
  readonly posted: readonly Posted[];
  readonly book: SessionBook;
}

/** One of several of a day: its book was released before the next was offered to. */
export interface TimedSession extends LivedSession {
  readonly planned: PlannedSession;
  /** What opening, posting, closing, clearing and releasing it took. */
  readonly spent: { readonly transactions: number; readonly gas: bigint };
}

/** A day that was lived: what is not on the chain, and where to find the rest. */
export interface LivedDay {
  readonly stage: Stage;
  /** Its number on the chain. */
  readonly day: number;
  /** One over all its slots, or several timescales of them, by their gates. */
  readonly sessions: readonly (LivedSession | TimedSession)[];
  /** What each home planned and decided in the day-ahead session. */
  readonly plans: readonly HomePlan[];
  readonly report: DayReport;
  /** What the fund paid to each member, base units. */
  readonly fundShares: readonly bigint[];
  /** What each home's devices kept to in the end; absent without energy managers. */
  readonly kept?: readonly KeptPlan[];
}

/** The sessions of a day of several, none of a day of one. */
export const timedSessions = ({ sessions }: Pick<LivedDay, "sessions">): readonly TimedSession[] =>
  sessions.filter((session): session is TimedSession => "planned" in session);
