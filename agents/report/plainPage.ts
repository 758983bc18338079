import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bundle } from "./bundle.ts";
import type { PlainChart } from "./plainChart.ts";
import { escapeHtml } from "./units.ts";

/** A part of a page that is a chart. */
export interface ChartCard {
  readonly title: string;
  /** What the figures say here. */
  readonly lead: string;
  /** How to read the chart. */
  readonly caption: string;
  readonly height: number;
  readonly wide?: boolean;
  readonly chart: PlainChart;
}

/** A page of charts that don't react to each other. Bodies are HTML. */
export interface PlainPage {
  readonly title: string;
  readonly kicker: string;
  readonly heading: string;
  /** Before the charts and after them. */
  readonly top: string;
  readonly cards: readonly ChartCard[];
  readonly end: string;
  readonly footer: string;
}

/** The page as one file that loads nothing; its charts follow width and colour scheme. */
export function plainPage({ title, kicker, heading, top, cards, end, footer }: PlainPage): string {
  const charts = cards.map(({ chart }) => chart);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(title)}</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8")}</style>
</head>
<body>
<header>
<p class="kicker">Commonwatt <span>${escapeHtml(kicker)}</span></p>
<h1>${escapeHtml(heading)}</h1>
</header>
<main>
${top}
<noscript><style>.chart { display: none; }</style>
<p>The plots need JavaScript; all figures are in the tables.</p></noscript>
<div class="cards">
${cards.map(cardHtml).join("\n")}
${end}
</div>
</main>
<footer>${escapeHtml(footer)}</footer>
<script type="application/json" id="charts">${JSON.stringify(charts).replaceAll("<", "\\u003c")}</script>
<script>${readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"), "utf8")}</script>
<script>${bundle(new URL("page/plainMain.ts", import.meta.url))}</script>
</body>
</html>
`;
}

const cardHtml = ({ title, lead, caption, height, wide = false }: ChartCard, i: number): string =>
  `<figure class="card${wide ? " wide" : ""}" aria-labelledby="chart-${i}-title">
<h2 id="chart-${i}-title">${escapeHtml(title)}</h2>
<p class="lead">${escapeHtml(lead)}</p>
<div class="chart" id="chart-${i}" style="height: ${height}px" role="img" aria-label="${escapeHtml(`${title}. ${lead}`)}"></div>
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>`;

/** A few large figures: each with what it is and what to see it beside. */
export const plainTiles = (tiles: readonly (readonly [string, string, string])[]): string =>
  `<dl class="tiles">${tiles
    .map(
      ([name, figure, beside]) =>
        `<div><dt>${escapeHtml(name)}</dt><dd class="big">${escapeHtml(figure)}</dd><dd>${escapeHtml(beside)}</dd></div>`,
    )
    .join("\n")}</dl>`;
