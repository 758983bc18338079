import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { readingOf } from "../../agents/model/profileBook.ts";
import { postArguments } from "../../agents/relay/relay.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const tryAt = tryAtOn(net);
const ask = (packets: number, price = 1000, slot = 0) => ({ slot, side: "ask" as const, price, packets });

/** A session with the crossing book in one batch. */
async function posted() {
  const c = await communityOf(net, { capacity: 100 });
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  return { ...c, day, session };
}

describe("EnergyMarket: replacement and cancellation", () => {
  it("MONEY-4 a replacement undoes lock and offers of the old profile, a cancellation all of them", async () => {
    const c = await loadFixture(posted);
    await c.replace(await c.signed(c.session, 1, [ask(100, 2000)], { nonce: 2 }));
    expect(await c.locked(1)).toBe(100_000n);
    expect((await c.ecoins.registeredOf(1, 1)).free[0]).toBe(0n);
    await c.replace(await c.signed(c.session, 1, [], { nonce: 3 }));
    expect(await c.locked(1)).toBe(0n);
    const { registered, free } = await c.ecoins.registeredOf(1, 1);
    expect([registered[0], free[0]]).toEqual([100n, 100n]);
    expect(await c.market.nonceOf(c.session, 1)).toBe(3n);
    expect((await c.dayBook.profilesOf(1, 1)).unreleased).toBe(1n);
  });

  it("MARKET-5 only the last profile counts at clearing", async () => {
    const c = await loadFixture(posted);
    await c.replace(await c.signed(c.session, 4, [{ slot: 0, side: "bid", price: 2300, packets: 10 }], { nonce: 2 }));
    await c.closeAndClear(c.session);
    expect(await c.pricesOf(c.session, 0)).toEqual({ buy: 2300, sell: 2000 });
  });

  it("MARKET-5 a book of cancelled profiles trades nothing", async () => {
    const c = await loadFixture(posted);
    for (const member of [1, 2, 3, 4]) await c.replace(await c.signed(c.session, member, [], { nonce: 2 }));
    await c.closeAndClear(c.session);
    expect(await c.pricesOf(c.session, 0)).toBeUndefined();
    await c.finish(c.day, []);
    expect(await Promise.all([1, 2, 3, 4].map(c.balance))).toEqual(new Array(4).fill(10n ** 9n));
  });

  it("AUTH-1 nonces rise by one, up to eight; an old profile never comes back", async () => {
    const c = await loadFixture(posted);
    const first = await c.signed(c.session, 1, [ask(10)]);
    const tryNonce = async (nonce: number) =>
      c.market.replace(...(await c.replacement(await c.signed(c.session, 1, [ask((nonce % 50) + 1)], { nonce }))));
    for (const nonce of [0, 1, 3, 255])
      await expect(tryNonce(nonce)).toRevertWith(c.market, "WrongNonce", [1, nonce, 1]);
    for (let nonce = 2; nonce <= 8; nonce++) await tryNonce(nonce);
    await expect(tryNonce(9)).toRevertWith(c.market, "WrongNonce", [1, 9, 8]);
    await expect(c.replace(first)).toRevertWith(c.market, "WrongNonce", [1, 1, 8]);
    await expect(c.postSigned(c.session, [first])).toRevertWith(c.market, "NothingAccepted", [3]);
  });

  it("a member can't put its profile in another's place", async () => {
    const c = await loadFixture(posted);
    const [batch] = await c.book(c.session);
    const mine = await c.signed(c.session, 1, [ask(5)], { nonce: 2 });
    const { rows } = postArguments([mine]);
    const readings = (who: number[]) => readingOf(batch!, ({ member }) => who.includes(member));
    const replace = (reading: string, at = 0) => c.market.replace(c.session, at, reading, rows, []);
    await expect(replace(readings([2]))).toRevertWith(c.market, "WrongNonce", [2, 2, 1]);
    await expect(replace(readings([]))).toRevertWith(c.market, "NotOneProfile", [0]);
    await expect(replace(readings([1, 2]))).toRevertWith(c.market, "NotOneProfile", [3]);
    await expect(replace(readings([1]), 1)).toRevertWith(c.market, "WrongReading");
    const cheaper = batch!.map((profile) => ({ ...profile, lock: 0n }));
    const lie = readingOf(cheaper, ({ member }) => member === 1);
    await expect(replace(lie)).toRevertWith(c.market, "WrongCommitment", [c.session, 0]);
  });

  it("a profile is replaced once", async () => {
    const c = await loadFixture(posted);
    const [batch] = await c.book(c.session);
    const reading = readingOf(batch!, ({ member }) => member === 1);
    await c.replace(await c.signed(c.session, 1, [ask(5)], { nonce: 2 }));
    const { rows } = postArguments([await c.signed(c.session, 1, [ask(6)], { nonce: 3 })]);
    const call = c.market.replace(c.session, 0, reading, rows, []);
    await expect(call).toRevertWith(c.market, "NotTheLiveProfile", [c.session, 0, 1]);
  });

  it("a refused replacement leaves the old profile as it was", async () => {
    const c = await loadFixture(posted);
    const refused = async (orders: Parameters<typeof c.signed>[2], reason: number, options = {}) => {
      const call = c.replace(await c.signed(c.session, 1, orders, { nonce: 2, ...options }));
      await expect(call).toRevertWith(c.market, "NothingAccepted", [reason]);
    };
    await refused([ask(5)], 4, { by: c.wallets[1]! });
    await refused([{ slot: 0, side: "bid", price: 3001, packets: 1 }], 6);
    await refused([ask(101)], 7);
    await refused([ask(5, 1000, 1)], 10, { registers: false });
    expect(await c.locked(1)).toBe(20_000n);
    expect(await c.market.nonceOf(c.session, 1)).toBe(1n);
    const short = [c.session, 0, (await c.replacement(await c.signed(c.session, 1, [], { nonce: 2 })))[2]] as const;
    await expect(c.market.replace(...short, "0x", [])).toRevertWith(c.market, "WrongBatchSize", [0, 128, 1]);
  });

  it("a replacement may need more money than is free, but not more than is free and was locked", async () => {
    const c = await loadFixture(posted);
    const wallet = c.wallets[2]!; // 25,000 locked
    await c.house.connect(wallet).withdraw(3, wallet.address, 10n ** 9n - 30_000n);
    const bid = async (price: number) =>
      c.signed(c.session, 3, [{ slot: 0, side: "bid", price, packets: 11 }], { nonce: 2 });
    await expect(c.replace(await bid(2728))).toRevertWith(c.market, "NothingAccepted", [8]); // 30,008
    await c.replace(await bid(2727));
    expect(await c.locked(3)).toBe(29_997n);
  });

  it("profiles are replaced until the second before the gate", async () => {
    const c = await loadFixture(posted);
    const profile = await c.signed(c.session, 1, [], { nonce: 2 });
    const gate = c.day.start;
    await tryAt(gate - 1, () => c.replace(profile));
    for (const late of [gate, gate + 1])
      await tryAt(late, () => expect(c.replace(profile)).toRevertWith(c.market, "GatePassed", [c.session, gate]));
  });
});
