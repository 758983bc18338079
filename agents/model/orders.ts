/**
 * Twin of `contracts/libraries/Orders.sol`: how a bid or an ask fits in a lane. Bit 23: 1 for an ask; bits 22..11: price
 * tick; bits 10..0: packets. Words are aligned to the day: lane i of word w is its (10 w + i)-th slot.
 */
import type { Side } from "./book.ts";
import { COUNT, pack, packAll, unpackAll } from "./lanes.ts";
import type { Packets } from "./packets.ts";
import { MAX_TICK, type Scale } from "./prices.ts";

/** The most packets of one order. */
export const MAX_PACKETS = 2047;

/** What a lane says: at least one packet, at a tick of the community's scale. */
export interface LaneOrder {
  readonly side: Side;
  /** 0 .. 4,095. */
  readonly tick: number;
  /** 1 .. 2,047. */
  readonly packets: Packets;
}

/** The price of a tick in token base units per packet, exact. */
export const priceOf = (tick: number, { floorPrice, tickSize }: Scale): number => floorPrice + tick * tickSize;

/** The tick of a price (base units per packet). Throws RangeError for a price that no tick says exactly. */
export function tickOf(price: number, { floorPrice, tickSize }: Scale): number {
  const tick = (price - floorPrice) / tickSize;
  if (!Number.isInteger(tick) || tick < 0 || tick > MAX_TICK)
    throw new RangeError(`price ${price} is none of ${floorPrice} + ${tickSize} x (0 .. ${MAX_TICK})`);
  return tick;
}

/**
 * The tick for a bid at `price`, rounded down, so that nobody pays more than it bids; undefined where even the floor is
 * more. A price above the scale becomes its top.
 */
export function bidTickDown(price: number, { floorPrice, tickSize }: Scale): number | undefined {
  return price < floorPrice ? undefined : Math.min(Math.floor((price - floorPrice) / tickSize), MAX_TICK);
}

/**
 * The tick for an ask at `price`, rounded up, so that nobody gets less than it asks; undefined where even the top of
 * the scale is less. A price below the floor becomes the floor.
 */
export function askTickUp(price: number, { floorPrice, tickSize }: Scale): number | undefined {
  const tick = Math.max(Math.ceil((price - floorPrice) / tickSize), 0);
  return tick > MAX_TICK ? undefined : tick;
}

/** The 24 bits of an order; 0 for none. Throws RangeError for what does not fit. */
export function encodeOrder(order: LaneOrder | undefined): number {
  if (!order) return 0;
  const { side, tick, packets } = order;
  if (!Number.isInteger(tick) || tick < 0 || tick > MAX_TICK)
    throw new RangeError(`tick ${tick}: must be whole and from 0 to ${MAX_TICK}`);
  if (!Number.isInteger(packets) || packets < 1 || packets > MAX_PACKETS)
    throw new RangeError(`an order of ${packets} packets: must be whole and from 1 to ${MAX_PACKETS}`);
  return (side === "ask" ? 0x800000 : 0) + (tick << 11) + packets;
}

/** The order of a lane; undefined for none. Throws RangeError for a price or a side without packets. */
export function decodeOrder(lane: number): LaneOrder | undefined {
  const packets = lane & MAX_PACKETS;
  if (lane === 0) return undefined;
  if (packets === 0) throw new RangeError(`lane 0x${lane.toString(16)}: an order without packets must be 0`);
  return { side: lane >> 23 === 1 ? "ask" : "bid", tick: (lane >> 11) & MAX_TICK, packets };
}

/** Order words of a session over `count` slots of the day from its `first`-th: those that its slots lie in. */
export const wordsOf = (first: number, count: number): number =>
  Math.floor((first + count - 1) / COUNT) - Math.floor(first / COUNT) + 1;

/** The order words of a session whose slots are the day's `first`-th and the following; at least one slot. */
export function packOrders(orders: readonly (LaneOrder | undefined)[], first: number): bigint[] {
  const before = new Array<undefined>(first % COUNT).fill(undefined);
  return packAll([...before, ...orders].map(encodeOrder));
}

/** The orders of `count` slots from the day's `first`-th. Throws RangeError where the words say anything else. */
export function unpackOrders(words: readonly bigint[], first: number, count: number): (LaneOrder | undefined)[] {
  const orders = unpackAll(words)
    .slice(first % COUNT, (first % COUNT) + count)
    .map(decodeOrder);
  const same = packOrders(orders, first);
  if (words.length !== wordsOf(first, count) || words.some((word, i) => word !== same[i]))
    throw new RangeError(`order words have bits outside the session's ${count} slots`);
  return orders;
}

/** 12 bits R and 12 bits F, the tariff's lane of a slot; also what buyers pay and sellers get, as ticks. */
export const encodePrices = (high: number, low: number): number => (checkedTick(high) << 12) | checkedTick(low);

/** The two ticks of a tariff's or a session's price lane. */
export const decodePrices = (lane: number): { readonly high: number; readonly low: number } => ({
  high: lane >> 12,
  low: lane & MAX_TICK,
});

function checkedTick(tick: number): number {
  if (!Number.isInteger(tick) || tick < 0 || tick > MAX_TICK)
    throw new RangeError(`tick ${tick}: not 0 .. ${MAX_TICK}`);
  return tick;
}

/** 24 ones in the lanes of a session's slots, per order word. */
export function openLanes(first: number, count: number): bigint[] {
  const lanes = [...new Array<number>(first % COUNT).fill(0), ...new Array<number>(count).fill(0xffffff)];
  return Array.from({ length: wordsOf(first, count) }, (_, w) => pack(lanes.slice(COUNT * w, COUNT * (w + 1))));
}
