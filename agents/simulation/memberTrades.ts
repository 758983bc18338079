import { flowsOf } from "../dso/readings.ts";
import type { Flow } from "../model/flowTree.ts";
import { sumOf } from "../report/figures.ts";
import type { ChainSlot } from "./chainDay.ts";
import type { Stage } from "./marketDay.ts";

/** A member in a slot: what it bought and sold over all sessions as cleared, and what of the net of it flowed. */
export interface Trade {
  readonly bought: number;
  readonly sold: number;
  readonly paid: number;
  readonly earned: number;
  /** Sold net and not fed in, bought net and not drawn. */
  readonly short: number;
  readonly unused: number;
  readonly drawn: number;
  readonly fedIn: number;
}

/** By member, the first is member 1, and slot. */
export const memberTrades = ({ flows, market }: Stage, slots: readonly ChainSlot[]): Trade[][] =>
  flows.map((metered, i) => tradesOf(i + 1, flowsOf(metered, market.packetWh), slots));

function tradesOf(member: number, flows: readonly Flow[], slots: readonly ChainSlot[]): Trade[] {
  return slots.map(({ rounds }, t) => {
    const own = rounds.flatMap(({ orders, buyPrice, sellPrice }) =>
      orders.filter((order) => order.member === member).map((order) => ({ ...order, buyPrice, sellPrice })),
    );
    const [bids, asks] = [own.filter(({ side }) => side === "bid"), own.filter(({ side }) => side === "ask")];
    const [bought, sold] = [sumOf(bids, ({ fill }) => fill), sumOf(asks, ({ fill }) => fill)];
    const [boughtNet, soldNet] = [Math.max(0, bought - sold), Math.max(0, sold - bought)];
    const [drawn, fedIn] = [Math.min(boughtNet, flows[t]!.drawn), Math.min(soldNet, flows[t]!.fedIn)];
    return {
      ...{ bought, sold, drawn, fedIn, short: soldNet - fedIn, unused: boughtNet - drawn },
      paid: sumOf(bids, ({ fill, buyPrice }) => fill * (buyPrice ?? 0)),
      earned: sumOf(asks, ({ fill, sellPrice }) => fill * (sellPrice ?? 0)),
    };
  });
}

/** What deviations cost in a slot: R for packets that are short, less F for those not used, base units. */
export const deviationOf = ({ short, unused }: Trade, { retail, feedIn }: ChainSlot): number =>
  short * retail - unused * feedIn;
