import {
  comparedPhases,
  dayEnergy,
  dayGasPerOrderUp,
  dayRounds,
  declaredGain,
  gainOf,
  possibleGain,
  savingOf,
  shareOf,
  sumOf,
} from "./figures.ts";
import type { Result, SlotResult, TimescaleResult } from "./result.ts";
import { centsText, clock, dayText, eur, kwh, mass, percent, smallEur, tokens, whole } from "./units.ts";

/** What a result says in words. Runs in the page too, so it imports nothing that is not there. */

/** Below this many members the report says what a small community loses. */
const SMALL_COMMUNITY = 30;

/** The day in one sentence. */
export function headline(result: Result): string {
  const { run, members } = result;
  const homes = members.length === 1 ? "1 home" : `${whole(members.length)} homes`;
  if (run.outcome === "unwound")
    return `No proof of flow came for this day: it was unwound, and the ${homes} paid their ordinary bills.`;
  const { tradedWh } = dayEnergy(result);
  if (tradedWh === 0) return `Nothing was traded: no two orders of the ${homes} could meet.`;
  const saved = sumOf(members, savingOf);
  const bills = `their bills ${saved < 0 ? "rose" : "fell"} by ${eur(Math.abs(saved), run)}`;
  return `${homes} traded ${kwh(tradedWh)} with each other: ${bills}, and their common fund got ${eur(result.fund.balanceChange, run)}.`;
}

/** What was run, for which day. */
export function subtitle({ run }: Result): string {
  const data = run.source === "synthetic" ? "synthetic homes" : `measured homes of ${run.file}`;
  const seed = run.seed === null ? "" : `, seed ${run.seed}`;
  return `${dayText(run.day)} (${run.timeZone}), ${data}${seed}`;
}

/** Who pays less and who more than without the market. */
export function billsSentence({ members }: Result): string {
  const less = members.filter((member) => savingOf(member) > 0).length;
  const more = members.filter((member) => savingOf(member) < 0).length;
  return `${less} of ${members.length} homes pay less than without the market, ${more} pay more, ${members.length - less - more} the same.`;
}

/** What the fund took of the gain and why. */
export function fundSentence(result: Result): string {
  const { fund, run } = result;
  if (fund.took === 0) return "The fund took nothing: buyers paid what sellers got.";
  const took = `The fund took ${eur(fund.took, run)}, the difference between what buyers paid and sellers got`;
  if (fund.tookAll)
    return (
      `${took}. That is the whole gain: where every buyer pays the same retail price and every seller gets the same ` +
      "feed-in price, nobody values a packet differently from the pair that sets the prices. Own tariffs, batteries and " +
      "flexible devices are what leaves a gain with the members."
    );
  const share = percent(shareOf(fund.took, sumOf(dayRounds(result.slots), declaredGain)));
  return `${took}. That is ${share} of what the trade was worth at the traders' own prices; the rest is theirs.`;
}

/** How much of the surplus found a neighbour. */
export function surplusSentence(result: Result): string {
  const { exportWh, metWh, tradedWh } = dayEnergy(result);
  const plain = result.withoutFlexibility;
  const met = `Of ${kwh(exportWh)} surplus, ${percent(shareOf(metWh, exportWh))} met a neighbour's need in the same slot`;
  const sold = `${percent(shareOf(tradedWh, exportWh))} was sold ahead`;
  if (!plain) return `${met}; ${sold}.`;
  const share = percent(shareOf(plain.metWh, plain.exportWh));
  const limit = percent(shareOf(Math.min(plain.importWh, plain.exportWh), plain.exportWh));
  return `${met}; ${sold}. With no device moved it would have been ${share}; if every kWh could wait, ${limit}.`;
}

/** What of the contracts was kept with all timescales, and what with the first alone. */
export function timescalesSentence({ timescales, run }: Result): string {
  const [first, last] = [timescales?.[0], timescales?.at(-1)];
  if (!first || !last) return "";
  const part = ({ keptPackets, boughtPackets, imbalance }: TimescaleResult) =>
    `${kwh(keptPackets * run.packetWh)} of ${kwh(boughtPackets * run.packetWh)} (${percent(shareOf(keptPackets, boughtPackets))}), and ${eur(imbalance, run)} for what was not`;
  const whole = `What homes had bought of each other and got: ${part(last)}`;
  return first === last ? `${whole}.` : `${whole}. By the ${first.timescale} session alone: ${part(first)}.`;
}

/** How a slot's prices came about. */
export function slotSentence(slot: SlotResult, units: Result["run"]): string {
  const time = clock(slot.start, units);
  if (slot.buyPrice === null) {
    if (slot.orders.length === 0) return `At ${time} nobody offered anything.`;
    if (slot.criticalBid === null) return `At ${time} no buyer offered what a seller asked: nothing traded.`;
    return `At ${time} only the pair that would have set the prices was left: nothing traded.`;
  }
  const energy = kwh(slot.packets * units.packetWh);
  return (
    `At ${time}, ${energy} changed hands. Buyers pay ${centsText(slot.buyPrice, units)}, the bid of the first buyer left out; ` +
    `sellers get ${centsText(slot.sellPrice, units)}, the ask of the first seller left out. ` +
    "As no trader's own price decides what it pays, an honest price is the best one."
  );
}

/** What the chain cost beside what the day gained. */
export function costSentence(result: Result): string {
  const gain = gainOf(result);
  const cases = result.gasCosts.map(({ network, costEur }) => {
    const verdict = costEur < tokens(gain, result.run) ? "less" : "more";
    return `${smallEur(costEur)} on ${network}, ${verdict} than that`;
  });
  const costs = cases.length === 0 ? "No gas price was stated." : `Its gas costs ${cases.join(", and ")}.`;
  return `The day gained ${eur(gain, result.run)}. ${costs}`;
}

/** What an order costs in gas, here and in a plain contract. */
export function gasSentence(result: Result): string {
  const own = dayGasPerOrderUp(result.phases);
  if (own === null) return "No order was posted.";
  const compared = comparedPhases(result);
  const [ownPart, plain] = [dayGasPerOrderUp(compared.own), dayGasPerOrderUp(compared.plain)];
  const all = `An order costs ${whole(own)} gas over the whole day (${result.run.network.state})`;
  if (ownPart === null || plain === null) return `${all}. No plain contract was run beside it.`;
  const phases = compared.plain.map(({ name }) => name).join(", ");
  return `${all}. For ${phases} alone it is ${whole(ownPart)}, against ${whole(plain)} in a contract that stores and sorts the orders: ${whole(plain / ownPart)} times as much.`;
}

/** What was avoided and what that means. */
export function co2Sentence({ co2, slots, run }: Result): string {
  const energy = sumOf(slots, (slot) => slot.mintedEcoins) * run.packetWh;
  return `${mass(co2.avoidedGrams)} for ${kwh(energy)} from neighbours instead of the grid, at ${co2.gramsPerKwh} g/kWh (${co2.source}).`;
}

/** What a reader must not overlook, most important first: the day's warnings, then the limits of the market. */
export function notes(result: Result): string[] {
  return [...result.warnings.map(({ text }) => text), ...dayNotes(result), ...LIMITS];
}

function dayNotes(result: Result): string[] {
  const { run, fund, members, slots } = result;
  const said: string[] = [];
  if (run.source === "synthetic") said.push("The homes are synthetic: a seeded model, not measurements.");
  if (run.outcome === "unwound")
    said.push("The day was unwound: prices and packets are what cleared, and nobody paid or got them.");
  if (fund.tookAll) said.push(fundSentence(result));
  const possible = sumOf(dayRounds(slots), possibleGain);
  if (possible > 0 && run.outcome === "settled") {
    const reached = percent(shareOf(sumOf(dayRounds(slots), declaredGain), possible));
    const small = members.length < SMALL_COMMUNITY;
    said.push(
      `The auction reached ${reached} of the gain that its orders allowed: the pair that sets the prices does not trade, which is the ` +
        `price of making honesty pay.${small ? " A community of ten loses about a quarter, one of a hundred a fiftieth; a single seller never trades." : ""}`,
    );
  }
  if (run.network.state === "first day")
    said.push("Gas is of a first day: storage is written for the first time, later days cost less.");
  return said;
}

const LIMITS = [
  "The gain is mostly the spread between retail and feed-in price, which the supplier no longer earns. Grid fees and taxes within that spread are not modelled.",
  "CO2 counts every ecoin as grid energy replaced. Surplus that is not sold to a neighbour replaces grid energy too, but elsewhere: only what devices shift is new.",
  "Honest prices are protected; quantities are not. Over-reporting, wash orders, split identities and agreements between members are limited by one attested meter per account, the connection's capacity and the price of deviations, not ruled out.",
  "A proof of flow shows that the DSO signed a reading, not that the meter tells the truth.",
  "Orders and fills are public under pseudonyms: who knows a home may recognise its day.",
];
