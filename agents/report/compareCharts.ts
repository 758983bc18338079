import {
  billSentence,
  brokenSentence,
  gasSentence,
  matchSentence,
  peakSentence,
  rulesOf,
  sameFlows,
} from "./compareFigures.ts";
import type { CompareResult, WayResult } from "./compareResult.ts";
import type { Ink, PlainSeries } from "./plainChart.ts";
import type { ChartCard } from "./plainPage.ts";
import { clock, decimal, eur, mass, percent, smallEur, tokens, whole } from "./units.ts";

/** The charts of a comparison, in the order of the page. */
export const compareCards = (result: CompareResult): ChartCard[] => [
  feederCard(result),
  originCard(result),
  loadsCard(result),
  billsCard(result),
  costCard(result),
  shareCard(result),
  savingCard(result),
  brokenCard(result),
  carbonCard(result),
  gasCard(result),
];

const INKS: Record<WayResult["name"], Ink> = { "no sharing": "grid", market: "bid", commons: "local" };

const times = ({ run }: CompareResult): string[] => run.starts.map((start) => clock(start, run));
/** A label every three hours. */
const everyName = ({ run }: CompareResult): number => Math.max(1, Math.round(10_800 / run.slotSeconds));
const kw = (wh: number, { run }: CompareResult): number => (wh * 3.6) / run.slotSeconds;

function feederCard(result: CompareResult): ChartCard {
  const [alone, market] = result.ways as [WayResult, WayResult];
  const same = sameFlows(alone, market);
  const shown = same ? result.ways.filter(({ name }) => name !== "market") : result.ways;
  const series = shown.map(
    ({ name, slots }): PlainSeries => ({
      name: same && name === "no sharing" ? "no sharing, and market" : name,
      ink: INKS[name],
      as: "line",
      values: slots.map(({ importWh, exportWh }) => kw(importWh - exportWh, result)),
    }),
  );
  return {
    ...{ title: "What the feeder had to carry", lead: peakSentence(result), height: 340, wide: true },
    caption: "All meters together, slot by slot: above zero the homes draw from the grid, below they feed into it.",
    chart: { names: times(result), everyName: everyName(result), layout: "across", unit: "kW", digits: 1, series },
  };
}

function originCard(result: CompareResult): ChartCard {
  const { ways } = result;
  const part = (name: string, ink: Ink, of: (way: WayResult) => number): PlainSeries => ({
    ...{ name, ink, as: "stack", values: ways.map((way) => of(way) / 1000) },
  });
  return {
    ...{ title: "Where the homes' energy came from", lead: matchSentence(result), height: 230, wide: true },
    caption:
      "What all homes used on the day, by origin. A battery that takes a neighbour's surplus counts as drawing from a neighbour.",
    chart: {
      ...{ names: ways.map(({ name }) => name), layout: "down", unit: "kWh", digits: 1 },
      series: [
        part("own roof or battery", "own", ({ usedWh, importWh }) => Math.max(0, usedWh - importWh)),
        part("neighbours", "local", ({ matchedWh }) => matchedWh),
        part("suppliers", "grid", ({ supplierWh }) => supplierWh),
        part("wanted, not given", "worse", ({ unmetWh }) => unmetWh),
      ],
    },
  };
}

function loadsCard(result: CompareResult): ChartCard {
  const [alone, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  const power = (way: WayResult, of: (slot: WayResult["slots"][number]) => number) =>
    way.slots.map((slot) => kw(of(slot), result));
  const others = (slot: WayResult["slots"][number]) => slot.exportWh - slot.importWh + slot.flexibleWh - slot.batteryWh;
  return {
    ...{ title: "When the loads that can wait ran", height: 320, wide: true },
    lead: result.managers
      ? "Washers, dryers, dishwashers, cars and heat pumps: alone and in the market each home's energy manager decides, in the commons the community."
      : "Washers, dryers, dishwashers, cars and heat pumps: by habit without sharing, when there was most in the commons.",
    caption: "The shaded area is the surplus of all roofs over all loads that can't wait, before any battery.",
    chart: {
      ...{ names: times(result), everyName: everyName(result), layout: "across", unit: "kW", digits: 1, min: 0 },
      series: [
        { name: "surplus", ink: "own", as: "area", values: power(commons, (slot) => Math.max(0, others(slot))) },
        { name: "in the commons", ink: "local", as: "stack", values: power(commons, ({ flexibleWh }) => flexibleWh) },
        {
          name: result.managers ? "no sharing" : "by habit",
          ink: "worse",
          as: "dashed",
          values: power(alone, ({ flexibleWh }) => flexibleWh),
        },
        ...(result.managers
          ? [
              {
                name: "in the market",
                ink: "bid",
                as: "line",
                values: power(market, ({ flexibleWh }) => flexibleWh),
              } as const,
            ]
          : []),
      ],
    },
  };
}

const RULE_INKS: readonly Ink[] = ["grid", "bid", "local", "fund"];
const SYMBOLS = ["rect", "circle", "diamond", "triangle"] as const;

function billsCard(result: CompareResult): ChartCard {
  const rules = rulesOf(result);
  return {
    ...{ title: "What each home pays", lead: billSentence(result), wide: true },
    height: 110 + 26 * result.members.length,
    caption:
      "The day's bill of each home, in each way; left of zero it is paid. The further apart the marks, the more the way matters.",
    chart: {
      names: result.members.map(({ id, devices }) => (devices.length > 0 ? `${id} ${devices.join(", ")}` : id)),
      ...{ layout: "down", unit: "EUR", digits: 2 },
      series: rules.map(({ name, rule }, i) => ({
        ...{ name, ink: RULE_INKS[i]!, as: "marks", symbol: SYMBOLS[i]! },
        values: rule.bills.map((bill) => tokens(bill, result.run)),
      })),
    },
  };
}

function costCard(result: CompareResult): ChartCard {
  const { run, ways } = result;
  const costs = ways.map((way) => way.bills[0]!.total - way.fundKept);
  return {
    ...{ title: "What all homes pay together", height: 220 },
    lead: "Suppliers' bills after sharing; in the market less what the homes' fund kept. Both rules of the commons part the same sum.",
    caption: "What changes hands between members adds up to zero and is not in it.",
    chart: {
      ...{ names: ways.map(({ name }) => name), layout: "down", unit: "EUR", digits: 2 },
      series: [
        {
          ...{ name: "cost of the day", ink: "bid", as: "bar", values: costs.map((cost) => tokens(cost, run)) },
          labels: costs.map((cost) => eur(cost, run)),
        },
      ],
    },
  };
}

/** Members' values in rising order: a curve of each way, so that the lowest and how flat it is can be seen. */
function sortedCurves(rows: readonly { name: string; ink: Ink; values: readonly number[] }[]): PlainSeries[] {
  return rows.map(({ name, ink, values }, i) => ({
    ...{ name, ink, as: "curve", values: values.toSorted((a, b) => a - b), symbol: SYMBOLS[i % 4]! },
  }));
}

function shareCard(result: CompareResult): ChartCard {
  const { ways } = result;
  const least = ways.map(({ name, shares }) => `${percent(shares.least)} (${name})`).join(", ");
  const ginis = ways.map(({ shares }) => decimal(shares.gini, 2)).join(", ");
  return {
    ...{ title: "Who gets local energy", height: 320 },
    lead: `The home that gets least: ${least}. Gini of the shares, 0 where all get alike: ${ginis}.`,
    caption:
      "Share of a home's use from its own roof or neighbours; homes from the one with the least to the one with the most.",
    chart: {
      names: result.members.map((_, i) => `${i + 1}`),
      ...{ layout: "across", unit: "%", digits: 0, min: 0, max: 100, everyName: Math.ceil(result.members.length / 10) },
      nameAxis: "homes, least first",
      series: sortedCurves(
        ways.map(({ name, shares }) => ({ name, ink: INKS[name], values: shares.local.map((share) => 100 * share) })),
      ),
    },
  };
}

function savingCard(result: CompareResult): ChartCard {
  const [alone, ...others] = rulesOf(result);
  const rows = others.map(({ name, rule }, i) => ({
    ...{ name, ink: RULE_INKS[i + 1]! },
    values: rule.bills.map((bill, m) => tokens(alone!.rule.bills[m]! - bill, result.run)),
  }));
  const ginis = rulesOf(result)
    .map(({ name, rule }) => `${name} ${decimal(rule.gini, 2)}`)
    .join(", ");
  return {
    ...{ title: "Who saves how much", height: 320 },
    lead: `Below zero a home pays more than without sharing. Gini of the bills, who is paid counting as 0: ${ginis}.`,
    caption:
      "Saving against no sharing; homes from the one that saves least to the one that saves most. A flat curve treats all alike.",
    chart: {
      names: result.members.map((_, i) => `${i + 1}`),
      ...{ layout: "across", unit: "EUR", digits: 2, everyName: Math.ceil(result.members.length / 10) },
      nameAxis: "homes, least first",
      series: sortedCurves(rows),
    },
  };
}

function brokenCard(result: CompareResult): ChartCard {
  const [, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  const rows: [string, number, string][] = [
    ["market: contract not kept", market.broken.wh, eur(market.broken.cost, result.run)],
    ["commons: beyond the allowance", commons.broken.wh, eur(commons.broken.cost, result.run)],
    ["commons: wanted, not given", commons.unmetWh, ""],
  ];
  return {
    ...{ title: "Late or broken promises", lead: brokenSentence(result), height: 230 },
    caption:
      "A market's promise is a contract made the day before, a commons' that a load is done by its deadline; what that imports beyond " +
      "the allowance is broken towards the community. Beside each: what it cost.",
    chart: {
      ...{ names: rows.map(([name]) => name), layout: "down", unit: "kWh", digits: 2 },
      series: [
        {
          ...{ name: "broken", ink: "worse", as: "bar", values: rows.map(([, wh]) => wh / 1000) },
          labels: rows.map(([, wh, cost]) =>
            cost === "" || wh === 0 ? `${decimal(wh / 1000, 1)}` : `${decimal(wh / 1000, 1)}, ${cost}`,
          ),
        },
      ],
    },
  };
}

function carbonCard(result: CompareResult): ChartCard {
  const { ways, co2 } = result;
  const series = (name: string, ink: Ink, of: (way: WayResult) => number): PlainSeries => ({
    ...{ name, ink, as: "bar", values: ways.map((way) => of(way) / 1000), labels: ways.map((way) => mass(of(way))) },
  });
  return {
    ...{ title: "CO2", height: 270 },
    lead:
      `At ${co2.gramsPerKwh} g/kWh (${co2.source}). On paper a neighbour's kWh replaces one of the supplier's; ` +
      "in the wire only what is not drawn through the feeder is saved.",
    caption: "On paper: energy bought from suppliers. In the wire: energy that really came in through the feeder.",
    chart: {
      ...{ names: ways.map(({ name }) => name), layout: "down", unit: "kg", digits: 1 },
      series: [
        series("on paper", "grid", ({ co2: { boughtGrams } }) => boughtGrams),
        series("in the wire", "ink", ({ co2: { feederGrams } }) => feederGrams),
      ],
    },
  };
}

function gasCard(result: CompareResult): ChartCard {
  const shown = result.ways.filter(({ gas }) => gas.used > 0);
  const rows = shown.flatMap(({ name, gas }) =>
    gas.costs.map(({ network, costEur }) => ({ name: `${name}, ${network}`, value: costEur, text: smallEur(costEur) })),
  );
  const sets = shown.map(({ name, gas }) => `${name}: ${whole(gas.transactions)} transactions`).join(", ");
  return {
    ...{ title: "What the chain costs", lead: gasSentence(result), height: 270 },
    caption: `All of the day's transactions but deployment and joining. ${sets}. ${result.ways
      .at(-1)!
      .gas.costs.map(
        ({ network, gasPriceGwei, etherPriceEur }) =>
          `${network}: ${gasPriceGwei} gwei, ether at ${etherPriceEur} EUR.`,
      )
      .join(" ")}`,
    chart: {
      ...{ names: rows.map(({ name }) => name), layout: "down", unit: "EUR", digits: 2, log: true },
      series: [
        {
          ...{ name: "the day", ink: "ask", as: "bar", values: rows.map(({ value }) => value) },
          labels: rows.map(({ text }) => text),
        },
      ],
    },
  };
}
