import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture } = net.networkHelpers;
const [admin, dayBook, fund, anyone, arbitration] = await ethers.getSigners();
const FUNDS = 8n;
const UNSIGNED = (1n << 120n) - 1n;

async function fresh() {
  return communityOf(net, { money: 1000n, supplierMoney: 500n });
}

/** A house over a strange token with two members; the market, the day book and the fund are accounts of the test. */
async function strange() {
  const token = await ethers.deployContract("StrangeToken");
  const members = await ethers.deployContract("MemberRegistry", [admin!, admin!, admin!, admin!, 0]);
  const parts = [admin!, token, members, admin!, dayBook!, fund!, arbitration!];
  const house = await ethers.deployContract("ClearingHouse", parts, admin!);
  await members.attest(admin!.address, ethers.id("meter 1"), 1);
  await members.attest(anyone!.address, ethers.id("meter 2"), 1);
  await token.mint(admin!, 1n << 100n);
  await token.approve(house, ethers.MaxUint256);
  await house.deposit(1, 1000);
  await house.deposit(2, 1000);
  await house.depositForSupplier(100);
  const balances = async () => {
    const of = [await house.accountOf(1), await house.accountOf(2), await house.supplierAccount()];
    return [...of.map(String), String(await house.fundBalance()), String(await token.balanceOf(house))];
  };
  /** `pay` of one member: lock that falls free, what its trades bring, what it pays the supplier. */
  const pay = (member: number, freed: bigint, legs: bigint, toSupplier: bigint) =>
    house
      .connect(dayBook!)
      .pay([(BigInt(member) << 240n) | (freed << 120n) | (legs & UNSIGNED), BigInt.asUintN(256, toSupplier)]);
  return { token, members, house, balances, pay };
}

describe("ClearingHouse: roles", () => {
  it("only the market locks, only the day book pays, only the fund pays from the fund", async () => {
    const { house } = await loadFixture(fresh);
    const call = house.connect(anyone!);
    for (const sent of [call.lock(1, 1), call.unlock(1, 1), call.relock(1, 0, 1)])
      await expect(sent).toRevertWith(house, "NotTheMarket", [anyone!.address]);
    for (const sent of [call.pay([]), call.move(1, 1), call.raiseFund(1), call.reduceLock(1, 1, 0)])
      await expect(sent).toRevertWith(house, "NotTheDayBook", [anyone!.address]);
    await expect(call.payFromFund(1, anyone!, 0)).toRevertWith(house, "NotTheFund", [anyone!.address]);
    const bonds = [() => call.takeBond(admin!, 1), () => call.returnBond(1, 1), () => call.forfeitBond(1)];
    for (const send of bonds) await expect(send()).toRevertWith(house, "NotTheArbitration", [anyone!.address]);
    const args = [anyone!.address, await house.SUPPLIER_ROLE()];
    await expect(call.withdrawForSupplier(anyone!, 1)).toRevertWith(house, "AccessControlUnauthorizedAccount", args);
  });
});

describe("ClearingHouse: deposits and withdrawals", () => {
  it("MONEY-3 a member withdraws what is its own and free, and nobody else does", async () => {
    const c = await loadFixture(fresh);
    const [own, other] = c.wallets;
    const withdraw = (by: typeof own, amount: number) => c.house.connect(by!).withdraw(1, anyone!, amount);
    await expect(withdraw(other, 1)).toRevertWith(c.house, "NotTheMember", [1, other!.address]);
    await expect(withdraw(own, 1001)).toRevertWith(c.house, "InsufficientFree", [1, 1000, 1001]);
    await expect(withdraw(own, 1000)).toEmit(c.house, "Withdrawn", [1, anyone!.address, 1000]);
    expect(await c.token.balanceOf(anyone!)).toBe(1000n);
    await withdraw(own, 0);
    expect(await c.unbooked()).toBe(0n);
  });

  it("anyone deposits for a member that there is, something", async () => {
    const c = await loadFixture(fresh);
    await expect(c.house.deposit(9, 1)).toRevertWith(c.members, "UnknownMember", [9]);
    await expect(c.house.deposit(1, 0)).toRevertWith(c.house, "NothingReceived");
    await c.token.mint(admin!, 1n << 97n);
    await c.token.approve(c.house, ethers.MaxUint256);
    await expect(c.house.deposit(1, 1n << 96n)).toRevertWith(c.house, "AmountTooLarge", [1n << 96n]);
    await expect(c.house.deposit(1, 5)).toEmit(c.house, "Deposited", [1, admin!.address, 5]);
    expect(await c.balance(1)).toBe(1005n);
  });

  it("a deposit by permit works, also when someone used the permit before", async () => {
    const c = await loadFixture(fresh);
    const [owner] = c.wallets;
    await c.token.mint(owner!.address, 100);
    const domain = {
      name: "Test Euro",
      version: "1",
      chainId: c.place.chainId,
      verifyingContract: await c.token.getAddress(),
    };
    const names = ["owner address", "spender address", "value uint256", "nonce uint256", "deadline uint256"];
    const Permit = names.map((field) => ({ name: field.split(" ")[0]!, type: field.split(" ")[1]! }));
    const spender = await c.house.getAddress();
    const value = { owner: owner!.address, spender, value: 100, nonce: 0, deadline: ethers.MaxUint256 };
    const { v, r, s } = ethers.Signature.from(await owner!.signTypedData(domain, { Permit }, value));
    await c.token.permit(owner!.address, spender, 100, ethers.MaxUint256, v, r, s);
    await c.house.connect(owner!).depositWithPermit(1, 100, ethers.MaxUint256, v, r, s);
    expect(await c.balance(1)).toBe(1100n);
  });

  it("the supplier withdraws what it owes to nobody", async () => {
    const { house, pay } = await loadFixture(strange);
    const withdraw = (amount: number) => house.withdrawForSupplier(anyone!, amount);
    await expect(withdraw(101)).toRevertWith(house, "InsufficientSupplier", [100, 101]);
    await withdraw(90);
    await expect(pay(1, 0n, 0n, -50n)).toEmit(house, "SupplierOwes", [1, 40]);
    await house.depositForSupplier(60);
    await expect(withdraw(21)).toRevertWith(house, "InsufficientSupplier", [20, 21]);
    await expect(house.collect(1)).toEmit(house, "SupplierPaid", [1, 40]);
    await house.collect(1);
    expect((await house.accountOf(1)).balance).toBe(1050n);
    await withdraw(20);
    expect([...(await house.supplierAccount())]).toEqual([0n, 0n]);
  });
});

describe("ClearingHouse: locks, payments and debts", () => {
  it("MONEY-4 locks are refused beyond what is free, and nothing pays beyond what is there", async () => {
    const { house, pay } = await loadFixture(strange);
    expect(await house.lock.staticCall(1, 1001)).toBe(FUNDS);
    await house.lock(1, 600);
    expect(await house.lock.staticCall(1, 401)).toBe(FUNDS);
    await expect(house.withdraw(1, anyone!, 401)).toRevertWith(house, "InsufficientFree", [1, 400, 401]);
    await expect(house.unlock(1, 601)).toRevertWith(house, "Uncovered", [1000, 600, -601]);
    await expect(pay(1, 600n, -1001n, 0n)).toRevertWith(house, "Uncovered", [1000, 0, -1001]);
    await pay(1, 600n, -600n, 0n);
    expect([...(await house.accountOf(1))]).toEqual([400n, 0n]);
  });

  it("a revision beyond the balance is a debt, which blocks profiles and withdrawals and is paid first", async () => {
    const { house } = await loadFixture(strange);
    await house.lock(1, 300);
    await expect(house.connect(dayBook!).move(1, 900)).toEmit(house, "DebtRaised", [1, 900]);
    expect([...(await house.accountOf(1)), await house.debtOf(1)]).toEqual([300n, 300n, 200n]);
    expect((await house.supplierAccount()).balance).toBe(800n);
    expect(await house.lock.staticCall(1, 0)).toBe(9n);
    expect(await house.relock.staticCall(1, 300, 301)).toBe(9n);
    await expect(house.withdraw(1, anyone!, 1)).toRevertWith(house, "InsufficientFree", [1, 0, 1]);
    await house.deposit(1, 150);
    expect(await house.debtOf(1)).toBe(50n);
    await house.connect(dayBook!).reduceLock(1, 300, 240);
    expect([...(await house.accountOf(1)), await house.debtOf(1)]).toEqual([250n, 240n, 0n]);
    await house.withdraw(1, anyone!, 10);
  });

  it("a debt is paid from what a cancelled profile sets free", async () => {
    const { house } = await loadFixture(strange);
    await house.lock(1, 1000);
    await house.connect(dayBook!).move(1, 400);
    await house.relock(1, 1000, 0);
    expect([...(await house.accountOf(1)), await house.debtOf(1)]).toEqual([600n, 0n, 0n]);
    await house.withdraw(1, anyone!, 600);
  });

  it("what a revision gives back comes from the supplier, or is owed, and pays debts first", async () => {
    const { house } = await loadFixture(strange);
    await house.connect(dayBook!).move(2, 1100);
    expect(await house.debtOf(2)).toBe(100n);
    await house.withdrawForSupplier(anyone!, 1000);
    await house.connect(dayBook!).move(2, -160);
    expect([...(await house.accountOf(2)), await house.debtOf(2), await house.owedTo(2)]).toEqual([0n, 0n, 0n, 60n]);
    await house.collect(2);
    expect([...(await house.accountOf(2)), await house.owedTo(2)]).toEqual([60n, 0n, 0n]);
  });

  it("the fund pays what it has, to members or to others", async () => {
    const { house, token } = await loadFixture(strange);
    await house.connect(dayBook!).raiseFund(100);
    const call = house.connect(fund!);
    await expect(call.payFromFund(0, anyone!, 101)).toRevertWith(house, "InsufficientFund", [100, 101]);
    await call.payFromFund(2, ethers.ZeroAddress, 60);
    await call.payFromFund(0, anyone!, 40);
    expect([(await house.accountOf(2)).balance, await token.balanceOf(anyone!)]).toEqual([1060n, 40n]);
  });
});

describe("ClearingHouse: strange tokens", () => {
  it("MONEY-2 with a fee on transfers, what arrives is credited", async () => {
    const { house, token, balances } = await loadFixture(strange);
    await token.setFee(100);
    await house.deposit(1, 1000);
    await house.depositForSupplier(1000);
    expect(await balances()).toEqual(["1900,0", "1000,0", "1000,0", "0", "3900"]);
  });

  it("MONEY-2 a transfer that says false moves nothing", async () => {
    const { house, token, balances } = await loadFixture(strange);
    const before = await balances();
    await token.setFails(true);
    const args = [await token.getAddress()];
    for (const sent of [house.deposit(1, 5), house.withdraw(1, anyone!, 5), house.withdrawForSupplier(anyone!, 5)])
      await expect(sent).toRevertWith(house, "SafeERC20FailedOperation", args);
    expect(await balances()).toEqual(before);
  });

  it("MONEY-6 a blocked account withdraws to another, and stops nobody else", async () => {
    const { house, token } = await loadFixture(strange);
    await token.setBlocked(admin!, true);
    await expect(house.withdraw(1, admin!, 5)).toRevertWith(token, "Blocked", [admin!.address]);
    await house.withdraw(1, dayBook!, 1000);
    await house.connect(anyone!).withdraw(2, anyone!, 1000);
    expect(await token.balanceOf(dayBook!)).toBe(1000n);
  });

  it("MONEY-1 a token that calls back in a transfer gets nothing", async () => {
    const { house, token, balances } = await loadFixture(strange);
    await house.connect(dayBook!).raiseFund(50);
    const to = house.interface;
    const calls = [
      to.encodeFunctionData("deposit", [1, 1]),
      to.encodeFunctionData("depositForSupplier", [1]),
      to.encodeFunctionData("withdraw", [1, anyone!.address, 1]),
      to.encodeFunctionData("withdrawForSupplier", [anyone!.address, 1]),
      to.encodeFunctionData("payFromFund", [1, anyone!.address, 1]),
      to.encodeFunctionData("lock", [1, 1]),
      to.encodeFunctionData("pay", [[]]),
    ];
    for (const call of calls) {
      await token.setCall(house, call);
      const before = await balances();
      await house.withdraw(1, anyone!, 10);
      expect(await token.gotThrough()).toBe(false);
      await house.deposit(1, 10);
      expect(await token.gotThrough()).toBe(false);
      expect(await balances()).toEqual(before);
    }
    await token.setCall(house, to.encodeFunctionData("collect", [1]));
    const before = await balances();
    await house.deposit(1, 10);
    await house.withdraw(1, anyone!, 10);
    expect(await balances()).toEqual(before);
  });
});
