import { type AbstractSigner, Contract, ContractFactory } from "ethers";
import type { FlowAudit, PacketCommons, Tariff } from "../../types/ethers-contracts/index.ts";
import { leaf, rangeProof, type Tree } from "../model/flowTree.ts";
import { artifactOf } from "./artifacts.ts";
import { ChainError, revertOf } from "./chainError.ts";
import type { GasLedger } from "./gasLedger.ts";

/** What an audit of a member's day found: see `IFlowAudit.Finding`. */
export interface AuditFinding {
  readonly member: number;
  readonly day: number;
  /** Packets over the measured slots. */
  readonly acknowledged: number;
  readonly drawn: number;
  /** What was acknowledged beyond what the meter drew, over the slots in which it was. */
  readonly excess: number;
  readonly slots: number;
  readonly unmeasured: number;
}

/** Deploys the audit of a commons by an oracle's reports. */
export async function deployAudit(
  signer: AbstractSigner,
  at: { readonly commons: string; readonly oracle: string; readonly tariff: string },
  ledger?: GasLedger,
): Promise<FlowAudit> {
  const { abi, bytecode } = artifactOf("FlowAudit");
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy(at.commons, at.oracle, at.tariff);
  const receipt = await deployed.deploymentTransaction()!.wait();
  ledger?.book("setup", receipt!.gasUsed);
  return new Contract(receipt!.contractAddress!, abi, signer) as unknown as FlowAudit;
}

/** The receipts of the slots [first, first + count), by the events of a commons. */
export async function receiptsOf(
  commons: PacketCommons,
  first: number,
  count: number,
  fromBlock = 0,
): Promise<string[]> {
  const receipts = new Array<string>(count).fill("0x");
  for (const { args } of await commons.queryFilter(commons.filters.PacketsReceived(), fromBlock)) {
    const at = Number(args.slot) - first;
    if (at >= 0 && at < count) receipts[at] = args.receipts;
  }
  return receipts;
}

/** What an audit needs. */
export interface AuditParts {
  readonly audit: FlowAudit;
  readonly commons: PacketCommons;
  readonly tariff: Tariff;
  readonly fromBlock: number;
}

/**
 * Audits a member's day on the chain, by the leaves of the day's latest report. The finding is an event as well. Throws
 * ChainError with the contract's reason where the leaves are not the report's, or the day is not over.
 */
export async function auditMember(
  { audit, commons, tariff, fromBlock }: AuditParts,
  day: number,
  member: number,
  { leaves, tree }: { readonly leaves: readonly (readonly bigint[])[]; readonly tree: Tree },
): Promise<AuditFinding> {
  const [first, count] = await tariff.dayOf(day);
  const receipts = await receiptsOf(commons, Number(first), Number(count), fromBlock);
  const at = leaves.findIndex((words) => Number(words[0]) === member);
  if (at < 0) throw new ChainError(`The leaves have none of member ${member}.`);
  const words = leaves[at]!;
  if (tree[0]![at] !== leaf(words)) throw new ChainError("The tree is of other leaves.");
  const given = { words: [...words] as never, proof: paired(tree, at) };
  try {
    const mined = await (await audit.audit(day, given, receipts)).wait();
    const said = mined!.logs.map((log) => audit.interface.parseLog(log)).find((event) => event !== null)!;
    const { acknowledged, drawn, excess, slots, unmeasured } = said.args.finding;
    const [a, d, e, s, u] = [acknowledged, drawn, excess, slots, unmeasured].map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { ...{ member, day, acknowledged: a, drawn: d }, ...{ excess: e, slots: s, unmeasured: u } };
  } catch (error) {
    const reason = revertOf(
      error,
      ["FlowAudit", "FlowOracle", "Tariff"].map((name) => artifactOf(name).abi),
    );
    throw reason === undefined ? error : new ChainError(`The chain refused the audit: ${reason}.`);
  }
}

/** The siblings up to the root, with the zero that a lone last node is paired with: what OpenZeppelin's proof wants. */
function paired(tree: Tree, at: number): string[] {
  const given = rangeProof(tree, at, 1);
  let index = at;
  return tree.slice(0, -1).map((level) => {
    const sibling = index ^ 1;
    index >>= 1;
    return sibling < level.length ? given.shift()! : ZERO;
  });
}

const ZERO = `0x${"0".repeat(64)}`;

/** Mismatches that audits have found so far, the latest last. */
export async function mismatchesOf({
  audit,
  fromBlock,
}: Pick<AuditParts, "audit" | "fromBlock">): Promise<AuditFinding[]> {
  const events = await audit.queryFilter(audit.filters.AcknowledgmentMismatch(), fromBlock);
  return events.map(({ args: { day, member, finding } }) => ({
    ...{ member: Number(member), day: Number(day), acknowledged: Number(finding.acknowledged) },
    ...{ drawn: Number(finding.drawn), excess: Number(finding.excess) },
    ...{ slots: Number(finding.slots), unmeasured: Number(finding.unmeasured) },
  }));
}
