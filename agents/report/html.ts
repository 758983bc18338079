import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bundle } from "./bundle.ts";
import { membersTable, tablesHtml, tilesHtml } from "./figuresHtml.ts";
import type { Result } from "./result.ts";
import {
  billsSentence,
  co2Sentence,
  costSentence,
  fundSentence,
  gasSentence,
  headline,
  notes,
  subtitle,
  surplusSentence,
} from "./sentences.ts";
import { escapeHtml } from "./units.ts";

/** One plot of the page. */
interface Card {
  /** Name of the chart in `page/main.ts`. */
  readonly id: string;
  readonly title: string;
  /** What the day says here. */
  readonly lead: string;
  /** How to read the plot. */
  readonly caption: string;
  readonly height: number;
  readonly wide: boolean;
}

/**
 * The day as one page: everything in one file, nothing loaded, so that it works from a disk and keeps working. Without
 * scripts the figures stay as tables.
 */
export function renderHtml(result: Result): string {
  const cards = cardsOf(result);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>Commonwatt, ${escapeHtml(result.run.day)}</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8")}</style>
</head>
<body>
<header>
<p class="kicker">Commonwatt <span>${escapeHtml(subtitle(result))}</span></p>
<h1>${escapeHtml(headline(result))}</h1>
</header>
<main>
${tilesHtml(result)}
${noscriptHtml(result)}
<div class="cards">
${cards.map(cardHtml).join("\n")}
${notesHtml(result)}
${tablesHtml(result)}
</div>
</main>
<footer>${footer(result)}</footer>
<script type="application/json" id="result">${embeddedJson(result)}</script>
<script>${echartsSource()}</script>
<script>${bundle(new URL("page/main.ts", import.meta.url))}</script>
</body>
</html>
`;
}

/** JSON that can stand in a script element: no \`<\` is left that could end it. */
export function embeddedJson(result: Result): string {
  return JSON.stringify(result).replaceAll("<", "\\u003c");
}

/** The chart library with lines, bars and the parts the page uses. */
function echartsSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"), "utf8");
}

function cardsOf(result: Result): Card[] {
  const wide = (card: Omit<Card, "wide">): Card => ({ ...card, wide: true });
  const half = (card: Omit<Card, "wide">): Card => ({ ...card, wide: false });
  const planCard = wide({
    id: "plan",
    title: "A home's plan",
    lead: "Energy managers move what can wait to where energy is cheap, at home or next door.",
    caption:
      "Above zero what draws, below what gives, as planned after clearing with the forecast of the day before; the line is the " +
      "home's own retail price. A slot under the pointer shows what the meter saw.",
    height: 460,
  });
  const forecast = half({
    id: "forecast",
    title: "What was expected and what came",
    lead: "The agents bid on a forecast; what the meters show otherwise is settled with the supplier.",
    caption: "Import less export of the whole community. Below zero it fed into the grid.",
    height: 300,
  });
  return [
    wide({
      id: "curves",
      title: "How a price is made",
      lead: "",
      caption:
        "Bids from the highest price down, asks from the lowest up. Bold orders trade; the dashed pair sets the two prices " +
        "and stays out. The shaded area goes to the community's fund.",
      height: 420,
    }),
    wide({
      id: "prices",
      title: "Prices over the day",
      lead: "Between the supplier's two prices there is room for neighbours to trade.",
      caption:
        "A mark per slot that traded; where there is none, nothing traded. A click shows the slot's orders above.",
      height: 320,
    }),
    wide({
      id: "energy",
      title: "Where the energy came from and where it went",
      lead: surplusSentence(result),
      caption: "Above zero: what the homes used, by origin. Below: the surplus they fed into the feeder.",
      height: 360,
    }),
    wide({
      id: "bills",
      title: "Bills before and after",
      lead: billsSentence(result),
      caption:
        "Left: the day's energy bill in EUR at the home's own tariff, without and with the market; below zero the home is paid. " +
        "Right: what it saves, in EUR on a larger scale.",
      height: 80 + 30 * result.members.length,
    }),
    ...(result.homePlans ? [planCard] : []),
    half({
      id: "money",
      title: "Where the money went",
      lead: fundSentence(result),
      caption: "Money moved in the market. All bars add up to zero; ordinary bills with the supplier are not in it.",
      height: 290,
    }),
    half({
      id: "costs",
      title: "What the chain cost, beside the gain",
      lead: costSentence(result),
      caption: `Gain: bills saved and what the fund kept. ${result.gasCosts.map(statedCase).join(" ")}`,
      height: 290,
    }),
    half({
      id: "gas",
      title: "Gas per order",
      lead: gasSentence(result),
      caption: result.baseline
        ? `Beside it: ${result.baseline.description}.`
        : "Gas of the day's transactions, by phase.",
      height: 380,
    }),
    half({
      id: "co2",
      title: "CO2 avoided",
      lead: co2Sentence(result),
      caption:
        "Since the day began. Energy bought, delivered and drawn in the same slot counts as not taken from the grid.",
      height: 380,
    }),
    ...(result.slots.some(({ forecastNetWh }) => forecastNetWh !== null) ? [{ ...forecast, wide: true }] : []),
  ];
}

function statedCase({ network, gasPriceGwei, etherPriceEur, note }: Result["gasCosts"][number]): string {
  return `${network}: ${gasPriceGwei} gwei, ether at ${etherPriceEur} EUR (${note}).`;
}

function cardHtml({ id, title, lead, caption, height, wide }: Card): string {
  const chooser = id === "curves";
  if (id === "plan") return planHtml({ id, title, lead, caption, height, wide });
  return `<figure class="card${wide ? " wide" : ""}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
${chooser ? CHOOSER : `<p class="lead">${escapeHtml(lead)}</p>`}
<div class="chart" id="${id}" style="height: ${height}px" role="img" aria-label="${escapeHtml(`${title}. ${lead}`)}"></div>
<figcaption>${escapeHtml(caption)}</figcaption>
${chooser ? ORDERS : ""}</figure>`;
}

function planHtml({ id, title, lead, caption, height }: Card): string {
  return `<figure class="card wide" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
<p class="lead">${escapeHtml(lead)}</p>
<div class="chooser"><label><select id="home" aria-label="Home"></select></label></div>
<div class="chart" id="${id}" style="height: ${height}px" role="img" aria-label="${escapeHtml(title)}"></div>
<p class="lead" id="plan-missed" aria-live="polite"></p>
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;
}

const CHOOSER = `<p class="lead" id="slot-sentence" aria-live="polite"></p>
<div class="chooser">
<button type="button" id="earlier" aria-label="Slot before">&larr;</button>
<label><select id="slot" aria-label="Slot"></select></label>
<button type="button" id="later" aria-label="Slot after">&rarr;</button>
</div>`;

const ORDERS = `<details><summary>The orders of this slot</summary><div class="scroll"><table>
<thead><tr><th>member</th><th>side</th><th>price</th><th>offered, kWh</th><th>traded, kWh</th></tr></thead>
<tbody id="orders"></tbody></table></div></details>`;

function notesHtml(result: Result): string {
  const warnings = result.warnings.length;
  const items = notes(result).map((note, i) => `<li${i < warnings ? ' class="warning"' : ""}>${escapeHtml(note)}</li>`);
  return `<section class="card wide"><h2>What to keep in mind</h2><ul class="notes">${items.join("\n")}</ul></section>`;
}

/** What stands in for the plots where scripts do not run. */
function noscriptHtml(result: Result): string {
  return `<noscript><style>.chart, .chooser { display: none; }</style>
<section class="card"><p>The plots need JavaScript. Here are the bills; all figures are in the tables at the end.</p>
<div class="scroll">${membersTable(result)}</div></section><br></noscript>`;
}

function footer({ run }: Result): string {
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const { name, chainId } = run.network;
  return escapeHtml(`${run.auction} auction on ${name} (chain ${chainId}); ${versions.join(", ")}`);
}
