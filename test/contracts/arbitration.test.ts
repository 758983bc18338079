import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";
import { NO_LEAVES } from "../helpers/communitySettling.ts";
import { crossing } from "../helpers/crossing.ts";
import { disputesIn, flowWords } from "../helpers/disputes.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { ethers } = net;
const { loadFixture, setBalance } = net.networkHelpers;
const tryAt = tryAtOn(net);
const [, , arbiter, helper] = await ethers.getSigners();
const BOND = 7_000;
const [OPEN_WITHHELD, DISPUTED, OVER] = [1n, 2n, 4n];
const MONEY = 10n ** 9n;

/** The crossing book, cleared; the DSO reports 4 of the 10 packets that member 1 fed in. Member 1's meter says 10. */
async function reported() {
  const c = await communityOf(net, { terms: { disputeBond: BOND, arbiter: arbiter!.address } });
  const day = await c.fixDay();
  const session = await c.open(day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  const flows = [
    { member: 1, slot: 0, fedIn: 4 },
    { member: 3, slot: 0, drawn: 10 },
  ];
  const given = await c.report(day, flows);
  await c.submit(given);
  await c.token.mint(helper!, MONEY);
  await c.token.connect(helper!).approve(c.house, MONEY);
  const arbitration = c.arbitration.connect(helper!);
  const ways = await disputesIn({ ...c, arbitration });
  const truth = flowWords(day.count, [{ slot: 0, fedIn: 10 }]);
  const from = await c.settleFrom(day);
  const stage = async () => (await arbitration.caseOf(1, 1)).stage;
  const judge = arbitration.connect(arbiter!);
  return { ...c, ...ways, arbitration, judge, day, session, given, flows, truth, from, stage };
}

async function disputed() {
  const c = await reported();
  await c.dispute(c.day, c.given, 1, c.truth);
  return c;
}

async function withheld() {
  const c = await reported();
  await c.withhold(c.day, 1, c.truth);
  return c;
}

describe("Arbitration: a leaf that is wrong", () => {
  it("MONEY-1 opens with a bond of whoever opens it, which goes back when the arbiter rules", async () => {
    const c = await loadFixture(disputed);
    expect(await c.stage()).toBe(DISPUTED);
    expect([await c.house.bondBalance(), await c.token.balanceOf(helper!)]).toEqual([
      BigInt(BOND),
      MONEY - BigInt(BOND),
    ]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await expect(c.judge.rule(1, 1, c.truth as never)).toEmit(c.arbitration, "Ruled", [1, 1, c.truth]);
    expect([await c.house.bondBalance(), await c.balance(1)]).toEqual([0n, MONEY + BigInt(BOND)]);
    expect(await c.unbooked(c.day)).toBe(0n);
  });

  it("SETTLE-2 nobody waits for it: the day is settled, the ruling moves the difference between member and supplier", async () => {
    const c = await loadFixture(disputed);
    await c.settle(c.day, c.given);
    expect(await c.balance(1)).toBe(MONEY + 20_000n - 6n * 3000n);
    await c.judge.rule(1, 1, c.truth as never);
    await expect(c.carryOut(c.day, 1, c.truth, c.given)).toEmit(c.dayBook, "MemberCorrected", [1, 1, 125, -18_000]);
    expect(await c.balance(1)).toBe(MONEY + 20_000n + BigInt(BOND));
    expect([await c.balance(3), await c.supplier()]).toEqual([MONEY - 24_000n, MONEY]);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(10n);
    expect([await c.dayBook.settledBy(1, 1), await c.stage()]).toEqual([125n, OVER]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await expect(c.carryOut(c.day, 1, c.truth, c.given)).toRevertWith(c.arbitration, "WrongStage", [1, 1, OVER]);
  });

  it("SETTLE-1 a member that is not settled yet is settled by the ruling, and by nothing else after", async () => {
    const c = await loadFixture(disputed);
    await c.judge.rule(1, 1, c.truth as never);
    await expect(c.carryOut(c.day, 1, c.truth)).toRevertWith(c.dayBook, "NotSettleable", [1]);
    await c.until(c.from);
    await c.carryOut(c.day, 1, c.truth);
    expect([await c.balance(1), await c.locked(1)]).toEqual([MONEY + 20_000n + BigInt(BOND), 0n]);
    await expect(c.settle(c.day, c.given, [1])).toRevertWith(c.dayBook, "AlreadySettled", [1, 1]);
    const later = await c.report(c.day, c.flows, { before: c.given });
    await c.submit(later);
    await expect(c.correct(c.day, 1, c.given, later)).toRevertWith(c.dayBook, "NothingToCorrect", [1, 125, 2]);
    await c.settle(c.day, later, [2, 3, 4]);
    await c.closeDay(c.day);
    expect(await c.unbooked()).toBe(0n);
  });

  it("what was ruled is carried out and nothing else; a ruling may cost the member too", async () => {
    const c = await loadFixture(disputed);
    await c.settle(c.day, c.given);
    const ruled = flowWords(c.day.count, [{ slot: 0, fedIn: 1 }]);
    await c.judge.rule(1, 1, ruled as never);
    await expect(c.carryOut(c.day, 1, c.truth, c.given)).toRevertWith(c.arbitration, "WrongRuling");
    await c.carryOut(c.day, 1, ruled, c.given);
    expect(await c.balance(1)).toBe(MONEY + 20_000n - 9n * 3000n + BigInt(BOND));
    const call = c.dayBook.settleRuled(1, 1, c.truth as never, NO_LEAVES, []);
    await expect(call).toRevertWith(c.dayBook, "NotTheArbitration", [c.admin.address]);
  });

  it("a rejected dispute costs its bond, which is the supplier's; the report stands", async () => {
    const c = await loadFixture(disputed);
    await expect(c.judge.reject(1, 1)).toEmit(c.house, "BondForfeited", [BOND]);
    expect([await c.supplier(), await c.balance(1)]).toEqual([MONEY + BigInt(BOND), MONEY]);
    expect(await c.unbooked(c.day)).toBe(0n);
    await expect(c.judge.rule(1, 1, c.truth as never)).toRevertWith(c.arbitration, "WrongStage", [1, 1, OVER]);
    await expect(c.dispute(c.day, c.given, 1, c.truth)).toRevertWith(c.arbitration, "DisputedBefore", [1, 1, 0]);
    const later = await c.report(c.day, c.flows, { before: c.given });
    await c.submit(later);
    await c.dispute(c.day, later, 1, c.truth);
    expect(await c.stage()).toBe(DISPUTED);
  });

  it("a revision that agrees with the reading concedes it: anyone shows it, the bond goes back", async () => {
    const c = await loadFixture(disputed);
    const show = (given: typeof c.given, member = 1) => c.arbitration.showLeaf(1, 1, c.leaf(given, member));
    await expect(show(c.given)).toRevertWith(c.arbitration, "ReadingDiffers", [1, 1]);
    const flows = [{ member: 1, slot: 0, fedIn: 10 }, ...c.flows.slice(1)];
    const later = await c.report(c.day, flows, { before: c.given });
    await c.submit(later);
    await expect(show(later, 3)).toRevertWith(c.arbitration, "NotTheMembersLeaf", [1, 3]);
    await expect(show(c.given)).toRevertWith(c.arbitration, "WrongRoot");
    await expect(show(later)).toEmit(c.arbitration, "LeafShown", [1, 1, 1, true]);
    expect([await c.stage(), await c.balance(1)]).toEqual([OVER, MONEY + BigInt(BOND)]);
    await expect(show(later)).toRevertWith(c.arbitration, "WrongStage", [1, 1, OVER]);
  });
});

describe("Arbitration: a leaf that was withheld", () => {
  it("whoever has the leaf shows it; then it is disputed like any other, or the dispute is over", async () => {
    const c = await loadFixture(withheld);
    expect(await c.stage()).toBe(OPEN_WITHHELD);
    const show = c.arbitration.showLeaf(1, 1, c.leaf(c.given, 1));
    await expect(show).toEmit(c.arbitration, "LeafShown", [1, 1, 0, false]);
    expect(await c.stage()).toBe(DISPUTED);
    await c.judge.reject(1, 1);
  });

  it("if nobody does, the arbiter rules without it, and the member need not be settled as zero", async () => {
    const c = await loadFixture(withheld);
    await c.judge.rule(1, 1, c.truth as never);
    await c.until(c.from);
    await c.carryOut(c.day, 1, c.truth);
    expect(await c.balance(1)).toBe(MONEY + 20_000n + BigInt(BOND));
    await c.settle(c.day, c.given, [2, 3, 4]);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(10n);
    expect(await c.unbooked(c.day)).toBe(0n);
  });

  it("one settled as zero meanwhile is corrected by the ruling, also after the day is closed", async () => {
    const c = await loadFixture(withheld);
    await c.settle(c.day, c.given, [2, 3, 4]);
    await c.judge.rule(1, 1, c.truth as never);
    await c.settleUnproven(c.day, [1]);
    expect(await c.balance(1)).toBe(MONEY + 20_000n - 30_000n + BigInt(BOND));
    await c.closeDay(c.day);
    await c.carryOut(c.day, 1, c.truth);
    expect(await c.balance(1)).toBe(MONEY + 20_000n + BigInt(BOND));
    expect([await c.ecoins.holdingOf(1, 0, 3), await c.unbooked()]).toEqual([0n, 0n]);
  });
});

describe("Arbitration: time", () => {
  it("disputes end with their window, rulings a settle limit later; then anyone drops them, and the bond goes back", async () => {
    const c = await loadFixture(reported);
    const open = () => c.dispute(c.day, c.given, 1, c.truth);
    await tryAt(c.from, () => expect(open()).toRevertWith(c.arbitration, "NotDisputable", [1, c.from]));
    await tryAt(c.from - 1, open);
    await open();
    const ruleBy = c.from + c.terms.windows.settleLimit;
    expect((await c.arbitration.caseOf(1, 1)).ruleBy).toBe(BigInt(ruleBy));
    const rule = () => c.judge.rule(1, 1, c.truth as never);
    const drop = () => c.arbitration.drop(1, 1);
    await tryAt(ruleBy - 1, rule);
    await tryAt(ruleBy - 1, () => expect(drop()).toRevertWith(c.arbitration, "RulingAwaited", [1, 1, ruleBy]));
    await tryAt(ruleBy, () => expect(rule()).toRevertWith(c.arbitration, "RulingOver", [1, 1, ruleBy]));
    await tryAt(ruleBy, () => expect(c.judge.reject(1, 1)).toRevertWith(c.arbitration, "RulingOver"));
    await c.until(ruleBy);
    await expect(drop()).toEmit(c.arbitration, "Dropped", [1, 1]);
    expect([await c.balance(1), await c.stage()]).toEqual([MONEY + BigInt(BOND), OVER]);
    await expect(drop()).toRevertWith(c.arbitration, "WrongStage", [1, 1, OVER]);
  });

  it("a revision after settlement opened has a dispute window of its own", async () => {
    const c = await loadFixture(reported);
    const full = await c.report(c.day, [{ member: 1, slot: 0, fedIn: 10 }, ...c.flows.slice(1)], { before: c.given });
    await c.submit(full);
    await c.settle(c.day, full);
    const late = await c.report(c.day, c.flows, { before: full });
    await c.submit(late);
    await c.correct(c.day, 1, full, late);
    expect(await c.balance(1)).toBe(MONEY + 20_000n - 18_000n);
    await c.dispute(c.day, late, 1, c.truth);
    await c.judge.rule(1, 1, c.truth as never);
    await c.carryOut(c.day, 1, c.truth, late);
    expect([await c.balance(1), await c.supplier()]).toEqual([MONEY + 20_000n + BigInt(BOND), MONEY]);
  });

  it("MONEY-6 a day's place in the ring waits for a dispute, which anyone ends once its time is over", async () => {
    const c = await loadFixture(disputed);
    await c.settle(c.day, c.given);
    await c.judge.rule(1, 1, c.truth as never);
    await expect(c.arbitration.drop(1, 1)).toRevertWith(c.arbitration, "RulingAwaited");
    await c.closeDay(c.day);
    await c.until(c.day.end + c.terms.windows.hardLimit + 1);
    expect([await c.arbitration.unresolved(1), await c.dayBook.isFree(1)]).toEqual([1n, false]);
    await c.carryOut(c.day, 1, c.truth, c.given);
    expect([await c.arbitration.unresolved(1), await c.dayBook.isFree(1)]).toEqual([0n, true]);
  });

  it("SETTLE-4 a frozen day is unwound, whatever was ruled; its disputes are dropped, its bonds go back", async () => {
    const c = await loadFixture(disputed);
    await c.judge.rule(1, 1, c.truth as never);
    await c.withhold(c.day, 3, c.truth);
    const other = await c.report(c.day, []);
    await c.oracle.freeze(c.given.report, await c.sign(c.given), other.report, await c.sign(other));
    await expect(c.withhold(c.day, 4, c.truth)).toRevertWith(c.arbitration, "NotDisputable", [1, 0]);
    await c.unwind(c.day);
    await expect(c.carryOut(c.day, 1, c.truth)).toRevertWith(c.dayBook, "NotSettleable", [1]);
    for (const member of [1, 3]) await c.arbitration.drop(1, member);
    expect(await c.arbitration.unresolved(1)).toBe(0n);
    for (const member of [1, 3]) expect(await c.balance(member)).toBe(MONEY + BigInt(BOND));
    expect(await c.unbooked()).toBe(0n);
  });
});

describe("Arbitration: who may what", () => {
  it("AUTH-1 only what the member signed, for this report, opens a dispute in its name", async () => {
    const c = await loadFixture(reported);
    const open = (by: string, words = c.truth) => c.arbitration.disputeLeaf(1, c.leaf(c.given, 1), words as never, by);
    const [own, other] = [await c.signed(c.day, 1, c.truth), await c.signed(c.day, 1, c.truth, c.wallets[1])];
    for (const wrong of [other, "0x", await c.signed(c.day, 1, flowWords(4, [{ slot: 0, fedIn: 9 }]))])
      await expect(open(wrong)).toRevertWith(c.arbitration, "BadReadingSignature", [1]);
    const later = await c.report(c.day, c.flows, { before: c.given });
    await c.submit(later);
    const stale = c.arbitration.disputeLeaf(1, c.leaf(later, 1), c.truth as never, own);
    await expect(stale).toRevertWith(c.arbitration, "BadReadingSignature", [1]);
  });

  it("a reading says something else than the leaf, within the connection; the leaf is the member's, of a trader", async () => {
    const c = await loadFixture(reported);
    const same = flowWords(4, [{ slot: 0, fedIn: 4 }]);
    await expect(c.dispute(c.day, c.given, 1, same)).toRevertWith(c.arbitration, "ReadingAgrees", [1, 1]);
    const spoilt = [c.truth[0]! | (1n << 23n), ...c.truth.slice(1)];
    await expect(c.withhold(c.day, 1, spoilt)).toRevertWith(c.arbitration, "MalformedFlows", [0, spoilt[0]!]);
    const both = c.arbitration.disputeLeaf(1, { ...c.leaf(c.given, 1) }, c.truth as never, "0x");
    await expect(both).toRevertWith(c.arbitration, "BadReadingSignature");
    const late = await c.join();
    const nobody = c.withhold(c.day, late, c.truth);
    await expect(nobody).toRevertWith(c.arbitration, "NothingToDispute", [1, late]);
    await expect(c.withhold(c.day, 1, c.truth)).toEmit(c.arbitration, "Disputed");
    await expect(c.withhold(c.day, 1, c.truth)).toRevertWith(c.arbitration, "DisputedBefore", [1, 1, 0]);
  });

  it("flows above the connection are neither read nor ruled", async () => {
    const c = await communityOf(net, { capacity: 20, terms: { disputeBond: 1 } });
    const day = await c.fixDay();
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    await c.submit(await c.report(day, []));
    const { withhold } = await disputesIn(c);
    const [most, more] = [20, 21].map((drawn) => flowWords(4, [{ slot: 3, drawn }]));
    await expect(withhold(day, 1, more!)).toRevertWith(c.arbitration, "FlowAboveCapacity", [0, more![0]!, 20]);
    await withhold(day, 1, most!);
    const rule = (words: bigint[]) => c.arbitration.rule(1, 1, words as never);
    await expect(rule(more!)).toRevertWith(c.arbitration, "FlowAboveCapacity", [0, more![0]!, 20]);
    await rule(most!);
    await expect(communityOf(net, { terms: { disputeBond: 0 } })).rejects.toThrow();
  });

  it("AUTH-2 the arbiter alone rules, is changed by proposal and delay, and never one who signs reports", async () => {
    const c = await loadFixture(disputed);
    const { arbitration, admin } = c;
    for (const call of [arbitration.rule(1, 1, c.truth as never), arbitration.reject(1, 1)])
      await expect(call).toRevertWith(arbitration, "NotTheArbiter", [helper!.address]);
    const signer = c.signers[0]!.connect(c.provider);
    await setBalance(signer.address, 10n ** 18n);
    const byAdmin = arbitration.connect(admin);
    const refused = arbitration.proposeArbiter(signer.address);
    await expect(refused).toRevertWith(arbitration, "AccessControlUnauthorizedAccount");
    await expect(byAdmin.proposeArbiter(ethers.ZeroAddress)).toRevertWith(arbitration, "ZeroArbiter");
    await expect(arbitration.applyArbiter()).toRevertWith(arbitration, "NothingProposed");
    await byAdmin.proposeArbiter(signer.address);
    const readyAt = Number(await arbitration.readyAt());
    const apply = () => arbitration.applyArbiter();
    await tryAt(readyAt - 1, () => expect(apply()).toRevertWith(arbitration, "TooEarly", [readyAt]));
    await c.until(readyAt);
    await expect(apply()).toEmit(arbitration, "ArbiterChanged", [arbiter!.address, signer.address]);
    const judge = arbitration.connect(signer as never) as typeof arbitration;
    await expect(judge.reject(1, 1)).toRevertWith(arbitration, "ArbiterSignsReports", [signer.address]);
    await expect(c.judge.reject(1, 1)).toRevertWith(arbitration, "NotTheArbiter", [arbiter!.address]);
  });
});
