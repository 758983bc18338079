import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";
import { CROSSING_LOCKS, crossing } from "../helpers/crossing.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const tryAt = tryAtOn(net);

/** A day of four slots, R = 3000 and F = 500, with one session open. */
async function opened() {
  const c = await communityOf(net, { capacity: 100 });
  const day = await c.fixDay();
  return { ...c, day, session: await c.open(day) };
}

describe("EnergyMarket: sessions", () => {
  it("only the operator opens a session", async () => {
    const { market, anyone, day } = await loadFixture(opened);
    const call = market.connect(anyone).openSession(day.day, 0, 4, day.start);
    const role = await market.OPERATOR_ROLE();
    await expect(call).toRevertWith(market, "AccessControlUnauthorizedAccount", [anyone.address, role]);
  });

  it("a session lies within its day, and its day is known", async () => {
    const { market, tariff, day } = await loadFixture(opened);
    for (const [first, count] of [
      [0, 0],
      [0, 5],
      [3, 2],
      [4, 1],
    ] as const) {
      const call = market.openSession(day.day, first, count, day.start);
      await expect(call).toRevertWith(market, "SessionOutsideDay", [day.day, first, count, 4]);
    }
    await expect(market.openSession(2, 0, 1, day.start)).toRevertWith(tariff, "UnknownDay", [2]);
  });

  it("a gate is in the future and at latest when the session's first slot starts", async () => {
    const { market, day, time } = await loadFixture(opened);
    const now = (await time.latest()) + 100;
    const start = day.start + 2 * 900;
    const open = (gate: number) => market.openSession(day.day, 2, 2, gate);
    const limits = [now + 1, start];
    await tryAt(now, () => expect(open(now)).toRevertWith(market, "GateOutOfRange", [now, ...limits]));
    await tryAt(now, () => open(now + 1));
    await tryAt(now, () => open(start));
    await tryAt(now, () => expect(open(start + 1)).toRevertWith(market, "GateOutOfRange", [start + 1, ...limits]));
  });

  it("sessions of a day are numbered, and the 256th is refused: profiles of a member and day fit in a byte", async () => {
    const { market, day, session } = await loadFixture(opened);
    expect(session).toBe(256);
    await expect(market.openSession(1, 1, 3, day.start)).toEmit(market, "SessionOpened", [
      257,
      day.firstSlot + 1,
      3,
      day.start,
    ]);
    for (let number = 2; number < 255; number++) await market.openSession(day.day, 0, 1, day.start);
    await expect(market.openSession(day.day, 0, 1, day.start)).toRevertWith(market, "TooManySessions", [1]);
  });

  it("what was never opened is unknown", async () => {
    const { market } = await loadFixture(opened);
    for (const session of [0, 255, 257, 512]) {
      await expect(market.sessionOf(session)).toRevertWith(market, "UnknownSession", [session]);
      await expect(market.post(session, "0x", [])).toRevertWith(market, "UnknownSession", [session]);
      await expect(market.close(session)).toRevertWith(market, "UnknownSession", [session]);
    }
  });
});

describe("EnergyMarket: taking profiles", () => {
  it("MONEY-4 locks are the worst case of the orders, and tokens stay where they are", async () => {
    const c = await loadFixture(opened);
    const posted = await c.postOrders(c.session, crossing());
    expect(posted.taken.map(({ lock }) => lock)).toEqual(CROSSING_LOCKS);
    expect(await Promise.all([1, 2, 3, 4].map(c.locked))).toEqual(CROSSING_LOCKS);
    expect(await c.unbooked()).toBe(0n);
    expect(await c.market.nonceOf(c.session, 1)).toBe(1n);
    expect(await c.market.nonceOf(c.session, 5)).toBe(0n);
  });

  it("profiles are taken until the second before the gate", async () => {
    const c = await loadFixture(opened);
    const post = () => c.postOrders(c.session, crossing());
    const gate = c.day.start;
    await tryAt(gate - 1, post);
    for (const late of [gate, gate + 1])
      await tryAt(late, () => expect(post()).toRevertWith(c.market, "GatePassed", [c.session, gate]));
  });

  it("a batch is of whole rows, at least one and at most 120", async () => {
    const c = await loadFixture(opened);
    const row = 32 * 4;
    const post = (bytes: number) => c.market.post(c.session, `0x${"00".repeat(bytes)}`, []);
    for (const bytes of [0, 1, row - 1, row + 32, 121 * row])
      await expect(post(bytes)).toRevertWith(c.market, "WrongBatchSize", [bytes, row, 120]);
    await expect(post(120 * row)).toRevertWith(c.market, "NothingAccepted", [1]);
  });

  it("AUTH-1 anyone posts a signed profile, its owner too, with the same effect", async () => {
    const c = await loadFixture(opened);
    const [profile] = await c.profilesOf(c.session, crossing().slice(0, 1));
    const before = await net.networkHelpers.takeSnapshot();
    const heads = [];
    for (const sender of [c.anyone, c.wallets[0]!]) {
      const rows = await c.postSignedBy(sender, c.session, [profile!]);
      heads.push(rows.taken.map(({ lock, nonce }) => [lock, nonce]));
      await before.restore();
    }
    expect(heads[0]).toEqual(heads[1]);
  });

  it("a member that joins after a session was opened takes part in the next one", async () => {
    const c = await loadFixture(opened);
    const late = await c.join();
    const order = { slot: 0, side: "bid", price: 2000, packets: 1 } as const;
    const profile = await c.signed(c.session, late, [order]);
    await expect(c.postSigned(c.session, [profile])).toRevertWith(c.market, "NothingAccepted", [1]);
    const next = await c.open(c.day);
    expect((await c.postOrders(next, [{ ...order, member: late }])).taken).toHaveLength(1);
  });

  it("MARKET-2 the crossing book trades at the critical prices, whatever batches it came in", async () => {
    const c = await communityOf(net);
    const day = await c.fixDay();
    for (const batches of [
      [[1, 2, 3, 4]],
      [[4], [3], [2], [1]],
      [
        [2, 3],
        [1, 4],
      ],
    ]) {
      const session = await c.open(day, { gate: (await c.time.latest()) + 100 });
      for (const who of batches)
        await c.postOrders(
          session,
          crossing().filter(({ member }) => who.includes(member)),
        );
      await c.closeAndClear(session);
      expect(await c.pricesOf(session, 0)).toEqual({ buy: 2400, sell: 2000 });
    }
  });
});
