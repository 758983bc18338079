import type { FunctionFragment, Interface, ParamType } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture } = net.networkHelpers;

/** Calls of the house that move tokens. */
const MOVING = [
  ["deposit", [1, 10]],
  ["withdraw", [1, 10]],
  ["depositForSupplier", [10]],
  ["withdrawForSupplier", [10]],
  ["payFromFund", [0, 10]],
  ["payFromFund to a member", [1, 10]],
  ["takeBond", [10]],
] as const;
type Moving = (typeof MOVING)[number];

/** A house in which the token itself has every role and is member 1, so that nothing but the guard stops it. */
async function possessed() {
  const [admin] = await ethers.getSigners();
  const token = await ethers.deployContract("StrangeToken");
  const at = await token.getAddress();
  const members = await ethers.deployContract("MemberRegistry", [admin!, admin!, admin!, admin!, 0]);
  const house = await ethers.deployContract("ClearingHouse", [at, token, members, at, at, at, at]);
  await members.attest(at, ethers.id("meter"), 1);
  await net.networkHelpers.setBalance(at, 10n ** 18n);
  const self = await ethers.getImpersonatedSigner(at);
  await token.mint(at, 10_000);
  await token.connect(self).approve(house, ethers.MaxUint256);
  const own = house.connect(self);
  await own.deposit(1, 1000);
  await own.depositForSupplier(1000);
  await own.raiseFund(500);
  await token.mint(house, 500);
  /** The call that a line of MOVING stands for. */
  const dataOf = ([name, args]: Moving): string => {
    const call = name.split(" ")[0]!;
    const target = admin!.address;
    if (call === "withdraw" || call === "payFromFund") return encode(call, [args[0]!, target, args[1]!]);
    if (call === "withdrawForSupplier") return encode(call, [target, args[0]!]);
    return encode(call, call === "takeBond" ? [at, args[0]!] : args);
  };
  const encode = (call: string, args: readonly unknown[]) =>
    (house.interface as Interface).encodeFunctionData(call, [...args]);
  const books = async () => {
    const all = [await house.accountOf(1), await house.supplierAccount(), await house.fundBalance()];
    return String([...all, await house.bondBalance(), await token.balanceOf(house)]);
  };
  return { token, house, self, dataOf, books };
}

describe("a token that calls back in the middle of a transfer", () => {
  it.each(MOVING.filter(([name]) => !name.includes("member")).map((outer) => [outer[0], outer] as const))(
    "enters no call of the house that moves tokens while %s does, whatever roles it has",
    async (_, outer) => {
      const c = await loadFixture(possessed);
      const to = await c.house.getAddress();
      const undisturbed = await net.networkHelpers.takeSnapshot();
      await c.self.sendTransaction({ to, data: c.dataOf(outer) });
      const expected = await c.books();
      for (const inner of MOVING) {
        await undisturbed.restore();
        await c.token.setCall(to, c.dataOf(inner));
        await c.self.sendTransaction({ to, data: c.dataOf(outer) });
        expect([inner[0], await c.token.gotThrough()]).toEqual([inner[0], false]);
        expect(await c.token.answer()).toBe(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
        expect(await c.books()).toBe(expected);
      }
    },
  );

  it("changes nobody's money by any function of any contract of a community", async () => {
    const token = await ethers.deployContract("StrangeToken");
    const c = await communityOf(net, { members: 2, money: 1000n, shared: { token: await token.getAddress() } });
    const [owner] = c.wallets;
    const books = async () => {
      const all = [await c.house.accountOf(1), await c.house.accountOf(2), await c.house.supplierAccount()];
      return String([...all, await c.house.fundBalance(), await c.house.bondBalance(), await token.balanceOf(c.house)]);
    };
    const before = await books();
    let entered = 0;
    for (const contract of Object.values(c.contracts)) {
      if ((await contract.getAddress()) === (await token.getAddress())) continue;
      for (const [name, data] of everyCall(contract.interface)) {
        await token.setCall(contract, data);
        await c.house.connect(owner!).withdraw(1, c.admin.address, 7);
        await c.house.deposit(1, 7);
        expect([name, await books()]).toEqual([name, before]);
        entered++;
      }
    }
    expect(entered).toBeGreaterThan(60);
  });
});

/** Every function that is not a view, with small arguments of the right kinds. */
function everyCall(abi: Interface): (readonly [string, string])[] {
  const functions = abi.fragments.filter((fragment): fragment is FunctionFragment => fragment.type === "function");
  return functions
    .filter(({ stateMutability }) => stateMutability === "nonpayable")
    .map((call) => [call.name, abi.encodeFunctionData(call, call.inputs.map(small))]);
}

function small(type: ParamType): unknown {
  if (type.baseType === "array") {
    const { arrayLength, arrayChildren } = type;
    return Array.from({ length: Math.max(arrayLength ?? 0, 0) }, () => small(arrayChildren!));
  }
  if (type.baseType === "tuple") return type.components!.map(small);
  if (type.baseType === "address") return `0x${"11".repeat(20)}`;
  if (type.baseType === "bytes") return "0x";
  if (type.baseType.startsWith("bytes")) return `0x${"00".repeat(Number(type.baseType.slice(5)))}`;
  if (type.baseType === "string") return "";
  return type.baseType === "bool" ? true : 1;
}
