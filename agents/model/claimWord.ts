/**
 * Claims as `contracts/libraries/LaneAuction.sol` reads them, a word per slot. Prices are ticks. From the low bits: 1
 * traded, 1 asks are the long side, 12 tick of the critical bid, 12 of the critical ask, 11 level, 16 member of the
 * critical bid, 16 of the critical ask, 16 member with the smallest key that loses one packet more, or 0: these 85 bits
 * are the result that the chain keeps, three to a word. Above: 2 how the cumulatives of the critical pair compare, 13
 * the tick that separates bids and asks behind.
 */
import { clear } from "./auction.ts";
import type { Book, TieKey } from "./book.ts";
import { claimOf, type PairCrosses, type Relation } from "./claim.ts";

/** The fields of a claim word, low bits first, with their widths. */
export const CLAIM_FIELDS = [
  ["traded", 1],
  ["asksLong", 1],
  ["bidTick", 12],
  ["askTick", 12],
  ["level", 11],
  ["criticalBid", 16],
  ["criticalAsk", 16],
  ["threshold", 16],
  ["relation", 2],
  ["tau", 13],
] as const;

/** A claim, or a kept result, field by field; flags are 0 or 1. */
export type ClaimWord = Readonly<Record<(typeof CLAIM_FIELDS)[number][0], number>>;

const RESULT_BITS = 85n;
const RELATIONS: Readonly<Record<Relation, number>> = { "<": 1, ">": 2, "=": 3 };
const NOTHING: ClaimWord = {
  traded: 0,
  asksLong: 0,
  bidTick: 0,
  askTick: 0,
  level: 0,
  criticalBid: 0,
  criticalAsk: 0,
  threshold: 0,
  relation: 0,
  tau: 0,
};

/** The word of a claim. Throws RangeError for a field that does not fit. */
export function encodeClaim(claim: ClaimWord): bigint {
  let [word, shift] = [0n, 0n];
  for (const [name, bits] of CLAIM_FIELDS) {
    const value = claim[name];
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw new RangeError(`${name} ${value} in a claim: not a number of ${bits} bits`);
    word |= BigInt(value) << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** The fields of a claim word, or of a result. */
export function decodeClaim(word: bigint): ClaimWord {
  let rest = word;
  const fields = CLAIM_FIELDS.map(([name, bits]) => {
    const value = Number(BigInt.asUintN(bits, rest));
    rest >>= BigInt(bits);
    return [name, value] as const;
  });
  return Object.fromEntries(fields) as ClaimWord;
}

/** The true claim about a slot whose book has ticks for prices. Throws RangeError for a book that is none. */
export function claimWordOf(book: Book, key: TieKey): bigint {
  const claim = claimOf(book, key);
  if (claim.kind === "nothing crosses") return encodeClaim({ ...NOTHING, tau: claim.tau });
  const { packets } = clear(book.bids, book.asks, key);
  return encodeClaim(pairWord(claim, book, packets > 0));
}

function pairWord(claim: PairCrosses, { bids, asks }: Book, traded: boolean): ClaimWord {
  return {
    traded: Number(traded),
    asksLong: Number(claim.longSide === "ask"),
    bidTick: bids.find(({ id }) => id === claim.criticalBid)!.price,
    askTick: asks.find(({ id }) => id === claim.criticalAsk)!.price,
    level: claim.level,
    criticalBid: claim.criticalBid,
    criticalAsk: claim.criticalAsk,
    threshold: claim.threshold ?? 0,
    relation: RELATIONS[claim.relation],
    tau: claim.tau ?? 0,
  };
}

/** The results of slots, given their claims, as kept: three to a word; 0 where nothing trades. */
export function packResults(claims: readonly bigint[]): bigint[] {
  const results = claims.map((claim) => (claim & 1n ? BigInt.asUintN(Number(RESULT_BITS), claim) : 0n));
  return Array.from({ length: Math.ceil(results.length / 3) }, (_, w) =>
    results.slice(3 * w, 3 * w + 3).reduceRight((word, result) => (word << RESULT_BITS) | result, 0n),
  );
}

/** The kept results of `slots` slots; all 0 where nothing traded. */
export const unpackResults = (words: readonly bigint[], slots: number): ClaimWord[] =>
  Array.from({ length: slots }, (_, i) => {
    const word = (words[Math.floor(i / 3)] ?? 0n) >> (RESULT_BITS * BigInt(i % 3));
    return decodeClaim(BigInt.asUintN(Number(RESULT_BITS), word));
  });
