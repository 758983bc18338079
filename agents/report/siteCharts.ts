import type { EChartsOption } from "echarts";
import type { Instance } from "../cluster/instanceFile.ts";
import { type Boats, ruleBased } from "../cluster/ruleBased.ts";
import { type Site, siteNet } from "../cluster/site.ts";
import type { SiteDays } from "../cluster/siteDays.ts";
import { INK, svgChart } from "./svgChart.ts";

/** A line of a panel: one value per step. */
interface Line {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: string;
  readonly dashed?: boolean;
}

/** A panel of a chart: lines over the steps of a day on one axis. */
interface Panel {
  readonly unit: string;
  readonly lines: readonly Line[];
}

const WIDTH = 1100;
const PANEL = 250;
const GAP = 44;
const TOP = 64;

/** Panels under each other along one day, as in Figures 6 and 7 of Petri et al. (2020). */
function dayChart(panels: readonly Panel[]): string {
  const steps = panels[0]!.lines[0]!.values.length;
  const grid = panels.map((_, i) => ({ left: 60, right: 24, top: TOP + i * (PANEL + GAP), height: PANEL }));
  const option: EChartsOption = {
    legend: { top: 0, left: 0, textStyle: { color: INK.ink, fontSize: 13 }, itemWidth: 18, itemGap: 16 },
    grid,
    xAxis: panels.map((_, gridIndex) => ({
      type: "category" as const,
      gridIndex,
      data: Array.from({ length: steps }, (__, step) => `${step + 1}`),
      axisLabel: { color: INK.muted, interval: (step: number) => (step + 1) % 4 === 0 },
      axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: INK.line } },
    })),
    yAxis: panels.map(({ unit }, gridIndex) => ({
      type: "value" as const,
      gridIndex,
      name: unit,
      nameTextStyle: { color: INK.muted, align: "left" as const },
      axisLabel: { color: INK.muted },
      splitLine: { lineStyle: { color: INK.line } },
    })),
    series: panels.flatMap(({ lines }, i) =>
      lines.map(({ name, values, colour, dashed }) => ({
        type: "line" as const,
        step: "middle" as const,
        xAxisIndex: i,
        yAxisIndex: i,
        name,
        data: [...values],
        symbol: "none",
        itemStyle: { color: colour },
        lineStyle: { color: colour, width: 2, type: dashed ? ("dashed" as const) : ("solid" as const) },
      })),
    ),
  };
  return svgChart(option, WIDTH, TOP + panels.length * (PANEL + GAP));
}

/** Figure 7: what is bought under the three scenarios, the battery under two of them, and the tariff. */
export function strategyChart(site: Site, { netKwh, rules, optimum }: SiteDays): string {
  return dayChart([
    {
      unit: "from the grid, kWh per step",
      lines: [
        { name: "no strategy", values: netKwh, colour: INK.grid },
        { name: "rules", values: rules.gridKwh, colour: INK.ask },
        { name: "optimum", values: optimum.gridKwh, colour: INK.bid },
      ],
    },
    {
      unit: "in the battery, kWh",
      lines: [
        { name: "battery by rules", values: rules.storedKwh, colour: INK.ask, dashed: true },
        { name: "battery at best", values: optimum.storedKwh, colour: INK.bid, dashed: true },
      ],
    },
    {
      unit: "pence per kWh",
      lines: [
        { name: "price bought", values: site.buyPrice, colour: INK.fund },
        { name: "price sold", values: site.sellPrice, colour: INK.own },
      ],
    },
  ]);
}

/** Figure 6: consumption, sun, grid, battery and boats under the rules, and what is stored. */
export function energyChart(site: Site, boats: Boats): string {
  const day = ruleBased(site, boats);
  const total = (of: "loadKwh" | "pvKwh") =>
    site.buyPrice.map((_, step) => site.buildings.reduce((sum, building) => sum + building[of][step]!, 0));
  return dayChart([
    {
      unit: "kWh per step",
      lines: [
        { name: "power consumption", values: total("loadKwh"), colour: INK.ask },
        { name: "solar energy", values: total("pvKwh"), colour: INK.own },
        { name: "power from grid", values: day.gridKwh, colour: INK.bid },
        { name: "without storage", values: siteNet(site), colour: INK.grid, dashed: true },
      ],
    },
    {
      unit: "discharge, kWh per step",
      lines: [
        { name: "battery power", values: day.batteryKwh, colour: INK.local },
        { name: "boats", values: day.boatsKwh, colour: INK.fund },
      ],
    },
    {
      unit: "stored, kWh",
      lines: [
        { name: "in the battery", values: day.storedKwh, colour: INK.local, dashed: true },
        { name: "in the boats", values: day.boatsStoredKwh, colour: INK.fund, dashed: true },
      ],
    },
  ]);
}

/** The boats of an instance that energy is dearest for, so that they are charged most; none where it has no boats. */
export function mostUsedBoats({ withBoats }: Instance) {
  return withBoats.toSorted((a, b) => b.boats.referencePrice - a.boats.referencePrice)[0];
}
