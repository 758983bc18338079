import { sumOf } from "../report/figures.ts";
import { jsonInteger, type Result, type SessionResult, type TimescaleResult } from "../report/result.ts";
import type { ChainDay, ChainSlot } from "./chainDay.ts";
import { type LivedDay, type TimedSession, timedSessions } from "./livedDay.ts";
import { deviationOf, memberTrades } from "./memberTrades.ts";
import { TIMESCALES } from "./timescales.ts";

/** The day's sessions one by one, and what each timescale left of imbalance; null on a day of one session. */
export function sessionResults(lived: LivedDay, { slots }: ChainDay): Pick<Result, "sessions" | "timescales"> {
  const timed = timedSessions(lived);
  if (timed.length === 0) return { sessions: null, timescales: null };
  const held = TIMESCALES.filter((timescale) => timed.some(({ planned }) => planned.timescale === timescale));
  return {
    sessions: timed.map((session, i) => sessionResult(session, i, slots)),
    timescales: held.map((timescale) => timescaleResult(lived, timescale, slots)),
  };
}

function sessionResult({ planned, spent }: TimedSession, index: number, slots: readonly ChainSlot[]): SessionResult {
  const { timescale, first, count, gate } = planned;
  const own = slots.flatMap(({ rounds }) => rounds.filter(({ session }) => session === index));
  return {
    ...{ timescale, gate: new Date(gate * 1000).toISOString().replace(".000", ""), first, count },
    orders: sumOf(own, ({ orders }) => orders.length),
    packets: sumOf(own, ({ packets }) => packets),
    transactions: spent.transactions,
    gas: jsonInteger(spent.gas, `gas of session ${index}`),
  };
}

/** Contracts of the sessions of a timescale and of those before it in `TIMESCALES`, against the day's meters. */
function timescaleResult(
  lived: LivedDay,
  timescale: TimescaleResult["timescale"],
  slots: readonly ChainSlot[],
): TimescaleResult {
  const counted = TIMESCALES.slice(0, TIMESCALES.indexOf(timescale) + 1);
  const timed = timedSessions(lived);
  const counts = ({ session }: { readonly session: number }) => counted.includes(timed[session]!.planned.timescale);
  const traded = slots.map((slot) => ({ ...slot, rounds: slot.rounds.filter(counts) }));
  const members = memberTrades(lived.stage, traded);
  const bySlot = traded.map((slot, t) => ({ slot, trades: members.map((trades) => trades[t]!) }));
  const all = bySlot.flatMap(({ trades }) => trades);
  return {
    timescale,
    boughtPackets: sumOf(all, ({ bought, sold }) => Math.max(0, bought - sold)),
    keptPackets: sumOf(bySlot, ({ trades }) =>
      Math.min(
        sumOf(trades, ({ drawn }) => drawn),
        sumOf(trades, ({ fedIn }) => fedIn),
      ),
    ),
    shortPackets: sumOf(all, ({ short }) => short),
    unusedPackets: sumOf(all, ({ unused }) => unused),
    imbalance: sumOf(bySlot, ({ slot, trades }) => sumOf(trades, (trade) => deviationOf(trade, slot))),
  };
}
