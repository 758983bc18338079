/**
 * Claims: what anyone may say about how a slot clears, so that the chain need not sort. Whether an order wins is seen
 * by comparing it with the critical one, hence a claim is checked in two passes over the book in any order. Exactly one
 * outcome passes. Twin of `contracts/libraries/DoubleAuction.sol`.
 */
import { type CriticalPair, criticalPair, noTrade, type Outcome, outcomeOf, rankedBook, trade } from "./auction.ts";
import { type Book, compareRank, type KeyedBook, type KeyedOrder, keyedBook, type Side, type TieKey } from "./book.ts";
import type { Packets } from "./packets.ts";

/** How the packets up to the critical bid, itself included, compare with those up to the critical ask. */
export type Relation = "<" | ">" | "=";

/** No bid reaches any ask: every bid < `tau` <= every ask, in base units per packet. */
export interface NothingCrosses {
  readonly kind: "nothing crosses";
  readonly tau: number;
}

/** The critical orders, by member, and how the excess is shared. */
export interface PairCrosses {
  readonly kind: "pair crosses";
  readonly criticalBid: number;
  readonly criticalAsk: number;
  readonly relation: Relation;
  /** Only where the relation is "=": every bid behind the critical one < `tau` <= every ask behind. */
  readonly tau: number | null;
  /** The side with the excess; "bid" where there is none. */
  readonly longSide: Side;
  readonly level: Packets;
  /** The winner with the smallest key that loses one packet more than `level`; null for nobody. */
  readonly threshold: number | null;
}

export type Claim = NothingCrosses | PairCrosses;

/** Why a claim is refused; the index is the `Refusal` of the Solidity, whose 0 is none. */
export const REFUSALS = [
  "none",
  "orders cross",
  "no such critical order",
  "critical pair does not cross",
  "not the critical pair",
  "wrong relation",
  "the next packet crosses",
  "wrong long side",
  "wrong level",
  "wrong remainder",
] as const;
export type Refusal = Exclude<(typeof REFUSALS)[number], "none">;

export type Verdict =
  | { readonly ok: true; readonly outcome: Outcome }
  | { readonly ok: false; readonly reason: Refusal };

/** The true claim of a book. Throws RangeError for a book that is none (see `keyedBook`). */
export function claimOf(book: Book, key: TieKey): Claim {
  const ranked = rankedBook(book, key);
  const { bids, asks } = ranked;
  const pair = criticalPair(ranked);
  if (!pair) return { kind: "nothing crosses", tau: separator(bids[0], asks[0], 0) };
  const { longSide, level, threshold } = outcomeOf(ranked, pair);
  const relation = relationOf(pair);
  const behind = [bids[bids.indexOf(pair.bid) + 1], asks[asks.indexOf(pair.ask) + 1]] as const;
  return {
    kind: "pair crosses",
    criticalBid: pair.bid.id,
    criticalAsk: pair.ask.id,
    relation,
    tau: relation === "=" ? separator(...behind, pair.bid.price) : null,
    longSide: longSide ?? "bid",
    level,
    threshold,
  };
}

/**
 * A price above the bid and not above the ask, if these do not cross: the ask's, or just above the bid's, or
 * `otherwise`.
 */
function separator(bid: KeyedOrder | undefined, ask: KeyedOrder | undefined, otherwise: number): number {
  return ask?.price ?? (bid ? bid.price + 1 : otherwise);
}

function relationOf({ bid, ask, bidsAhead, asksAhead }: CriticalPair): Relation {
  const difference = bidsAhead + bid.packets - (asksAhead + ask.packets);
  return difference < 0 ? "<" : difference > 0 ? ">" : "=";
}

/**
 * Checks a claim without sorting. Gives the outcome, the same as `clear`'s, or the first reason against the claim.
 * Throws RangeError for a book that is none (see `keyedBook`).
 */
export function checkClaim(book: Book, claim: Claim, key: TieKey): Verdict {
  const keyed = keyedBook(book, key);
  if (claim.kind === "pair crosses") return checkPair(keyed, claim, key);
  const [bids, asks] = [sumUp(keyed.bids, undefined, "bid"), sumUp(keyed.asks, undefined, "ask")];
  return separates(bids, claim.tau, asks) ? { ok: true, outcome: noTrade() } : refused("orders cross");
}

const refused = (reason: Refusal): Verdict => ({ ok: false, reason });

/** Packets strictly ahead of a critical order, and the best price behind it. */
interface SideSums {
  ahead: Packets;
  bestBehind: number;
}

/**
 * Sums over one side of a book; without a critical order everything is behind. The best of nothing is infinitely bad.
 */
function sumUp(orders: readonly KeyedOrder[], critical: KeyedOrder | undefined, side: Side): SideSums {
  const sums = { ahead: 0, bestBehind: side === "bid" ? -Infinity : Infinity };
  for (const order of orders) {
    if (critical && compareRank(order, critical, side) < 0) sums.ahead += order.packets;
    else if (order !== critical) sums.bestBehind = (side === "bid" ? Math.max : Math.min)(sums.bestBehind, order.price);
  }
  return sums;
}

/** Every bid behind < tau <= every ask behind. */
function separates(bids: SideSums, tau: number | null, asks: SideSums): boolean {
  return tau !== null && bids.bestBehind < tau && tau <= asks.bestBehind;
}

function checkPair(book: KeyedBook, claim: PairCrosses, key: TieKey): Verdict {
  const bid = book.bids.find(({ id }) => id === claim.criticalBid);
  const ask = book.asks.find(({ id }) => id === claim.criticalAsk);
  if (!bid || !ask) return refused("no such critical order");
  const [bids, asks] = [sumUp(book.bids, bid, "bid"), sumUp(book.asks, ask, "ask")];
  const pair = { bid, ask, bidsAhead: bids.ahead, asksAhead: asks.ahead };
  const reason = refusalOfPair(pair, bids, asks, claim);
  if (reason) return refused(reason);
  return Math.min(bids.ahead, asks.ahead) === 0
    ? { ok: true, outcome: noTrade(pair) }
    : checkBurden(book, pair, claim, key);
}

/** Rules for the critical pair: both hold the last crossing packet, and the next packet does not cross. */
function refusalOfPair(pair: CriticalPair, bids: SideSums, asks: SideSums, claim: PairCrosses): Refusal | undefined {
  const { bid, ask, bidsAhead, asksAhead } = pair;
  if (bid.price < ask.price) return "critical pair does not cross";
  if (bidsAhead >= asksAhead + ask.packets || asksAhead >= bidsAhead + bid.packets) return "not the critical pair";
  if (claim.relation !== relationOf(pair)) return "wrong relation";
  const stops = {
    "<": bids.bestBehind < ask.price,
    ">": bid.price < asks.bestBehind,
    "=": separates(bids, claim.tau, asks),
  };
  return stops[claim.relation] ? undefined : "the next packet crosses";
}

/**
 * Second pass. The losses up to the level are at most the excess, and those up to one packet more are above it: only
 * one level does both. The members at or above the threshold's key carry what is left: only one set of them does.
 */
function checkBurden(book: KeyedBook, pair: CriticalPair, claim: PairCrosses, key: TieKey): Verdict {
  const { longSide, level } = claim;
  if (longSide !== (pair.asksAhead > pair.bidsAhead ? "ask" : "bid")) return refused("wrong long side");
  if (!Number.isSafeInteger(level)) return refused("wrong level");
  const bids = book.bids.filter((order) => compareRank(order, pair.bid, "bid") < 0);
  const asks = book.asks.filter((order) => compareRank(order, pair.ask, "ask") < 0);
  const winners = longSide === "ask" ? asks : bids;
  const base = winners.reduce((sum, { packets }) => sum + Math.min(packets, level), 0);
  const above = winners.filter(({ packets }) => packets > level);
  const remainder = Math.abs(pair.asksAhead - pair.bidsAhead) - base;
  if (remainder < 0 || remainder >= above.length) return refused("wrong level");
  const from = claim.threshold === null ? undefined : key(claim.threshold);
  const extra = from === undefined ? [] : above.filter((order) => order.key >= from);
  if (extra.length !== remainder) return refused("wrong remainder");
  return { ok: true, outcome: trade(pair, { bids, asks }, { level, extra }) };
}
