import { columns } from "./columns.ts";
import { commonsEnergy, commonsHeadline, partOf, promiseSentence, ruleSentence } from "./commonsFigures.ts";
import type { CommonsResult } from "./commonsResult.ts";
import { sumOf } from "./figures.ts";
import { dayText, decimal, eur, kwh, smallEur, tokens, whole } from "./units.ts";

/** A commons' day as text for a terminal. */
export function commonsText(result: CommonsResult): string {
  const sections = [title, energy, bills, gas, notes].map((section) => section(result));
  return `${sections.join("\n\n")}\n`;
}

function title(result: CommonsResult): string {
  const { run } = result;
  const data = run.source === "synthetic" ? "synthetic homes" : `measured homes of ${run.file}`;
  return `${commonsHeadline(result)}\n${dayText(run.day)} (${run.timeZone}), ${data}, seed ${run.seed}`;
}

function energy(result: CommonsResult): string {
  const { usedWh, selfWh, sharedWh, supplierWh, flexibleWh, peakW } = commonsEnergy(result);
  const rows = [
    ["Energy", ""],
    ["used by the homes", kwh(usedWh)],
    ["  from their own roof or battery", partOf(selfWh, usedWh)],
    ["  from neighbours", partOf(sharedWh, usedWh)],
    ["  from the supplier", partOf(supplierWh, usedWh)],
    ["flexible loads, given when there was most", partOf(flexibleWh, usedWh)],
    ["the most drawn through the feeder", `${decimal(peakW / 1000, 1)} kW`],
  ];
  return `${columns(rows, 1)}\n${promiseSentence(result)}`;
}

function bills(result: CommonsResult): string {
  const { members, run } = result;
  const money = (amount: number) => decimal(tokens(amount, run), 2);
  const row = (name: string, of: (key: "alone" | "equalGain" | "byUse") => number, devices = "") => [
    ...[name, devices, money(of("alone")), money(of("equalGain")), money(of("byUse"))],
  ];
  const rows = [
    ["member", "devices", "alone EUR", "equal-gain EUR", "by-use EUR"],
    ...members.map((member) => row(member.id, (key) => member[key], member.devices.join(", "))),
    row("all", (key) => sumOf(members, (member) => member[key])),
  ];
  return (
    `${columns(rows, 2)}\nequal-gain: ${ruleSentence(result, "equalGain")}\nby-use: ${ruleSentence(result, "byUse")}\n` +
    `Settled through the ClearingHouse; ${eur(result.supplierChange.equalGain, run)} and ${eur(result.supplierChange.byUse, run)} stayed with the supplier.`
  );
}

function gas({ phases, gasCosts, run }: CommonsResult): string {
  const rows = [
    ["phase", "transactions", "gas"],
    ...phases.map((phase) => [phase.name, whole(phase.transactions), whole(phase.gas)]),
  ];
  const costs = gasCosts.map(({ network, costEur }) => `${smallEur(costEur)} on ${network}`).join(", ");
  return `${columns(rows, 1)}\nThe day on ${run.network.name}: ${costs}.`;
}

const notes = ({ warnings, messages }: CommonsResult): string =>
  [
    `Messages: ${Object.entries(messages)
      .map(([kind, times]) => `${whole(times)} of ${kind}`)
      .join(", ")}.`,
    ...warnings,
  ].join("\n");
