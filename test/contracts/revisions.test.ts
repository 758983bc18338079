import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import type { DayReport } from "../../agents/dso/dso.ts";
import { leavesReading } from "../../agents/dso/leaves.ts";
import { communityOf } from "../helpers/community.ts";
import type { TestFlow } from "../helpers/communityTypes.ts";
import { crossing } from "../helpers/crossing.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const flows = (fedIn: number, drawn: number): TestFlow[] => [
  { member: 1, slot: 0, fedIn },
  { member: 3, slot: 0, drawn },
];

/** The crossing book, settled by a report of 10 packets fed in and drawn; members have 100,000 each. */
async function settled() {
  const c = await communityOf(net, { money: 100_000n });
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  const first = await c.report(day, flows(10, 10));
  await c.submit(first);
  await c.settle(day, first);
  const revise = async (before: DayReport, fedIn: number, drawn: number) => {
    const latest = await c.report(day, flows(fedIn, drawn), { before });
    await c.submit(latest);
    return latest;
  };
  return { ...c, day, session, first, revise };
}

describe("DayBook: revisions", () => {
  it("SETTLE-2 move the difference of the supplier leg only, in both directions, as often as they come", async () => {
    const c = await loadFixture(settled);
    expect([await c.balance(1), await c.balance(3)]).toEqual([120_000n, 76_000n]);
    const second = await c.revise(c.first, 7, 8); // 3 short at 3000; 2 unused at 500
    await c.correct(c.day, 1, c.first, second);
    await c.correct(c.day, 3, c.first, second);
    expect([await c.balance(1), await c.balance(3)]).toEqual([111_000n, 77_000n]);
    expect(await c.unbooked(c.day)).toBe(0n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(7n); // 8 drawn, 7 delivered
    const third = await c.revise(second, 9, 10);
    await c.correct(c.day, 1, second, third);
    await c.correct(c.day, 3, second, third);
    expect([await c.balance(1), await c.balance(3)]).toEqual([117_000n, 76_000n]);
    expect(await c.supplier()).toBe(10n ** 9n + 3_000n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(9n);
    await c.closeDay(c.day);
    expect(await c.unbooked()).toBe(0n);
  });

  it("a member is corrected from the report it was settled by, and by no other", async () => {
    const c = await loadFixture(settled);
    await expect(c.correct(c.day, 1, c.first, c.first)).toRevertWith(c.dayBook, "NothingToCorrect", [1, 1, 1]);
    const second = await c.revise(c.first, 7, 8);
    await expect(c.correct(c.day, 1, second, second)).toRevertWith(c.dayBook, "WrongRoot");
    await expect(c.correct(c.day, 1, c.first, c.first)).toRevertWith(c.dayBook, "WrongRoot");
    const skipped = await c.revise(second, 10, 10);
    await c.correct(c.day, 1, c.first, skipped);
    expect(await c.balance(1)).toBe(120_000n);
  });

  it("ecoins no longer change once the day is closed, money does until the hard limit", async () => {
    const c = await loadFixture(settled);
    await c.closeDay(c.day);
    const second = await c.revise(c.first, 7, 10);
    await c.correct(c.day, 1, c.first, second);
    expect(await c.balance(1)).toBe(111_000n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(10n);
    expect(await c.unbooked()).toBe(0n);
  });

  it("what a revision takes beyond the balance is a debt: no profiles, no withdrawals until it is paid", async () => {
    const c = await loadFixture(settled);
    await c.house.connect(c.wallets[0]!).withdraw(1, c.anyone.address, 115_000n);
    const second = await c.revise(c.first, 0, 10); // 10 short at 3000
    await c.correct(c.day, 1, c.first, second);
    expect([await c.balance(1), await c.house.debtOf(1)]).toEqual([0n, 25_000n]);
    expect(await c.unbooked(c.day)).toBe(0n);
    const next = await c.fixDay();
    const session = await c.open(next);
    const posted = c.postOrders(session, crossing().slice(0, 1));
    await expect(posted).toRevertWith(c.market, "NothingAccepted", [9]);
    await c.house.deposit(1, 24_999n);
    const withdraw = (amount: bigint) => c.house.connect(c.wallets[0]!).withdraw(1, c.anyone.address, amount);
    await expect(withdraw(1n)).toRevertWith(c.house, "InsufficientFree", [1, 0, 1]);
    await c.house.deposit(1, 20_001n);
    await c.postOrders(session, crossing().slice(0, 1));
    expect([await c.balance(1), await c.locked(1), await c.house.debtOf(1)]).toEqual([20_000n, 20_000n, 0n]);
  });
});

describe("DayBook: several sessions", () => {
  it("SETTLE-5 a buyer that sells back is settled on its net position, each contract at its own price", async () => {
    const c = await communityOf(net, { members: 6 });
    const day = await c.fixDay();
    const first = await c.open(day, { gate: (await c.time.latest()) + 500 });
    await c.postOrders(first, crossing());
    await c.closeAndClear(first); // member 3 buys 10 at 2400, member 1 sells 10 at 2000
    await c.release(first);
    const second = await c.open(day);
    await c.postOrders(second, [
      { member: 2, slot: 0, side: "ask", price: 2600, packets: 5 },
      { member: 3, slot: 0, side: "ask", price: 1800, packets: 6 },
      { member: 5, slot: 0, side: "bid", price: 2900, packets: 6 },
      { member: 6, slot: 0, side: "bid", price: 2700, packets: 5 },
    ]);
    await c.closeAndClear(second); // member 3 sells 6 at 2600, member 5 buys 6 at 2700
    expect(await c.pricesOf(second, 0)).toEqual({ buy: 2700, sell: 2600 });
    const given = await c.report(day, [
      { member: 1, slot: 0, fedIn: 10 },
      { member: 3, slot: 0, drawn: 3 }, // bought 10, sold 6, drew 3 of 4: 1 unused at 500
      { member: 5, slot: 0, drawn: 6 },
    ]);
    await c.submit(given);
    await c.until(await c.settleFrom(day));
    const readings = await c.readings(day, [3]);
    const settle = (which: typeof readings) => c.dayBook.settle(1, leavesReading(given, new Set([3])), which);
    await expect(settle(readings)).toRevertWith(c.dayBook, "ProfileAlreadyReleased", [first, 0, 0b100]);
    await expect(settle(readings.slice(1))).toRevertWith(c.dayBook, "ReleaseTheRest", [3, 1]);
    await c.release(second);
    await c.settle(day, given);
    const changes = await Promise.all([1, 2, 3, 4, 5, 6].map(async (member) => (await c.balance(member)) - 10n ** 9n));
    expect(changes).toEqual([20_000n, 0n, -24_000n + 15_600n + 500n, 0n, -16_200n, 0n]);
    expect(await c.unbooked(day)).toBe(0n);
    await c.closeDay(day);
    expect(await c.house.fundBalance()).toBe(4_000n + 600n);
    expect(await Promise.all([3, 5].map((member) => c.ecoins.holdingOf(1, 0, member)))).toEqual([3n, 6n]);
  });
});
