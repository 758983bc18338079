import type { FlowReport } from "../model/flowReport.ts";
import { encodeFlows, type Flow, leaf, leafWords, rootOf, type Tree, treeOf } from "../model/flowTree.ts";
import { type Hash, ZERO_HASH } from "../model/keccak.ts";

/** A report with everything behind it; what the DSO keeps, and gives to who settles. */
export interface DayReport {
  readonly report: FlowReport;
  readonly tree: Tree;
  /** Leaf words by member, the first is member 1: member, salt, ten flow words. */
  readonly leaves: readonly (readonly bigint[])[];
}

/** What a report is about. */
export interface ReportHeader {
  readonly feeder: Hash;
  readonly day: number;
  readonly firstSlot: number;
  readonly count: number;
  readonly revision: number;
  /** Digest of the report that this one replaces; zero for revision 0. */
  readonly previous?: Hash;
  readonly epoch: number;
  /** Net flow at the feeder head in packets, import positive; what the meters add up to if there is no meter there. */
  readonly feederPackets?: bigint;
}

/**
 * The report of a day from the flows of every member, member 1 first, one flow per slot of the day.
 * @param salts A private salt per member, so that nobody can guess readings from the root.
 */
export function reportOf(header: ReportHeader, flows: readonly (readonly Flow[])[], salts: readonly Hash[]): DayReport {
  const leaves = flows.map((ofMember, i) => leafWords(i + 1, salts[i]!, encodeFlows(ofMember)).map(BigInt));
  const tree = treeOf(leaves.map(leaf));
  const all = flows.flat();
  const drawnPackets = total(all.map(({ drawn }) => drawn));
  const fedInPackets = total(all.map(({ fedIn }) => fedIn));
  const { feederPackets = drawnPackets - fedInPackets, previous = ZERO_HASH } = header;
  const estimated = all.filter(({ quality }) => quality !== "measured").length;
  const report = {
    ...header,
    previous,
    feederPackets,
    root: rootOf(tree),
    meters: flows.length,
    drawnPackets,
    fedInPackets,
    estimated,
  };
  return { report, tree, leaves };
}

const total = (packets: readonly number[]): bigint => packets.reduce((sum, count) => sum + BigInt(count), 0n);
