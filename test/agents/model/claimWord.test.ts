import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clear } from "../../../agents/model/auction.ts";
import { claimOf } from "../../../agents/model/claim.ts";
import {
  CLAIM_FIELDS,
  type ClaimWord,
  claimWordOf,
  decodeClaim,
  encodeClaim,
  packResults,
  unpackResults,
} from "../../../agents/model/claimWord.ts";
import { bookArb, byId, tieKeyArb } from "../../helpers/books.ts";
import { SEED } from "../../helpers/seed.ts";

const fieldsArb = fc
  .tuple(...CLAIM_FIELDS.map(([, bits]) => fc.nat(2 ** bits - 1)))
  .map((values) => Object.fromEntries(CLAIM_FIELDS.map(([name], i) => [name, values[i]])) as ClaimWord);
const random = (numRuns: number) => ({ seed: SEED, numRuns });

describe(`claim words (seed ${SEED})`, () => {
  it("a claim comes out of its word as it went in, in 100 bits of which the result is the low 85", () => {
    const property = fc.property(fieldsArb, (claim) => {
      const word = encodeClaim(claim);
      expect(decodeClaim(word)).toEqual(claim);
      expect(word < 2n ** 100n).toBe(true);
      expect(decodeClaim(word % 2n ** 85n)).toEqual({ ...claim, relation: 0, tau: 0 });
    });
    fc.assert(property, random(500));
  });

  it("a field that does not fit is refused", () => {
    const claim = decodeClaim(0n);
    for (const [name, bits] of CLAIM_FIELDS)
      for (const value of [-1, 2 ** bits, 0.5, Number.NaN])
        expect(() => encodeClaim({ ...claim, [name]: value })).toThrow(RangeError);
  });

  it("the word of a book says what its claim and outcome say", () => {
    const property = fc.property(bookArb({ prices: [0, 9], packets: [0, 5], orders: 16 }), tieKeyArb, (book, key) => {
      const [word, claim] = [decodeClaim(claimWordOf(book, key)), claimOf(book, key)];
      const { packets, buyPrice, sellPrice, longSide, threshold } = clear(book.bids, book.asks, key);
      if (claim.kind === "nothing crosses") expect(word).toEqual({ ...decodeClaim(0n), tau: claim.tau });
      else
        expect(word).toMatchObject({
          criticalBid: claim.criticalBid,
          criticalAsk: claim.criticalAsk,
          level: claim.level,
        });
      expect(word.traded).toBe(packets > 0 ? 1 : 0);
      if (packets === 0) return;
      expect([word.bidTick, word.askTick]).toEqual([buyPrice, sellPrice]);
      expect([word.asksLong, word.threshold]).toEqual([longSide === "ask" ? 1 : 0, threshold ?? 0]);
    });
    fc.assert(property, random(1_000));
  });

  it("a price that is no tick is refused", () => {
    const order = { id: 1, price: 4096, packets: 1 };
    const book = { bids: [order, { ...order, id: 2 }], asks: [3, 4].map((id) => ({ ...order, id })) };
    expect(() => claimWordOf(book, byId)).toThrow(/bidTick 4096/);
  });

  it("results are kept three to a word, and nothing of slots in which nothing trades", () => {
    const property = fc.property(fc.array(fieldsArb, { maxLength: 35 }), (claims) => {
      const words = packResults(claims.map(encodeClaim));
      expect(words).toHaveLength(Math.ceil(claims.length / 3));
      const results = claims.map((claim) => (claim.traded ? { ...claim, relation: 0, tau: 0 } : decodeClaim(0n)));
      expect(unpackResults(words, claims.length)).toEqual(results);
    });
    fc.assert(property, random(300));
  });
});
