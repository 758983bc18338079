import type { Chain } from "../chain/chain.ts";
import { InputError } from "../data/inputError.ts";
import type { Result } from "../report/result.ts";
import type { Community } from "../simulation/community.ts";
import { type DayFigures, dayFigures } from "../simulation/dayFigures.ts";
import type { LivedDay } from "../simulation/livedDay.ts";
import type { MarketDayOptions } from "../simulation/marketDay.ts";
import { type Progress, SILENT } from "../simulation/progress.ts";
import { liveSessionedDay } from "../simulation/sessionedDay.ts";
import { sessionsOf, TIMESCALES, type Timescale } from "../simulation/timescales.ts";
import { liveWay, type TimescaleWay, WAYS, wayResults } from "../simulation/timescaleWays.ts";
import type { RunOptions } from "./run.ts";
import { gatesOf } from "./sessionOptions.ts";

const GATE_OPTIONS = [
  ["dayAheadGate", "--day-ahead-gate"],
  ["intradayGates", "--intraday-gates"],
  ["realTimeGate", "--real-time-gate"],
] as const;
/** Sessions that a day of the market has at most. */
const MOST_SESSIONS = 254;

/** The timescales that are asked for; undefined for a day of one session. Throws InputError for what can't be. */
export function askedTimescales(options: RunOptions): readonly Timescale[] | undefined {
  const { sessions, mode = "market" } = options;
  const gate = GATE_OPTIONS.find(([name]) => options[name] !== undefined);
  if (sessions === undefined && gate)
    throw new InputError(`${gate[1]} is for days of several sessions`, {}, "add --sessions");
  if (sessions === undefined) return undefined;
  if (mode !== "market") throw new InputError("--sessions is for the market", {}, "leave out --sessions or --mode");
  const timescales = sessions === true ? TIMESCALES : sessions;
  if (timescales.includes("day-ahead")) return timescales;
  throw new InputError(
    `--sessions ${timescales.join(",")} has no day-ahead session`,
    {},
    "add it, such as --sessions day-ahead,real-time; the verb week lives days without one",
  );
}

/** A day of several sessions, and the same day lived in other ways beside it. */
export interface SessionsDay {
  readonly lived: LivedDay;
  readonly ways: NonNullable<Result["ways"]>;
}

/**
 * Lives the day on the chain; then, each on a chain in this process, with fewer timescales and with foresight. Throws
 * InputError for more sessions than a day can have.
 */
export async function liveSessions(
  chain: Chain,
  community: Community,
  timescales: readonly Timescale[],
  options: RunOptions,
  market: MarketDayOptions & { readonly progress: Progress },
): Promise<SessionsDay> {
  const gates = gatesOf(options);
  const sessions = sessionsOf(community.day, community.data.slotSeconds, timescales, gates);
  if (sessions.length > MOST_SESSIONS)
    throw new InputError(
      `the day would have ${sessions.length} sessions, and ${MOST_SESSIONS} are the most`,
      {},
      "leave out real-time, such as --sessions day-ahead,intraday",
    );
  const lived = await liveSessionedDay(chain, community, sessions, market);
  const others = WAYS.filter((way) => way.perfect || isLess(way, timescales));
  market.progress.phase("the same day with fewer timescales, and with perfect foresight", others.length);
  const days: { name: string; day: DayFigures }[] = [];
  for (const way of others) {
    if (way.perfect) days.push({ name: nameOf(timescales), day: dayFigures(lived) });
    days.push({ name: way.name, day: await liveWay(community, way, gates, { ...market, progress: SILENT }) });
    market.progress.step();
  }
  return { lived, ways: wayResults(days) };
}

/** Whether a way has some of the timescales and not all. */
const isLess = (way: TimescaleWay, timescales: readonly Timescale[]): boolean =>
  way.timescales.length < timescales.length && way.timescales.every((timescale) => timescales.includes(timescale));

/** What such a day is called; a choice that no way of `WAYS` makes by its timescales. */
const nameOf = (timescales: readonly Timescale[]): string =>
  WAYS.find((way) => !way.perfect && way.timescales.join() === timescales.join())?.name ?? timescales.join(", ");
