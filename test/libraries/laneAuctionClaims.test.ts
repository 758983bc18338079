import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it, test } from "vitest";
import { type ClaimWord, decodeClaim, encodeClaim } from "../../agents/model/claimWord.ts";
import { auctionVerdicts } from "../helpers/auctionVerdicts.ts";
import { nearClaimWords, pairClaimWords } from "../helpers/claimWords.ts";
import { orderArb } from "../helpers/orders.ts";
import { SEED } from "../helpers/seed.ts";
import {
  ALL_TICKS,
  claimsOf,
  FEW_TICKS,
  keysOf,
  outcomesOf,
  type SessionRange,
  type SessionRow,
  sessionBookArb,
  slotBook,
  TIES,
} from "../helpers/sessionBooks.ts";

const { judge, verdicts } = await auctionVerdicts(await network.create());

const SMALL: SessionRange = { ...TIES, rows: 9 };
const LARGE: SessionRange = { ...ALL_TICKS, rows: 9 };
const random = (numRuns: number) => ({ seed: SEED, numRuns });

describe(`false claims (seed ${SEED})`, () => {
  test.each([
    ["four ticks and three packets", SMALL, 8],
    ["everything that a lane can say", LARGE, 3],
  ])("MARKET-4 a claim with any field changed is refused or comes to the same outcome: %s", async (_, range, runs) => {
    let [refused, accepted] = [0, 0];
    const property = fc.asyncProperty(sessionBookArb(range), async (book) => {
      const near = claimsOf(book).map((claim, i) => nearClaimWords(decodeClaim(claim), slotBook(book, i)));
      const rounds = Math.max(...near.map((claims) => claims.length));
      for (let round = 0; round < rounds; round++) {
        const reasons = await verdicts(
          book,
          near.map((claims) => encodeClaim(claims[round % claims.length]!)),
        );
        refused += reasons.filter((reason) => reason !== "").length;
        accepted += reasons.filter((reason) => reason === "").length;
      }
    });
    await fc.assert(property, random(runs));
    expect(refused).toBeGreaterThan(runs * 500);
    expect(accepted).toBeGreaterThan(runs * 50);
  });

  it("MARKET-4 of all pairs of a bid and an ask, with all that would follow, only the critical pair passes", async () => {
    let [tried, accepted] = [0, 0];
    const property = fc.asyncProperty(sessionBookArb({ ...TIES, rows: 12 }), async (book) => {
      const pairs = keysOf(book).map((key, i) => pairClaimWords(slotBook(book, i), key));
      const truth = claimsOf(book);
      const rounds = Math.max(...pairs.map((claims) => claims.length));
      for (let round = 0; round < rounds; round++) {
        const claims = pairs.map((of, i) => (of.length === 0 ? truth[i]! : encodeClaim(of[round % of.length]!)));
        const reasons = await verdicts(book, claims);
        tried += reasons.length;
        accepted += reasons.filter((reason) => reason === "").length;
      }
    });
    await fc.assert(property, random(15));
    expect(accepted).toBeGreaterThan(tried / 100);
    expect(accepted).toBeLessThan(tried / 5);
  });

  it("MARKET-4 whatever is claimed about one slot, the verdicts on the others stay", async () => {
    const wild = fc.array(fc.bigInt({ min: 0n, max: 2n ** 100n - 1n }), { minLength: 10, maxLength: 10 });
    const edges = [0, 1, 2, 3].flatMap((relation) =>
      [0, 4095, 4096, 4097, 8191].map((tau) => (BigInt(relation) << 85n) | (BigInt(tau) << 87n)),
    );
    const property = fc.asyncProperty(sessionBookArb(FEW_TICKS), fc.nat(), wild, async (book, which, any) => {
      const truth = claimsOf(book);
      const slot = which % book.slots;
      for (const claim of [...edges, ...any, ...any.map((bits) => bits | (8191n << 87n)), 2n ** 256n - 1n]) {
        const { reasons } = await judge(book, truth.with(slot, claim));
        expect(reasons.with(slot, "")).toEqual(new Array(book.slots).fill(""));
      }
    });
    await fc.assert(property, random(12));
  });

  it("MARKET-4 whatever is claimed about a few orders, only the one outcome passes", async () => {
    let accepted = 0;
    const some = (most: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(most));
    const changeArb = fc.record({
      traded: some(1),
      asksLong: some(1),
      bidTick: some(2),
      askTick: some(2),
      level: some(2),
      criticalBid: some(4),
      criticalAsk: some(4),
      threshold: some(4),
      relation: some(3),
      tau: some(3),
    });
    const few = sessionBookArb({ tick: 1, packets: 2, rows: 5 });
    const changes = fc.array(fc.array(changeArb, { minLength: 30, maxLength: 30 }), { minLength: 30, maxLength: 30 });
    const property = fc.asyncProperty(few, changes, async (book, rounds) => {
      const truth = claimsOf(book).map(decodeClaim);
      for (const round of rounds) {
        const claims = truth.map((claim, i) => changedBy(claim, round[i]!, book.rows));
        const reasons = await verdicts(book, claims.map(encodeClaim));
        accepted += reasons.filter((reason) => reason === "").length;
      }
    });
    await fc.assert(property, random(15));
    expect(accepted).toBeGreaterThan(1000);
  });

  it("MARKET-6 with a row forgotten or changed, only what is true of the rows given passes", async () => {
    const change = fc.record({
      kind: fc.constantFrom("forgotten", "changed"),
      row: fc.nat(),
      slot: fc.nat(),
      order: orderArb(3, 3),
    });
    let refused = 0;
    const property = fc.asyncProperty(
      sessionBookArb(TIES),
      fc.array(change, { minLength: 3, maxLength: 3 }),
      async (book, changes) => {
        if (book.rows.length === 0) return;
        const claims = claimsOf(book);
        for (const { kind, row, slot, order } of changes) {
          const at = row % book.rows.length;
          const { member, orders } = book.rows[at]!;
          const other = { member, orders: orders.with(slot % book.slots, order) };
          const rows = kind === "forgotten" ? book.rows.toSpliced(at, 1) : book.rows.with(at, other);
          const reasons = await verdicts({ ...book, rows }, claims);
          const truth = claimsOf({ ...book, rows });
          expect(reasons.filter((reason, i) => reason !== "" && truth[i] === claims[i])).toEqual([]);
          refused += reasons.filter((reason) => reason !== "").length;
        }
      },
    );
    await fc.assert(property, random(60));
    expect(refused).toBeGreaterThan(300);
  });

  it("MARKET-6 the claim about a slot is false once a member that trades there is forgotten or counted twice", async () => {
    let tried = 0;
    const property = fc.asyncProperty(sessionBookArb(TIES), fc.nat(), async (book, which) => {
      const [claims, outcomes] = [claimsOf(book), outcomesOf(book)];
      const row = book.rows[which % Math.max(book.rows.length, 1)];
      if (!row) return;
      const trades = outcomes.flatMap(({ fills }, i) => (fills.has(row.member) ? [i] : []));
      for (const rows of [book.rows.filter((other) => other !== row), [...book.rows, row]]) {
        const { reasons } = await judge({ ...book, rows }, claims);
        expect(trades.filter((i) => reasons[i] === "")).toEqual([]);
        tried += trades.length;
      }
    });
    await fc.assert(property, random(60));
    expect(tried).toBeGreaterThan(200);
  });
});

/** The claim with what is given of `change`; its members are places in the book. */
function changedBy(claim: ClaimWord, change: Partial<ClaimWord>, rows: readonly SessionRow[]): ClaimWord {
  const given = Object.entries(change).flatMap(([name, value]): [string, number][] => {
    if (value === undefined) return [];
    const isMember = name.startsWith("critical") || name === "threshold";
    return [[name, isMember ? (rows[value]?.member ?? 0) : value]];
  });
  return { ...claim, ...Object.fromEntries(given) };
}
