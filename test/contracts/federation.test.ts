import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { readBook } from "../../agents/keeper/book.ts";
import { signSeat } from "../../agents/manager/seats.ts";
import { packAll, unpackAll } from "../../agents/model/lanes.ts";
import { ordersIn } from "../../agents/model/leftOver.ts";
import { readingOf } from "../../agents/model/profileBook.ts";
import { postArguments } from "../../agents/relay/relay.ts";
import { communityOf } from "../helpers/community.ts";
import type { TestOrder } from "../helpers/communityTypes.ts";
import { type Federated, federationOf, type OpenDay } from "../helpers/federation.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;

const bid = (member: number, price: number, packets: number, slot = 0): TestOrder => ({
  ...{ member, slot, price, packets },
  side: "bid",
});
const ask = (member: number, price: number, packets: number, slot = 0): TestOrder => ({
  ...{ member, slot, price, packets },
  side: "ask",
});

/** Two communities of four, links of 20 packets, a day of four slots open everywhere. */
async function opened() {
  const f = await federationOf(net, { limit: 20 });
  return { ...f, today: await f.openDay() };
}

/** Sun in the first community, none in the second: nothing of either trades at home. */
async function apart() {
  const f = await opened();
  const sun = [ask(1, 600, 9), ask(2, 700, 8), ask(3, 800, 8)];
  await f.tradeOwn(f.today, sun, [bid(1, 2000, 5), bid(2, 1900, 6), bid(3, 1800, 4)]);
  return f;
}

/** What `offer` takes for these members of the first community, all in one batch. */
async function argumentsFor(f: Federated & { today: OpenDay }, members: readonly number[], level = 0) {
  const own = f.all[0]!;
  const [batch] = await readBook(own.market, own.provider, f.today.sources[0]!);
  const reading = readingOf(batch!, ({ member }) => members.includes(member));
  const levels = { asks: packAll([level]), bids: packAll([0]) };
  return offering(f.today.session, f.today.sources[0]!, { batch: 0, reading }, levels);
}

type Levels = { readonly asks: bigint[]; readonly bids: bigint[] };
type Reading = { readonly batch: number; readonly reading: string };
const offering = (
  session: number,
  source: number,
  reading: Reading,
  levels: Levels,
): [number, number, number, Reading[], Levels] => [session, 1, source, [reading], levels];

describe("Federation: communities, managers, seats", () => {
  it("only the DSO admits communities and sets the limits of links", async () => {
    const { federation, anyone, all } = await loadFixture(opened);
    const { market, members, tariff } = all[0]!;
    const denied = [anyone.address, await federation.DSO_ROLE()];
    const as = federation.connect(anyone);
    const admit = as.admit(market, members, tariff, 4, 20, 20);
    await expect(admit).toRevertWith(federation, "AccessControlUnauthorizedAccount", denied);
    await expect(as.setLimits(1, 5, 5)).toRevertWith(federation, "AccessControlUnauthorizedAccount", denied);
    await expect(federation.setLimits(1, 5, 6)).toEmit(federation, "LimitsChanged", [1, 5, 6]);
    await expect(federation.setLimits(3, 5, 5)).toRevertWith(federation, "UnknownCommunity", [3]);
    await expect(federation.setLimits(1, 2 ** 23, 5)).toRevertWith(federation, "LimitOutOfRange");
    await expect(federation.setLimits(1, 5, 2 ** 23)).toRevertWith(federation, "LimitOutOfRange");
  });

  it("a community is admitted once, and only with the federation's slots, packets and prices", async () => {
    const f = await loadFixture(opened);
    const { federation, all, market } = f;
    const { members, tariff } = all[0]!;
    await expect(federation.admit(all[1]!.market, members, tariff, 4, 1, 1)).toRevertWith(federation, "MarketAdmitted");
    await expect(federation.admit(market, members, tariff, 4, 1, 1)).toRevertWith(federation, "OtherTerms");
    const shared = { token: await f.token.getAddress() };
    for (const terms of [{ packetWh: 20 }, { slotSeconds: 1800 }, { tickSize: 2 }, { floorPrice: -500 }]) {
      const other = await communityOf(net, { members: 1, terms, shared });
      const call = federation.admit(other.market, other.members, other.tariff, 4, 1, 1);
      await expect(call).toRevertWith(federation, "OtherTerms", [await other.market.getAddress()]);
    }
    const more = await communityOf(net, { members: 1, shared });
    for (const seats of [0, 8192 - 7]) {
      const call = federation.admit(more.market, more.members, more.tariff, seats, 1, 1);
      await expect(call).toRevertWith(federation, "TooManySeats", [seats, 8192 - 8]);
    }
  });

  it("who opens a community's sessions appoints its manager, and nobody else", async () => {
    const { federation, anyone } = await loadFixture(opened);
    const stranger = federation.connect(anyone);
    await expect(stranger.appoint(1, anyone)).toRevertWith(federation, "NotTheOperator", [1, anyone.address]);
    await expect(federation.appoint(1, anyone)).toEmit(federation, "ManagerAppointed", [1, anyone.address]);
  });

  it("a member takes its seat by its call or its signature, which counts once; nobody else takes it", async () => {
    const { federation, all, seatPlace, anyone, seatOf, market } = await loadFixture(opened);
    const [account] = all[0]!.wallets;
    const seat = seatOf(1, 1);
    const left = { community: 1, member: 1, active: false, nonce: 1 };
    const signature = await signSeat(account!, left, seatPlace);
    const as = federation.connect(anyone);
    await expect(as.setSeat(1, 1, false, "0x")).toRevertWith(federation, "BadSignature", [account!.address]);
    await expect(as.setSeat(1, 2, false, signature)).toRevertWith(federation, "BadSignature");
    await expect(as.setSeat(1, 1, false, signature)).toEmit(federation, "SeatChanged", [seat, 1, 1, false]);
    await expect(as.setSeat(1, 1, false, signature)).toRevertWith(federation, "SeatUnchanged", [seat, false]);
    await expect(federation.connect(account!).setSeat(1, 1, true, "0x")).toEmit(federation, "SeatChanged");
    await expect(as.setSeat(1, 1, false, signature)).toRevertWith(federation, "BadSignature");
    await expect(as.setSeat(1, 0, true, "0x")).toRevertWith(federation, "NoSeatFor", [1, 0]);
    await expect(as.setSeat(1, 5, true, "0x")).toRevertWith(federation, "NoSeatFor", [1, 5]);
    expect(await market.members()).toBe(await federation.getAddress());
  });

  it("answers whatever its contracts ask of a registry, seat by seat", async () => {
    const f = await loadFixture(opened);
    const { members: asRegistry, federation, all, seatOf } = f;
    expect(await asRegistry.count()).toBe(8n);
    for (const community of [1, 2])
      for (const member of [1, 4]) {
        const { wallets, members: own } = all[community - 1]!;
        const seat = seatOf(community, member);
        expect(await asRegistry.accountOf(seat)).toBe(wallets[member - 1]!.address);
        expect(await asRegistry.meterOf(seat)).toBe(await own.meterOf(member));
        expect(await asRegistry.capacityOf(seat)).toBe(2047n);
        expect([...(await asRegistry.record(seat))]).toEqual([await federation.getAddress(), 2047n, true]);
      }
    // the same wallets are members of both communities here: the first seat is named
    expect(await asRegistry.memberOf(all[1]!.wallets[2]!.address)).toBe(3n);
    expect(await asRegistry.memberOf(f.anyone.address)).toBe(0n);
    await expect(asRegistry.accountOf(9)).toRevertWith(federation, "UnknownSeat", [9]);
    expect([...(await asRegistry.record(9))]).toEqual([net.ethers.ZeroAddress, 0n, false]);
  });
});

describe("Federation: offering what was left over", () => {
  it("offers exactly what the session left, at the member's own price", async () => {
    const f = await loadFixture(opened);
    // 1 and 2 buy from 3 and 4; the last pair sets the prices and stays out
    await f.tradeOwn(f.today, [bid(1, 2000, 5), bid(2, 1500, 9), ask(3, 600, 7), ask(4, 700, 9)]);
    expect(await f.offer(f.today, 1)).toMatchObject([{ kind: "offer" }]);
    const [batch] = await f.book(f.today.session);
    const left = batch!.map(({ member, orders }) => [member, ordersIn(orders)[0]]);
    const order = (side: string, price: number, packets: number) => ({ side, tick: price + 1000, packets });
    expect(left).toEqual([
      [2, order("bid", 1500, 9)],
      [3, order("ask", 600, 2)],
      [4, order("ask", 700, 9)],
    ]);
  });

  it("of more than a link carries, each order loses the same, so that a price moves nobody's share", async () => {
    const f = await loadFixture(apart);
    await f.offer(f.today, 1);
    const [batch] = await f.book(f.today.session);
    // 9 + 8 + 8 = 25 packets over a link of 20: two each, and one packet of room stays
    expect(batch!.map(({ orders }) => ordersIn(orders)[0]!.packets)).toEqual([7, 6, 6]);
    const { asks, bids } = await f.federation.offeredBy(f.today.session, 1);
    expect([unpackAll([...asks])[0], unpackAll([...bids])[0]]).toEqual([19, 0]);
  });

  it("takes no other levels than the least, and none beyond what the link has left", async () => {
    const f = await loadFixture(apart);
    const as = f.federation.connect(f.manager);
    for (const level of [0, 1, 3])
      await expect(as.offer(...(await argumentsFor(f, [1, 2, 3], level)))).toRevertWith(as, "WrongLevels", [0, true]);
    await as.offer(...(await argumentsFor(f, [1, 2], 0)));
    await expect(as.offer(...(await argumentsFor(f, [3], 4)))).toRevertWith(as, "WrongLevels", [0, true]);
    await as.offer(...(await argumentsFor(f, [3], 5)));
    expect(unpackAll([...(await f.federation.offeredBy(f.today.session, 1)).asks])[0]).toBe(20);
    const malformed = { asks: [1n << 11n], bids: [0n] };
    const [session, community, source, readings] = await argumentsFor(f, [3]);
    const call = as.offer(session, community, source, readings, malformed);
    await expect(call).toRevertWith(as, "MalformedLevels");
    const short = as.offer(session, community, source, readings, { asks: [], bids: [0n] });
    await expect(short).toRevertWith(as, "MalformedLevels");
  });

  it("only the manager offers, only members who took their seats, and no reading but the true one", async () => {
    const f = await loadFixture(apart);
    const { federation, manager, anyone } = f;
    const call = await argumentsFor(f, [1, 2, 3], 2);
    await expect(federation.connect(anyone).offer(...call)).toRevertWith(federation, "NotTheManager");
    const as = federation.connect(manager);
    const [session, community, source, [reading], levels] = call;
    const forged = `${reading!.reading.slice(0, -1)}1`;
    const own = f.all[0]!.market;
    const wrong = as.offer(session, community, source, [{ batch: 0, reading: forged }], levels);
    await expect(wrong).toRevertWith(own, "WrongCommitment");
    await federation.connect(f.all[0]!.wallets[1]!).setSeat(1, 2, false, "0x");
    await expect(as.offer(...call)).toRevertWith(federation, "SeatNotTaken", [1, 2]);
    await as.offer(...(await argumentsFor(f, [1, 3], 0)));
  });

  it("offers nothing twice: neither in one session nor in two", async () => {
    const f = await loadFixture(apart);
    const as = f.federation.connect(f.manager);
    await as.offer(...(await argumentsFor(f, [1])));
    await expect(as.offer(...(await argumentsFor(f, [1])))).toRevertWith(f.market, "NothingAccepted");
    expect(await f.offer(f.today, 1)).toMatchObject([{ kind: "offer" }]);
    expect(await f.offer(f.today, 1)).toEqual([{ kind: "nothing", reason: "nobody is seated" }]);
    const [, ...rest] = await argumentsFor(f, [1]);
    const gate = f.today.day.start - 1800;
    await f.market.openSession(f.today.day.day, 0, 4, gate);
    const call = as.offer(f.today.session + 1, ...rest);
    await expect(call).toRevertWith(as, "OfferedElsewhere", [1, f.today.sources[0]!, f.today.session]);
  });

  it("offers only sessions over the same slots, under retail prices that are no higher", async () => {
    const f = await loadFixture(apart);
    const as = f.federation.connect(f.manager);
    const [, ...rest] = await argumentsFor(f, [1]);
    await f.market.openSession(f.today.day.day, 0, 3, f.today.day.start - 1800);
    const call = as.offer(f.today.session + 1, ...rest);
    await expect(call).toRevertWith(as, "OtherSlots", [f.today.session + 1, f.today.sources[0]!]);
  });

  it("a community's retail price above the federation's is refused: a bid might be above it", async () => {
    const f = await federationOf(net, { limit: 20 });
    const start = Math.ceil(((await f.time.latest()) + 20000) / 900);
    const dear = (retail: number) => packAll([((retail + 1000) << 12) | 1500]);
    const own = f.all[0]!;
    await own.tariff.fixDay(start, 1, dear(3001));
    await f.tariff.fixDay(start, 1, dear(3000));
    await own.market.openSession(1, 0, 1, start * 900 - 7200);
    await f.market.openSession(1, 0, 1, start * 900 - 1800);
    await own.postOrders(256, [ask(1, 600, 9)]);
    await own.closeAndClear(256);
    const [batch] = await own.book(256);
    const readings = [{ batch: 0, reading: readingOf(batch!, () => true) }];
    const call = f.federation.connect(f.manager).offer(256, 1, 256, readings, { asks: [0n], bids: [0n] });
    await expect(call).toRevertWith(f.federation, "RetailBelow", [256, 0]);
  });

  it("what a void session left over is all of it", async () => {
    const f = await loadFixture(opened);
    const own = f.all[0]!;
    await own.postOrders(f.today.sources[0]!, [bid(1, 2000, 5), bid(2, 1500, 9), ask(3, 600, 7), ask(4, 700, 9)]);
    await f.until(Number((await own.market.sessionOf(f.today.sources[0]!)).gate) + 3601);
    await f.offer(f.today, 1);
    const [batch] = await f.book(f.today.session);
    expect(batch!.map(({ orders }) => ordersIn(orders)[0]!.packets)).toEqual([5, 9, 7, 9]);
  });

  it("nobody posts a profile for a seat: not its member, not the manager, not with the federation's empty signature", async () => {
    const f = await loadFixture(apart);
    const { market, federation, anyone, place } = f;
    const digest = net.ethers.id("anything");
    expect(await federation.isValidSignature(digest, "0x")).toBe("0xffffffff");
    const profile = { session: f.today.session, member: 1, nonce: 1, registers: true, orders: packAll([0x800001]) };
    const { rows, signatures } = postArguments([{ ...profile, signature: "0x" }]);
    for (const by of [anyone, f.manager, f.admin]) {
      const call = market.connect(by).post(f.today.session, rows, signatures);
      await expect(call).toRevertWith(market, "NothingAccepted", [4]);
    }
    expect(place.verifyingContract).toBe(await market.getAddress());
  });

  it("a member without money in the federation's house is refused alone", async () => {
    const f = await loadFixture(apart);
    const wallet = f.all[0]!.wallets[0]!;
    const { balance } = await f.house.accountOf(1);
    await f.house.connect(wallet).withdraw(1, wallet.address, balance);
    expect(await f.token.balanceOf(wallet.address)).toBe(balance);
    await f.offer(f.today, 1);
    const [batch] = await f.book(f.today.session);
    expect(batch!.map(({ member }) => member)).toEqual([2, 3]);
    expect(await f.market.nonceOf(f.today.session, 1)).toBe(0n);
  });
});

describe("Federation: a day between communities", () => {
  it("trades by the same auction, pays across communities, settles deviations with the supplier, and keeps every unit", async () => {
    const f = await loadFixture(apart);
    await f.offer(f.today, 1);
    await f.offer(f.today, 2);
    await f.clear(f.today.session);
    // seats 1..3 ask 7, 6, 6 at 600, 700, 800; seats 5..7 bid 5, 6, 4 at 2000, 1900, 1800: critical are 7 and 3
    const prices = await f.pricesOf(f.today.session, 0);
    expect(prices).toEqual({ buy: 1800, sell: 800 });
    // 11 packets to seats 5 and 6; the sellers' excess of 2 is one each: 6 and 5. Seat 2 delivers one less.
    const day = f.today.day;
    await f.finish(day, [
      { member: 1, slot: 0, fedIn: 6 },
      { member: 2, slot: 0, fedIn: 4 },
      { member: 5, slot: 0, drawn: 5 },
      { member: 6, slot: 0, drawn: 7 },
    ]);
    const change = async (seat: number) => (await f.balance(seat)) - 10n ** 9n;
    expect(await change(1)).toBe(6n * 800n);
    expect(await change(2)).toBe(5n * 800n - 3000n);
    expect(await change(3)).toBe(0n);
    expect(await change(5)).toBe(-5n * 1800n);
    expect(await change(6)).toBe(-6n * 1800n);
    expect((await f.supplier()) - 10n ** 9n).toBe(3000n);
    expect(await f.house.fundBalance()).toBe(11n * 1000n);
    expect(await f.unbookedSeats()).toBe(0n);
    // ten were delivered for eleven drawn: each holding is cut by the same share
    expect(await f.ecoins.holdingOf(day.day, 0, 5)).toBe(4n);
    expect(await f.ecoins.holdingOf(day.day, 0, 6)).toBe(5n);
  });
});
