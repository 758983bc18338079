import { readFileSync } from "node:fs";
import { asPrinted, DEFECTS, type PrintedState } from "../cluster/asPrinted.ts";
import type { CarbonFactor } from "../cluster/co2.ts";
import type { Instance } from "../cluster/instanceFile.ts";
import type { SiteDays } from "../cluster/siteDays.ts";
import { energyChart, mostUsedBoats, strategyChart } from "./siteCharts.ts";
import { escapeHtml } from "./units.ts";

/** The days of a file of instances as one page that loads nothing and runs nothing. */
export function siteHtml(instances: readonly Instance[], days: readonly SiteDays[], factor: CarbonFactor): string {
  const cards = instances.flatMap((instance, i) => cardsOf(instance, days[i]!, factor));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Commonwatt, a site with storage</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8").replace(/@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/, "")}
svg { width: 100%; height: auto; }
</style>
</head>
<body>
<header><p class="kicker">Commonwatt <span>control inside one site, after Petri et al. (2020), section VI</span></p>
<h1>What storage is worth to a site, by rules and at best</h1></header>
<main><div class="cards">
${cards.join("\n")}
${defectsCard()}
</div></main>
<footer></footer>
</body>
</html>
`;
}

function cardsOf(instance: Instance, days: SiteDays, factor: CarbonFactor): string[] {
  const { site, description } = instance;
  const boats = mostUsedBoats(instance);
  const about = `${site.id}${description === "" ? "" : `: ${description}`}`;
  return [
    card(about, scenarioTable(days, factor)),
    card(
      `${site.id}: grid, battery and tariff under the three scenarios (the paper's Figure 7)`,
      strategyChart(site, days),
    ),
    ...(boats
      ? [
          card(
            `${site.id}: where the energy goes with battery and boats (the paper's Figure 6)`,
            energyChart(boats.site, boats.boats),
          ),
        ]
      : []),
  ];
}

const card = (title: string, body: string) =>
  `<section class="card wide"><h2>${escapeHtml(title)}</h2>\n${body}</section>`;

function scenarioTable({ scenarios }: SiteDays, { gramsPerKwh, source }: CarbonFactor): string {
  const head = ["scenario", "pence", "bought kWh", "sold kWh", "CO2 of what is bought, kg", "less what is sold, kg"];
  const rows = scenarios.map(({ scenario, costPence, boughtKwh, soldKwh, carbon }) => [
    scenario,
    ...[costPence, boughtKwh, soldKwh, carbon.boughtKg, carbon.netKg].map((value) => value.toFixed(2)),
  ]);
  return `${table(head, rows)}<figcaption>${escapeHtml(`CO2 at ${gramsPerKwh} g per kWh in every hour: ${source}.`)}</figcaption>`;
}

function defectsCard(): string {
  const head = ["what", "in the state", "reading: only jumps lead on", "reading: stages fall through"];
  const rows = DEFECTS.flatMap(({ what, states }) =>
    states.map((state, i) => [
      i === 0 ? what : "",
      stateText(state),
      walkText(state, "goto"),
      walkText(state, "fall-through"),
    ]),
  );
  return card(
    "Algorithm 1 as printed",
    `<style>.words td { white-space: normal; text-align: left; }</style><div class="words">${table(head, rows)}</div>`,
  );
}

const stateText = ({ production, consumption, soc1, soc2, building2, price }: PrintedState) =>
  `${production} produced, ${consumption} used, SOC ${soc1} % and ${soc2} %, building 2 ${building2}, price ${price}`;

function walkText(state: PrintedState, reading: "goto" | "fall-through"): string {
  const { stages, actions } = asPrinted(state, reading);
  return `${actions.length === 0 ? "nothing" : actions.join(", ")} (stages ${stages.join(", ")})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${cells("th", head)}</thead>
<tbody>${rows.map((row) => cells("td", row)).join("\n")}</tbody></table></div>`;
}
