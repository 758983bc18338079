import { type CriticalPair, outcomeOf, rankedBook } from "../../agents/model/auction.ts";
import type { Book, TieKey } from "../../agents/model/book.ts";
import type { ClaimWord } from "../../agents/model/claimWord.ts";

const MAX = { tick: 4095, level: 2047, tau: 8191, member: 65_535 };

/** Claims about a book that differ from `claim` in one field, or in what belongs together, in every way that could matter. */
export function nearClaimWords(claim: ClaimWord, { bids, asks }: Book): ClaimWord[] {
  const members = [...new Set([0, MAX.member, ...[...bids, ...asks].map(({ id }) => id)])];
  const around = (value: number, max: number) =>
    [0, value - 1, value + 1, max].filter((other) => other >= 0 && other <= max);
  const ticks = (value: number) => [
    ...new Set([...around(value, MAX.tick), ...[...bids, ...asks].map(({ price }) => price)]),
  ];
  const relations = [0, 1, 2, 3];
  const taus = [
    ...new Set([...around(claim.tau, MAX.tau), ...[...bids, ...asks].flatMap(({ price }) => [price, price + 1])]),
  ];
  const changes: Partial<ClaimWord>[] = [
    { traded: 1 - claim.traded },
    { asksLong: 1 - claim.asksLong },
    { traded: 1 - claim.traded, asksLong: 1 - claim.asksLong },
    ...ticks(claim.bidTick).map((bidTick) => ({ bidTick })),
    ...ticks(claim.askTick).map((askTick) => ({ askTick })),
    ...around(claim.level, MAX.level).map((level) => ({ level })),
    ...members.map((criticalBid) => ({ criticalBid })),
    ...members.map((criticalAsk) => ({ criticalAsk })),
    ...members.map((threshold) => ({ threshold })),
    ...relations.map((relation) => ({ relation })),
    ...taus.map((tau) => ({ tau })),
    ...bids.flatMap(({ id, price }) => relations.map((relation) => ({ criticalBid: id, bidTick: price, relation }))),
    ...asks.flatMap(({ id, price }) => relations.map((relation) => ({ criticalAsk: id, askTick: price, relation }))),
    ...taus.map((tau) => ({ relation: 3, tau })),
    ...taus.map((tau) => ({ relation: 0, tau })),
    { ...claim, criticalBid: claim.criticalAsk, criticalAsk: claim.criticalBid },
  ];
  return changes.map((change) => ({ ...claim, ...change }));
}

/** For every bid and every ask of a book, the claim that would be true if these were its critical orders. */
export function pairClaimWords(book: Book, key: TieKey): ClaimWord[] {
  const ranked = rankedBook(book, key);
  const ahead = (packets: readonly { packets: number }[]) => packets.reduce((sum, order) => sum + order.packets, 0);
  const pairs = ranked.bids.flatMap((bid, l) =>
    ranked.asks.map((ask, k): CriticalPair => {
      return { bid, ask, bidsAhead: ahead(ranked.bids.slice(0, l)), asksAhead: ahead(ranked.asks.slice(0, k)) };
    }),
  );
  return pairs.flatMap((pair) => {
    const { bid, ask, bidsAhead, asksAhead } = pair;
    const { packets, longSide, level, threshold } = outcomeOf(ranked, pair);
    const more = bidsAhead + bid.packets - (asksAhead + ask.packets);
    const claim = {
      traded: Number(packets > 0),
      asksLong: Number(longSide === "ask"),
      bidTick: bid.price,
      askTick: ask.price,
      level,
      criticalBid: bid.id,
      criticalAsk: ask.id,
      threshold: threshold ?? 0,
      relation: more < 0 ? 1 : more > 0 ? 2 : 3,
      tau: 0,
    };
    const taus = claim.relation === 3 ? [ask.price, bid.price, bid.price + 1] : [0];
    return taus.map((tau) => ({ ...claim, tau }));
  });
}
