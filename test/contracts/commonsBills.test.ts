import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { revertOf } from "../../agents/chain/chainError.ts";
import { COST_RULES, type CostRule, commonsAbis, deployCommonsCommunity } from "../../agents/chain/deployCommons.ts";
import { GasLedger } from "../../agents/chain/gasLedger.ts";
import { reportOf } from "../../agents/dso/dso.ts";
import { leavesReading } from "../../agents/dso/leaves.ts";
import { DEFAULT_RULES } from "../../agents/model/commonsRules.ts";
import { byUse, equalGain, type MemberBill, owedOf } from "../../agents/model/costRules.ts";
import type { Flow } from "../../agents/model/flowTree.ts";
import { type Hash, keccakOf } from "../../agents/model/keccak.ts";
import { type Random, randomStream } from "../../agents/random/random.ts";
import { communityTerms } from "../../agents/simulation/communityTerms.ts";
import { dsoWallets, memberWallet } from "../../agents/simulation/keys.ts";
import { signatures } from "../../agents/simulation/proof.ts";
import { SEED } from "../helpers/seed.ts";

const SLOT = 900;
const START = 1_780_000_200; // the start of a slot
const FIRST = (START + 100 * SLOT) / SLOT;
const SLOTS = 4;
const DEPOSIT = 10_000_000n;
const RULES = { "equal-gain": equalGain, "by-use": byUse };

/** A commons whose one day was lived, reported and has passed its dispute window. */
async function lived(rule: CostRule, random: Random, { deposits = true } = {}) {
  const chain = await inProcessChain(START);
  const clock = chain.clock!;
  const ledger = new GasLedger(commonsAbis());
  const signers = dsoWallets(1, 3).map(({ address }) => address);
  const scale = { floorPrice: 0, tickSize: 1 };
  const market = { slotSeconds: SLOT, packetWh: 10, scale, tokenDecimals: 6, retailPrice: [9], feedInPrice: [1] };
  const terms = communityTerms(market, signers, "treasury", 1);
  const commons = { horizonSlots: 8, feederLimit: 100, monthSlots: 100 };
  const deployment = { terms: commons, slotSeconds: SLOT, rules: DEFAULT_RULES, firstSlot: FIRST };
  const contracts = await deployCommonsCommunity(chain.signer, terms, deployment, rule, ledger);
  const { members, token, house, tariff, oracle, bills } = contracts;
  const statements = Array.from({ length: random.int(1, 7) }, () => drawBill(random));
  const all = DEPOSIT * BigInt(statements.length);
  await token.mint(await chain.signer.getAddress(), all);
  await token.approve(house, all);
  for (const i of statements.keys()) {
    await members.attest(memberWallet(1, i + 1).address, keccakOf(`meter ${i}`), 2000);
    if (deposits) await house.deposit(i + 1, DEPOSIT);
  }
  await tariff.fixDay(FIRST, SLOTS, [0n]);
  await clock.setNext((FIRST + SLOTS) * SLOT);
  await clock.mine(1);
  const header = { feeder: terms.feeder as Hash, day: 1, firstSlot: FIRST, count: SLOTS, revision: 0, epoch: 1 };
  const flows = statements.map(({ net }) => flowsOf(net));
  const report = reportOf(
    header,
    flows,
    flows.map((_, i) => keccakOf(`salt ${i}`)),
  );
  await oracle.submit(report.report, await signatures({ chain, contracts, terms, options: { seed: 1 } }, report));
  const early = bills.settle.staticCall(1, statements, "0x");
  await expect(early).rejects.toSatisfy((error) => !!revertOf(error, commonsAbis())?.startsWith("NotBillable(1,"));
  await clock.setNext(Number((await oracle.deadlines(1)).settleFrom));
  await clock.mine(1);
  const leaves = leavesReading(report, new Set(statements.map((_, i) => i + 1)));
  return { chain, contracts, statements, leaves, report };
}

function drawBill({ int }: Random): MemberBill {
  const most = int(0, 1) === 0 ? 9 : 5_000_000;
  return {
    ...{ charged: BigInt(int(0, most)), paid: BigInt(int(-9, most)), alone: BigInt(int(-most, most)) },
    net: int(-8, 8),
  };
}

/** Four slots in which a meter draws `net` packets more than it feeds in. */
const flowsOf = (net: number): Flow[] =>
  [net + 10, 0, 3, 7].map((drawn, t) => ({ drawn, fedIn: [0, 10, 2, 8][t]!, quality: "measured" }));

async function changes({ contracts: { house }, statements }: Awaited<ReturnType<typeof lived>>, deposit = DEPOSIT) {
  const found: bigint[] = [];
  for (const i of statements.keys()) {
    const [{ balance }, owed, debt] = [
      await house.accountOf(i + 1),
      await house.owedTo(i + 1),
      await house.debtOf(i + 1),
    ];
    found.push(balance + owed - debt - deposit);
  }
  return found;
}

const refusal = (call: Promise<unknown>, text: string) =>
  expect(call).rejects.toSatisfy((error) => (revertOf(error, commonsAbis()) ?? "").startsWith(text), text);

describe(`CommonsBills (seed ${SEED})`, () => {
  it("BILL-1 moves between members exactly what each rule's twin says, and nothing stays with the supplier", async () => {
    for (let run = 0; run < 3; run++)
      for (const rule of COST_RULES) {
        const day = await lived(rule, randomStream(SEED, `bills ${run} ${rule}`));
        const { contracts, statements, leaves } = day;
        await contracts.bills.settle(1, statements, leaves.reading);
        const owed = RULES[rule](statements);
        expect(await changes(day)).toEqual(statements.map((bill, i) => owedOf(bill) - owed[i]!));
        expect(await contracts.house.supplierAccount()).toEqual([0n, 0n]);
        expect(await contracts.bills.isFree(1)).toBe(true);
      }
  });

  it("what a member without money owes is its debt, and what others are owed is kept for them", async () => {
    const day = await lived("by-use", randomStream(SEED, "no money"), { deposits: false });
    const { contracts, statements, leaves } = day;
    await contracts.bills.settle(1, statements, leaves.reading);
    const owed = byUse(statements);
    expect(await changes(day, 0n)).toEqual(statements.map((bill, i) => owedOf(bill) - owed[i]!));
  });

  it("bills a day once, of every member, by the proven leaves, for the supplier alone", async () => {
    const { chain, contracts, statements, leaves, report } = await lived("by-use", randomStream(SEED, "refusals"));
    const { bills } = contracts;
    const reading = leaves.reading;
    await refusal(bills.settle.staticCall(1, statements.slice(1), reading), "NotEveryMember(");
    const bent = `${reading.slice(0, -1)}${reading.endsWith("1") ? "0" : "1"}`;
    await refusal(bills.settle.staticCall(1, statements, bent), "WrongRoot(1,");
    const cut = leavesReading(report, new Set([1]));
    if (statements.length > 1) await refusal(bills.settle.staticCall(1, statements, cut.reading), "");
    const strangers = bills.connect(memberWallet(1, 1).connect(chain.provider));
    await refusal(strangers.settle.staticCall(1, statements, reading), "AccessControlUnauthorizedAccount(");
    await refusal(strangers.setRule.staticCall(0), "AccessControlUnauthorizedAccount(");
    expect(await bills.profilesOf(1, 1)).toEqual([1n, false]);
    await bills.settle(1, statements, reading);
    await refusal(bills.settle.staticCall(1, statements, reading), "AlreadyBilled(1)");
    expect(await bills.settledBy(1, 1)).toBe(1n);
    await refusal(bills.settle.staticCall(2, statements, reading), "UnknownDay(2)");
  });

  it("a vote changes the rule of the days that are billed from then on", async () => {
    const day = await lived("by-use", randomStream(SEED, "vote"));
    await day.contracts.bills.setRule(COST_RULES.indexOf("equal-gain"));
    await day.contracts.bills.settle(1, day.statements, day.leaves.reading);
    const owed = equalGain(day.statements);
    expect(await changes(day)).toEqual(day.statements.map((bill, i) => owedOf(bill) - owed[i]!));
  });
});
