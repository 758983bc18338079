import { homeOf } from "../data/meterData.ts";
import { flowsOf } from "../dso/readings.ts";
import { sumOf } from "../report/figures.ts";
import { billsOf } from "./bills.ts";
import { TOKEN_DECIMALS } from "./marketDay.ts";
import type { SessionedDay } from "./sessionedDay.ts";

/** A community's day in a few figures; energy in Wh, money in base units. */
export interface DayFigures {
  readonly loadWh: number;
  readonly importWh: number;
  /** What homes drew of what neighbours delivered, by their contracts. */
  readonly localWh: number;
  /** Contracts that were not kept: sold and not fed in, bought and not drawn. */
  readonly shortWh: number;
  readonly unusedWh: number;
  /** Net contracts, bought, over all sessions. */
  readonly boughtWh: number;
  /** What the supplier got for what was not kept, R for shortages less F for what was not used. */
  readonly imbalance: number;
  readonly billWithout: number;
  readonly billWith: number;
  /** The highest import of the feeder in a slot, exports of other homes taken off, W. */
  readonly peakImportW: number;
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
  const netWh = slots.map((t) => sumOf(flows, ({ importWh, exportWh }) => importWh[t]! - exportWh[t]!));
  const start = community.day.firstSlot - community.data.firstSlot;
  return {
    loadWh: sumOf(community.homes, ({ id }) => sumOf(slots, (t) => homeOf(community.data, id).loadWh[start + t]!)),
    importWh: sumOf(flows, ({ importWh }) => sumOf(slots, (t) => importWh[t]!)),
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
    billWithout: sumOf(members, ({ bills }) => Number(bills.billWithout)),
    billWith: sumOf(members, ({ bills, change }) => Number(bills.ordinaryBill - change)),
    peakImportW: (Math.max(...netWh) * 3600) / market.slotSeconds,
  };
}
