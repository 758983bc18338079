/**
 * The multi-unit double auction of Huang, Scheller-Wolf and Sycara, "Design of a Multi-Unit Double Auction E-Market",
 * Computational Intelligence 18(4), 2002: strategy-proof in the price, never in deficit, nobody trades at a loss. Here
 * it is computed by sorting; `claim.ts` checks an outcome without.
 */
import {
  type Book,
  compareRank,
  type KeyedBook,
  type KeyedOrder,
  keyedBook,
  type Order,
  type Side,
  type TieKey,
} from "./book.ts";
import type { Packets } from "./packets.ts";

/** How a slot's book cleared. Prices in base units per packet; 0 and below are prices, only null is none. */
export interface Outcome {
  /** What every buyer pays; null where nothing trades. */
  readonly buyPrice: number | null;
  /** What every seller receives, at most `buyPrice`; null where nothing trades. */
  readonly sellPrice: number | null;
  /** Packets traded, by member; whoever trades none is not in it. */
  readonly fills: ReadonlyMap<number, Packets>;
  /** Packets that change hands in all. */
  readonly packets: Packets;
  /** (buyPrice - sellPrice) x packets in base units, exact, never negative: the community fund's. */
  readonly surplus: bigint;
  /**
   * Packets up to which demand and supply cross, Q* in the paper; more than `packets`, since the critical orders stay
   * out.
   */
  readonly crossing: Packets;
  /** Members whose orders set the prices and do not trade; null where nothing crosses. */
  readonly criticalBid: number | null;
  readonly criticalAsk: number | null;
  /** The side whose winners offer more than the other's, or null if they are equal or nothing trades. */
  readonly longSide: Side | null;
  /** What the long side offers too much. */
  readonly excess: Packets;
  /** What each winner of the long side loses, or all it has. */
  readonly level: Packets;
  /** How many winners lose one packet more: those with the largest keys. */
  readonly remainder: number;
  /** The member with the smallest key that does. */
  readonly threshold: number | null;
}

/** The orders that hold the last crossing packet of each side, and the packets strictly ahead of them. */
export interface CriticalPair {
  readonly bid: KeyedOrder;
  readonly ask: KeyedOrder;
  readonly bidsAhead: Packets;
  readonly asksAhead: Packets;
}

/** Clears one slot. Throws RangeError for a book that is none (see `keyedBook`). */
export function clear(bids: readonly Order[], asks: readonly Order[], key: TieKey): Outcome {
  const book = rankedBook({ bids, asks }, key);
  return outcomeOf(book, criticalPair(book));
}

/** The orders that count, on each side the first to trade first. */
export function rankedBook(book: Book, key: TieKey): KeyedBook {
  const { bids, asks } = keyedBook(book, key);
  return {
    bids: bids.toSorted((a, b) => compareRank(a, b, "bid")),
    asks: asks.toSorted((a, b) => compareRank(a, b, "ask")),
  };
}

/**
 * The critical pair of a ranked book, or undefined if nothing crosses: the first orders whose cumulative packets reach
 * Q*, the last packet with demand priced at or above supply. Where both sides' cumulatives end at Q* this is the
 * earlier of the pairs that the paper's weak inequalities admit; the later one is not strategy-proof.
 */
export function criticalPair({ bids, asks }: KeyedBook): CriticalPair | undefined {
  let pair: CriticalPair | undefined;
  for (let l = 0, k = 0, bidsAhead = 0, asksAhead = 0; ; ) {
    const [bid, ask] = [bids[l], asks[k]]; // the owners of the next packet of demand and of supply
    if (!bid || !ask || bid.price < ask.price) return pair;
    pair = { bid, ask, bidsAhead, asksAhead };
    const crossing = crossingPackets(pair);
    if (bidsAhead + bid.packets === crossing) [l, bidsAhead] = [l + 1, crossing];
    if (asksAhead + ask.packets === crossing) [k, asksAhead] = [k + 1, crossing];
  }
}

/** Q*: packets of demand that meet packets of supply at or below their price. */
export function crossingPackets({ bid, ask, bidsAhead, asksAhead }: CriticalPair): Packets {
  return Math.min(bidsAhead + bid.packets, asksAhead + ask.packets);
}

/** The outcome of a ranked book with this critical pair: the winners are all ahead of it. */
export function outcomeOf(book: KeyedBook, pair: CriticalPair | undefined): Outcome {
  if (!pair || Math.min(pair.bidsAhead, pair.asksAhead) === 0) return noTrade(pair);
  const bids = book.bids.slice(0, book.bids.indexOf(pair.bid));
  const asks = book.asks.slice(0, book.asks.indexOf(pair.ask));
  const long = pair.asksAhead > pair.bidsAhead ? asks : bids;
  return trade(pair, { bids, asks }, equalLosses(long, Math.abs(pair.bidsAhead - pair.asksAhead)));
}

/** What each winner of the long side loses (at most all it has), and those who lose one packet more. */
export interface Burden {
  readonly level: Packets;
  readonly extra: readonly KeyedOrder[];
}

/**
 * Shares `excess` packets as equal losses: everyone loses the same, whoever has less loses all, and the rest is shared
 * again. What can't be split is one packet more for each of those with the largest keys. So losses differ by at most
 * one packet, but where somebody has nothing left. Assumes that the winners have more than `excess` in all, or that it
 * is 0.
 */
export function equalLosses(winners: readonly KeyedOrder[], excess: Packets): Burden {
  const rising = winners.toSorted((a, b) => a.packets - b.packets);
  let [level, rest, sharing] = [0, excess, rising.length];
  for (const { packets } of rising) {
    level = Math.floor(rest / sharing);
    if (packets > level) break;
    rest -= packets;
    sharing--;
  }
  const above = winners.filter(({ packets }) => packets > level).sort((a, b) => (a.key < b.key ? 1 : -1));
  return { level, extra: above.slice(0, rest - level * sharing) };
}

/** The outcome of a slot in which nothing trades: nothing crosses, or nobody is ahead of a critical order. */
export function noTrade(pair?: CriticalPair): Outcome {
  return {
    buyPrice: null,
    sellPrice: null,
    fills: new Map(),
    packets: 0,
    surplus: 0n,
    crossing: pair ? crossingPackets(pair) : 0,
    criticalBid: pair?.bid.id ?? null,
    criticalAsk: pair?.ask.id ?? null,
    longSide: null,
    excess: 0,
    level: 0,
    remainder: 0,
    threshold: null,
  };
}

/** The outcome in which the winners trade at the prices of the critical pair, the long side less its burden. */
export function trade(pair: CriticalPair, { bids, asks }: KeyedBook, { level, extra }: Burden): Outcome {
  const { bid, ask, bidsAhead, asksAhead } = pair;
  const packets = Math.min(bidsAhead, asksAhead);
  const longSide = bidsAhead === asksAhead ? null : bidsAhead < asksAhead ? "ask" : "bid";
  const long = longSide === "ask" ? asks : bids;
  const fills = new Map([...bids, ...asks].map((order) => [order.id, order.packets]));
  for (const order of long) fills.set(order.id, order.packets - Math.min(order.packets, level));
  for (const { id } of extra) fills.set(id, (fills.get(id) ?? 0) - 1);
  return {
    ...noTrade(pair),
    buyPrice: bid.price,
    sellPrice: ask.price,
    fills: new Map([...fills].filter(([, filled]) => filled > 0)),
    packets,
    surplus: (BigInt(bid.price) - BigInt(ask.price)) * BigInt(packets),
    longSide,
    excess: Math.abs(bidsAhead - asksAhead),
    level,
    remainder: extra.length,
    threshold: extra.toSorted((a, b) => (a.key < b.key ? -1 : 1))[0]?.id ?? null,
  };
}
