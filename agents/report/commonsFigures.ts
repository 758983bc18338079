import type { CommonsResult } from "./commonsResult.ts";
import { shareOf, sumOf } from "./figures.ts";
import { eur, kwh, percent, whole } from "./units.ts";

/** A commons' day in a few figures. */
export interface CommonsEnergy {
  readonly usedWh: number;
  readonly sharedWh: number;
  /** Drawn from the suppliers: what no neighbour fed in. */
  readonly supplierWh: number;
  /** Used where it was made, without passing a meter. */
  readonly selfWh: number;
  readonly flexibleWh: number;
  /** The highest that the whole community drew in a slot, exports taken off, W. */
  readonly peakW: number;
}

export function commonsEnergy({ members, slots, run }: CommonsResult): CommonsEnergy {
  const usedWh = sumOf(members, (member) => member.usedWh);
  const importWh = sumOf(members, (member) => member.importWh);
  const sharedWh = sumOf(slots, ({ sharedPackets }) => sharedPackets) * run.packetWh;
  const net = slots.map((slot) => slot.importWh - slot.exportWh);
  return {
    usedWh,
    sharedWh,
    supplierWh: importWh - sharedWh,
    selfWh: usedWh - importWh,
    flexibleWh: sumOf(slots, ({ flexibleWh }) => flexibleWh),
    peakW: (Math.max(...net) * 3600) / run.slotSeconds,
  };
}

/** The day in one sentence. */
export function commonsHeadline(result: CommonsResult): string {
  const { members, promises, run } = result;
  const { sharedWh } = commonsEnergy(result);
  const saved = sumOf(members, ({ alone, equalGain }) => alone - equalGain);
  const all = promises.kept === promises.admitted ? "all" : whole(promises.kept);
  return (
    `${members.length} homes shared ${kwh(sharedWh)} without a price; ${all} of ${whole(promises.admitted)} promises were kept, ` +
    `and the community's bills ${saved < 0 ? "rose" : "fell"} by ${eur(Math.abs(saved), run)}.`
  );
}

/** What became of what was asked for. */
export function promiseSentence({ promises, run }: CommonsResult): string {
  const { asked, admitted, kept, beyondPackets, beyondWh, beyondCost, unmetPackets, emergencies } = promises;
  const beyond =
    beyondWh + beyondPackets === 0
      ? "Nothing was imported beyond the allowance."
      : `${kwh(beyondWh)} were imported beyond the allowance as metered (${kwh(beyondPackets * run.packetWh)} as the contract ` +
        `booked it from the forecast): that cost ${eur(beyondCost, run)}.`;
  const unmet =
    unmetPackets === 0 ? "nothing wanted was left unmet" : `${kwh(unmetPackets * run.packetWh)} stayed unmet`;
  return (
    `Homes asked ${whole(asked)} times, ${whole(admitted)} requests were admitted (${whole(emergencies)} as emergencies), ` +
    `${whole(kept)} promises kept; ${unmet}. ${beyond}`
  );
}

/** Who pays less and who more than alone, by a rule. */
export function ruleSentence({ members, run }: CommonsResult, rule: "equalGain" | "byUse"): string {
  const savings = members.map((member) => member.alone - member[rule]);
  const less = savings.filter((saved) => saved > 0).length;
  const more = savings.filter((saved) => saved < 0).length;
  const [worst, best] = [Math.min(...savings), Math.max(...savings)];
  return (
    `${less} of ${members.length} homes pay less than alone, ${more} pay more; ` +
    `the worst off saves ${eur(worst, run)}, the best off ${eur(best, run)}.`
  );
}

/** `44.3 kWh (21 %)`. */
export const partOf = (wh: number, of: number): string => `${kwh(wh)} (${percent(shareOf(wh, of))})`;
