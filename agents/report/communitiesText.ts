import { across, type CommunitiesResult, type EnergyShares } from "./communities.ts";
import { sumOf } from "./figures.ts";
import { decimal, eur, kwh, mass, percent, whole } from "./units.ts";

/** The day of communities as lines of text. */
export function communitiesText(result: CommunitiesResult): string {
  const { run, energy } = result;
  const title = `${run.day} (${run.timeZone}), synthetic homes, seed ${run.seed}; links of ${decimal(run.linkW / 1000, 1)} kW`;
  const blocks = [
    [sentence(result), title],
    ["Energy used", ...energyLines(energy)],
    table(ENERGY_HEAD, result.communities.map(energyRow)),
    ["Offered over the links, kWh", ...table(LINK_HEAD, linkRows(result))],
    ["Bills of all homes", ...moneyLines(result)],
    table(BILL_HEAD, billRows(result)),
    ["CO2 and gas", ...carbonLines(result), ...gasLines(result)],
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** What the day showed, in one sentence. */
export function sentence({ communities, slots, energy, run }: CommunitiesResult): string {
  const crossed = run.packetWh * sumOf(slots, across);
  return (
    `${communities.length} communities met ${kwh(energy.atHomeWh)} of their use at home and ${kwh(energy.togetherWh)} together; ` +
    `${kwh(crossed)} of trades crossed from one community to another.`
  );
}

const share = (wh: number, { usedWh }: EnergyShares) => `${kwh(wh)}, ${percent(usedWh === 0 ? 0 : wh / usedWh)}`;

const energyLines = (of: EnergyShares): string[] => [
  `all                          ${kwh(of.usedWh)}`,
  `  own roof or battery        ${share(of.selfWh, of)}`,
  `  own community (ecoins)     ${share(of.atHomeWh, of)}`,
  `  federation (ecoins)        ${share(of.togetherWh, of)}`,
  `  supplier                   ${share(of.supplierWh, of)}`,
];

export const ENERGY_HEAD = ["community", "homes", "PV", "used kWh", "own roof", "at home", "together", "supplier"];

export const energyRow = ({ name, homes, pvHomes, energy: of }: CommunitiesResult["communities"][number]): string[] => [
  ...[name, `${homes}`, `${pvHomes}`],
  ...[of.usedWh, of.selfWh, of.atHomeWh, of.togetherWh, of.supplierWh].map((wh) => decimal(wh / 1000, 1)),
];

export const LINK_HEAD = [
  "community",
  "asks left",
  "offered",
  "sold",
  "bids left",
  "offered",
  "bought",
  "peak",
  "short of room",
];

/** Packets as kWh, and the most that crossed a link in a slot as a share of its limit. */
export function linkRows({ communities, slots, run }: CommunitiesResult): string[][] {
  const asKwh = (packets: number) => decimal((packets * run.packetWh) / 1000, 1);
  return communities.map(({ name, asks, bids, fullSlots }, c) => {
    const peak = slots.reduce((most, { net }) => Math.max(most, Math.abs(net[c]!)), 0);
    const packets = [asks.left, asks.offered, asks.traded, bids.left, bids.offered, bids.traded];
    return [name, ...packets.map(asKwh), percent(peak / run.linkPackets), `${fullSlots} slots`];
  });
}

function moneyLines({ money, run }: CommunitiesResult): string[] {
  const text = (amount: number) => eur(amount, run, true);
  return [
    `${eur(money.billWithout, run)} without a market, ${eur(money.billAtHome, run)} with their own, ${eur(money.billTogether, run)} with the federation`,
    `in the federation: members ${text(money.members)}, fund ${text(money.fund)}, supplier ${text(money.supplier)}; sum ${eur(money.members + money.fund + money.supplier, run)}`,
  ];
}

export const BILL_HEAD = ["community", "without", "at home", "together"];

export const billRows = ({ communities, run }: CommunitiesResult): string[][] =>
  communities.map(({ name, billWithout, billAtHome, billTogether }) => [
    name,
    ...[billWithout, billAtHome, billTogether].map((bill) => eur(bill, run)),
  ]);

export const carbonLines = ({ co2 }: CommunitiesResult): string[] => [
  `CO2 of what the supplier delivered: ${mass(co2.withoutGrams)} without a market, ${mass(co2.atHomeGrams)} with their own, ${mass(co2.togetherGrams)} with the federation`,
  `  at ${co2.gramsPerKwh} g per kWh (${co2.source}), nothing credited for what was fed in`,
];

/** Gas of the federation's day, and of the communities' own. */
export function gasLines({ gas, gasAtHome }: CommunitiesResult): string[] {
  const day = gas.filter(({ name }) => name !== "setup");
  const phases = day.map(({ name, gas: used }) => `${name} ${whole(used)}`).join(", ");
  const dearest = gas.reduce((most, phase) => Math.max(most, phase.dearest), 0);
  return [
    `gas of the federation's day ${whole(sumOf(day, (phase) => phase.gas))} (${phases}); of the communities' own days ${whole(gasAtHome)}`,
    `  dearest transaction ${whole(dearest)}, set-up included; setting up ${whole(sumOf(gas, (phase) => phase.gas) - sumOf(day, (phase) => phase.gas))}`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i]!))).join("  "),
  );
}
