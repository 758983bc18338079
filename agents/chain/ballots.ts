import { id as hashOf } from "ethers";
import type { MemberRegistry, PacketCommons } from "../../types/ethers-contracts/index.ts";
import { type CommonsRules, packRules, unpackRules } from "../model/commonsRules.ts";
import { artifactOf } from "./artifacts.ts";
import { ChainError, revertOf } from "./chainError.ts";
import { GOVERNANCE, type Governance } from "./governance.ts";

/** Where a ballot stands, in the order of OpenZeppelin's `IGovernor.ProposalState`. */
export const BALLOT_STATES = [
  ...(["pending", "active", "cancelled", "defeated"] as const),
  ...(["succeeded", "queued", "expired", "executed"] as const),
] as const;
export type BallotState = (typeof BALLOT_STATES)[number];

/** How one may vote, in the order of `GovernorCountingSimple.VoteType`. */
export const CHOICES = ["against", "for", "abstain"] as const;
export type Choice = (typeof CHOICES)[number];

/** A ballot on rules. Times in unix seconds. */
export interface Ballot {
  readonly id: string;
  readonly state: BallotState;
  readonly proposer: string;
  readonly why: string;
  /** What would be in force; undefined for a ballot on something else. */
  readonly rules?: CommonsRules;
  readonly votes: Readonly<Record<Choice, number>>;
  readonly quorum: number;
  /** Members at this moment may vote. */
  readonly opensAt: number;
  readonly closesAt: number;
  /** From then on a queued decision may be executed; 0 before. */
  readonly executableAt: number;
}

/** A commons with its members and its governance. */
export interface GovernedCommons {
  readonly commons: PacketCommons;
  readonly members: MemberRegistry;
  readonly governance: Governance;
  /** Block from which on events are read. */
  readonly fromBlock: number;
}

const SYNC_CHUNK = 100;

/** Lets the votes follow the registry; returns the members whose vote moved. */
export async function syncRoll({ members, governance: { roll } }: GovernedCommons): Promise<number[]> {
  const count = Number(await members.count());
  const behind: number[] = [];
  for (let member = 1; member <= count; member++) {
    const { account, active } = await members.record(member);
    const due = active ? BigInt(account) : 0n;
    if (due !== BigInt(await roll.holderOf(member))) behind.push(member);
  }
  for (let i = 0; i < behind.length; i += SYNC_CHUNK)
    await said(roll.sync(behind.slice(i, i + SYNC_CHUNK)).then((sent) => sent.wait()));
  return behind;
}

/** The rules in force, and those decided for after the closed slot. */
export async function rulesOf(commons: PacketCommons): Promise<{ current: CommonsRules; upcoming?: CommonsRules }> {
  const { current, upcoming } = await commons.rules();
  return { current: unpackRules(current), ...(upcoming !== 0n && { upcoming: unpackRules(upcoming) }) };
}

/** Proposes rules; returns the ballot's number. The signer must be a member. */
export async function proposeRules(
  { commons, governance: { governor } }: GovernedCommons,
  rules: CommonsRules,
  why: string,
): Promise<string> {
  const call = commons.interface.encodeFunctionData("setRules", [packRules(rules)]);
  const args = [[await commons.getAddress()], [0], [call], why] as const;
  const id = await governor.getProposalId(args[0] as [string], [0], [call], hashOf(why));
  await said(governor.propose([...args[0]], [...args[1]], [...args[2]], why).then((sent) => sent.wait()));
  return String(id);
}

/** Votes; returns the weight that was counted: 1, or 0 for who may not vote in this ballot. */
export async function castVote(
  { governance: { governor } }: GovernedCommons,
  id: string,
  choice: Choice,
): Promise<number> {
  const receipt = await said(governor.castVote(id, CHOICES.indexOf(choice)).then((sent) => sent.wait()));
  const cast = receipt!.logs.map((log) => governor.interface.parseLog(log)).find((event) => event?.name === "VoteCast");
  return Number(cast!.args.weight);
}

/** Takes a decision one step on: a succeeded one is queued, a queued one whose delay is over is executed. */
export async function carryOut(given: GovernedCommons, id: string): Promise<"queued" | "executed"> {
  const { governor } = given.governance;
  const made = await eventOf(given, id);
  const [targets, values, calls] = [[...made.targets], [...made[3]], [...made.calldatas]];
  const args = [targets, values, calls, hashOf(made.description)] as const;
  const step = (await stateOf(given, id)) === "succeeded" ? "queued" : "executed";
  const sent = step === "queued" ? governor.queue(...args) : governor.execute(...args);
  await said(sent.then((response) => response.wait()));
  return step;
}

/** All ballots, the latest first. */
export async function ballotsOf(given: GovernedCommons): Promise<Ballot[]> {
  const { governor } = given.governance;
  const events = await governor.queryFilter(governor.filters.ProposalCreated(), given.fromBlock);
  return Promise.all(events.reverse().map(({ args }) => ballotOf(given, String(args.proposalId))));
}

/** A ballot by its number. Throws ChainError if there is none. */
export async function ballotOf(given: GovernedCommons, id: string): Promise<Ballot> {
  const { governor } = given.governance;
  const { proposer, calldatas, description, voteStart, voteEnd } = await eventOf(given, id);
  const { againstVotes, forVotes, abstainVotes } = await governor.proposalVotes(id);
  const now = await given.governance.roll.clock();
  const rules = rulesIn(given, calldatas[0]);
  return {
    ...{ id, state: await stateOf(given, id), proposer, why: description, ...(rules && { rules }) },
    votes: { against: Number(againstVotes), for: Number(forVotes), abstain: Number(abstainVotes) },
    quorum: voteStart < now ? Number(await governor.quorum(voteStart)) : 0,
    ...{ opensAt: Number(voteStart), closesAt: Number(voteEnd) },
    executableAt: Number(await governor.proposalEta(id)),
  };
}

/** The rules that a call would set. */
function rulesIn({ commons }: GovernedCommons, call: string | undefined): CommonsRules | undefined {
  const parsed = call === undefined ? null : commons.interface.parseTransaction({ data: call });
  return parsed?.name === "setRules" ? unpackRules(parsed.args[0]) : undefined;
}

async function stateOf({ governance: { governor } }: GovernedCommons, id: string): Promise<BallotState> {
  return BALLOT_STATES[Number(await governor.state(id))]!;
}

async function eventOf({ governance: { governor }, fromBlock }: GovernedCommons, id: string) {
  const events = await governor.queryFilter(governor.filters.ProposalCreated(), fromBlock);
  const found = events.find(({ args }) => String(args.proposalId) === id);
  if (found) return found.args;
  throw new ChainError(`There is no ballot ${id}: "commons ballots" lists them.`);
}

/** Waits for a transaction. Throws ChainError with the contract's reason where it is refused. */
async function said<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (error) {
    const abis = [...Object.values(GOVERNANCE), "PacketCommons", "MemberRegistry"].map((name) => artifactOf(name).abi);
    const reason = revertOf(error, abis);
    throw reason === undefined ? error : new ChainError(`The chain refused it: ${reason}.`);
  }
}
