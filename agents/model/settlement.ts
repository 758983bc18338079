/**
 * Twin of `contracts/libraries/Settlement.sol`: what a member owes for one slot, and, over all sessions and slots of a
 * day, what `LaneSettlement` and `DayBook` make of it. Money in token base units (bigint), prices per packet and signed,
 * packets never negative.
 */
import type { Side } from "./book.ts";
import type { Packets } from "./packets.ts";

/** Lock per packet of a bid at `price`: it may have to be paid, and again where feeding in costs. */
export const bidLock = (price: number, feedIn: number): bigint =>
  atLeastZero(BigInt(price) + atLeastZero(-BigInt(feedIn)));

/** Lock per packet of an ask at `price`: all of it may have to be bought at retail. */
export const askLock = (price: number, retail: number): bigint =>
  atLeastZero(atLeastZero(BigInt(retail)) - BigInt(price));

const atLeastZero = (money: bigint): bigint => (money > 0n ? money : 0n);

/** Packets that the member sold but did not feed in, and bought but did not draw, on its net position. */
export function deviation(
  sold: Packets,
  bought: Packets,
  drawn: Packets,
  fedIn: Packets,
): { readonly shortage: Packets; readonly unused: Packets } {
  return { shortage: Math.max(sold - bought - fedIn, 0), unused: Math.max(bought - sold - drawn, 0) };
}

/** What the supplier gets (negative: gives) for the deviation: shortage at retail, unused at feed-in. */
export const supplierLeg = (shortage: Packets, unused: Packets, retail: number, feedIn: number): bigint =>
  BigInt(shortage) * BigInt(retail) - BigInt(unused) * BigInt(feedIn);

/** Packets delivered by a net seller, and received by a net buyer: the smaller of trade and flow. */
export function proved(
  sold: Packets,
  bought: Packets,
  drawn: Packets,
  fedIn: Packets,
): { readonly delivered: Packets; readonly received: Packets } {
  const { shortage, unused } = deviation(sold, bought, drawn, fedIn);
  return sold > bought
    ? { delivered: sold - bought - shortage, received: 0 }
    : { delivered: 0, received: bought - sold - unused };
}

/** An order, or what of it was filled. */
export interface DayOrder {
  /** Slot of the day, from 0. */
  readonly slot: number;
  readonly side: Side;
  readonly packets: Packets;
  /** The order's own price; of a fill the price paid or got in its session. Base units per packet. */
  readonly price: number;
}

/** The prices at which the supplier covers deviations, base units per packet, by slot of the day. */
export interface DayTariff {
  readonly retail: readonly number[];
  readonly feedIn: readonly number[];
}

/** A member's day: what it traded in all sessions, and what its meter says; without flows nothing flowed. */
export interface MemberDay {
  readonly tariff: DayTariff;
  readonly fills: readonly DayOrder[];
  readonly flows?: readonly { readonly drawn: Packets; readonly fedIn: Packets }[] | undefined;
}

/** What comes out for a member. Packets are by slot of the day. */
export interface MemberSettlement {
  /** What its trades bring it (negative: cost). */
  readonly legs: bigint;
  /** What it pays the supplier for its deviation (negative: gets). */
  readonly toSupplier: bigint;
  /** What its fills need locked until then; at least toSupplier - legs. */
  readonly lock: bigint;
  readonly delivered: readonly Packets[];
  readonly received: readonly Packets[];
}

/** The lock that orders, or fills, need under the tariff: each packet at its worst. */
export const lockFor = (orders: readonly DayOrder[], { retail, feedIn }: DayTariff): bigint =>
  orders.reduce((total, { slot, side, packets, price }) => {
    const worst = side === "bid" ? bidLock(price, feedIn[slot]!) : askLock(price, retail[slot]!);
    return total + BigInt(packets) * worst;
  }, 0n);

/** Settles a member: each contract in full at its own price, the deviation of each slot with the supplier. */
export function settleMember({ tariff, fills, flows }: MemberDay): MemberSettlement {
  const slots = tariff.retail.map((_, slot) => settleSlot(slot, fills, flows?.[slot] ?? NO_FLOW));
  const legs = fills.reduce((total, { side, packets, price }) => {
    const money = BigInt(packets) * BigInt(price);
    return side === "ask" ? total + money : total - money;
  }, 0n);
  const toSupplier = slots.reduce((total, { shortage, unused }, slot) => {
    return total + supplierLeg(shortage, unused, tariff.retail[slot]!, tariff.feedIn[slot]!);
  }, 0n);
  const [delivered, received] = [slots.map((slot) => slot.delivered), slots.map((slot) => slot.received)];
  return { legs, toSupplier, lock: lockFor(fills, tariff), delivered, received };
}

const NO_FLOW = { drawn: 0, fedIn: 0 };

function settleSlot(slot: number, fills: readonly DayOrder[], { drawn, fedIn }: { drawn: Packets; fedIn: Packets }) {
  const total = (side: Side): Packets =>
    fills.reduce((sum, fill) => (fill.slot === slot && fill.side === side ? sum + fill.packets : sum), 0);
  const [sold, bought] = [total("ask"), total("bid")];
  return { ...deviation(sold, bought, drawn, fedIn), ...proved(sold, bought, drawn, fedIn) };
}
