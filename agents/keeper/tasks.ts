import type { DayFacts, SessionFacts } from "../chain/calendar.ts";

/** How a day stands with its proof of flow and its settlement. */
export interface Settlement {
  readonly state: "awaited" | "disputable" | "settleable" | "missing";
  /** Unix seconds from which members are settled by proof; 0 as long as there is no report. */
  readonly settleFrom: number;
  /** Unix seconds from which members without proof are settled as zero, and from which the day is closed. */
  readonly closesAt: number;
  /** Members with profiles that are not settled. */
  readonly unsettled: number;
  readonly closed: boolean;
  /** Whether the leaves of its latest report are at hand. */
  readonly leaves: boolean;
}

/** One thing to do for a day, and why. */
export type Task =
  | { readonly do: "close" | "clear" | "release"; readonly session: SessionFacts; readonly reason: string }
  | { readonly do: "settle" | "settle unproven" | "unwind" | "close the day"; readonly reason: string };

export interface Wishes {
  /** Release the members of sessions that are over while others of the day are still to come. */
  readonly release: boolean;
}

/** What to do for a day at `now` (unix seconds of the believed block), in order; nothing where it waits or is over. */
export function tasksOf(day: DayFacts, settlement: Settlement, now: number, wishes: Wishes): Task[] {
  const traded = day.sessions.filter(({ rows }) => rows > 0);
  const sessions = traded.flatMap((session) => sessionTask(session) ?? []);
  const open = traded.some(({ stage }) => stage === "taking" || stage === "closed");
  const releases = wishes.release && now < day.end ? traded.filter(isOver).map(releaseTask) : [];
  const settles = open || settlement.closed || traded.length === 0 ? [] : dayTasks(settlement, now);
  return [...sessions, ...releases, ...settles];
}

const isOver = ({ stage }: SessionFacts): boolean => stage === "cleared" || stage === "void";

const releaseTask = (session: SessionFacts): Task => ({
  do: "release",
  session,
  reason: "what did not trade may be offered again",
});

function sessionTask(session: SessionFacts): Task | undefined {
  if (session.stage !== "closed") return undefined;
  if (session.closedAt === 0) return { do: "close", session, reason: "the gate has passed" };
  return { do: "clear", session, reason: "the book is closed" };
}

function dayTasks({ state, closesAt, unsettled, leaves }: Settlement, now: number): Task[] {
  if (state === "missing" && unsettled > 0) return [{ do: "unwind", reason: "no report came in time" }];
  if (state !== "settleable") return [];
  if (unsettled > 0 && leaves) return [{ do: "settle", reason: "the dispute window is over" }];
  if (unsettled > 0 && now >= closesAt) return [{ do: "settle unproven", reason: "no leaves came in time" }];
  return unsettled === 0 && now >= closesAt ? [{ do: "close the day", reason: "everyone is settled" }] : [];
}

/** Whether nothing will ever be left to do for a day. */
export function isDone(day: DayFacts, { state, unsettled, closed }: Settlement, now: number): boolean {
  if (closed) return true;
  if (now < day.end) return false;
  return day.sessions.every(({ rows }) => rows === 0) || (state === "missing" && unsettled === 0);
}

/** Unix seconds until which nothing can come up for a day that has nothing to do now; 0 if it may at any time. */
export function nextLook(day: DayFacts, { state, settleFrom }: Settlement): number {
  if (state === "disputable") return settleFrom;
  const taking = day.sessions.filter(({ stage }) => stage === "taking").map(({ gate }) => gate);
  const over = day.sessions.length > 0 && day.sessions.every(isOver);
  return over && taking.length === 0 ? day.end : Math.min(...taking, 0);
}
