import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bundle } from "./bundle.ts";
import { type Card, cardsOf } from "./cards.ts";
import { membersTable, tablesHtml, tilesHtml } from "./figuresHtml.ts";
import { card, htmlTable } from "./htmlParts.ts";
import type { Result } from "./result.ts";
import { headline, notes, subtitle } from "./sentences.ts";
import { sessionTables, type TextTable } from "./sessionTables.ts";
import { escapeHtml } from "./units.ts";

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
${cards.map((card) => cardHtml(card, result) + tablesAfter(card, result)).join("\n")}
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

/** The tables of a day of several sessions stand behind its plots. */
const tablesAfter = ({ id }: Card, result: Result): string =>
  id === "sessionGas" ? sessionTables(result).map(tableCard).join("\n") : "";

const tableCard = ({ title, head, rows }: TextTable): string => card(title, htmlTable(head, rows));

function cardHtml({ id, title, lead, caption, height, wide }: Card, { sessions }: Result): string {
  const chooser = id === "curves";
  if (id === "plan") return planHtml({ id, title, lead, caption, height, wide });
  return `<figure class="card${wide ? " wide" : ""}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
${chooser ? chooserHtml(sessions !== null) : `<p class="lead">${escapeHtml(lead)}</p>`}
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

const chooserHtml = (hasSessions: boolean): string => `<p class="lead" id="slot-sentence" aria-live="polite"></p>
<div class="chooser">
<button type="button" id="earlier" aria-label="Slot before">&larr;</button>
<label><select id="slot" aria-label="Slot"></select></label>
<button type="button" id="later" aria-label="Slot after">&rarr;</button>
${hasSessions ? '<label><select id="round" aria-label="Session"></select></label>' : ""}</div>`;

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
