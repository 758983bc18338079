import { InputError } from "../data/inputError.ts";
import type { Order, Side } from "../model/book.ts";
import { type LaneOrder, MAX_PACKETS } from "../model/orders.ts";
import { MAX_TICK } from "../model/prices.ts";
import type { NamedBook } from "./bookFile.ts";

/** Most rows of a book, so that no lane of the contract's tally overflows (`contracts/libraries/LaneAuction.sol`). */
const MAX_ORDERS = 8192;

/** A book as a slot of the market has it: an order of each member, and what members and ticks stand for. */
export interface SlotBook {
  readonly name: string;
  /** The order of member 1, 2, ... */
  readonly orders: readonly LaneOrder[];
  /** The id of member 1, 2, ...; rising, so that equal prices tie as the ids do. */
  readonly ids: readonly number[];
  /** The price of tick 0, 1, ...; rising. */
  readonly prices: readonly number[];
}

/**
 * Numbers the ids and prices of a book by rank, which changes no outcome but what they are called. Throws InputError for
 * a book that a slot can't hold.
 */
export function slotBook({ name, bids, asks }: NamedBook, file: string): SlotBook {
  const all = [...bids, ...asks];
  const [ids, prices] = [risingOf(all.map(({ id }) => id)), risingOf(all.map(({ price }) => price))];
  const misfit = misfitOf(all, prices.length);
  if (misfit !== undefined)
    throw new InputError(`book "${name}" does not fit in a slot of the market: ${misfit}`, { file }, "use --engine ts");
  const [memberOf, tickOf] = [ranksIn(ids), ranksIn(prices)];
  const orders = new Array<LaneOrder>(ids.length);
  const add = (side: Side) => (order: Order) => {
    orders[memberOf.get(order.id)!] = { side, tick: tickOf.get(order.price)!, packets: order.packets };
  };
  bids.forEach(add("bid"));
  asks.forEach(add("ask"));
  return { name, orders, ids, prices };
}

function misfitOf(orders: readonly Order[], prices: number): string | undefined {
  const large = orders.find(({ packets }) => packets > MAX_PACKETS);
  if (large) return `${large.packets} packets of id ${large.id}, where ${MAX_PACKETS} are the most`;
  if (prices > MAX_TICK + 1) return `${prices} different prices, where ${MAX_TICK + 1} are the most`;
  if (orders.length > MAX_ORDERS) return `${orders.length} orders, where ${MAX_ORDERS} are the most`;
  return undefined;
}

const risingOf = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** Where each number stands in a list, counted from 0. */
const ranksIn = (rising: readonly number[]) => new Map(rising.map((value, i) => [value, i]));
