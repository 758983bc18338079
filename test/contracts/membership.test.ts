import { Wallet } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture, setBalance } = net.networkHelpers;
const tryAt = tryAtOn(net);
const [, , dso, stranger] = await ethers.getSigners();
const [ACTIVE, LEAVING, LEFT] = [1n, 2n, 3n];
const [HOUSEHOLD, AGGREGATOR, RESPONSIBLE] = [0n, 1n, 2n];
const MONEY = 10n ** 9n;

/** Four members; the DSO is another account than the admin. */
async function fresh() {
  const c = await communityOf(net);
  await c.members.proposeDso(dso!);
  await c.until(Number((await c.members.proposedDso()).readyAt));
  await c.members.applyDso();
  const next = new Wallet(ethers.id("the next key"), c.provider);
  await setBalance(next.address, 10n ** 18n);
  const own = c.members.connect(c.wallets[0]!);
  return { ...c, own, next, byDso: c.members.connect(dso!), byNext: c.members.connect(next) };
}

describe("MemberRegistry: another key", () => {
  it("AUTH-2 takes a member over after the delay, by its own call; balance and day stay the member's", async () => {
    const c = await loadFixture(fresh);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await expect(c.byNext.takeAccount(1)).toRevertWith(c.members, "NothingProposed", []);
    await c.own.proposeAccount(1, c.next.address);
    const readyAt = Number((await c.members.proposalOf(1)).readyAt);
    const take = () => c.byNext.takeAccount(1);
    await tryAt(readyAt - 1, () => expect(take()).toRevertWith(c.members, "TooEarly", [readyAt]));
    const thief = c.members.connect(stranger!).takeAccount(1);
    await expect(thief).toRevertWith(c.members, "NotForCaller", [1, stranger!.address]);
    await c.until(readyAt);
    await expect(take()).toEmit(c.members, "AccountChanged", [1, c.wallets[0]!.address, c.next.address]);
    const [old, now] = [c.wallets[0]!.address, c.next.address];
    expect([await c.members.memberOf(old), await c.members.memberOf(now)]).toEqual([0n, 1n]);
    expect([await c.members.everOf(old), await c.members.accountOf(1)]).toEqual([1n, now]);
    const byOld = c.house.connect(c.wallets[0]!).withdraw(1, old, 1);
    await expect(byOld).toRevertWith(c.house, "NotTheMember", [1, old]);
    await c.house.connect(c.next).withdraw(1, now, MONEY - 20_000n);
    await expect(c.fund.spend(old, 1, "x")).toRevertWith(c.fund, "TrusteeTrades", [1]);
    await c.closeAndClear(session);
    await c.finish(day, [{ member: 1, slot: 0, fedIn: 10 }]);
    expect(await c.unbooked()).toBe(0n);
  });

  it("what the old key signed and nobody posted is refused from then on", async () => {
    const c = await loadFixture(fresh);
    await c.own.proposeAccount(1, c.next.address);
    await c.until(Number((await c.members.proposalOf(1)).readyAt));
    const day = await c.fixDay();
    const session = await c.open(day);
    const orders = [crossing()[0]!];
    const [profile] = await c.profilesOf(session, orders);
    const signed = await c.signed(session, 1, orders, { by: c.next });
    await c.byNext.takeAccount(1);
    await expect(c.postSigned(session, [profile!])).rejects.toThrow("NothingAccepted");
    await c.postSigned(session, [signed]);
    expect(await c.market.nonceOf(session, 1)).toBe(1n);
  });

  it("MONEY-3 the DSO proposes for one that lost its key; an owner that is awake cancels it", async () => {
    const c = await loadFixture(fresh);
    await c.byDso.proposeAccount(1, stranger!.address);
    expect([...(await c.members.proposalOf(1))].at(-1)).toBe(true);
    await expect(c.own.cancelAccount(1)).toEmit(c.members, "AccountCancelled", [1, stranger!.address]);
    await expect(c.members.connect(stranger!).takeAccount(1)).toRevertWith(c.members, "NothingProposed", []);
    await c.own.proposeAccount(1, c.next.address);
    const stands = [1, c.next.address];
    await expect(c.byDso.proposeAccount(1, stranger!.address)).toRevertWith(c.members, "ProposalStands", stands);
    await expect(c.byDso.cancelAccount(1)).toRevertWith(c.members, "ProposalStands", stands);
    await c.own.cancelAccount(1);
    await expect(c.own.cancelAccount(1)).toRevertWith(c.members, "NothingProposed", []);
    await c.byDso.proposeAccount(1, c.next.address);
    await c.byDso.cancelAccount(1);
    await c.byDso.proposeAccount(1, stranger!.address);
    await c.own.proposeAccount(1, c.next.address);
    await c.until(Number((await c.members.proposalOf(1)).readyAt));
    await c.byNext.takeAccount(1);
  });

  it("no account is two members', now or ever; strangers propose nothing", async () => {
    const c = await loadFixture(fresh);
    const other = c.wallets[1]!.address;
    await expect(c.own.proposeAccount(1, other)).toRevertWith(c.members, "AccountTaken", [other, 2]);
    await expect(c.own.proposeAccount(1, ethers.ZeroAddress)).toRevertWith(c.members, "ZeroAccount", []);
    const refused = [2, c.wallets[0]!.address];
    for (const call of [c.own.proposeAccount(2, c.next.address), c.own.cancelAccount(2), c.own.leave(2)])
      await expect(call).toRevertWith(c.members, "NotForCaller", refused);
    await expect(c.own.leave(9)).toRevertWith(c.members, "UnknownMember", [9]);
    await c.own.proposeAccount(1, c.next.address);
    await c.byDso.attest(c.next.address, ethers.id("meter 5"), 10);
    await c.until(Number((await c.members.proposalOf(1)).readyAt));
    await expect(c.byNext.takeAccount(1)).toRevertWith(c.members, "AccountTaken", [c.next.address, 5]);
  });
});

describe("MemberRegistry: joining and leaving in the middle of a day", () => {
  it("who joins takes part in the sessions opened from then on, and in the day's report", async () => {
    const c = await loadFixture(fresh);
    const day = await c.fixDay();
    const early = await c.open(day);
    await c.byDso.attest(c.next.address, ethers.id("meter 5"), 2047);
    await c.house.deposit(5, MONEY);
    const bid = [{ member: 5, slot: 3, side: "bid" as const, price: 2900, packets: 10 }];
    const own = async (session: number) => c.signed(session, 5, bid, { by: c.next });
    await expect(c.postSigned(early, [await own(early)])).rejects.toThrow("NothingAccepted");
    await c.until(day.start + 60);
    const late = await c.open(day, { first: 3 });
    await c.postSigned(late, [...(await c.profilesOf(late, crossing(3))), await own(late)]);
    await c.closeAndClear(late);
    const given = await c.finish(day, [
      { member: 1, slot: 3, fedIn: 10 },
      { member: 2, slot: 3, fedIn: 10 },
      { member: 5, slot: 3, drawn: 10 },
      { member: 3, slot: 3, drawn: 10 },
    ]);
    expect(given.report.meters).toBe(5);
    expect(await c.ecoins.holdingOf(day.day, 3, 5)).toBe(10n);
    expect(await c.unbooked()).toBe(0n);
  });

  it("who leaves posts nothing more; what it posted is settled, and only then it has left", async () => {
    const c = await loadFixture(fresh);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.until(day.start - 60);
    await expect(c.own.leave(1)).toEmit(c.members, "MemberLeaving", [1]);
    expect([...(await c.members.standingOf(1))]).toEqual([LEAVING, HOUSEHOLD]);
    expect([...(await c.members.counts())]).toEqual([4n, 3n]);
    await expect(c.own.leave(1)).toRevertWith(c.members, "WrongStatus", [1, LEAVING]);
    await expect(c.own.confirmLeft(2)).toRevertWith(c.members, "WrongStatus", [2, ACTIVE]);
    await c.closeAndClear(session);
    const next = await c.open(day, { first: 3 });
    await expect(c.postOrders(next, [crossing(3)[0]!])).rejects.toThrow("NothingAccepted");
    expect((await c.market.sessionOf(next)).active).toBe(3n);
    const given = await c.report(day, [{ member: 1, slot: 0, fedIn: 10 }]);
    await c.submit(given);
    await expect(c.members.confirmLeft(1)).toRevertWith(c.members, "Unsettled", [1, 1]);
    await c.settle(day, given);
    await expect(c.members.confirmLeft(1)).toEmit(c.members, "MemberLeft", [1]);
    expect([...(await c.members.standingOf(1))]).toEqual([LEFT, HOUSEHOLD]);
    await c.house.connect(c.wallets[0]!).withdraw(1, stranger!, MONEY + 20_000n);
    expect(await c.balance(1)).toBe(0n);
    const account = c.wallets[0]!.address;
    const again = c.byDso.attest(account, ethers.id("another meter"), 10);
    await expect(again).toRevertWith(c.members, "AccountTaken", [account, 1]);
  });

  it("a released profile is unsettled as well", async () => {
    const c = await loadFixture(fresh);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    await c.release(session);
    await c.byDso.leave(1);
    await expect(c.members.confirmLeft(1)).toRevertWith(c.members, "Unsettled", [1, 1]);
    await c.unwind(day);
    await c.members.confirmLeft(1);
  });

  it("MONEY-5 who has left takes no share of a surplus, and makes nobody's larger", async () => {
    const c = await communityOf(net, { members: 6, terms: { fundRule: "equal" } });
    await c.members.connect(c.wallets[5]!).leave(6);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    await c.finish(day, []);
    await c.members.connect(c.wallets[4]!).leave(5);
    for (const gone of [5, 6]) {
      const claim = c.fund.claimShare(session, gone, 0, "0x");
      await expect(claim).toRevertWith(c.fund, "NotEligible", [session, gone]);
    }
    const [batch] = await c.book(session);
    const { readingOf } = await import("../../agents/model/profileBook.ts");
    const reading = readingOf(batch!, ({ member }) => member === 1);
    expect(await c.fund.shareOf(session, 1, 0, reading)).toBe(800n);
  });
});

describe("MemberRegistry: aggregators and balance responsible parties", () => {
  it("trade with finite orders, are settled by what the DSO reports as their nomination, and share in no surplus", async () => {
    const c = await communityOf(net, { members: 3, terms: { fundRule: "equal" } });
    const trader = async (name: string, capacity: number, kind: number) => {
      const wallet = new Wallet(ethers.id(name), c.provider);
      await setBalance(wallet.address, 10n ** 18n);
      await c.members.attestTrader(wallet.address, ethers.id(`nomination of ${name}`), capacity, kind);
      const member = Number(await c.members.count());
      await c.house.deposit(member, MONEY);
      c.wallets[member - 1] = wallet;
      return member;
    };
    const household = c.members.attestTrader(stranger!.address, ethers.id("x"), 1, 0);
    await expect(household).toRevertWith(c.members, "NotATrader", [0]);
    const aggregator = await trader("aggregator", 15, 1);
    const responsible = await trader("balance responsible party", 30, 2);
    expect([...(await c.members.standingOf(aggregator))]).toEqual([ACTIVE, AGGREGATOR]);
    expect([...(await c.members.standingOf(responsible))]).toEqual([ACTIVE, RESPONSIBLE]);
    const day = await c.fixDay({ retail: 3000, feedIn: 500 });
    const session = await c.open(day);
    const beyond = [{ slot: 0, side: "bid" as const, price: 1500, packets: 16 }];
    const over = await c.signed(session, aggregator, beyond);
    await expect(c.postSigned(session, [over])).rejects.toThrow("NothingAccepted");
    await c.postOrders(session, [
      { member: 1, slot: 0, side: "ask", price: 600, packets: 15 },
      { member: 2, slot: 0, side: "ask", price: 700, packets: 5 },
      { member: aggregator, slot: 0, side: "bid", price: 1500, packets: 15 },
      { member: 3, slot: 0, side: "bid", price: 1200, packets: 5 },
      { member: responsible, slot: 1, side: "ask", price: 1000, packets: 30 },
      { member: 2, slot: 1, side: "ask", price: 1100, packets: 5 },
      { member: 1, slot: 1, side: "bid", price: 2500, packets: 30 },
      { member: 3, slot: 1, side: "bid", price: 2400, packets: 5 },
    ]);
    await c.closeAndClear(session);
    // the aggregator takes all of it off the feeder; the responsible party brings 20 of its 30 and pays R for 10
    const given = await c.finish(day, [
      { member: 1, slot: 0, fedIn: 15 },
      { member: aggregator, slot: 0, drawn: 15 },
      { member: responsible, slot: 1, fedIn: 20 },
      { member: 1, slot: 1, drawn: 30 },
    ]);
    expect(given.report.meters).toBe(5);
    expect(await c.ecoins.holdingOf(1, 0, aggregator)).toBe(15n);
    expect(await c.ecoins.holdingOf(1, 1, 1)).toBe(20n);
    expect(await c.balance(responsible)).toBe(MONEY + 30n * 1100n - 10n * 3000n);
    const claim = c.fund.claimShare(session, aggregator, 0, "0x");
    await expect(claim).toRevertWith(c.fund, "NotEligible", [session, aggregator]);
    expect(await c.unbooked()).toBe(0n);
  });
});
