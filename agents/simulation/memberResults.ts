import { homeOf } from "../data/meterData.ts";
import { flowsOf } from "../dso/readings.ts";
import type { Home } from "../household/home.ts";
import type { Flow } from "../model/flowTree.ts";
import { sumOf } from "../report/figures.ts";
import { jsonInteger, type MemberResult } from "../report/result.ts";
import { billAlone, billsOf } from "./bills.ts";
import type { ChainDay } from "./chainDay.ts";
import type { Community } from "./community.ts";
import { type LivedDay, TOKEN_DECIMALS } from "./marketDay.ts";
import { tradersFor } from "./strategies.ts";

/** Packets of a member in a slot: bought and sold as cleared, and what of it flowed. */
interface Trade {
  readonly bought: number;
  readonly sold: number;
  readonly drawn: number;
  readonly fedIn: number;
}

/** One entry per home: what it traded and what it cost, by the chain's figures; its bills at its own tariff. */
export function memberResults({ stage, fundShares }: LivedDay, chainDay: ChainDay): MemberResult[] {
  const { community, market, options } = stage;
  const { homes } = community;
  const traders = tradersFor(
    options.strategy,
    homes.map(({ id }) => id),
    options.seed,
  );
  return homes.map((home, i) => {
    const flows = stage.flows[i]!;
    const trades = tradesOf(i + 1, flowsOf(flows, market.packetWh), chainDay);
    const local = { drawn: trades.map(({ drawn }) => drawn), fedIn: trades.map(({ fedIn }) => fedIn) };
    const { ordinaryBill } = billsOf(flows, home.prices, local, market.packetWh, TOKEN_DECIMALS);
    const billWithout = billAlone(stage.flowsAlone[i]!, home.prices, TOKEN_DECIMALS);
    const ofMember = (name: string, value: bigint) => jsonInteger(value, `${name} of ${home.id}`);
    return {
      id: home.id,
      devices: devicesOf(community, home),
      tariff: home.tariff,
      strategy: traders[i]!.name,
      importWh: sumOf([...flows.importWh], (wh) => wh),
      exportWh: sumOf([...flows.exportWh], (wh) => wh),
      ...packetsOf(trades),
      mintedEcoins: sumOf(chainDay.minted[i]!, (ecoins) => ecoins),
      ...legsOf(trades, chainDay),
      fundShare: ofMember("fundShare", fundShares[i]!),
      balanceChange: ofMember("balanceChange", chainDay.changes[i]!),
      ordinaryBill: ofMember("ordinaryBill", ordinaryBill),
      billWith: ofMember("billWith", ordinaryBill - chainDay.changes[i]!),
      billWithout: ofMember("billWithout", billWithout),
    };
  });
}

function tradesOf(member: number, flows: readonly Flow[], { slots }: ChainDay): Trade[] {
  return slots.map(({ orders }, t) => {
    const order = orders.find((each) => each.member === member);
    const [bought, sold] = order?.side === "bid" ? [order.fill, 0] : [0, order?.fill ?? 0];
    return { bought, sold, drawn: Math.min(bought, flows[t]!.drawn), fedIn: Math.min(sold, flows[t]!.fedIn) };
  });
}

const packetsOf = (trades: readonly Trade[]) => ({
  boughtPackets: sumOf(trades, ({ bought }) => bought),
  soldPackets: sumOf(trades, ({ sold }) => sold),
  shortPackets: sumOf(trades, ({ sold, fedIn }) => sold - fedIn),
  unusedPackets: sumOf(trades, ({ bought, drawn }) => bought - drawn),
});

/** Money by its origin, base units; the balance read from the chain must be their sum (RESULT-2). */
function legsOf(trades: readonly Trade[], { slots }: ChainDay) {
  const sum = (leg: (trade: Trade, t: number) => number) =>
    trades.reduce((total, trade, t) => total + leg(trade, t), 0);
  return {
    paid: sum(({ bought }, t) => bought * (slots[t]!.buyPrice ?? 0)),
    earned: sum(({ sold }, t) => sold * (slots[t]!.sellPrice ?? 0)),
    imbalance: sum(
      ({ bought, sold, drawn, fedIn }, t) => (sold - fedIn) * slots[t]!.retail - (bought - drawn) * slots[t]!.feedIn,
    ),
  };
}

/** Declared devices; a home whose readings hold any PV has PV. */
export function devicesOf({ data }: Community, { id, pvKw, battery, appliances = [] }: Home): string[] {
  const hasPv = pvKw !== undefined || homeOf(data, id).pvWh.some((wh) => wh > 0);
  const has = [
    hasPv && "pv",
    battery && "battery",
    appliances.includes("car") && "car",
    appliances.includes("heat pump") && "heat pump",
  ];
  return has.filter((name) => typeof name === "string");
}
