import { homeOf } from "../data/meterData.ts";
import { flowsOf } from "../dso/readings.ts";
import type { Flows } from "../household/battery.ts";
import { sumOf } from "../report/figures.ts";
import { billAlone, billsOf } from "./bills.ts";
import { actualFlows } from "./community.ts";
import { type Stage, TOKEN_DECIMALS } from "./marketDay.ts";
import type { SessionedDay } from "./sessionedDay.ts";

/** What meters saw on a day, one way it was lived. */
export interface MeteredFigures {
  readonly importWh: number;
  /** Import and export that meet in the same slot, behind different meters. */
  readonly metWh: number;
  /** The highest import of the feeder in a slot, exports of other homes taken off, W. */
  readonly peakImportW: number;
  /** What batteries hold at the day's end. */
  readonly storedWh: number;
}

/** The same without neighbours' trade: all of it is billed by the homes' own suppliers. */
export interface AloneFigures extends MeteredFigures {
  readonly bill: number;
}

/** A community's day in a few figures; energy in Wh, money in base units. */
export interface DayFigures extends MeteredFigures {
  readonly loadWh: number;
  /** Each battery by its own rule, and every device when people had it run by habit. */
  readonly byHabit: AloneFigures;
  readonly withoutMarket: AloneFigures;
  /** What homes drew of what neighbours delivered, by their contracts. */
  readonly localWh: number;
  /** Contracts that were not kept: sold and not fed in, bought and not drawn. */
  readonly shortWh: number;
  readonly unusedWh: number;
  /** Net contracts, bought, over all sessions. */
  readonly boughtWh: number;
  /** What the supplier got for what was not kept, R for shortages less F for what was not used. */
  readonly imbalance: number;
  readonly billWith: number;
}

/** The figures of a day: contracts and money as the chain has them, flows as metered, ordinary bills at the homes' tariffs. */
export function dayFigures({ stage, positions, changes }: SessionedDay): DayFigures {
  const { community, market, flows } = stage;
  const { packetWh } = market;
  const members = community.homes.map((home, i) => {
    const trades = flowsOf(flows[i]!, packetWh).map(({ drawn, fedIn }, t) => {
      const { bought, sold } = { bought: positions[i]!.bought[t]!, sold: positions[i]!.sold[t]! };
      return { bought, sold, drawn: Math.min(bought, drawn), fedIn: Math.min(sold, fedIn) };
    });
    const local = { drawn: trades.map(({ drawn }) => drawn), fedIn: trades.map(({ fedIn }) => fedIn) };
    return { trades, bills: billsOf(flows[i]!, home.prices, local, packetWh, TOKEN_DECIMALS), change: changes[i]! };
  });
  const slots = Array.from({ length: community.day.slotCount }, (_, t) => t);
  type Trade = (typeof members)[number]["trades"][number];
  const total = (of: (trade: Trade, t: number) => number) =>
    sumOf(members, ({ trades }) => trades.reduce((sum, trade, t) => sum + of(trade, t), 0));
  const atSlot = (t: number, of: (trade: Trade) => number) => sumOf(members, ({ trades }) => of(trades[t]!));
  const start = community.day.firstSlot - community.data.firstSlot;
  return {
    loadWh: sumOf(community.homes, ({ id }) => sumOf(slots, (t) => homeOf(community.data, id).loadWh[start + t]!)),
    ...metered(flows, market.slotSeconds),
    byHabit: aloneFigures(
      stage,
      community.homes.map((home) => actualFlows(community, home)),
    ),
    withoutMarket: aloneFigures(stage, stage.flowsAlone),
    localWh:
      packetWh *
      sumOf(slots, (t) =>
        Math.min(
          atSlot(t, ({ drawn }) => drawn),
          atSlot(t, ({ fedIn }) => fedIn),
        ),
      ),
    shortWh: packetWh * total(({ sold, fedIn }) => sold - fedIn),
    unusedWh: packetWh * total(({ bought, drawn }) => bought - drawn),
    boughtWh: packetWh * total(({ bought }) => bought),
    imbalance: total(
      ({ bought, sold, drawn, fedIn }, t) =>
        (sold - fedIn) * market.retailPrice[t]! - (bought - drawn) * market.feedInPrice[t]!,
    ),
    billWith: sumOf(members, ({ bills, change }) => Number(bills.ordinaryBill - change)),
  };
}

function metered(flows: readonly Flows[], slotSeconds: number): MeteredFigures {
  const slots = Array.from(flows[0]!.importWh, (_, t) => ({
    imported: sumOf(flows, ({ importWh }) => importWh[t]!),
    exported: sumOf(flows, ({ exportWh }) => exportWh[t]!),
  }));
  return {
    importWh: sumOf(slots, ({ imported }) => imported),
    metWh: sumOf(slots, ({ imported, exported }) => Math.min(imported, exported)),
    peakImportW: (Math.max(...slots.map(({ imported, exported }) => imported - exported)) * 3600) / slotSeconds,
    storedWh: sumOf(flows, ({ storedWh }) => storedWh.at(-1) ?? 0),
  };
}

function aloneFigures({ community, market }: Stage, flows: readonly Flows[]): AloneFigures {
  const bills = community.homes.map(({ prices }, i) => Number(billAlone(flows[i]!, prices, TOKEN_DECIMALS)));
  return { ...metered(flows, market.slotSeconds), bill: sumOf(bills, (bill) => bill) };
}
