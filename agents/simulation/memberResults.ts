import { homeOf } from "../data/meterData.ts";
import type { Home } from "../household/home.ts";
import { sumOf } from "../report/figures.ts";
import { jsonInteger, type MemberResult } from "../report/result.ts";
import { billAlone, billsOf } from "./bills.ts";
import type { ChainDay } from "./chainDay.ts";
import type { Community } from "./community.ts";
import type { LivedDay } from "./livedDay.ts";
import { TOKEN_DECIMALS } from "./marketDay.ts";
import { deviationOf, memberTrades, type Trade } from "./memberTrades.ts";
import { tradersFor } from "./strategies.ts";

/** One entry per home: what it traded and what it cost, by the chain's figures; its bills at its own tariff. */
export function memberResults({ stage, fundShares }: LivedDay, chainDay: ChainDay): MemberResult[] {
  const { community, market, options } = stage;
  const { homes } = community;
  const traders = tradersFor(
    options.strategy,
    homes.map(({ id }) => id),
    options.seed,
  );
  const all = memberTrades(stage, chainDay.slots);
  return homes.map((home, i) => {
    const flows = stage.flows[i]!;
    const trades = all[i]!;
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

const packetsOf = (trades: readonly Trade[]) => ({
  boughtPackets: sumOf(trades, ({ bought }) => bought),
  soldPackets: sumOf(trades, ({ sold }) => sold),
  shortPackets: sumOf(trades, ({ short }) => short),
  unusedPackets: sumOf(trades, ({ unused }) => unused),
});

/** Money by its origin, base units; the balance read from the chain must be their sum (RESULT-2). */
const legsOf = (trades: readonly Trade[], { slots }: ChainDay) => ({
  paid: sumOf(trades, ({ paid }) => paid),
  earned: sumOf(trades, ({ earned }) => earned),
  imbalance: trades.reduce((sum, trade, t) => sum + deviationOf(trade, slots[t]!), 0),
});

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
