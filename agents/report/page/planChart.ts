import type { EChartsOption } from "echarts";
import type { HomePlanResult } from "../result.ts";
import { clock, kwh } from "../units.ts";
import { base, indexOf, legend, type Scene, timeAxis, tooltipText, valueAxis } from "./base.ts";

/** A home's plan: its devices stacked, its own retail price, what its battery holds. */

const LEFT = 46;
const RIGHT = 46;
const MICRO_PER_CENT = 10_000;

export function planChart(scene: Scene): EChartsOption {
  const { result, home } = scene;
  const plan = result.homePlans?.[home];
  if (!plan) return {};
  const parts = partsOf(scene, plan);
  const axis = timeAxis(scene);
  const hasBattery = plan.storedWh !== null;
  const legends = [...new Set(parts.map(({ name }) => name)), "retail price", ...(hasBattery ? ["battery holds"] : [])];
  const lower = { left: LEFT, right: RIGHT, bottom: 34, height: hasBattery ? 70 : 0 };
  return {
    ...base(scene),
    legend: { ...legend(scene, legends), type: "scroll", width: "96%" },
    grid: [{ left: LEFT, right: RIGHT, top: 62, bottom: hasBattery ? 150 : 34 }, ...(hasBattery ? [lower] : [])],
    xAxis: [{ ...(hasBattery ? bare(axis) : axis), gridIndex: 0 }, ...(hasBattery ? [{ ...axis, gridIndex: 1 }] : [])],
    yAxis: [
      { ...valueAxis(scene, "kWh per slot"), gridIndex: 0 },
      { ...valueAxis(scene, "ct/kWh"), gridIndex: 0, splitLine: { show: false } },
      ...(hasBattery ? [{ ...valueAxis(scene, "kWh held"), gridIndex: 1, min: 0, splitNumber: 2 }] : []),
    ],
    tooltip: {
      ...base(scene).tooltip,
      trigger: "axis",
      formatter: (params: unknown) => tip(scene, plan, indexOf(params)),
    },
    series: [...parts.map(planBar), ...linesOf(scene, plan)],
  } as EChartsOption;
}

/** An axis above another one of the same slots. */
const bare = (axis: ReturnType<typeof timeAxis>) => ({ ...axis, axisLabel: { show: false } });

interface Part {
  readonly name: string;
  readonly colour: string;
  /** Drawn positive, given negative. */
  readonly wh: readonly number[];
}

/** Above zero what draws, below what gives. */
function partsOf({ palette }: Scene, { loadWh, pvWh, devices }: HomePlanResult): Part[] {
  const colours = [palette.bid, palette.ask, palette.fund, palette.worse];
  const others = devices.filter(({ name }) => name !== "battery");
  const battery = devices.find(({ name }) => name === "battery")?.drawnWh ?? [];
  return [
    { name: "everything else", colour: palette.grid, wh: loadWh },
    ...others.map(({ name, drawnWh }, i) => ({ name, colour: colours[i % colours.length]!, wh: drawnWh })),
    { name: "roof", colour: palette.own, wh: pvWh.map((wh) => -wh) },
    ...(battery.length > 0 ? [{ name: "battery", colour: palette.local, wh: battery }] : []),
  ];
}

const planBar = ({ name, colour, wh }: Part) => ({
  name,
  type: "bar",
  stack: "home",
  barCategoryGap: "12%",
  itemStyle: { color: colour },
  data: wh.map((value) => value / 1000),
});

function linesOf({ palette }: Scene, { retail, storedWh }: HomePlanResult) {
  const line = (name: string, colour: string, data: readonly number[], axes: object) => ({
    ...{ name, type: "line", step: "middle", showSymbol: false, data: [...data], ...axes },
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2 },
  });
  const price = line(
    "retail price",
    palette.ink,
    retail.map((micro) => micro / MICRO_PER_CENT),
    { yAxisIndex: 1 },
  );
  if (storedWh === null) return [price];
  const held = storedWh.map((wh) => wh / 1000);
  const area = { xAxisIndex: 1, yAxisIndex: 2, step: undefined, areaStyle: { color: palette.local, opacity: 0.25 } };
  return [price, line("battery holds", palette.local, held, area)];
}

function tip(scene: Scene, plan: HomePlanResult, t: number): string {
  const rows = partsOf(scene, plan).map(({ name, wh }): [string, string] => [name, kwh(wh[t] ?? 0)]);
  const { run, slots } = scene.result;
  return tooltipText(clock(slots[t]!.start, run), [
    ...rows.filter(([, value]) => value !== kwh(0)),
    ["meter, planned", kwh(plan.gridWh[t]!)],
    ["meter, as it came", kwh(plan.meteredWh[t]!)],
    ["retail", `${(plan.retail[t]! / MICRO_PER_CENT).toFixed(1)} ct/kWh`],
    ...(plan.storedWh ? [["battery holds", kwh(plan.storedWh[t]!)] as [string, string]] : []),
  ]);
}
