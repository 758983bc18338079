import type { EChartsOption } from "echarts";
import { METRICS, type Metric } from "../federation/experiments/experiment.ts";
import type { GroupResult } from "../federation/experiments/runExperiments.ts";
import type { Ended } from "../federation/run.ts";
import { INK, svgChart } from "./svgChart.ts";

const COLOURS = [INK.bid, INK.ask, INK.local, INK.fund] as const;
const PANEL = 240;

/** A figure of the paper: a panel per metric, a bar per setting, the means of one reading. */
export function figureSvg({ axis, settings }: GroupResult, metrics: readonly Metric[]): string {
  const width = 1100;
  const gap = 70;
  const panel = (width - gap * metrics.length - 20) / metrics.length;
  const left = (i: number) => gap + i * (panel + gap);
  const option: EChartsOption = {
    title: metrics.map((metric, i) => ({
      text: METRICS[metric].label,
      left: left(i),
      top: 0,
      textStyle: { fontSize: 13, color: INK.ink },
    })),
    grid: metrics.map((_, i) => ({ left: left(i), width: panel, top: 34, height: PANEL })),
    xAxis: metrics.map((_, gridIndex) => ({
      type: "category" as const,
      gridIndex,
      name: axis,
      nameLocation: "middle" as const,
      nameGap: 28,
      nameTextStyle: { color: INK.muted },
      data: settings.map(({ label }) => label),
      axisLabel: { color: INK.muted, interval: 0, fontSize: settings.length > 5 ? 9 : 12 },
      axisTick: { show: false },
    })),
    yAxis: metrics.map((_, gridIndex) => ({
      type: "value" as const,
      gridIndex,
      min: 0,
      axisLabel: { color: INK.muted },
      splitLine: { lineStyle: { color: INK.line } },
    })),
    series: metrics.map((metric, i) => ({
      type: "bar" as const,
      xAxisIndex: i,
      yAxisIndex: i,
      name: METRICS[metric].label,
      itemStyle: { color: COLOURS[i % COLOURS.length]! },
      barMaxWidth: 60,
      data: settings.map(({ mean }) => mean[metric]),
    })),
  };
  return svgChart(option, width, PANEL + 90);
}

/** Clusters as circles of nodes on a circle; links within a cluster grey, across clusters coloured. */
export function overlaySvg({ population, energy: { links, records } }: Ended): string {
  const size = 900;
  const live = [...population.live.subarray(0, population.size)];
  const clusters = [...new Set(live.map((slot) => records.clusterOf(slot)))].sort((a, b) => a - b);
  const place = placesOf(live, clusters, (slot) => records.clusterOf(slot), size);
  const edges = live.flatMap((x) => {
    const row = links.neighbours.subarray(x * links.most, x * links.most + links.degree[x]!);
    return [...row].filter((y) => x < y && place.has(y)).map((y) => [x, y] as const);
  });
  const lines = edges.map(([x, y]) => {
    const [[x1, y1], [x2, y2]] = [place.get(x)!, place.get(y)!];
    const inside = records.clusterOf(x) === records.clusterOf(y);
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${inside ? INK.grid : INK.ask}" stroke-opacity="0.6"/>`;
  });
  const dots = live.map((slot) => {
    const [cx, cy] = place.get(slot)!;
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="${COLOURS[records.clusterOf(slot) % COLOURS.length]}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}">
<rect width="${size}" height="${size}" fill="#ffffff"/>
${[...lines, ...dots].join("\n")}
</svg>
`;
}

function placesOf(
  live: readonly number[],
  clusters: readonly number[],
  clusterOf: (slot: number) => number,
  size: number,
) {
  const outer = size * 0.38;
  const inner = Math.min(size * 0.1, (Math.PI * outer) / Math.max(3, clusters.length) / 1.3);
  const around = (centre: readonly [number, number], radius: number, share: number) => {
    const angle = 2 * Math.PI * share;
    const round = (value: number) => Math.round(value * 10) / 10;
    return [round(centre[0] + radius * Math.sin(angle)), round(centre[1] - radius * Math.cos(angle))] as const;
  };
  const middle = [size / 2, size / 2] as const;
  return new Map(
    clusters.flatMap((cluster, i) => {
      const centre = clusters.length === 1 ? middle : around(middle, outer, i / clusters.length);
      const members = live.filter((slot) => clusterOf(slot) === cluster);
      return members.map((slot, j) => [slot, around(centre, inner, j / members.length)] as const);
    }),
  );
}
