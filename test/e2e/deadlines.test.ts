import { network } from "hardhat";
import { expect, it } from "vitest";
import { type Community, communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";

const net = await network.create();
const MONEY = 10n ** 9n;
const NOBODY = ["0x000000000000000000000000000000000000dead"] as const;

/** The members alone, one after the other, withdraw all they have; then only the supplier's money is left. */
async function drain(c: Community): Promise<void> {
  for (const [i, wallet] of c.wallets.entries()) {
    const own = c.house.connect(wallet);
    await own.withdraw(i + 1, wallet.address, await c.balance(i + 1));
    expect(await c.token.balanceOf(wallet.address)).toBe(MONEY);
  }
  await c.house.withdrawForSupplier(c.admin.address, await c.supplier());
  expect(await c.token.balanceOf(c.house)).toBe(0n);
}

async function posted() {
  const c = await communityOf(net);
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  return { ...c, day, session };
}

it("MONEY-6 the DSO never signs: after the limit each member unwinds its own profile and withdraws everything", async () => {
  const c = await posted();
  await c.closeAndClear(c.session);
  for (const [i, wallet] of c.wallets.entries()) {
    const early = c.house.connect(wallet).withdraw(i + 1, NOBODY[0], MONEY);
    await expect(early).toRevertWith(c.house, "InsufficientFree");
  }
  await c.until(c.day.end + c.terms.windows.reportLimit);
  for (const [i, wallet] of c.wallets.entries()) {
    const member = i + 1;
    await c.dayBook.connect(wallet).unwind(c.day.day, [member], await c.readings(c.day, [member]));
    await c.house.connect(wallet).withdraw(member, wallet.address, MONEY);
  }
  await drain({ ...c, wallets: [] });
  expect(await c.dayBook.isFree(c.day.day)).toBe(false);
  await c.until(c.day.end + c.terms.windows.hardLimit + 1);
  await c.mine(1);
  expect(await c.dayBook.isFree(c.day.day)).toBe(true);
});

it("MONEY-6 no keeper comes: the session is void, and what was locked is free by release, with no report needed", async () => {
  const c = await posted();
  await c.until(c.day.start + c.terms.clearWindow + 1);
  await c.mine(1);
  await c.release(c.session);
  for (const member of [1, 2, 3, 4]) expect(await c.locked(member)).toBe(0n);
  const { registered, free } = await c.ecoins.registeredOf(c.day.day, 1);
  expect(free).toEqual(registered);
  await drain(c);
});

it("MONEY-6 no keeper comes, but the DSO signs: void slots settle as nothing", async () => {
  const c = await posted();
  await c.finish(c.day, [
    { member: 1, slot: 0, fedIn: 10 },
    { member: 3, slot: 0, drawn: 10 },
  ]);
  expect([await c.house.fundBalance(), await c.ecoins.holdingOf(c.day.day, 0, 3)]).toEqual([0n, 0n]);
  await drain(c);
});

it("SETTLE-4 contradictory reports freeze the day, and it is unwound like one without a report", async () => {
  const c = await posted();
  await c.closeAndClear(c.session);
  const given = await c.report(c.day, [{ member: 3, slot: 0, drawn: 10 }]);
  const other = await c.report(c.day, [{ member: 1, slot: 0, fedIn: 10 }]);
  await c.submit(given);
  const freeze = c.oracle.freeze(given.report, await c.sign(given), other.report, await c.sign(other));
  await expect(freeze).toEmit(c.oracle, "ReportFrozen");
  const readings = await c.readings(c.day, [1]);
  await expect(c.dayBook.unwind(c.day.day, [1], readings)).toRevertWith(c.dayBook, "NotMissing", [c.day.day]);
  await c.unwind(c.day);
  expect(await c.house.fundBalance()).toBe(0n);
  await expect(c.dayBook.closeDay(c.day.day)).toRevertWith(c.dayBook, "NotSettleable", [c.day.day]);
  await drain(c);
});

it("MONEY-6 a supplier without money stops nobody: it owes, and pays from its next income", async () => {
  const c = await communityOf(net, { supplierMoney: 0n });
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  const given = await c.report(day, [
    { member: 1, slot: 0, fedIn: 9 }, // 1 short: 3,000 to the supplier
    { member: 3, slot: 0, drawn: 1 }, // 9 unused: 4,500 from it
  ]);
  await c.submit(given);
  await c.settle(day, given, [3]);
  expect([await c.balance(3), await c.house.owedTo(3)]).toEqual([MONEY - 24_000n, 4_500n]);
  await c.settle(day, given, [1, 2, 4]);
  expect([...(await c.house.supplierAccount())]).toEqual([3_000n, 4_500n]);
  const withdraw = c.house.withdrawForSupplier(c.admin.address, 1n);
  await expect(withdraw).toRevertWith(c.house, "InsufficientSupplier", [0, 1]);
  await c.house.connect(c.anyone).collect(3);
  expect([await c.balance(3), await c.house.owedTo(3)]).toEqual([MONEY - 21_000n, 1_500n]);
  await c.house.depositForSupplier(1_500n);
  await c.house.collect(3);
  await c.closeDay(day);
  expect(await c.balance(3)).toBe(MONEY - 19_500n);
  expect(await c.unbooked()).toBe(0n);
});
