import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { readingOf } from "../../agents/model/profileBook.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture } = net.networkHelpers;
const RULES = ["treasury", "bystanders", "equal"] as const;

/** Six members, of whom four place orders; their slot 0 leaves 4,000 to the fund. */
async function traded(rule: (typeof RULES)[number]) {
  const c = await communityOf(net, { members: 6, terms: { fundRule: rule } });
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  const reading = async (member: number) => readingOf((await c.book(session))[0]!, (row) => row.member === member);
  const finish = () =>
    c.finish(day, [
      { member: 1, slot: 0, fedIn: 10 },
      { member: 3, slot: 0, drawn: 10 },
    ]);
  const claim = async (member: number, given = "0x") => c.fund.claimShare(session, member, 0, given);
  return { ...c, day, session, reading, finish, claim };
}
const treasury = async () => traded("treasury");
const bystanders = async () => traded("bystanders");
const equal = async () => traded("equal");

describe("CommunityFund: treasury", () => {
  it("its trustee spends it, on nobody who trades; it is never shared out", async () => {
    const c = await loadFixture(treasury);
    await c.finish();
    const { fund, anyone, admin, wallets } = c;
    const role = await fund.TRUSTEE_ROLE();
    const spend = (to: string, by = admin, amount = 1_000) => fund.connect(by).spend(to, amount, "relay");
    const unauthorized = [anyone.address, role];
    await expect(spend(anyone.address, anyone)).toRevertWith(fund, "AccessControlUnauthorizedAccount", unauthorized);
    await expect(spend(wallets[1]!.address)).toRevertWith(fund, "TrusteeTrades", [2]);
    await expect(spend(anyone.address, admin, 4_001)).toRevertWith(c.house, "InsufficientFund", [4_000, 4_001]);
    await expect(spend(anyone.address)).toEmit(fund, "Spent", [anyone.address, 1_000, "relay"]);
    expect([await c.house.fundBalance(), await c.token.balanceOf(anyone)]).toEqual([3_000n, 1_000n]);
    await expect(c.claim(5)).toRevertWith(fund, "NotUnder", [0]);
    const member = await c.attest(admin.address);
    await expect(spend(anyone.address)).toRevertWith(fund, "TrusteeTrades", [member]);
  });
});

describe("CommunityFund: bystanders", () => {
  it("those without an order in the slot share its surplus equally", async () => {
    const c = await loadFixture(bystanders);
    await expect(c.claim(5)).toRevertWith(c.fund, "DayNotClosed", [1]);
    await c.finish();
    await expect(c.claim(5)).toEmit(c.fund, "ShareClaimed", [c.session, 5, 2_000]);
    await expect(c.claim(5)).toRevertWith(c.fund, "AlreadyClaimed", [c.session, 5]);
    await c.claim(6);
    expect([await c.balance(5), await c.balance(6)]).toEqual([10n ** 9n + 2_000n, 10n ** 9n + 2_000n]);
    expect(await c.house.fundBalance()).toBe(0n);
    const spent = c.fund.connect(c.admin).spend(c.anyone.address, 1, "what is the members'");
    await expect(spent).toRevertWith(c.fund, "NotUnder", [1]);
    expect(await c.fund.shareOf(c.session, 1, 0, await c.reading(1))).toBe(0n);
    expect(await c.unbooked()).toBe(0n);
    await expect(c.fund.spend(c.anyone.address, 1, "x")).toRevertWith(c.fund, "NotUnder", [1]);
  });

  it("who ordered shows its own profile", async () => {
    const c = await loadFixture(bystanders);
    await c.finish();
    for (const other of [2, 4]) {
      const call = c.claim(1, await c.reading(other));
      await expect(call).toRevertWith(c.fund, "NotTheMembersProfile", [c.session, 1]);
    }
    const several = readingOf((await c.book(c.session))[0]!, ({ member }) => member <= 2);
    await expect(c.claim(1, several)).toRevertWith(c.fund, "NotTheMembersProfile", [c.session, 1]);
    for (const nobody of [0, 7]) await expect(c.claim(nobody)).toRevertWith(c.fund, "NotEligible", [c.session, nobody]);
  });

  it("MONEY-1 members who join later take no share and change nobody's", async () => {
    const c = await loadFixture(bystanders);
    const late = await c.join();
    await c.finish();
    await expect(c.claim(late)).toRevertWith(c.fund, "NotEligible", [c.session, late]);
    expect(await c.fund.shareOf(c.session, 5, 0, "0x")).toBe(2_000n);
  });
});

describe("CommunityFund: equal", () => {
  it("all members share, rounded down, whether they ordered or not", async () => {
    const c = await loadFixture(equal);
    await c.finish();
    await c.claim(5);
    await c.claim(1, await c.reading(1));
    expect([await c.balance(5), await c.balance(1)]).toEqual([10n ** 9n + 666n, 10n ** 9n + 20_000n + 666n]);
    expect(await c.house.fundBalance()).toBe(4_000n - 2n * 666n);
  });

  it("nothing is shared of a session that nobody cleared", async () => {
    const c = await communityOf(net, { terms: { fundRule: "equal" } });
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.until(day.start + c.terms.clearWindow + 1);
    await c.finish(day, []);
    const reading = readingOf((await c.book(session))[0]!, ({ member }) => member === 1);
    await expect(c.fund.claimShare(session, 1, 0, reading)).toRevertWith(c.market, "NotCleared", [session]);
    expect(await c.market.seedOf(session)).toBe(ethers.ZeroHash);
  });
});
