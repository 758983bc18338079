import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { signProfile } from "../../agents/household/signing.ts";
import { PROFILE_TYPES } from "../../agents/model/profileBook.ts";
import type { SignedProfile } from "../../agents/relay/relay.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";
import { highS } from "../helpers/flowReports.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture } = net.networkHelpers;

const bid = (packets: number, price = 2000, slot = 0) => ({ slot, side: "bid" as const, price, packets });
const ask = (packets: number, price = 1000, slot = 0) => ({ slot, side: "ask" as const, price, packets });

/** Six members with 1,000,000 base units each behind connections of 100 packets, and one session open. */
async function opened() {
  const c = await communityOf(net, { members: 6, capacity: 100, money: 1_000_000n });
  const day = await c.fixDay();
  const session = await c.open(day);
  /** All of the state that a profile could change. */
  const state = async () => {
    const of = async (member: number) => [
      await c.house.accountOf(member),
      await c.market.nonceOf(session, member),
      await c.ecoins.registeredOf(day.day, member),
      await c.dayBook.profilesOf(day.day, member),
    ];
    return JSON.stringify(
      [await Promise.all([1, 2, 3, 4, 5, 6].map(of)), await c.dayBook.dayState(day.day)],
      (_, value) => (typeof value === "bigint" ? String(value) : value),
    );
  };
  /** Refused with `reason` in a batch of its own, and beside others; in both cases nothing of it takes effect. */
  const expectRefused = async (profile: SignedProfile, reason: string, code: number) => {
    const before = await state();
    await expect(c.postSigned(session, [profile])).toRevertWith(c.market, "NothingAccepted", [code]);
    expect(await state()).toBe(before);
    const snapshot = await net.networkHelpers.takeSnapshot();
    const other = await c.signed(session, 6, [bid(1)]);
    await c.postSigned(session, [other]);
    const alone = await state();
    await snapshot.restore();
    const posted = await c.postSigned(session, [profile, other]);
    expect(posted.refused).toEqual([{ member: profile.member, reason }]);
    expect(posted.taken.map(({ member }) => member)).toEqual([6]);
    expect(await state()).toBe(alone);
    await snapshot.restore();
  };
  return { ...c, day, session, state, expectRefused };
}

describe("EnergyMarket: refusals", () => {
  it("a member that nobody attested", async () => {
    const c = await loadFixture(opened);
    for (const member of [0, 7, 8192, 65535]) {
      const profile = await c.signed(c.session, member, [bid(1)], { by: c.wallets[0]! });
      const call = c.postSigned(c.session, [profile]);
      await expect(call).toRevertWith(c.market, "NothingAccepted", [1]);
    }
    await c.expectRefused(await c.signed(c.session, 7, [bid(1)], { by: c.wallets[0]! }), "UnknownMember", 1);
  });

  it("rows of a batch out of order", async () => {
    const c = await loadFixture(opened);
    const [one, two, three] = await Promise.all([1, 2, 3].map((member) => c.signed(c.session, member, [bid(1)])));
    const posted = await c.postSigned(c.session, [two!, one!, three!]);
    expect(posted.refused).toEqual([{ member: 1, reason: "OutOfOrder" }]);
    expect(posted.taken.map(({ member }) => member)).toEqual([2, 3]);
    expect((await c.postSigned(c.session, [one!])).taken).toHaveLength(1);
  });

  it("AUTH-1 a profile twice: in one batch, in two, or with a nonce that was not next", async () => {
    const c = await loadFixture(opened);
    const second = await c.signed(c.session, 1, [bid(1)], { nonce: 2 });
    await c.expectRefused(second, "AlreadyPosted", 3);
    await c.expectRefused(await c.signed(c.session, 1, [bid(1)], { nonce: 0 }), "AlreadyPosted", 3);
    const profile = await c.signed(c.session, 1, [bid(1)]);
    const posted = await c.postSigned(c.session, [profile, profile]);
    expect(posted.refused).toEqual([{ member: 1, reason: "AlreadyPosted" }]);
    await c.expectRefused(profile, "AlreadyPosted", 3);
    await c.expectRefused(second, "AlreadyPosted", 3);
  });

  it("AUTH-1 a signature by another key, over anything else, or for another session, chain or contract", async () => {
    const c = await loadFixture(opened);
    const good = await c.signed(c.session, 1, [bid(1)]);
    const [key, other] = [c.wallets[0]!, c.wallets[1]!];
    const elsewhere = [
      signProfile(other, good, c.place),
      signProfile(key, { ...good, session: c.session + 1 }, c.place),
      signProfile(key, { ...good, member: 2 }, c.place),
      signProfile(key, { ...good, nonce: 2 }, c.place),
      signProfile(key, { ...good, registers: false }, c.place),
      signProfile(key, { ...good, orders: [good.orders[0]! + 1n] }, c.place),
      signProfile(key, good, { ...c.place, chainId: 1n }),
      signProfile(key, good, { ...c.place, verifyingContract: await c.house.getAddress() }),
    ];
    const { r, s, v } = ethers.Signature.from(good.signature);
    const broken = [
      highS(good.signature),
      ethers.concat([s, r, v === 27 ? "0x1b" : "0x1c"]),
      `0x${"00".repeat(65)}`,
      "0x",
    ];
    for (const signature of [...(await Promise.all(elsewhere)), ...broken])
      await c.expectRefused({ ...good, signature }, "BadSignature", 4);
    expect((await c.postSigned(c.session, [good])).taken).toHaveLength(1);
  });

  it("an order without packets but with a price or a side, and one outside the session's slots", async () => {
    const c = await loadFixture(opened);
    const malformed = [1n << 11n, 1n << 23n, (1n << 23n) | (1n << 11n), 5n << (24n * 4n), 1n << 240n, 1n << 255n];
    for (const word of malformed) {
      const profile = { session: c.session, member: 1, nonce: 1, registers: true, orders: [word] };
      const signature = await signProfile(c.wallets[0]!, profile, c.place);
      await c.expectRefused({ ...profile, signature }, "MalformedOrder", 5);
    }
  });

  it("a bid above retail, by the slot's own price; an ask may be", async () => {
    const c = await loadFixture(opened);
    const day = await c.fixDay({ count: 2, retail: [2000, 3000] });
    const session = await c.open(day);
    const post = async (slot: number, price: number) => {
      const profile = await c.signed(session, 1, [bid(1, price, slot)]);
      return c.postSigned(session, [profile]);
    };
    await expect(post(0, 2001)).toRevertWith(c.market, "NothingAccepted", [6]);
    await expect(post(1, 3001)).toRevertWith(c.market, "NothingAccepted", [6]);
    const fine = [bid(1, 2000, 0), ask(1, 3095, 1)];
    expect((await c.postSigned(session, [await c.signed(session, 2, fine)])).taken).toHaveLength(1);
    await c.expectRefused(await c.signed(c.session, 1, [bid(1, 3001)]), "AboveRetail", 6);
  });

  it("more packets than the connection carries, on either side", async () => {
    const c = await loadFixture(opened);
    for (const order of [bid(101), ask(101)])
      await c.expectRefused(await c.signed(c.session, 1, [order]), "AboveCapacity", 7);
    const fine = [bid(100, 500, 0), ask(100, 2900, 1)];
    expect((await c.postSigned(c.session, [await c.signed(c.session, 1, fine)])).taken).toHaveLength(1);
  });

  it("MONEY-4 a lock of one base unit more than what is free", async () => {
    const c = await loadFixture(opened);
    // 100 x 2500 + 100 x 2500 + 100 x 2500 + 100 x 2500 = 1,000,000
    const most = [0, 1, 2, 3].map((slot) => bid(100, 2500, slot));
    const more = most.map((order) => (order.slot === 0 ? { ...order, packets: 99, price: 2526 } : order));
    await c.expectRefused(await c.signed(c.session, 1, more), "NoFunds", 8); // 1,000,074
    await c.house.connect(c.wallets[0]!).withdraw(1, c.wallets[0]!.address, 1n);
    await c.expectRefused(await c.signed(c.session, 1, most), "NoFunds", 8);
    expect((await c.postSigned(c.session, [await c.signed(c.session, 2, most)])).taken).toHaveLength(1);
    const call = c.house.connect(c.wallets[1]!).withdraw(2, c.wallets[1]!.address, 1n);
    await expect(call).toRevertWith(c.house, "InsufficientFree", [2, 0, 1]);
  });

  it("ECOIN-1 asks without ecoins: not registered, or not so many", async () => {
    const c = await loadFixture(opened);
    await c.expectRefused(await c.signed(c.session, 1, [ask(1)], { registers: false }), "NoEcoins", 10);
    const packets = new Array<bigint>(10).fill(0n);
    packets[0] = 5n;
    await c.ecoins.connect(c.wallets[0]!).register(c.day.day, packets as never);
    await c.expectRefused(await c.signed(c.session, 1, [ask(6)], { registers: false }), "NoEcoins", 10);
    await c.expectRefused(
      await c.signed(c.session, 1, [ask(5), ask(1, 1000, 1)], { registers: false }),
      "NoEcoins",
      10,
    );
    const five = await c.signed(c.session, 1, [ask(5)], { registers: false });
    expect((await c.postSigned(c.session, [five])).taken).toHaveLength(1);
    // The asks of a second session register what the connection still allows: 100 - 5.
    const next = await c.open(c.day);
    const offer = async (count: number) => c.postSigned(next, [await c.signed(next, 1, [ask(count)])]);
    await expect(offer(96)).toRevertWith(c.market, "NothingAccepted", [10]);
    expect((await offer(95)).taken).toHaveLength(1);
  });

  it("a batch of nothing but refusals reverts with the first reason", async () => {
    const c = await loadFixture(opened);
    const batch = [
      await c.signed(c.session, 1, [bid(101)]),
      await c.signed(c.session, 2, [bid(1, 3001)]),
      await c.signed(c.session, 3, [bid(1)], { by: c.wallets[0]! }),
    ];
    await expect(c.postSigned(c.session, batch)).toRevertWith(c.market, "NothingAccepted", [7]);
    const all = await c.profilesOf(c.session, crossing());
    const posted = await c.postSigned(c.session, [batch[0]!, all[1]!, batch[2]!, all[3]!]);
    expect(posted.refused.map(({ reason }) => reason)).toEqual(["AboveCapacity", "BadSignature"]);
    expect((await c.book(c.session)).flat().map(({ member }) => member)).toEqual([2, 4]);
  });

  it("a contract wallet's profile counts when the wallet says so, and a bad wallet only loses its own order", async () => {
    const c = await loadFixture(opened);
    const MANNERS = 8;
    for (let manner = 0; manner < MANNERS; manner++) {
      const wallet = await ethers.deployContract("WalletMock", [manner]);
      const member = await c.attest(await wallet.getAddress());
      const session = await c.open(c.day);
      const profile = await c.signed(session, member, [bid(1)], { by: c.wallets[0]! });
      const domain = { name: "Commonwatt EnergyMarket", version: "1", ...c.place };
      const { signature: _, ...signed } = profile;
      const digest = ethers.TypedDataEncoder.hash(domain, PROFILE_TYPES, signed);
      const other = await c.signed(session, 6, [bid(1)]);
      const posted = await c.postSigned(session, [other, { ...profile, signature: digest }]);
      const good = manner === 0 || manner === 5; // Good, and Huge: the right word, followed by much that is not read
      expect(posted.taken.map((taken) => taken.member)).toEqual(good ? [6, member] : [6]);
      expect(posted.refused).toEqual(good ? [] : [{ member, reason: "BadSignature" }]);
    }
  });
});
