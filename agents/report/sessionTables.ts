import { gasPerOrderUp, meanPrice, sessionRounds, sumOf } from "./figures.ts";
import type { Result, TimescaleResult } from "./result.ts";
import { centsText, decimal, percent, tokens, whole } from "./units.ts";

/** A day of several sessions as tables of text. Runs in the page too, so it imports nothing that is not there. */

export interface TextTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a day of several sessions; none of a day of one. */
export function sessionTables(result: Result): TextTable[] {
  if (!result.sessions) return [];
  return [tradedTable(result), endedTable(result), waysTable(result)].filter(({ rows }) => rows.length > 0);
}

/** What a timescale's sessions traded, and what their transactions took. */
export interface TimescaleTrade {
  readonly timescale: TimescaleResult["timescale"];
  readonly sessions: number;
  readonly orders: number;
  readonly packets: number;
  readonly gas: number;
  /** Base units per packet, decimal numbers; null where nothing trades. */
  readonly buyPrice: number | null;
  readonly sellPrice: number | null;
}

/** One entry per timescale that had sessions. */
export function timescaleTrades(result: Result): TimescaleTrade[] {
  const numbered = (result.sessions ?? []).map((session, index) => ({ ...session, index }));
  return (result.timescales ?? []).map(({ timescale }) => {
    const own = numbered.filter((session) => session.timescale === timescale);
    const rounds = own.flatMap(({ index }) => sessionRounds(result, index));
    return {
      ...{ timescale, sessions: own.length },
      orders: sumOf(own, ({ orders }) => orders),
      packets: sumOf(own, ({ packets }) => packets),
      gas: sumOf(own, ({ gas }) => gas),
      buyPrice: meanPrice(rounds, "buyPrice"),
      sellPrice: meanPrice(rounds, "sellPrice"),
    };
  });
}

function tradedTable(result: Result): TextTable {
  const { run } = result;
  const kwh = (packets: number) => decimal((packets * run.packetWh) / 1000, 2);
  return {
    title: "What was traded when",
    head: ["timescale", "sessions", "orders", "traded kWh", "buyers pay", "sellers get", "gas per order"],
    rows: timescaleTrades(result).map((trade) => [
      ...[trade.timescale, whole(trade.sessions), whole(trade.orders), kwh(trade.packets)],
      ...[centsText(trade.buyPrice, run), centsText(trade.sellPrice, run)],
      whole(gasPerOrderUp(trade) ?? 0),
    ]),
  };
}

function endedTable({ timescales, run }: Result): TextTable {
  const kwh = (packets: number) => decimal((packets * run.packetWh) / 1000, 2);
  return {
    title: "This day's contracts against its meters, had trade ended there",
    head: ["with sessions up to", "contracts kWh", "kept kWh", "kept", "unused kWh", "short kWh", "imbalance EUR"],
    rows: (timescales ?? []).map((ended) => [
      ...[ended.timescale, kwh(ended.boughtPackets), kwh(ended.keptPackets)],
      ended.boughtPackets === 0 ? "-" : percent(ended.keptPackets / ended.boughtPackets),
      ...[kwh(ended.unusedPackets), kwh(ended.shortPackets), decimal(tokens(ended.imbalance, run), 2)],
    ]),
  };
}

function waysTable({ ways, run }: Result): TextTable {
  const kwh = (wh: number | undefined) => (wh === undefined ? "" : decimal(wh / 1000, 1));
  const money = (amount: number | undefined) => (amount === undefined ? "" : decimal(tokens(amount, run), 2));
  return {
    title: "The same day lived in other ways",
    head: ["", "bills EUR", "contracts kWh", "local kWh", "unused kWh", "short kWh", "imbalance EUR", "peak kW"],
    rows: (ways ?? []).map(({ name, bill, peakImportW, contracts }) => [
      ...[name, money(bill), kwh(contracts?.boughtWh), kwh(contracts?.localWh), kwh(contracts?.unusedWh)],
      ...[kwh(contracts?.shortWh), money(contracts?.imbalance), kwh(peakImportW)],
    ]),
  };
}
