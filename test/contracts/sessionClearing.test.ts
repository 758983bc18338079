import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { claimsOf } from "../../agents/keeper/claims.ts";
import { firstLaneSlot, seedOf, shapeOf } from "../../agents/keeper/keeper.ts";
import { word } from "../../agents/model/keccak.ts";
import { readingOf, rowOf } from "../../agents/model/profileBook.ts";
import { communityOf } from "../helpers/community.ts";
import { SEED } from "../helpers/seed.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { loadFixture, takeSnapshot } = net.networkHelpers;
const tryAt = tryAtOn(net);
const CLOSED = 1n;
const VOID = 3n;

/** Eight members in three batches over four slots, prices of few levels so that many tie; not closed yet. */
async function posted() {
  const c = await communityOf(net, { members: 8 });
  const day = await c.fixDay();
  const session = await c.open(day);
  const [orders] = fc.sample(
    fc.array(fc.record({ price: fc.integer({ min: 1000, max: 1003 }), packets: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 32,
      maxLength: 32,
    }),
    { numRuns: 1, seed: SEED },
  );
  const placed = orders!.map((order, i) => {
    const member = (i % 8) + 1;
    return { ...order, member, slot: Math.floor(i / 8), side: member % 2 === 0 ? ("ask" as const) : ("bid" as const) };
  });
  for (const who of [
    [1, 2, 5],
    [3, 4],
    [6, 7, 8],
  ])
    await c.postOrders(
      session,
      placed.filter(({ member }) => who.includes(member)),
    );
  return { ...c, day, session, gate: day.start };
}

/** The same, closed, with the true claims and the readings they need. */
async function closed() {
  const c = await posted();
  await c.close(c.session);
  const shape = await shapeOf(c.contracts, c.session);
  const seed = await seedOf(c.contracts, c.provider, c.session);
  const book = await c.book(c.session);
  const claims = claimsOf(book.flat(), 1, firstLaneSlot(shape), seed);
  const readings = book.map((batch) => readingOf(batch, () => true));
  const tallyAfter = async (sent: Promise<unknown>) => {
    await sent;
    const [event] = (await c.market.queryFilter(c.market.filters.ClearingAdvanced())).slice(-1);
    return [...event!.args.tally];
  };
  const results = async () => {
    const [event] = await c.market.queryFilter(c.market.filters.SessionCleared());
    return [...event!.args.results, ...event!.args.traded].map(String);
  };
  const clear = (tally: bigint[], parts: string[], with_ = claims) => c.market.clear(c.session, with_, tally, parts);
  return { ...c, seed, shape, book, claims, readings, tallyAfter, results, clear };
}

describe("EnergyMarket: closing", () => {
  it("a book is closed from the gate on, once", async () => {
    const c = await loadFixture(posted);
    const close = () => c.market.close(c.session);
    const early = () => expect(close()).toRevertWith(c.market, "GateNotPassed", [c.session, c.gate]);
    await tryAt(c.gate - 1, early);
    await tryAt(c.gate + 1, close);
    await tryAt(c.gate, async () => {
      const block = await c.provider.getBlockNumber();
      await expect(close()).toEmit(c.market, "SessionClosed", [c.session, block + 3]);
      await expect(close()).toRevertWith(c.market, "AlreadyClosed", [c.session]);
    });
  });

  it("the seed is the hash of the second block after that, and nothing clears before", async () => {
    const c = await loadFixture(posted);
    const clear = () => c.market.clear(c.session, [], [], []);
    await expect(clear()).toRevertWith(c.market, "NotClosed", [c.session]);
    await c.until(c.gate);
    await c.market.close(c.session);
    const seedBlock = (await c.provider.getBlockNumber()) + 2;
    await expect(clear()).toRevertWith(c.market, "SeedNotReady", [c.session, seedBlock]);
    await c.mine(2);
    expect(BigInt(await c.market.seedOf(c.session))).toBe(0n);
    await c.clear(c.session);
    expect(await c.market.seedOf(c.session)).toBe((await c.provider.getBlock(seedBlock))!.hash);
    await expect(c.market.close(c.session)).toRevertWith(c.market, "AlreadyCleared", [c.session]);
    await expect(clear()).toRevertWith(c.market, "AlreadyCleared", [c.session]);
  });
});

describe("EnergyMarket: clearing", () => {
  it("a session is cleared up to its deadline, and void after", async () => {
    const c = await loadFixture(closed);
    const deadline = c.gate + c.terms.clearWindow;
    const clear = () => c.clear([], c.readings);
    for (const inTime of [deadline - 1, deadline])
      await tryAt(inTime, async () => {
        await clear();
        expect(await c.market.stageOf(c.session)).toBe(2n);
      });
    await tryAt(deadline, async () => {
      await c.mine(1);
      expect(await c.market.stageOf(c.session)).toBe(CLOSED);
    });
    await c.until(deadline + 1);
    await expect(clear()).toRevertWith(c.market, "ClearingOver", [c.session, deadline]);
    expect(await c.market.stageOf(c.session)).toBe(VOID);
  });

  it("MARKET-4 a clearing in any number of parts has the outcome of one in one go", async () => {
    const c = await loadFixture(closed);
    const before = await takeSnapshot();
    await c.clear([], c.readings);
    const whole = await c.results();
    await before.restore();
    let tally = await c.tallyAfter(c.clear([], c.readings.slice(0, 1)));
    tally = await c.tallyAfter(c.clear(tally, c.readings.slice(1, 2)));
    await c.clear(tally, c.readings.slice(2));
    expect(await c.results()).toEqual(whole);
    await before.restore();
    tally = await c.tallyAfter(c.clear([], c.readings.slice(0, 2)));
    await c.clear(tally, c.readings.slice(2));
    expect(await c.results()).toEqual(whole);
  });

  it("MARKET-6 a tally is only gone on with as it was, batch after batch", async () => {
    const c = await loadFixture(closed);
    const tally = await c.tallyAfter(c.clear([], c.readings.slice(0, 1)));
    const other = tally.map((value, i) => (i === 0 ? value + 1n : value));
    for (const wrong of [other, tally.slice(1), [...tally, 0n]])
      await expect(c.clear(wrong, c.readings.slice(1))).toRevertWith(c.market, "WrongTally", [c.session]);
    await expect(c.clear(tally, c.readings.slice(2))).toRevertWith(c.market, "WrongReading");
    await expect(c.clear(tally, [c.readings[0]!])).toRevertWith(c.market, "WrongReading");
    const changed = c.claims.map((claim, i) => (i === 9 ? claim ^ (1n << 87n) : claim));
    await expect(c.clear(tally, c.readings.slice(1), changed)).toRevertWith(c.market, "WrongTally", [c.session]);
  });

  it("MARKET-6 no profile can be left out, doubled, changed or moved", async () => {
    const c = await loadFixture(closed);
    const [first, ...rest] = c.book;
    const lacking = readingOf(first!, ({ member }) => member !== 2);
    await expect(c.clear([], [lacking])).toRevertWith(c.market, "LiveProfileMissing", [c.session, 0]);
    const lies = [
      first!.map((row) => ({ ...row, orders: [row.orders[0]! + 1n] })),
      first!.map((row) => ({ ...row, lock: row.lock + 1n })),
      first!.map((row) => ({ ...row, member: row.member + 1 })),
      first!.map((row) => ({ ...row, registers: !row.registers })),
      first!.map((row) => ({ ...row, nonce: 2 })),
      [...first!].reverse(),
      [...rest[1]!],
    ];
    for (const lie of lies) {
      const call = c.clear([], [readingOf(lie, () => true)]);
      await expect(call).toRevertWith(c.market, "WrongCommitment", [c.session, 0]);
    }
    for (const batch of [first!.slice(1), [...first!, ...rest[0]!]])
      await expect(c.clear([], [readingOf(batch, () => true)])).toRevertWith(c.market, "WrongReading");
    const four = [...c.readings, c.readings[0]!];
    await expect(c.clear([], four)).toRevertWith(c.market, "WrongReading");
    const mask = BigInt(`0x${c.readings[0]!.slice(2, 66)}`);
    const stray = word(mask | (1n << 3n)) + c.readings[0]!.slice(66);
    await expect(c.clear([], [stray])).toRevertWith(c.market, "WrongCommitment", [c.session, 0]);
  });

  it("a replaced profile is read as its mark alone", async () => {
    const c = await loadFixture(posted);
    await c.replace(await c.signed(c.session, 1, [], { nonce: 2 }));
    await c.close(c.session);
    const readings = (await c.book(c.session)).map((batch) => readingOf(batch, () => true));
    const call = c.market.clear(c.session, new Array(10).fill(0n), [], readings);
    await expect(call).toRevertWith(c.market, "ReplacedProfileInFull", [c.session, 0]);
    await c.clear(c.session);
  });

  it("MARKET-4 a claim with any bit changed is refused, or has the same fills and prices", async () => {
    const c = await loadFixture(closed);
    const rows = `0x${c.book
      .flat()
      .map((row) => rowOf(row).slice(2))
      .join("")}`;
    const slot = firstLaneSlot(c.shape);
    const outcome = async (claims: bigint[]) => {
      const tally = [...(await c.auction.fold(c.seed, slot, claims, [], rows))];
      const results = [...(await c.auction.conclude(claims, tally)).results];
      return String([await c.auction.fills(c.seed, slot, results, rows, 1), await c.auction.prices(results, 1)]);
    };
    const truth = await outcome(c.claims);
    let refused = 0;
    for (let bit = 0n; bit < 87n; bit++)
      for (const i of [0, 1, 2, 3]) {
        const claims = c.claims.map((claim, j) => (i === j ? claim ^ (1n << bit) : claim));
        const given = await outcome(claims).catch(() => ++refused && truth);
        expect(given, `slot ${i}, bit ${bit}`).toBe(truth);
      }
    expect(refused).toBeGreaterThan(250);
  });

  it("MARKET-3 the tally of a book does not depend on the order of its profiles", async () => {
    const c = await loadFixture(closed);
    const rows = c.book.flat().map((row) => rowOf(row).slice(2));
    const fold = (order: string[]) =>
      c.auction.fold(c.seed, firstLaneSlot(c.shape), c.claims, [], `0x${order.join("")}`);
    const expected = String(await fold(rows));
    const shuffled = fc.shuffledSubarray(rows, { minLength: rows.length });
    const same = fc.asyncProperty(shuffled, async (order) => {
      expect(String(await fold(order))).toBe(expected);
    });
    await fc.assert(same, { numRuns: 50, seed: SEED });
  });
});

describe("EnergyMarket: a session without a profile", () => {
  it("is cleared by claims that nothing trades, and by no others", async () => {
    const c = await communityOf(net);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.close(session);
    const clear = (claims: bigint[]) => c.market.clear(session, claims, [], []);
    const none = new Array<bigint>(10).fill(0n);
    await expect(clear([1n, ...none.slice(1)])).toRevertWith(c.auction, "FalseClaim");
    await c.clear(session);
    expect(await c.market.stageOf(session)).toBe(2n);
    await expect(clear(none)).toRevertWith(c.market, "AlreadyCleared", [session]);
    await c.submit(await c.report(day, []));
    await c.closeDay(day);
  });
});

describe("EnergyMarket: outcome", () => {
  it("there is none before the session is over", async () => {
    const c = await loadFixture(closed);
    const outcome = () => c.market.outcome(c.session, 0, c.readings[0]!);
    await expect(outcome()).toRevertWith(c.market, "NotCleared", [c.session]);
    await expect(c.market.surplusOf(c.session)).toRevertWith(c.market, "NotCleared", [c.session]);
    await c.clear([], c.readings);
    expect((await outcome()).full).toBe(7n);
    const lie = readingOf(
      c.book[0]!.map((row) => ({ ...row, lock: 0n })),
      () => true,
    );
    await expect(c.market.outcome(c.session, 0, lie)).toRevertWith(c.market, "WrongCommitment", [c.session, 0]);
    await expect(c.market.outcome(c.session, 3, c.readings[0]!)).toRevertWith(c.market, "WrongReading");
  });

  it("a void session has prices and fills of nothing", async () => {
    const c = await loadFixture(closed);
    await c.until(c.gate + c.terms.clearWindow + 1);
    const { prices, fills } = await c.market.outcome(c.session, 0, c.readings[0]!);
    expect([[...prices], fills]).toEqual([[], "0x"]);
  });
});
