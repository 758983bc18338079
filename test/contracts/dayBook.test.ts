import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { leavesReading } from "../../agents/dso/leaves.ts";
import { readingOf } from "../../agents/model/profileBook.ts";
import { communityOf } from "../helpers/community.ts";
import { NO_LEAVES } from "../helpers/communitySettling.ts";
import { crossing } from "../helpers/crossing.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const tryAt = tryAtOn(net);
const FLOWS = [
  { member: 1, slot: 0, fedIn: 10 },
  { member: 3, slot: 0, drawn: 10 },
];
const ALL = new Set([1, 2, 3, 4]);

/** The crossing book, cleared, and the day's report accepted. */
async function reported() {
  const c = await communityOf(net);
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  const given = await c.report(day, FLOWS);
  await c.submit(given);
  const from = await c.settleFrom(day);
  return { ...c, day, session, given, from, settleUntil: from + c.terms.windows.settleLimit };
}

async function settled() {
  const c = await reported();
  await c.settle(c.day, c.given);
  return c;
}

describe("DayBook: settlement", () => {
  it("only the market adds profiles", async () => {
    const { dayBook, admin } = await loadFixture(reported);
    await expect(dayBook.addProfiles(1, [1])).toRevertWith(dayBook, "NotTheMarket", [admin.address]);
  });

  it("SETTLE-5 trades are paid in full and sum to zero with the fund's pot", async () => {
    const c = await loadFixture(settled);
    const changes = await Promise.all([1, 2, 3, 4].map(async (member) => (await c.balance(member)) - 10n ** 9n));
    expect(changes).toEqual([20_000n, 0n, -24_000n, 0n]);
    expect(await Promise.all([1, 2, 3, 4].map(c.locked))).toEqual([0n, 0n, 0n, 0n]);
    expect([...(await c.dayBook.dayState(1))]).toEqual([0n, 4_000n, false]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await expect(c.closeDay(c.day)).toEmit(c.dayBook, "DayClosed", [1, 4_000]);
    expect([...(await c.dayBook.dayState(1))]).toEqual([0n, 0n, true]);
    expect(await c.house.fundBalance()).toBe(4_000n);
  });

  it("settlement begins when the dispute window ends", async () => {
    const c = await loadFixture(reported);
    const leaves = leavesReading(c.given, ALL);
    const readings = await c.readings(c.day, ALL);
    const settle = () => c.dayBook.settle(1, leaves, readings);
    await tryAt(c.from - 1, () => expect(settle()).toRevertWith(c.dayBook, "NotSettleable", [1]));
    await tryAt(c.from, settle);
    await tryAt(c.from + 1, settle);
  });

  it("SETTLE-1 a member is settled once, whichever way", async () => {
    const c = await loadFixture(settled);
    const one = new Set([1]);
    const readings = await c.readings(c.day, one);
    const settle = c.dayBook.settle(1, leavesReading(c.given, one), readings);
    await expect(settle).toRevertWith(c.dayBook, "AlreadySettled", [1, 1]);
    await expect(c.settleUnproven(c.day, [1])).toRevertWith(c.dayBook, "AlreadySettled", [1, 1]);
    await expect(c.unwind(c.day, [1])).toRevertWith(c.dayBook, "NotMissing", [1]);
    const release = c.dayBook.release(readings[0]!);
    await expect(release).toRevertWith(c.dayBook, "AlreadySettled", [1, 1]);
  });

  it("settles in any runs of members with the same end", async () => {
    const c = await loadFixture(reported);
    await c.settle(c.day, c.given, [3]);
    expect([...(await c.dayBook.dayState(1))]).toEqual([3n, 24_000n, false]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await c.settle(c.day, c.given, [1, 4]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await c.settle(c.day, c.given, [2]);
    expect([...(await c.dayBook.dayState(1))]).toEqual([0n, 4_000n, false]);
  });

  it("FLOW-1 only leaves of the latest report count", async () => {
    const c = await loadFixture(reported);
    const other = await c.report(c.day, [{ member: 1, slot: 0, fedIn: 5 }]);
    await c.until(c.from);
    const readings = await c.readings(c.day, ALL);
    const settle = (given: ReturnType<typeof leavesReading>) => c.dayBook.settle(1, given, readings);
    const args = [1, other.report.root, c.given.report.root];
    await expect(settle(leavesReading(other, ALL))).toRevertWith(c.dayBook, "WrongRoot", args);
    const leaves = leavesReading(c.given, ALL);
    const longer = { ...leaves, reading: `${leaves.reading}00` };
    await expect(settle(longer)).toRevertWith(c.dayBook, "WrongLeaves");
  });

  it("every profile of the members at hand must be there, once, and no others", async () => {
    const c = await loadFixture(reported);
    await c.until(c.from);
    const readings = await c.readings(c.day, ALL);
    const settle = (who: number[], given: typeof readings) =>
      c.dayBook.settle(1, leavesReading(c.given, new Set(who)), given);
    await expect(settle([1], [])).toRevertWith(c.dayBook, "ProfilesMissing", [1, 0, 1]);
    await expect(settle([1], readings)).toRevertWith(c.dayBook, "NotAParty", [2]);
    await expect(settle([2, 3], readings)).toRevertWith(c.dayBook, "NotAParty", [1]);
    const twice = [readings[0]!, readings[0]!];
    await expect(settle([1, 2, 3, 4], twice)).toRevertWith(c.dayBook, "ReadingsNotRising", [c.session, 0]);
    const elsewhere = [{ ...readings[0]!, session: c.session + 256 }];
    await expect(settle([1, 2, 3, 4], elsewhere)).toRevertWith(c.dayBook, "WrongDay", [c.session + 256, 1]);
    const late = await c.join();
    const later = await c.report(c.day, FLOWS, { before: c.given });
    await c.oracle.submit(later.report, await c.sign(later));
    const call = c.dayBook.settle(1, leavesReading(later, new Set([late])), []);
    await expect(call).toRevertWith(c.dayBook, "NothingToSettle", [late]);
  });

  it("a day is closed when all are settled and the time for proofs is over, once", async () => {
    const c = await loadFixture(reported);
    const close = () => c.dayBook.closeDay(1);
    await expect(close()).toRevertWith(c.dayBook, "NotSettleable", [1]);
    await c.until(c.from);
    await expect(close()).toRevertWith(c.dayBook, "DayNotSettled", [1, 4]);
    await c.settle(c.day, c.given);
    const early = () => expect(close()).toRevertWith(c.dayBook, "DayStillOpen", [1, c.settleUntil]);
    await tryAt(c.settleUntil - 1, early);
    await tryAt(c.settleUntil, close);
    await c.closeDay(c.day);
    await expect(close()).toRevertWith(c.dayBook, "DayAlreadyClosed", [1]);
  });
});

describe("DayBook: members without a proof", () => {
  it("SETTLE-3 are settled as if nothing had flowed, from the limit on, within their locks", async () => {
    const c = await loadFixture(reported);
    await c.settle(c.day, c.given, [2, 3, 4]);
    const readings = await c.readings(c.day, [1]);
    const settle = () => c.dayBook.settleUnproven(1, [1], readings);
    const early = () => expect(settle()).toRevertWith(c.dayBook, "ProvenOnly", [1, c.settleUntil]);
    await tryAt(c.settleUntil - 1, early);
    await tryAt(c.settleUntil, settle);
    await c.settleUnproven(c.day, [1]);
    expect(await c.balance(1)).toBe(10n ** 9n + 20_000n - 30_000n);
    expect(await c.supplier()).toBe(10n ** 9n + 30_000n);
    expect(await c.dayBook.settledBy(1, 1)).toBe(127n);
    expect(await c.unbooked(c.day)).toBe(0n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(0n);
  });

  it("SETTLE-2 a later proof moves the difference, once, until the hard limit", async () => {
    const c = await loadFixture(reported);
    await c.settle(c.day, c.given, [2, 3, 4]);
    const correct = () => c.correct(c.day, 1, undefined, c.given);
    await expect(correct()).toRevertWith(c.dayBook, "NotSettled", [1, 1]);
    await c.settleUnproven(c.day, [1]);
    const hardBy = c.day.end + c.terms.windows.hardLimit;
    await tryAt(hardBy + 1, () => expect(correct()).toRevertWith(c.dayBook, "CorrectionsOver", [1, hardBy]));
    await tryAt(hardBy, correct);
    await expect(correct()).toEmit(c.dayBook, "MemberCorrected", [1, 1, 1, -30_000]);
    await expect(correct()).toRevertWith(c.dayBook, "NothingToCorrect", [1, 1, 1]);
    expect(await c.balance(1)).toBe(10n ** 9n + 20_000n);
    expect(await c.supplier()).toBe(10n ** 9n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(10n);
    expect(await c.unbooked(c.day)).toBe(0n);
  });

  it("are named in rising order", async () => {
    const c = await loadFixture(reported);
    await c.until(c.settleUntil);
    const readings = await c.readings(c.day, [1, 2]);
    for (const who of [
      [2, 1],
      [1, 1],
    ])
      await expect(c.dayBook.settleUnproven(1, who, readings)).toRevertWith(c.dayBook, "PartiesNotRising", [1]);
  });
});

describe("DayBook: unwinding", () => {
  it("SETTLE-4 a day without a report is unwound from its limit on: locks fall, nothing else moves", async () => {
    const c = await communityOf(net);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    const readings = await c.readings(day, ALL);
    const unwind = () => c.dayBook.unwind(1, [...ALL], readings);
    const limit = day.end + c.terms.windows.reportLimit;
    await tryAt(limit - 1, () => expect(unwind()).toRevertWith(c.dayBook, "NotMissing", [1]));
    await tryAt(limit, unwind);
    await c.unwind(day);
    for (const member of ALL) expect([await c.balance(member), await c.locked(member)]).toEqual([10n ** 9n, 0n]);
    expect(await c.dayBook.settledBy(1, 1)).toBe(126n);
    await expect(unwind()).toRevertWith(c.dayBook, "AlreadySettled", [1, 1]);
    await expect(c.dayBook.closeDay(1)).toRevertWith(c.dayBook, "NotSettleable", [1]);
    const report = await c.report(day, []);
    await expect(c.oracle.submit(report.report, await c.sign(report))).toRevertWith(c.oracle, "TooLate", [1, limit]);
    const correct = c.dayBook.correct(1, 1, NO_LEAVES, leavesReading(report, new Set([1])), readings);
    await expect(correct).toRevertWith(c.dayBook, "NotSettleable", [1]);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(0n);
    expect(await c.unbooked()).toBe(0n);
  });

  it("SETTLE-4 a released profile is unwound too", async () => {
    const c = await communityOf(net);
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    const [batch] = await c.book(session);
    const reading = readingOf(batch!, ({ member }) => member === 3);
    await c.dayBook.release({ session, batch: 0, reading });
    expect(await c.locked(3)).toBe(24_000n);
    await c.unwind(day);
    for (const member of ALL) expect([await c.balance(member), await c.locked(member)]).toEqual([10n ** 9n, 0n]);
  });
});
