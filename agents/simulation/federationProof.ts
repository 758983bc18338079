import { type DayReport, reportOf } from "../dso/dso.ts";
import { flowsOf } from "../dso/readings.ts";
import type { FilledProfile } from "../keeper/filledBook.ts";
import type { Hash } from "../model/keccak.ts";
import { ordersIn } from "../model/leftOver.ts";
import { type Position, restFlows } from "../model/restFlow.ts";
import type { FederationStage } from "./federationDay.ts";
import { leafSalt } from "./keys.ts";

/** Net positions of the members of a session over a whole day, member 1 first, slot by slot. */
export function positionsOf(book: readonly FilledProfile[], members: number, slots: number): Position[][] {
  const none = () => Array.from({ length: slots }, () => ({ sold: 0, bought: 0 }));
  const positions = Array.from({ length: members }, none);
  for (const { member, orders, fills } of book)
    for (const [t, order] of ordersIn(orders).slice(0, slots).entries()) {
      const fill = fills[t] ?? 0;
      if (order) positions[member - 1]![t]![order.side === "ask" ? "sold" : "bought"] += fill;
    }
  return positions;
}

/**
 * The DSO's report of the federation's day: for every seat the rest of its member's flow. At the heads it says what they
 * measured net, less what trades at home explain, packets; here meters and heads agree, since no energy is lost.
 */
export async function federationReport(
  { stages, contracts, market, seed, terms }: FederationStage,
  day: number,
  ownBooks: readonly (readonly FilledProfile[])[],
): Promise<DayReport> {
  const { times, community } = stages[0]!;
  const { slotCount, date } = community.day;
  const rests = stages.flatMap(({ flows }, c) => {
    const positions = positionsOf(ownBooks[c]!, flows.length, slotCount);
    return flows.map((meter, m) => restFlows(flowsOf(meter, market.packetWh), positions[m]!));
  });
  const { epoch } = await contracts.oracle.signers();
  const header = { day, firstSlot: times.firstSlot, count: slotCount, revision: 0, epoch: Number(epoch) };
  const salts = rests.map((_, seat) => leafSalt(seed, seat + 1, `${date} in the federation`));
  return reportOf({ ...header, feeder: terms.feeder as Hash }, rests, salts);
}
