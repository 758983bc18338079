import { flowsOf, type MeterDay } from "../dso/readings.ts";
import type { MarketTerms } from "../household/market.ts";
import { type MemberBill, partsOf } from "../model/costRules.ts";
import { billSides } from "./bills.ts";
import type { Community } from "./community.ts";

/** A member's bills of a day, and the packets that it was given of its neighbours' and gave to them, by slot. */
export interface CommonsBill extends MemberBill {
  readonly received: readonly number[];
  readonly given: readonly number[];
}

/**
 * What suppliers charge the members of a commons. What the homes feed in meets what they draw in the same slot, packet for
 * packet: in a slot so much is shared as the smaller of the two sums, by drawers in proportion to what each drew, by feeders to
 * what each fed in (`partsOf`). A member's supplier charges and pays for what flowed outside of that, at its own tariff.
 * `alone` is what each would have owed without a commons, base units.
 */
export function commonsBills(
  { homes }: Pick<Community, "homes">,
  flows: readonly MeterDay[],
  alone: readonly bigint[],
  { packetWh, tokenDecimals }: Pick<MarketTerms, "packetWh" | "tokenDecimals">,
): CommonsBill[] {
  const meters = flows.map((meter) => flowsOf(meter, packetWh));
  const received = meters.map((): number[] => []);
  const given = meters.map((): number[] => []);
  for (let t = 0; t < (meters[0]?.length ?? 0); t++) {
    const drawn = meters.map((meter) => meter[t]!.drawn);
    const fedIn = meters.map((meter) => meter[t]!.fedIn);
    const shared = Math.min(total(drawn), total(fedIn));
    for (const [i, packets] of inProportion(shared, drawn).entries()) received[i]!.push(packets);
    for (const [i, packets] of inProportion(shared, fedIn).entries()) given[i]!.push(packets);
  }
  return homes.map(({ prices }, i) => {
    const local = { drawn: received[i]!, fedIn: given[i]! };
    const net = total(meters[i]!.map(({ drawn, fedIn }) => drawn - fedIn));
    const sides = billSides(flows[i]!, prices, local, packetWh, tokenDecimals);
    return { ...sides, alone: alone[i]!, net, received: received[i]!, given: given[i]! };
  });
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Nobody gets more than its weight: the whole is at most their sum. */
const inProportion = (whole: number, weights: readonly number[]): number[] =>
  whole === 0 ? weights.map(() => 0) : partsOf(BigInt(whole), weights.map(BigInt)).map(Number);
