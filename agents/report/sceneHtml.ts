import { readFileSync } from "node:fs";
import type { EChartsOption } from "echarts";
import type { Colour, Panel, Scene, SceneResult, Series } from "../commons/scenes/scene.ts";
import { INK, svgChart } from "./svgChart.ts";
import { escapeHtml } from "./units.ts";

/** A scene with what came out of it. */
export interface PlayedScene {
  readonly scene: Scene;
  readonly result: SceneResult;
}

const COLOURS: Record<Colour, string> = {
  green: INK.local,
  blue: INK.bid,
  yellow: INK.own,
  orange: INK.ask,
  purple: INK.fund,
  grey: INK.grid,
  red: INK.worse,
  ink: INK.ink,
};
const [WIDTH, HEIGHT] = [1100, 300];

/** The scenes of a commons as one page that loads nothing and runs nothing. */
export function sceneHtml(played: readonly PlayedScene[], seed: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Commonwatt, scenes of a commons</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8").replace(/@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/, "")}
svg { width: 100%; height: auto; }
</style>
</head>
<body>
<header><p class="kicker">Commonwatt <span>packets by priority, without prices; seed ${seed}</span></p>
<h1>Scenes of a commons</h1></header>
<main><div class="cards">
${played.map(cardOf).join("\n")}
</div></main>
<footer></footer>
</body>
</html>
`;
}

function cardOf({ scene, result }: PlayedScene): string {
  const charts = result.panels.map((panel) => `<h3>${escapeHtml(panel.title)}</h3>\n${chartOf(panel, result.slots)}`);
  const checks = result.checks.map(
    ({ text, holds }) => `<li>${holds ? "holds" : "<b>DOES NOT HOLD</b>"}: ${escapeHtml(text)}</li>`,
  );
  return `<section class="card wide"><h2>${escapeHtml(scene.title)}</h2>
<figcaption>${escapeHtml(scene.source)}</figcaption>
${charts.join("\n")}
<ul>${checks.join("\n")}</ul></section>`;
}

function chartOf({ unit, series }: Panel, slots: readonly string[]): string {
  const option: EChartsOption = {
    legend: { top: 0, left: 0, textStyle: { color: INK.ink, fontSize: 13 }, itemWidth: 18, itemGap: 16 },
    grid: { left: 60, right: 24, top: 54, bottom: 30 },
    xAxis: {
      type: "category",
      data: [...slots],
      axisLabel: { color: INK.muted },
      axisTick: { show: false },
      axisLine: { onZero: true, lineStyle: { color: INK.line } },
    },
    yAxis: {
      type: "value",
      name: unit,
      nameTextStyle: { color: INK.muted, align: "left" },
      axisLabel: { color: INK.muted },
      splitLine: { lineStyle: { color: INK.line } },
    },
    series: series.map(seriesOf),
  };
  return svgChart(option, WIDTH, HEIGHT);
}

function seriesOf({ name, values, as, colour }: Series) {
  const color = COLOURS[colour];
  const base = { name, data: [...values], itemStyle: { color } };
  if (as === "bar") return { ...base, type: "bar" as const, stack: "given", barCategoryGap: "10%" };
  const line = { ...base, type: "line" as const, step: "middle" as const, symbol: "none" };
  if (as === "area") return { ...line, lineStyle: { width: 0 }, areaStyle: { color, opacity: 0.25 } };
  return { ...line, lineStyle: { color, width: 2, type: as === "dashed" ? ("dashed" as const) : ("solid" as const) } };
}
