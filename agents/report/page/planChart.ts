import type { EChartsOption } from "echarts";
import type { HomePlanResult, Result } from "../result.ts";
import { clock, escapeHtml, kwh, percent } from "../units.ts";
import {
  base,
  indexOf,
  legend,
  type Place,
  type SlotTimes,
  timeAxis,
  timesOf,
  tooltipText,
  valueAxis,
} from "./base.ts";

/** A home's plan: its devices stacked, its own retail price, what its storages hold. */

const LEFT = 46;
const RIGHT = 46;
const MICRO_PER_CENT = 10_000;

/** What a device holds after each slot, Wh. */
interface Held {
  readonly name: string;
  readonly wh: readonly number[];
  /** When it is full, Wh: then it is shown in percent. */
  readonly fullWh?: number;
}

/** A home's plan as a chart shows it; Wh per slot. */
export interface ShownPlan {
  readonly loadWh: readonly number[];
  readonly pvWh: readonly number[];
  readonly devices: HomePlanResult["devices"];
  /** Micro-currency per kWh. */
  readonly retail: readonly number[];
  readonly gridWh: readonly number[];
  /** What the meter saw, once it has. */
  readonly meteredWh?: readonly number[];
  /** All with `fullWh`, or none. */
  readonly held: readonly Held[];
}

/** The plan of one of the homes of a day. */
export const planOfDay = ({ homePlans }: Result, home: number): ShownPlan | undefined => {
  const plan = homePlans?.[home];
  return plan && { ...plan, held: plan.storedWh ? [{ name: "battery", wh: plan.storedWh }] : [] };
};

/** The chart of a day's report for the home that the reader chose. */
export function dayPlanChart(scene: Place & { readonly result: Result; readonly home: number }): EChartsOption {
  const plan = planOfDay(scene.result, scene.home);
  return plan ? planChart(scene, timesOf(scene.result), plan) : {};
}

/** The chart of a plan. */
export function planChart(place: Place, times: SlotTimes, plan: ShownPlan): EChartsOption {
  const parts = partsOf(place, plan);
  const axis = timeAxis(place, times);
  const { held } = plan;
  const holds = held.length > 0;
  const legends = [...new Set(parts.map(({ name }) => name)), "retail price", ...held.map(heldName)];
  const lower = { left: LEFT, right: RIGHT, bottom: 34, height: holds ? 70 : 0 };
  return {
    ...base(place),
    legend: { ...legend(place, legends), type: "scroll", width: "96%" },
    grid: [{ left: LEFT, right: RIGHT, top: 62, bottom: holds ? 150 : 34 }, ...(holds ? [lower] : [])],
    xAxis: [{ ...(holds ? bare(axis) : axis), gridIndex: 0 }, ...(holds ? [{ ...axis, gridIndex: 1 }] : [])],
    yAxis: [
      { ...valueAxis(place, "kWh per slot"), gridIndex: 0 },
      { ...valueAxis(place, "ct/kWh"), gridIndex: 0, splitLine: { show: false } },
      ...(holds
        ? [{ ...valueAxis(place, held[0]!.fullWh ? "% held" : "kWh held"), gridIndex: 1, min: 0, splitNumber: 2 }]
        : []),
    ],
    tooltip: {
      ...base(place).tooltip,
      trigger: "axis",
      formatter: (params: unknown) => tip(place, times, plan, indexOf(params)),
    },
    series: [...parts.map(planBar), ...linesOf(place, plan)],
  } as EChartsOption;
}

/** An axis above another one of the same slots. */
const bare = (axis: ReturnType<typeof timeAxis>) => ({ ...axis, axisLabel: { show: false } });
const heldName = ({ name }: Held): string => `${name} holds`;

const heldText = ({ wh, fullWh }: Held, t: number): string =>
  fullWh ? `${kwh(wh[t]!)}, ${percent(wh[t]! / fullWh)}` : kwh(wh[t]!);

interface Part {
  readonly name: string;
  readonly colour: string;
  /** Drawn positive, given negative. */
  readonly wh: readonly number[];
}

/** Above zero what draws, below what gives. */
function partsOf({ palette }: Place, { loadWh, pvWh, devices }: ShownPlan): Part[] {
  const colours = [palette.bid, palette.ask, palette.fund, palette.worse, palette.muted];
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

/** The price, and what is held, each storage in the colour of its bars. */
function linesOf(place: Place, plan: ShownPlan) {
  const line = (name: string, colour: string, data: readonly number[], axes: object) => ({
    ...{ name, type: "line", step: "middle", showSymbol: false, data: [...data], ...axes },
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2 },
  });
  const cents = plan.retail.map((micro) => micro / MICRO_PER_CENT);
  const parts = partsOf(place, plan);
  const stored = plan.held.map((held) => {
    const colour = parts.find(({ name }) => name === held.name)?.colour ?? place.palette.local;
    const area = { xAxisIndex: 1, yAxisIndex: 2, step: undefined, areaStyle: { color: colour, opacity: 0.2 } };
    return line(
      heldName(held),
      colour,
      held.wh.map((wh) => (held.fullWh ? (100 * wh) / held.fullWh : wh / 1000)),
      area,
    );
  });
  return [line("retail price", place.palette.ink, cents, { yAxisIndex: 1 }), ...stored];
}

function tip(place: Place, { starts, timeZone }: SlotTimes, plan: ShownPlan, t: number): string {
  const rows = partsOf(place, plan).map(({ name, wh }): [string, string] => [escapeHtml(name), kwh(wh[t] ?? 0)]);
  const came = plan.meteredWh ? [["meter, as it came", kwh(plan.meteredWh[t]!)] as [string, string]] : [];
  return tooltipText(clock(starts[t]!, { timeZone }), [
    ...rows.filter(([, value]) => value !== kwh(0)),
    ["meter, planned", kwh(plan.gridWh[t]!)],
    ...came,
    ["retail", `${(plan.retail[t]! / MICRO_PER_CENT).toFixed(1)} ct/kWh`],
    ...plan.held.map((held): [string, string] => [escapeHtml(heldName(held)), heldText(held, t)]),
  ]);
}
