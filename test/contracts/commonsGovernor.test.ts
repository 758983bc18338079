import type { AbstractSigner } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import {
  ballotOf,
  ballotsOf,
  carryOut,
  castVote,
  type GovernedCommons,
  proposeRules,
  rulesOf,
  syncRoll,
} from "../../agents/chain/ballots.ts";
import { deployCommons, deployMembers } from "../../agents/chain/commons.ts";
import { attachGovernance, type BallotTerms, deployGovernance, handOver } from "../../agents/chain/governance.ts";
import { type CommonsRules, DEFAULT_RULES, packRules, unpackRules } from "../../agents/model/commonsRules.ts";
import { randomStream } from "../../agents/random/random.ts";
import { drawRules } from "../helpers/commonsDays.ts";
import { instrumented } from "../helpers/instrumented.ts";

const { ethers, networkHelpers } = await network.create();
const { time, mine } = networkHelpers;
const BALLOT: BallotTerms = {
  ...{ votingDelaySeconds: 3600, votingPeriodSeconds: 86_400 },
  ...{ quorumPermille: 400, executionDelaySeconds: 7200 },
};
const SLOT = 900;
const VOTED: CommonsRules = { ...DEFAULT_RULES, importAllowance: 40, shares: [500, 300, 100], rule: "random" };

/** A governed commons of five members, whose accounts are the node's second to sixth; the first deployed it. */
async function community() {
  const [admin, ...others] = await ethers.getSigners();
  const signer = admin as unknown as AbstractSigner;
  const registry = await deployMembers(signer, { admin: admin!.address, dso: admin!.address, delaySeconds: 60 });
  for (const [i, { address }] of others.slice(0, 5).entries())
    await (await registry.attest(address, ethers.id(`meter ${i}`), 12)).wait();
  const members = await registry.getAddress();
  const firstSlot = Math.floor((await time.latest()) / SLOT) + 2;
  const terms = { horizonSlots: 20, feederLimit: 100, monthSlots: 2880 };
  const commons = await deployCommons(signer, members, { terms, slotSeconds: SLOT, rules: DEFAULT_RULES, firstSlot });
  const governance = await deployGovernance(signer, members, BALLOT);
  await handOver(commons, governance, { server: admin!.address, dso: admin!.address });
  const given: GovernedCommons = { commons, members: registry, governance, fromBlock: 0 };
  /** The same as seen by a member. */
  const as = async (i: number): Promise<GovernedCommons> => {
    const at = { roll: governance.roll, governor: governance.governor, delay: governance.delay };
    const places = Object.entries(at).map(async ([part, contract]) => [part, await contract.getAddress()]);
    const own = others[i - 1] as unknown as AbstractSigner;
    return { ...given, governance: attachGovernance(Object.fromEntries(await Promise.all(places)), own) };
  };
  return { ...given, admin: admin!, others, as };
}

/** Past the start, and past the end, of a ballot. */
const opened = () => time.increase(BALLOT.votingDelaySeconds + 1);
const ended = () => time.increase(BALLOT.votingPeriodSeconds + 1);

/** A ballot in which these members voted so. */
async function decide(
  home: Awaited<ReturnType<typeof community>>,
  choices: readonly ("for" | "against" | "abstain")[],
) {
  await syncRoll(home);
  const id = await proposeRules(await home.as(1), VOTED, "a cold week");
  await opened();
  for (const [i, choice] of choices.entries()) await castVote(await home.as(i + 1), id, choice);
  await ended();
  return id;
}

describe("the community of a commons decides", () => {
  it("COMMONS-9: by proposal, quorum, delay and execution, and rules hold from the first slot that is not closed", async () => {
    const home = await community();
    const id = await decide(home, ["for", "against", "for"]);
    expect((await ballotOf(home, id)).state).toBe("succeeded");
    expect(await carryOut(home, id)).toBe("queued");
    await expect(carryOut(home, id)).rejects.toThrow("TimelockUnexpectedOperationState");
    await time.increase(BALLOT.executionDelaySeconds);
    await (await home.commons.close()).wait();
    const { next } = await home.commons.clock();
    expect(await carryOut(home, id)).toBe("executed");
    const held = await rulesOf(home.commons);
    expect(held).toEqual({ current: DEFAULT_RULES, upcoming: VOTED }); // the closed slot keeps its rules
    await mine(3);
    await (
      await home.commons.allocate({ pages: "0x0000", book: "0x", records: "0x", back: "0x", order: "0x", grants: "0x" })
    ).wait();
    expect(await rulesOf(home.commons)).toEqual({ current: VOTED });
    const [voted] = await home.commons.queryFilter(home.commons.filters.RulesVoted());
    expect(voted!.args.slot).toBe(next + 1n);
    const [ballot] = await ballotsOf(home);
    expect(ballot).toMatchObject({ id, state: "executed", rules: VOTED, votes: { for: 2, against: 1, abstain: 0 } });
  });

  it("COMMONS-9: nobody else changes rules or roles: not who deployed, not a member, not the server", async () => {
    const { commons, admin, others, governance } = await community();
    const governor = await commons.GOVERNOR_ROLE();
    const word = packRules(VOTED);
    for (const who of [admin, others[0]!, others[9]!]) {
      const theirs = commons.connect(who as never) as typeof commons;
      await expect(theirs.setRules(word)).toRevertWith(commons, "AccessControlUnauthorizedAccount");
      await expect(theirs.grantRole(governor, who.address)).toRevertWith(commons, "AccessControlUnauthorizedAccount");
      const delay = governance.delay.connect(who as never) as typeof governance.delay;
      await expect(
        delay.schedule(
          commons,
          0,
          commons.interface.encodeFunctionData("setRules", [word]),
          ethers.ZeroHash,
          ethers.ZeroHash,
          7200,
        ),
      ).toRevertWith(delay, "AccessControlUnauthorizedAccount");
      await expect(delay.updateDelay(0)).toRevertWith(delay, "TimelockUnauthorizedCaller");
    }
  });

  it("a ballot fails below the quorum, against a majority, and in a tie", async () => {
    for (const choices of [["for"], ["for", "against", "against"], ["for", "against"]] as const) {
      const home = await community();
      const id = await decide(home, choices);
      expect((await ballotOf(home, id)).state).toBe("defeated");
      await expect(carryOut(home, id)).rejects.toThrow("GovernorUnexpectedProposalState");
      expect((await rulesOf(home.commons)).current).toEqual(DEFAULT_RULES);
    }
  });

  it("rules out of range may be voted for, and are refused when they are to be carried out", async () => {
    const home = await community();
    await syncRoll(home);
    const wrong = { ...VOTED, bufferShare: 1000 }; // 1,900 permille in all
    const id = await proposeRules(await home.as(2), wrong, "everything for the buffer");
    await opened();
    for (const i of [1, 2, 3]) await castVote(await home.as(i), id, "for");
    await ended();
    await carryOut(home, id);
    await time.increase(BALLOT.executionDelaySeconds);
    await expect(carryOut(home, id)).rejects.toThrow(`RulesOutOfRange(${packRules(wrong)})`);
  });
});

describe("one vote a member", () => {
  it("follows the registry: who joined gets one, who left loses it at once, an exchanged account takes it along", async () => {
    const home = await community();
    const { members, admin, others, governance } = home;
    expect(await syncRoll(home)).toEqual([1, 2, 3, 4, 5]);
    expect(await syncRoll(home)).toEqual([]);
    await (await members.attest(others[5]!.address, ethers.id("meter of the sixth"), 12)).wait();
    await expect(proposeRules(await home.as(1), VOTED, "too early")).rejects.toThrow("RollBehind(5, 6)");
    await (await members.connect(others[0] as never).getFunction("leave")(1)).wait();
    expect(await governance.roll.isMember(others[0]!.address)).toBe(false);
    await (await members.proposeAccount(2, others[8]!.address)).wait();
    await time.increase(61);
    await (await members.connect(others[8] as never).getFunction("takeAccount")(2)).wait();
    expect(await syncRoll(home)).toEqual([1, 2, 6]);
    expect(await Promise.all([0, 1, 5, 8].map((i) => governance.roll.getVotes(others[i]!.address)))).toEqual([
      0n,
      0n,
      1n,
      1n,
    ]);
    expect([...(await governance.roll.counts())]).toEqual([5n, 5n]);
    expect(await governance.roll.holderOf(2)).toBe(others[8]!.address);
    await expect(proposeRules(await home.as(1), VOTED, "gone")).rejects.toThrow("GovernorInsufficientProposerVotes");
    expect(admin.address).not.toBe(others[0]!.address);
  });

  it("counts in a ballot only for who was a member when it began and still is", async () => {
    const home = await community();
    const { members, others } = home;
    await syncRoll(home);
    const id = await proposeRules(await home.as(1), VOTED, "who counts");
    await opened();
    await (await members.attest(others[5]!.address, ethers.id("latecomer"), 12)).wait();
    await syncRoll(home);
    await (await members.leave(3)).wait(); // by the DSO; nobody has said so to the roll
    expect(await castVote(await home.as(6), id, "for")).toBe(0);
    expect(await castVote(await home.as(3), id, "for")).toBe(0);
    expect(await castVote(await home.as(2), id, "for")).toBe(1);
    await expect(castVote(await home.as(2), id, "against")).rejects.toThrow("GovernorAlreadyCastVote");
    expect((await ballotOf(home, id)).votes).toEqual({ for: 1, against: 0, abstain: 0 });
  });

  it("can't be delegated", async () => {
    const { governance, others } = await community();
    const roll = governance.roll.connect(others[0] as never) as typeof governance.roll;
    await expect(roll.delegate(others[1]!.address)).toRevertWith(roll, "VoteNotTransferable");
    expect(await roll.delegates(others[0]!.address)).toBe(others[0]!.address);
    expect(await roll.CLOCK_MODE()).toBe("mode=timestamp");
  });
});

it("AUTH-2: the terms of ballots are in range, and no vote can change them", async () => {
  const { governance, admin } = await community();
  const { roll, delay, governor } = governance;
  for (const [votingDelay, votingPeriod, quorumPermille] of [
    [0, 86_400, 400],
    [31 * 86_400, 86_400, 400],
    [1, 3599, 400],
    [1, 31 * 86_400, 400],
    [1, 3600, 0],
    [1, 3600, 1001],
  ]) {
    const factory = await ethers.getContractFactory("CommonsGovernor");
    await expect(
      factory.deploy(roll as never, delay as never, { votingDelay, votingPeriod, quorumPermille } as never),
    ).toRevertWith(governor, "BallotOutOfRange");
  }
  expect([await governor.votingDelay(), await governor.votingPeriod(), await governor.proposalThreshold()]).toEqual([
    3600n,
    86_400n,
    1n,
  ]);
  expect(
    governor.interface.fragments.some((part) => "name" in part && /^set|updateQuorum/.test(String(part.name))),
  ).toBe(false);
  expect(await delay.hasRole(await delay.DEFAULT_ADMIN_ROLE(), admin.address)).toBe(false);
});

it("rules survive their word, whatever they are", () => {
  const random = randomStream(1, "rules in a word");
  for (let i = 0; i < 200; i++) {
    const rules = drawRules(random);
    expect(unpackRules(packRules(rules))).toEqual(rules);
  }
});

it.skipIf(instrumented)("every contract of the commons stays below 24,576 bytes", async () => {
  for (const name of ["PacketCommons", "SlotPass", "CommonsGovernor", "MemberVotes", "VoteDelay"]) {
    const { artifacts } = await import("hardhat");
    const { deployedBytecode } = await artifacts.readArtifact(name);
    expect((deployedBytecode.length - 2) / 2, name).toBeLessThan(24_576);
  }
});
