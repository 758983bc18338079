import { type AbstractSigner, Contract, ContractFactory } from "ethers";
import type { CommonsGovernor, MemberVotes, PacketCommons, VoteDelay } from "../../types/ethers-contracts/index.ts";
import { artifactOf } from "./artifacts.ts";
import { grantRoles } from "./commons.ts";
import type { GasLedger } from "./gasLedger.ts";

/** How a community votes, fixed for good at deployment. */
export interface BallotTerms {
  /** From a proposal to the start of its ballot: members at that moment may vote. */
  readonly votingDelaySeconds: number;
  readonly votingPeriodSeconds: number;
  /** Share of the members whose votes make a ballot count. */
  readonly quorumPermille: number;
  /** From the decision to its execution. */
  readonly executionDelaySeconds: number;
}

/** A day to read, a week to vote, a fifth of the members, two days to leave or object. */
export const DEFAULT_BALLOT: BallotTerms = {
  votingDelaySeconds: 86_400,
  votingPeriodSeconds: 7 * 86_400,
  quorumPermille: 200,
  executionDelaySeconds: 2 * 86_400,
};

/** The contracts by which a community governs its commons. */
export interface Governance {
  /** Who has a vote. */
  readonly roll: MemberVotes;
  readonly governor: CommonsGovernor;
  /** Where decisions wait; holds the governor's role of the commons. */
  readonly delay: VoteDelay;
}

/** Contract of each part. */
export const GOVERNANCE = { roll: "MemberVotes", governor: "CommonsGovernor", delay: "VoteDelay" } as const;

/** Deploys a governor over a member registry. Afterwards the signer has no power in it. */
export async function deployGovernance(
  signer: AbstractSigner,
  members: string,
  ballot: BallotTerms,
  ledger?: GasLedger,
): Promise<Governance> {
  const me = await signer.getAddress();
  const { votingDelaySeconds, votingPeriodSeconds, quorumPermille, executionDelaySeconds } = ballot;
  const make = async (part: keyof Governance, args: readonly unknown[]): Promise<string> => {
    const { abi, bytecode } = artifactOf(GOVERNANCE[part]);
    const deployed = await new ContractFactory(abi, bytecode, signer).deploy(...args);
    const receipt = await deployed.deploymentTransaction()!.wait();
    ledger?.book("setup", receipt!.gasUsed);
    return receipt!.contractAddress!;
  };
  const roll = await make("roll", [members]);
  const delay = await make("delay", [executionDelaySeconds, me]);
  const terms = { votingDelay: votingDelaySeconds, votingPeriod: votingPeriodSeconds, quorumPermille };
  const governor = await make("governor", [roll, delay, terms]);
  const governance = attachGovernance({ roll, governor, delay }, signer);
  const held = governance.delay;
  for (const role of [await held.PROPOSER_ROLE(), await held.CANCELLER_ROLE()])
    await (await held.grantRole(role, governor)).wait();
  await (await held.renounceRole(await held.DEFAULT_ADMIN_ROLE(), me)).wait();
  return governance;
}

/** Governance that is deployed already. */
export function attachGovernance(at: Readonly<Record<keyof Governance, string>>, signer: AbstractSigner): Governance {
  const parts = Object.entries(GOVERNANCE).map(([part, name]) => [
    part,
    new Contract(at[part as keyof Governance], artifactOf(name).abi, signer),
  ]);
  return Object.fromEntries(parts) as Governance;
}

/**
 * Puts a commons under its community: rules, and who holds the roles of server and DSO, are then decided by vote only. The
 * signer must be the admin of the commons, and is not any more.
 */
export async function handOver(
  commons: PacketCommons,
  { delay }: Governance,
  roles: { readonly server: string; readonly dso: string },
): Promise<void> {
  const community = await delay.getAddress();
  await grantRoles(commons, { ...roles, governor: community });
  const admin = await commons.DEFAULT_ADMIN_ROLE();
  await (await commons.grantRole(admin, community)).wait();
  const me = await (commons.runner as AbstractSigner).getAddress();
  await (await commons.renounceRole(admin, me)).wait();
}
