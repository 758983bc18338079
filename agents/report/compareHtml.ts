import { compareCards } from "./compareCharts.ts";
import { compareHeadline, compareRows, costOf, rulesOf } from "./compareFigures.ts";
import type { CompareResult, WayResult } from "./compareResult.ts";
import { shareOf } from "./figures.ts";
import { card, htmlTable } from "./htmlParts.ts";
import { plainPage } from "./plainPage.ts";
import { dayText, decimal, escapeHtml, eur, kwh, percent, tokens } from "./units.ts";

/** The comparison as one page: figures of the three ways, charts, everything as a table. */
export function compareHtml(result: CompareResult): string {
  const { run, ways } = result;
  const data = run.source === "synthetic" ? "synthetic homes" : `measured homes of ${run.file}`;
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  return plainPage({
    title: `Commonwatt, ${run.day}: no sharing, market, commons`,
    kicker: `${dayText(run.day)} (${run.timeZone}), ${data}, seed ${run.seed}`,
    heading: compareHeadline(result),
    top: `<div class="ways">${ways.map((way) => wayHtml(result, way)).join("\n")}</div>\n<style>${WAYS_STYLE}</style>`,
    cards: compareCards(result),
    end: [
      card("Everything side by side", htmlTable(["", ...ways.map(({ name }) => name)], compareRows(result))),
      card("Bills of the homes, EUR", billTable(result)),
      card("How to read this", notes(result)),
    ].join("\n"),
    footer: `Contracts on ${run.network.name} (chain ${run.network.chainId}); ${versions.join(", ")}`,
  });
}

const WAYS_STYLE = `
.ways { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 20px; margin: 0 0 20px; }
.ways .card { border-top: 5px solid var(--way); }
.ways p { margin: 2px 0 14px; color: var(--muted); font-size: 15px; }
.ways dl { display: grid; grid-template-columns: 1fr auto; gap: 5px 12px; margin: 0; font-size: 15px; }
.ways dt { color: var(--muted); }
.ways dd { margin: 0; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media (max-width: 860px) { .ways { grid-template-columns: minmax(0, 1fr); gap: 12px; } .ways p { margin-bottom: 8px; } }`;

const WAY_WORDS: Record<WayResult["name"], readonly [colour: string, text: string]> = {
  "no sharing": [
    "grid",
    "Every home alone with its supplier: it buys what it lacks and sells what it has too much of.",
  ],
  market: ["bid", "The day before, homes bid for each quarter-hour; an auction makes the prices, meters settle."],
  commons: ["local", "No prices: devices ask for packets, the community shares what its roofs and batteries give."],
};

function wayHtml({ run }: CompareResult, way: WayResult): string {
  const [colour, text] = WAY_WORDS[way.name];
  const bills = way.bills.map((rule) => eur(costOf(way, rule), run))[0]!;
  const rows = [
    [
      "from neighbours",
      way.matchedWh === 0 ? "nothing" : `${kwh(way.matchedWh)}, ${percent(shareOf(way.matchedWh, way.usedWh))}`,
    ],
    ["from suppliers", kwh(way.supplierWh)],
    ["peak at the feeder", `${decimal(way.peakW / 1000, 1)} kW`],
    ["all homes pay, less their fund", bills],
    ["wanted, not given", kwh(way.unmetWh)],
  ];
  const name = way.name[0]!.toUpperCase() + way.name.slice(1);
  return `<section class="card" style="--way: var(--${colour})"><h2>${name}</h2>
<p>${escapeHtml(text)}</p>
<dl>${rows.map(([term, figure]) => `<dt>${escapeHtml(term!)}</dt><dd>${escapeHtml(figure!)}</dd>`).join("")}</dl></section>`;
}

function billTable(result: CompareResult): string {
  const rules = rulesOf(result);
  const money = (amount: number) => decimal(tokens(amount, result.run), 2);
  const rows = result.members.map(({ id, devices, tariff, usedWh, flexibleWh }, i) => [
    ...[id, devices.join(", "), tariff, kwh(usedWh), kwh(flexibleWh)],
    ...rules.map(({ rule }) => money(rule.bills[i]!)),
  ]);
  const head = ["home", "devices", "tariff", "used", "of it can wait", ...rules.map(({ name }) => name)];
  return htmlTable(head, [...rows, ["all", "", "", "", "", ...rules.map(({ rule }) => money(rule.total))]]);
}

function notes(result: CompareResult): string {
  const { votes, warnings } = result;
  const items = [
    ...warnings,
    "The same homes, readings, tariffs and batteries in all three ways. Both days were lived on real contracts: market and commons.",
    "In the market a neighbour's kWh counts that was bought the day before, fed in and drawn. In the commons what was fed in and drawn in the same slot counts, after the fact: part of the difference is that, not the loads that moved; see what met a neighbour's need in the table.",
    result.managers
      ? "Without sharing and in the market each home's energy manager chooses when loads run that can wait, by its tariff and, in the market, the prices it expects. In the commons their requests decide."
      : "Without sharing and in the market loads run by habit; in the commons those that can wait run when it gives them packets.",
    "In the market each battery serves its own home; in the commons all serve the community. How full they are at the end of the day differs: see the table.",
    `Requests may count on ${decimal(votes.allowanceW / 1000, 1)} kW of import for the whole community; what they draw beyond is shown as broken.`,
    "equal-gain: each pays what it would have paid without sharing, less the same part of what all saved. by-use: what is shared is free; suppliers' charges are parted by net use, their payments by net giving.",
    "Gini: 0 where all homes are alike, towards 1 where one has all; of bills, a home that is paid counts as 0. Max-min fairness looks at the home that has least.",
    "The homes' windows for their loads are assumed; a home that needs its laundry at once would not join with it.",
  ];
  return `<ul class="notes">${items
    .map((text, i) => `<li${i < warnings.length ? ' class="warning"' : ""}>${escapeHtml(text)}</li>`)
    .join("\n")}</ul>`;
}
