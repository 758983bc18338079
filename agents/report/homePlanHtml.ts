import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bundle } from "./bundle.ts";
import { card, htmlTable } from "./htmlParts.ts";
import type { SlotTimes } from "./page/base.ts";
import type { ShownPlan } from "./page/planChart.ts";
import { plainTiles } from "./plainPage.ts";
import { escapeHtml } from "./units.ts";

/** What a page says of a home's plan beside its chart. */
export interface HomePlanPage {
  readonly home: string;
  /** When the plan was made and what it is over, in words. */
  readonly subtitle: string;
  readonly heading: string;
  /** Figures, each with what it is and what to see it beside. */
  readonly tiles: readonly (readonly [string, string, string])[];
  readonly plan: ShownPlan;
  readonly times: SlotTimes;
  /** When, which device, what it does, how much, and why. */
  readonly actions: readonly (readonly string[])[];
  /** Wishes that can't be met, a sentence each. */
  readonly missed: readonly string[];
  /** What the plan rests on. */
  readonly basis: readonly string[];
}

const CAPTION =
  "Above zero what draws, below what gives; the line is the home's own retail price. Below it what storages hold after each slot. " +
  "A slot under the pointer shows its figures.";

/** A home's plan as one file that loads nothing; without scripts its actions stay as a table. */
export function homePlanHtml(page: HomePlanPage): string {
  const { home, subtitle, heading, tiles, plan, times, actions, missed, basis } = page;
  const embedded = JSON.stringify({ plan, times }).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>Commonwatt, plan of ${escapeHtml(home)}</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8")}
.actions td, .actions th { white-space: normal; text-align: left; vertical-align: top; }
.actions tr > :nth-child(-n + 4) { white-space: nowrap; }</style>
</head>
<body>
<header>
<p class="kicker">Commonwatt <span>${escapeHtml(subtitle)}</span></p>
<h1>${escapeHtml(heading)}</h1>
</header>
<main>
${plainTiles(tiles)}
<noscript><style>.chart { display: none; }</style><p>The plot needs JavaScript; the plan is in the table.</p></noscript>
<div class="cards">
${missed.length > 0 ? card("What the plan can't do", notes(missed, "warning")) : ""}
<figure class="card wide" aria-labelledby="plan-title">
<h2 id="plan-title">The plan</h2>
<div class="chart" id="plan" style="height: 480px" role="img" aria-label="${escapeHtml(heading)}"></div>
<figcaption>${CAPTION}</figcaption>
</figure>
<div class="actions" style="display: contents">${card("What the devices do, and why", actionsHtml(actions))}</div>
${card("What it rests on", notes(basis))}
</div>
</main>
<footer></footer>
<script type="application/json" id="plan-data">${embedded}</script>
<script>${readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"), "utf8")}</script>
<script>${bundle(new URL("page/homeMain.ts", import.meta.url))}</script>
</body>
</html>
`;
}

const actionsHtml = (actions: HomePlanPage["actions"]): string =>
  actions.length === 0
    ? "<p>There is nothing to steer.</p>"
    : htmlTable(["when", "device", "does", "how much", "why"], actions);

const notes = (sentences: readonly string[], mark?: string): string =>
  `<ul class="notes">${sentences.map((text) => `<li${mark ? ` class="${mark}"` : ""}>${escapeHtml(text)}</li>`).join("\n")}</ul>`;
