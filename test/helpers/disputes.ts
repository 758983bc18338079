import type { DayReport } from "../../agents/dso/dso.ts";
import { leavesReading } from "../../agents/dso/leaves.ts";
import { signReading } from "../../agents/household/reading.ts";
import type { Flow } from "../../agents/model/flowTree.ts";
import { encodeFlows } from "../../agents/model/flowTree.ts";
import type { Community } from "./community.ts";
import { NO_LEAVES } from "./communitySettling.ts";
import type { TestDay, TestFlow } from "./communityTypes.ts";

/** Ten flow words of a member's day: nothing where no flow is given. */
export function flowWords(count: number, flows: readonly Omit<TestFlow, "member">[]): bigint[] {
  const all = Array.from({ length: count }, (_, slot): Flow => {
    const { drawn = 0, fedIn = 0 } = flows.find((given) => given.slot === slot) ?? {};
    return { drawn, fedIn, quality: "measured" };
  });
  const words = encodeFlows(all).map(BigInt);
  return [...words, ...new Array<bigint>(10 - words.length).fill(0n)];
}

/** Disputes in a community: members read their own meters, anybody pays the bond. */
export async function disputesIn(c: Community) {
  const { arbitration, wallets, oraclePlace, oracle } = c;
  const place = { ...oraclePlace, verifyingContract: await arbitration.getAddress() };
  const signed = async (day: TestDay, member: number, flows: readonly bigint[], by = wallets[member - 1]!) => {
    const revision = Number(await oracle.latestRevision(day.day));
    return signReading(by, { day: day.day, member, revision, flows }, place);
  };
  const leaf = (given: DayReport, member: number) => leavesReading(given, new Set([member]));
  const dispute = async (day: TestDay, given: DayReport, member: number, flows: readonly bigint[]) =>
    arbitration.disputeLeaf(day.day, leaf(given, member), [...flows] as never, await signed(day, member, flows));
  const withhold = async (day: TestDay, member: number, flows: readonly bigint[]) =>
    arbitration.disputeWithheld(day.day, member, [...flows] as never, await signed(day, member, flows));
  const carryOut = async (day: TestDay, member: number, flows: readonly bigint[], before?: DayReport) => {
    const readings = await c.readings(day, [member]);
    const old = before ? leaf(before, member) : NO_LEAVES;
    return arbitration.carryOut(day.day, member, [...flows] as never, old, readings);
  };
  return { signed, leaf, dispute, withhold, carryOut };
}
