import type * as Echarts from "echarts";
import type { PlainChart, PlainSeries } from "../plainChart.ts";
import { decimal, escapeHtml } from "../units.ts";
import { indexOf, type Palette, readPalette, tooltipText } from "./base.ts";

/** The page of charts that are data alone: draws them, follows width and colour scheme. */

declare const echarts: typeof Echarts;

const charts = JSON.parse(document.getElementById("charts")?.textContent ?? "[]") as PlainChart[];
const drawn = new Map<number, Echarts.ECharts>();
const NARROW = 560;

function optionOf(chart: PlainChart, palette: Palette, width: number): Echarts.EChartsOption {
  const narrow = width < NARROW;
  const named = nameAxisOf(chart, palette, width);
  const valued = valueAxisOf(chart, palette, narrow);
  const shown = chart.series.filter(({ name }) => name !== "");
  const lines = legendLines(shown, width);
  const across = chart.layout === "across";
  const labelled = chart.series.some(({ labels, as }) => labels && as !== "marks");
  return {
    animation: false,
    textStyle: { fontFamily: palette.font, fontSize: 13, color: palette.ink },
    legend: {
      data: shown.map(({ name }) => name),
      ...{ show: shown.length > 1, top: 0, left: 0, itemWidth: 16, itemHeight: 10, itemGap: 16, icon: "roundRect" },
      textStyle: { color: palette.ink, fontSize: 13 },
    },
    grid: {
      left: across ? 52 : nameWidth(chart, width) + 12,
      right: !across && labelled ? (narrow ? 62 : 84) : 18,
      top: (shown.length > 1 ? 26 * lines : 4) + (across ? 24 : 6),
      bottom: across ? (chart.nameAxis ? 48 : 32) : 46,
    },
    xAxis: across ? named : valued,
    yAxis: across ? valued : named,
    series: chart.series.map((series) => seriesOf(series, chart, palette, narrow)),
    tooltip: tooltipOf(chart, palette),
  } as Echarts.EChartsOption;
}

/** Room for the names of a chart that has them on the left: what the longest takes, at most two fifths of the width. */
const nameWidth = ({ names }: PlainChart, width: number): number =>
  Math.min(0.4 * width, 7.2 * Math.max(0, ...names.map(({ length }) => length)));

/** Lines that the legend takes, by the rough width of its entries. */
function legendLines(series: readonly PlainSeries[], width: number): number {
  let [lines, used] = [1, 0];
  for (const { name } of series) {
    const needed = 40 + 7 * name.length;
    if (used > 0 && used + needed > width) [lines, used] = [lines + 1, 0];
    used += needed;
  }
  return lines;
}

function nameAxisOf(chart: PlainChart, palette: Palette, width: number) {
  const { names, layout, everyName = 1, nameAxis } = chart;
  const every = everyName > 1 && width < NARROW ? 2 * everyName : everyName;
  const across = layout === "across";
  const isNamed = (index: number) => index % every === 0;
  return {
    type: "category",
    data: [...names],
    inverse: !across,
    ...(nameAxis && { name: nameAxis, nameLocation: "middle", nameGap: 30, nameTextStyle: { color: palette.muted } }),
    axisLabel: {
      ...{ color: across ? palette.muted : palette.ink, fontSize: across ? 12 : 13, interval: isNamed },
      ...(!across && { width: nameWidth(chart, width), overflow: "truncate" }),
    },
    axisTick: { show: across, interval: isNamed, alignWithLabel: everyName === 1, lineStyle: { color: palette.line } },
    axisLine: { show: across, onZero: false, lineStyle: { color: palette.line } },
  };
}

function valueAxisOf({ unit, log, min, max, layout, series }: PlainChart, palette: Palette, narrow: boolean) {
  const down = layout === "down";
  const values = series.flatMap((each) => each.values).filter((value): value is number => value !== null && value > 0);
  const least = values.length > 0 ? 10 ** Math.floor(Math.log10(Math.min(...values)) - 0.3) : 1;
  return {
    type: log ? "log" : "value",
    name: log ? `${unit}, each step ten times as much` : unit,
    nameLocation: down ? "middle" : "end",
    nameGap: down ? 28 : 12,
    nameTextStyle: { color: palette.muted, fontSize: 13, align: down ? "center" : "left" },
    axisLabel: { color: palette.muted, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: palette.line } },
    axisLine: { show: false },
    axisTick: { show: false },
    ...(down && { splitNumber: narrow ? 3 : 5 }),
    ...(log && { min: least, startValue: least }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

function seriesOf(series: PlainSeries, chart: PlainChart, palette: Palette, narrow: boolean) {
  const { name, ink, as, opacity = 1, labels, symbol = "circle" } = series;
  const color = palette[ink];
  const data = series.values.map((value, i) => ({
    value: chart.log && value !== null && value <= 0 ? null : value,
    ...(labels && { label: { show: true, position: "right", color: palette.ink, formatter: labels[i] } }),
  }));
  const common = { name, data, itemStyle: { color, opacity } };
  switch (as) {
    case "stack":
      return { ...common, type: "bar", stack: "all", barCategoryGap: chart.layout === "down" ? "38%" : "12%" };
    case "bar":
      return { ...common, type: "bar", barGap: "12%", barCategoryGap: "36%" };
    case "marks":
      return { ...common, type: "scatter", symbol, symbolSize: narrow ? 10 : 12 };
    case "curve":
      return { ...common, type: "line", symbol, symbolSize: 9, lineStyle: { color, width: 2.5 } };
    default:
      return {
        ...{ ...common, type: "line", step: "middle", showSymbol: false, symbol: "none" },
        lineStyle: { color, opacity, width: as === "area" ? 0 : 2, ...(as === "dashed" && { type: [5, 3] }) },
        ...(as === "area" && { areaStyle: { color, opacity: 0.25 * opacity } }),
      };
  }
}

function tooltipOf({ names, series, unit, digits }: PlainChart, palette: Palette) {
  const shown = series.filter(({ name }) => name !== "");
  return {
    trigger: "axis",
    axisPointer: { type: "shadow", shadowStyle: { color: palette.ink, opacity: 0.06 } },
    backgroundColor: palette.card,
    borderColor: palette.line,
    textStyle: { color: palette.ink, fontSize: 13 },
    confine: true,
    formatter: (params: unknown) => {
      const i = indexOf(params);
      const rows = shown.flatMap(({ name, values }): [string, string][] => {
        const value = values[i];
        return value === null || value === undefined
          ? []
          : [[escapeHtml(name), `${decimal(value, digits)} ${escapeHtml(unit)}`]];
      });
      return tooltipText(escapeHtml(names[i] ?? ""), rows);
    },
  };
}

function draw(index: number): void {
  const element = document.getElementById(`chart-${index}`);
  const chart = charts[index];
  if (!element || !chart) return;
  const shown = drawn.get(index) ?? echarts.init(element, null, { renderer: "svg" });
  drawn.set(index, shown);
  shown.resize();
  shown.setOption(optionOf(chart, readPalette(), element.clientWidth), { notMerge: true });
}

function drawAll(): void {
  for (const index of charts.keys()) draw(index);
}

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
new ResizeObserver(() => requestAnimationFrame(drawAll)).observe(document.body);
