import { homeOf } from "../data/meterData.ts";
import { flowsOf } from "../dso/readings.ts";
import type { FilledProfile } from "../keeper/filledBook.ts";
import type { Side } from "../model/book.ts";
import { type LaneOrders, ordersIn, restOf, totalOf } from "../model/leftOver.ts";
import type { Packets } from "../model/packets.ts";
import type { CommunityShare, EnergyShares, SideShare } from "../report/communities.ts";
import { sumOf } from "../report/figures.ts";
import { jsonInteger, type Result } from "../report/result.ts";
import { billsOf, type LocalPackets } from "./bills.ts";
import type { FederationDay } from "./federationDay.ts";
import { positionsOf } from "./federationProof.ts";
import { TOKEN_DECIMALS } from "./marketDay.ts";

/** What the federation's house and registry say of a seat. */
export interface SeatDay {
  /** Base units: what its balance and what it is owed differ by from its deposit. */
  readonly change: bigint;
  readonly ecoins: number;
}

/** The federation's profiles of a community. */
export function profilesOf({ stage, book }: Pick<FederationDay, "stage" | "book">, c: number): FilledProfile[] {
  const { firstSeat, seats } = stage.links[c]!;
  return book.filter(({ member }) => member > firstSeat && member <= firstSeat + seats);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);

/** Packets that orders of a side offer, and what they got, slot by slot. */
export function offeredOf(profiles: readonly FilledProfile[], side: Side, slots: number) {
  const books = profiles.map(({ orders }) => ordersIn(orders));
  const filled = (t: number) =>
    sum(profiles.map(({ fills }, i) => (books[i]![t]?.side === side ? (fills[t] ?? 0) : 0)));
  return { offered: totalOf(books, side, slots), filled: Array.from({ length: slots }, (_, t) => filled(t)) };
}

/** A community's part of the day; `own` is what its own market came to, `seats` its members' in the federation. */
export function communityShare(day: FederationDay, c: number, own: Result, seats: readonly SeatDay[]): CommunityShare {
  const { stage, ownBooks } = day;
  const { community } = stage.stages[c]!;
  const slots = community.day.slotCount;
  const left = ownBooks[c]!.map(({ orders, fills }) => restOf(ordersIn(orders), fills));
  const asks = sideOf("ask", left, profilesOf(day, c), slots);
  const bids = sideOf("bid", left, profilesOf(day, c), slots);
  const trades = tradesOf(day, c);
  const together = (m: number) =>
    billTogether(day, c, m, trades[m]!) - BigInt(own.members[m]!.balanceChange) - seats[m]!.change;
  return {
    name: stage.names[c]!,
    homes: community.homes.length,
    pvHomes: community.homes.filter(({ pvKw }) => pvKw !== undefined).length,
    energy: energyOf(day, c, own, seats, trades),
    asks: asks.share,
    bids: bids.share,
    fullSlots: asks.full.filter((full, t) => full || bids.full[t]).length,
    billWithout: sumOf(own.members, ({ billWithout }) => billWithout),
    billAtHome: sumOf(own.members, ({ billWith }) => billWith),
    billTogether: sum(own.members.map(({ id }, m) => jsonInteger(together(m), `billTogether of ${id}`))),
  };
}

function sideOf(side: Side, left: readonly LaneOrders[], profiles: readonly FilledProfile[], slots: number) {
  const leftOver = totalOf(left, side, slots);
  const { offered, filled } = offeredOf(profiles, side, slots);
  const share: SideShare = { left: sum(leftOver), offered: sum(offered), traded: sum(filled) };
  return { share, full: leftOver.map((packets, t) => packets > offered[t]!) };
}

/** Per member: packets of its trades in both markets that really flowed. */
function tradesOf(day: FederationDay, c: number): LocalPackets[] {
  const { stage, ownBooks } = day;
  const { flows, community } = stage.stages[c]!;
  const { firstSeat } = stage.links[c]!;
  const slots = community.day.slotCount;
  const home = positionsOf(ownBooks[c]!, flows.length, slots);
  const seated = profilesOf(day, c).map((profile) => ({ ...profile, member: profile.member - firstSeat }));
  const abroad = positionsOf(seated, flows.length, slots);
  return flows.map((meter, m) => {
    const measured = flowsOf(meter, stage.market.packetWh);
    const flowed = (traded: "bought" | "sold", flow: "drawn" | "fedIn"): Packets[] =>
      measured.map((each, t) => Math.min(each[flow], home[m]![t]![traded] + abroad[m]![t]![traded]));
    return { drawn: flowed("bought", "drawn"), fedIn: flowed("sold", "fedIn") };
  });
}

/** The ordinary bill of a member for what flowed outside both markets. */
function billTogether({ stage }: FederationDay, c: number, m: number, trades: LocalPackets): bigint {
  const { community, flows } = stage.stages[c]!;
  return billsOf(flows[m]!, community.homes[m]!.prices, trades, stage.market.packetWh, TOKEN_DECIMALS).ordinaryBill;
}

function energyOf(
  { stage }: FederationDay,
  c: number,
  own: Result,
  seats: readonly SeatDay[],
  trades: readonly LocalPackets[],
): EnergyShares {
  const { community, flows } = stage.stages[c]!;
  const { packetWh } = stage.market;
  const { data, day, homes } = community;
  const start = day.firstSlot - data.firstSlot;
  const loadOf = (id: string) => homeOf(data, id).loadWh.subarray(start, start + day.slotCount);
  const usedWh = sumOf(homes, ({ id }) => sum(loadOf(id)));
  const importWh = sumOf(flows, (of) => sum(of.importWh));
  const atHomeWh = packetWh * sumOf(own.members, ({ mintedEcoins }) => mintedEcoins);
  const togetherWh = packetWh * sumOf(seats, ({ ecoins }) => ecoins);
  const soldWh = packetWh * sumOf(trades, ({ fedIn }) => sum(fedIn));
  return {
    ...{ usedWh, atHomeWh, togetherWh },
    selfWh: usedWh - importWh,
    supplierWh: importWh - atHomeWh - togetherWh,
    unsoldWh: sumOf(flows, (of) => sum(of.exportWh)) - soldWh,
  };
}
