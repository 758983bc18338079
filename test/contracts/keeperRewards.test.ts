import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { addressesOf, attach } from "../../agents/chain/deploy.ts";
import { leavesReading } from "../../agents/dso/leaves.ts";
import { claimsOf } from "../../agents/keeper/claims.ts";
import { earning } from "../../agents/keeper/desk.ts";
import * as keeper from "../../agents/keeper/keeper.ts";
import { claimReward, countOrders, leastOf, orderCount, paysForWork } from "../../agents/keeper/rewards.ts";
import { readingOf } from "../../agents/model/profileBook.ts";
import { postArguments } from "../../agents/relay/relay.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture } = net.networkHelpers;
const [, , relay, worker] = await ethers.getSigners();
const REWARDS = { perOrder: 3, perSlot: 50, perMember: 200 };
const FLOWS = [
  { member: 1, slot: 0, fedIn: 10 },
  { member: 3, slot: 0, drawn: 10 },
];

/** The crossing book in slots 0 and 1, posted by a relay through the rewards. */
async function posted() {
  const c = await communityOf(net, { terms: { rewards: REWARDS } });
  const day = await c.fixDay();
  const session = await c.open(day);
  const orders = [...crossing(), ...crossing(1).slice(0, 3)];
  const batch = await c.profilesOf(session, orders);
  const { rows, signatures } = postArguments(batch);
  await c.rewards.connect(relay!).post(session, rows, signatures);
  const count = (reading: string, batchNumber = 0) => c.rewards.countOrders(session, batchNumber, reading);
  const owed = (who = relay!) => c.rewards.owedTo(who);
  return { ...c, day, session, orders, count, owed };
}

/** What clears the session, sent through the rewards. */
async function clearing(c: Awaited<ReturnType<typeof posted>>) {
  await c.close(c.session);
  const book = await c.book(c.session);
  const shape = await keeper.shapeOf(c.contracts, c.session);
  const seed = await keeper.seedOf(c.contracts, c.provider, c.session);
  const claims = claimsOf(
    book.flat().filter(({ live }) => live),
    1,
    keeper.firstLaneSlot(shape),
    seed,
  );
  return { claims, readings: book.map((rows) => readingOf(rows, ({ live }) => live)) };
}

describe("KeeperRewards: relays", () => {
  it("what is posted through them is posted; a keeper reads its book like any other", async () => {
    const c = await loadFixture(posted);
    const book = await c.book(c.session);
    expect(book[0]!.map(({ member }) => member)).toEqual([1, 2, 3, 4]);
    expect(await c.rewards.relayOf(c.session, 0)).toBe(relay!.address);
    await c.closeAndClear(c.session);
  });

  it("earn for each order that counted, once, after the session is over", async () => {
    const c = await loadFixture(posted);
    const book = await c.book(c.session);
    const reading = readingOf(book[0]!, () => true);
    await expect(c.count(reading)).toRevertWith(c.rewards, "SessionNotOver", [c.session]);
    await c.closeAndClear(c.session);
    await countOrders(c.rewards, c.session, book, relay!.address, c.send);
    expect(orderCount(book[0]!)).toBe(7);
    expect(await c.owed()).toBe(7n * 3n);
    await countOrders(c.rewards, c.session, book, relay!.address, c.send);
    await expect(c.count(reading)).toRevertWith(c.rewards, "NotPostedHere", [c.session, 0]);
    expect(await c.owed()).toBe(21n);
  });

  it("earn nothing for orders that were replaced, or that the book does not hold", async () => {
    const c = await loadFixture(posted);
    const next = await c.signed(c.session, 1, [{ slot: 0, side: "ask", price: 900, packets: 5 }], { nonce: 2 });
    await c.rewards.connect(worker!).replace(...(await c.replacement(next)));
    await c.closeAndClear(c.session);
    const book = await c.book(c.session);
    const all = readingOf(book[0]!, () => true);
    await expect(c.count(all)).toRevertWith(c.rewards, "ReplacedProfileInFull", [c.session, 0, 1]);
    const lie = readingOf(
      book[0]!.map((row) => ({ ...row, orders: row.orders.map((word) => word | 1n) })),
      ({ live }) => live,
    );
    await expect(c.count(lie)).toRevertWith(c.rewards, "WrongCommitment", [c.session, 0]);
    await expect(c.count(all, 7)).toRevertWith(c.rewards, "NotPostedHere", [c.session, 7]);
    await countOrders(c.rewards, c.session, book, relay!.address, c.send);
    await countOrders(c.rewards, c.session, book, worker!.address, c.send);
    expect([await c.owed(), await c.owed(worker!)]).toEqual([15n, 3n]);
  });

  it("post nothing through them that the market refuses", async () => {
    const c = await loadFixture(posted);
    const { rows, signatures } = postArguments(await c.profilesOf(c.session, crossing()));
    await expect(c.rewards.post(c.session, rows, signatures)).toRevertWith(c.market, "NothingAccepted");
    expect(await c.rewards.relayOf(c.session, 1)).toBe(ethers.ZeroAddress);
  });
});

describe("KeeperRewards: keepers", () => {
  it("earn for the slots of the session that their call cleared, and for the members that it settled", async () => {
    const c = await loadFixture(posted);
    const { claims, readings } = await clearing(c);
    const work = c.rewards.connect(worker!);
    await expect(work.clear(c.session, claims, [], readings)).toEmit(c.rewards, "Earned", [worker!.address, 4, 200]);
    await expect(work.clear(c.session, claims, [], readings)).toRevertWith(c.market, "AlreadyCleared", [c.session]);
    const given = await c.report(c.day, FLOWS);
    await c.submit(given);
    await c.until(await c.settleFrom(c.day));
    for (const who of [new Set([1]), new Set([2, 3])])
      await work.settle(1, leavesReading(given, who), await c.readings(c.day, who));
    expect(await c.owed(worker!)).toBe(200n + 600n);
    await c.until((await c.settleFrom(c.day)) + c.terms.windows.settleLimit);
    await work.settleUnproven(1, [4], await c.readings(c.day, [4]));
    expect(await c.owed(worker!)).toBe(1000n);
    await c.closeDay(c.day);
    expect(await c.unbooked()).toBe(0n);
  });

  it("earn for members that they unwind; nothing for a session without a profile, or for a part", async () => {
    const c = await loadFixture(posted);
    const second = await c.open(c.day);
    await c.close(second);
    await c.rewards.clear(second, new Array(10).fill(0n), [], []);
    expect(await c.owed(c.admin)).toBe(0n);
    await c.until(c.day.end + c.terms.windows.reportLimit);
    await c.rewards.connect(worker!).unwind(1, [1, 2, 3, 4], await c.readings(c.day, [1, 2, 3, 4]));
    expect(await c.owed(worker!)).toBe(800n);
  });

  it("are paid from the fund as far as it goes; the rest stays owed", async () => {
    const c = await loadFixture(posted);
    const { claims, readings } = await clearing(c);
    const work = c.rewards.connect(worker!);
    await work.clear(c.session, claims, [], readings);
    await expect(work.claim(worker!.address)).toRevertWith(c.rewards, "NothingToPay", [worker!.address]);
    await c.finish(c.day, FLOWS);
    const fund = await c.house.fundBalance();
    expect(fund).toBeGreaterThan(200n);
    await c.fund.spend(c.anyone.address, fund - 150n, "all but a little");
    await expect(work.claim(worker!.address)).toEmit(c.rewards, "RewardPaid", [worker!.address, worker!.address, 150]);
    expect([await c.token.balanceOf(worker!), await c.owed(worker!)]).toEqual([150n, 50n]);
    await expect(work.claim(worker!.address)).toRevertWith(c.rewards, "NothingToPay");
    expect(await c.unbooked()).toBe(0n);
    const call = c.fund.payReward(worker!.address, 1);
    await expect(call).toRevertWith(c.fund, "NotTheRewards", [c.admin.address]);
  });

  it("a keeper at their desk earns as it works, and claims once that is worth it", async () => {
    const c = await loadFixture(posted);
    expect(await paysForWork(c.contracts)).toBe(true);
    expect(await leastOf(c.contracts, 0.00025)).toBe(250n);
    const own = attach(await addressesOf(c.contracts), worker!);
    const work = earning(own);
    await c.close(c.session);
    const shape = await keeper.shapeOf(own, c.session);
    const book = await c.book(c.session);
    await keeper.clear(work, shape, book, await keeper.seedOf(own, c.provider, c.session), c.send);
    const given = await c.report(c.day, FLOWS);
    await c.submit(given);
    await c.until(await c.settleFrom(c.day));
    await keeper.settle(work, c.day.day, given, [{ shape, book }], c.send);
    expect(await c.owed(worker!)).toBe(200n + 800n);
    await c.until((await c.settleFrom(c.day)) + c.terms.windows.settleLimit);
    await c.closeDay(c.day);
    const claim = (least: bigint) => claimReward(own, worker!.address, least, c.send);
    expect(await claim(1001n)).toBe(0n);
    expect(await claim(1000n)).toBe(1000n);
    expect(await claim(0n)).toBe(0n);
    expect([await c.token.balanceOf(worker!), await c.unbooked()]).toEqual([1000n, 0n]);
  });

  it("a fund that is shared out pays no rewards", async () => {
    const terms = { fundRule: "equal", rewards: REWARDS } as const;
    await expect(communityOf(net, { terms })).rejects.toThrow();
    const c = await communityOf(net, { terms: { fundRule: "equal" } });
    expect(await c.rewards.perSlot()).toBe(0n);
  });
});
