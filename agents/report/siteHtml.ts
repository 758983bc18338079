import { asPrinted, DEFECTS, type PrintedState } from "../cluster/asPrinted.ts";
import type { CarbonFactor } from "../cluster/co2.ts";
import type { Instance } from "../cluster/instanceFile.ts";
import type { SiteDays } from "../cluster/siteDays.ts";
import { card, htmlTable } from "./htmlParts.ts";
import { energyChart, mostUsedBoats, strategyChart } from "./siteCharts.ts";
import { staticPage } from "./staticPage.ts";
import { escapeHtml } from "./units.ts";

/** The days of a file of instances as one page that loads nothing and runs nothing. */
export function siteHtml(instances: readonly Instance[], days: readonly SiteDays[], factor: CarbonFactor): string {
  const cards = instances.flatMap((instance, i) => cardsOf(instance, days[i]!, factor));
  return staticPage(
    "Commonwatt, a site with storage",
    "control inside one site, after Petri et al. (2020), section VI",
    "What storage is worth to a site, by rules and at best",
    [...cards, defectsCard()],
  );
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

function scenarioTable({ scenarios }: SiteDays, { gramsPerKwh, source }: CarbonFactor): string {
  const head = ["scenario", "pence", "bought kWh", "sold kWh", "CO2 of what is bought, kg", "less what is sold, kg"];
  const rows = scenarios.map(({ scenario, costPence, boughtKwh, soldKwh, carbon }) => [
    scenario,
    ...[costPence, boughtKwh, soldKwh, carbon.boughtKg, carbon.netKg].map((value) => value.toFixed(2)),
  ]);
  return `${htmlTable(head, rows)}<figcaption>${escapeHtml(`CO2 at ${gramsPerKwh} g per kWh in every hour: ${source}.`)}</figcaption>`;
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
  return card("Algorithm 1 as printed", `<div class="words">${htmlTable(head, rows)}</div>`);
}

const stateText = ({ production, consumption, soc1, soc2, building2, price }: PrintedState) =>
  `${production} produced, ${consumption} used, SOC ${soc1} % and ${soc2} %, building 2 ${building2}, price ${price}`;

function walkText(state: PrintedState, reading: "goto" | "fall-through"): string {
  const { stages, actions } = asPrinted(state, reading);
  return `${actions.length === 0 ? "nothing" : actions.join(", ")} (stages ${stages.join(", ")})`;
}
