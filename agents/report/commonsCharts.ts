import { commonsEnergy, partOf, promiseSentence, ruleSentence } from "./commonsFigures.ts";
import type { CommonsResult } from "./commonsResult.ts";
import type { Ink, PlainChart, PlainSeries } from "./plainChart.ts";
import type { ChartCard } from "./plainPage.ts";
import { clock, kwh, tokens, whole } from "./units.ts";

/** The charts of a commons' day, in the order of the page. */
export const commonsCards = (result: CommonsResult): ChartCard[] => [
  servedCard(result),
  loadsCard(result),
  energyCard(result),
  billsCard(result),
  gasCard(result),
];

type Slot = CommonsResult["slots"][number];

const kwOf = (wh: number, { run }: CommonsResult): number => (wh * 3.6) / run.slotSeconds;

/** A chart over the slots of the day, in kW. */
function dayChart(result: CommonsResult, series: readonly PlainSeries[]): PlainChart {
  const { run, slots } = result;
  return {
    names: slots.map(({ start }) => clock(start, run)),
    everyName: Math.max(1, Math.round(10_800 / run.slotSeconds)),
    ...{ layout: "across", unit: "kW", digits: 1, series },
  };
}

const seriesOf = (
  result: CommonsResult,
  name: string,
  ink: Ink,
  as: PlainSeries["as"],
  wh: (slot: Slot) => number,
  opacity = 1,
): PlainSeries => ({ name, ink, as, opacity, values: result.slots.map((slot) => kwOf(wh(slot), result)) });

const CLASS_INKS: readonly Ink[] = ["local", "bid", "fund", "ask", "own", "muted", "worse", "grid"];

function servedCard(result: CommonsResult): ChartCard {
  const { run, rules } = result;
  const packets = (of: (slot: Slot) => number) => (slot: Slot) => of(slot) * run.packetWh;
  const classes = rules.shares.map((_, level) =>
    seriesOf(
      result,
      `class ${level + 1}`,
      CLASS_INKS[level]!,
      "stack",
      packets(({ byClass }) => byClass[level]!),
    ),
  );
  return {
    ...{ title: "Who was served, and from what", lead: promiseSentence(result), height: 340, wide: true },
    caption:
      "Packets given by class, the highest at the bottom, and what homes gave their own devices. The line is what the server forecast to be there for requests: source and stores less base load.",
    chart: dayChart(result, [
      ...classes,
      seriesOf(
        result,
        "own roof to own devices",
        "own",
        "stack",
        packets(({ localPackets }) => localPackets),
      ),
      seriesOf(
        result,
        "forecast for requests",
        "ink",
        "line",
        packets(({ source, baseload }) => Math.max(0, source - baseload)),
      ),
      seriesOf(
        result,
        "planned import",
        "worse",
        "dashed",
        packets(({ plannedImport }) => plannedImport),
      ),
    ]),
  };
}

function loadsCard(result: CommonsResult): ChartCard {
  const { flexibleWh, usedWh } = commonsEnergy(result);
  return {
    ...{ title: "When the loads that can wait ran", height: 300, wide: true },
    lead: `${partOf(flexibleWh, usedWh)} of all use could wait. Dashed: when it would have run by habit.`,
    caption: "The shaded area is what all roofs made.",
    chart: dayChart(result, [
      seriesOf(result, "PV of all roofs", "own", "area", ({ pvWh }) => pvWh),
      seriesOf(result, "in the commons", "local", "stack", (slot) => slot.flexibleWh),
      seriesOf(result, "by habit", "worse", "dashed", ({ habitWh }) => habitWh),
    ]),
  };
}

function energyCard(result: CommonsResult): ChartCard {
  const { run } = result;
  const { sharedWh, supplierWh } = commonsEnergy(result);
  const shared = ({ sharedPackets, importWh, exportWh }: Slot) =>
    Math.min(sharedPackets * run.packetWh, importWh, exportWh);
  return {
    ...{ title: "What passed the meters", height: 320, wide: true },
    lead: `${kwh(sharedWh)} came from neighbours in the same slot, ${kwh(supplierWh)} from suppliers.`,
    caption:
      "Above zero: what all meters drew. Below: what they fed in. The line is all batteries together, charging below zero.",
    chart: dayChart(result, [
      seriesOf(result, "from and to neighbours", "local", "stack", shared),
      seriesOf(result, "from suppliers", "grid", "stack", (slot) => slot.importWh - shared(slot)),
      seriesOf(result, "", "local", "stack", (slot) => -shared(slot)),
      seriesOf(result, "to suppliers", "grid", "stack", (slot) => shared(slot) - slot.exportWh, 0.5),
      seriesOf(result, "batteries", "ink", "line", ({ batteryWh }) => batteryWh),
    ]),
  };
}

function billsCard(result: CommonsResult): ChartCard {
  const { members, run } = result;
  const marks = (
    name: string,
    ink: Ink,
    symbol: PlainSeries["symbol"] & string,
    of: (m: (typeof members)[number]) => number,
  ): PlainSeries => ({
    ...{ name, ink, as: "marks", symbol, values: members.map((member) => tokens(of(member), run)) },
  });
  return {
    ...{ title: "Bills", height: 110 + 26 * members.length, wide: true },
    lead: `By equal-gain ${ruleSentence(result, "equalGain")} By use: ${ruleSentence(result, "byUse")}`,
    caption:
      "The day's bill of each home; left of zero it is paid. Both rules part the same sum among the members, settled through the ClearingHouse.",
    chart: {
      names: members.map(({ id, devices }) => (devices.length > 0 ? `${id} ${devices.join(", ")}` : id)),
      ...{ layout: "down", unit: "EUR", digits: 2 },
      series: [
        marks("alone", "grid", "rect", ({ alone }) => alone),
        marks("equal-gain", "local", "diamond", ({ equalGain }) => equalGain),
        marks("by-use", "fund", "triangle", ({ byUse }) => byUse),
      ],
    },
  };
}

function gasCard({ phases, members }: CommonsResult): ChartCard {
  const shown = phases.filter(({ name }) => name !== "setup");
  return {
    ...{ title: "Gas of the day", height: 280, wide: true },
    lead: `${whole(Math.ceil(shown.reduce((sum, { gas }) => sum + gas, 0) / members.length))} gas a home and day, deployment and joining left out.`,
    caption: "Every slot is forecast, posted and allocated in transactions of its own.",
    chart: {
      ...{ names: shown.map(({ name }) => name), layout: "down", unit: "gas", digits: 0 },
      series: [
        {
          ...{ name: "gas", ink: "ask", as: "bar", values: shown.map(({ gas }) => gas) },
          labels: shown.map(({ gas }) => whole(gas)),
        },
      ],
    },
  };
}
