import type { EChartsOption } from "echarts";
import { comparedPhases, dayGasPerOrderUp, gainOf, gasPerOrderUp, savingOf, sumOf } from "../figures.ts";
import type { MemberResult, PhaseName } from "../result.ts";
import { decimal, escapeHtml, eur, smallEur, tokens, whole } from "../units.ts";
import { base, indexOf, legend, nameAxis, type Scene, tooltipText, valueAxis } from "./base.ts";

/** Bars by name: bills of the homes, money of the parties, gas of the phases, costs beside the gain. */

/** Each home's bill without and with the market, and beside it what it saves, on a scale of its own. */
export function billChart(scene: Scene): EChartsOption {
  const { result, palette, width } = scene;
  const { run } = result;
  const members = result.members.toSorted((a, b) => savingOf(b) - savingOf(a));
  const names = members.map(({ id }) => id);
  const euros = (of: (member: MemberResult) => number) => members.map((member) => tokens(of(member), run));
  const narrow = width < 620;
  const axis = (gridIndex: number) => ({
    ...valueAxis(scene, ""),
    gridIndex,
    position: "top" as const,
    splitNumber: narrow ? 1 : 5,
  });
  const heading = (text: string, left: number | string) => ({
    text,
    left,
    top: 34,
    textStyle: { color: palette.muted, fontSize: 13, fontWeight: "normal" as const },
  });
  const nameWidth = Math.min(narrow ? 70 : 110, Math.max(...names.map(({ length }) => length), 0) * 8);
  const left = nameWidth + 12;
  const bill = { type: "bar", barGap: "10%", barCategoryGap: "34%", label: { show: false } };
  return {
    ...base(scene),
    tooltip: {
      ...(base(scene).tooltip as object),
      trigger: "axis",
      axisPointer: { type: "shadow" },
      formatter: (params: unknown) => billText(members[indexOf(params)], run),
    },
    title: [heading("bill, EUR", left), heading("saves, EUR", "62%")],
    legend: legend(scene, ["bill without", "bill with the market"]),
    grid: [
      { left, right: narrow ? "50%" : "45%", top: 82, bottom: 8 },
      { left: "62%", right: 36, top: 82, bottom: 8 },
    ],
    xAxis: [axis(0), axis(1)],
    yAxis: [
      { ...nameAxis(scene, names, nameWidth), gridIndex: 0 },
      { ...nameAxis(scene, names, 0), gridIndex: 1, axisLabel: { show: false } },
    ],
    series: [
      {
        ...bill,
        name: "bill without",
        itemStyle: { color: palette.grid },
        data: euros((member) => member.billWithout),
      },
      {
        ...bill,
        name: "bill with the market",
        itemStyle: { color: palette.bid },
        data: euros((member) => member.billWith),
      },
      {
        ...bill,
        xAxisIndex: 1,
        yAxisIndex: 1,
        barCategoryGap: "42%",
        data: euros(savingOf).map((value) => savingBar(scene, value)),
      },
    ],
  } as EChartsOption;
}

function savingBar({ palette }: Scene, value: number) {
  return {
    value,
    itemStyle: { color: value < 0 ? palette.worse : palette.local },
    label: {
      show: true,
      position: value < 0 ? "left" : "right",
      color: palette.ink,
      formatter: decimal(value, 2, true),
    },
  };
}

function billText(member: MemberResult | undefined, run: Scene["result"]["run"]): string {
  if (!member) return "";
  return tooltipText(`${escapeHtml(member.id)} ${escapeHtml(member.devices.join(", "))}`, [
    ["bill without the market", eur(member.billWithout, run)],
    ["bill with the market", eur(member.billWith, run)],
    ["saves", eur(savingOf(member), run, true)],
    ["paid for packets", eur(member.paid, run)],
    ["earned with packets", eur(member.earned, run)],
    ["deviations cost", eur(member.imbalance, run)],
  ]);
}

/** What each party paid or got in the market: the bars add up to zero. */
export function moneyChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const { members, fund, supplier, run } = result;
  const sums = (field: "paid" | "earned" | "imbalance" | "fundShare") => sumOf(members, (member) => member[field]);
  const parties: [string, number, string][] = [
    ["buyers paid", -sums("paid"), palette.bid],
    ["deviations cost", -sums("imbalance"), palette.worse],
    ["sellers got", sums("earned"), palette.ask],
    ["fund paid out", sums("fundShare"), palette.local],
    ["fund kept", fund.balanceChange, palette.fund],
    ["supplier got", supplier.balanceChange, palette.grid],
  ];
  const shown = parties.filter(([name, amount]) => name !== "fund paid out" || amount !== 0);
  const bars = shown.map(([name, amount, colour]) => bar(name, tokens(amount, run), eur(amount, run, true), colour));
  return barOption(scene, bars, { unit: "EUR", log: false });
}

const PHASE_NAMES: Record<PhaseName, string> = {
  setup: "setup",
  open: "open sessions",
  post: "post orders",
  clear: "clear",
  prove: "prove flows",
  settle: "settle",
};

/** Gas per order of each phase, beside a contract that stores and sorts the orders. */
export function gasChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const phases = result.phases.filter(({ orders }) => orders > 0);
  const { own, plain } = comparedPhases(result);
  const names = [...phases.map(({ name }) => PHASE_NAMES[name]), ...(plain.length > 0 ? ["together"] : ["the day"])];
  const ours = [...phases.map(gasPerOrderUp), dayGasPerOrderUp(plain.length > 0 ? own : phases)];
  const plainOf = (name: PhaseName) => plain.find((phase) => phase.name === name);
  const theirs = phases.map(({ name }) => {
    const phase = plainOf(name);
    return phase ? gasPerOrderUp(phase) : null;
  });
  const series = (name: string, colour: string, values: readonly (number | null)[]) => ({
    name,
    type: "bar",
    barGap: "15%",
    barCategoryGap: "35%",
    itemStyle: { color: colour },
    label: {
      show: true,
      position: "right",
      color: palette.ink,
      formatter: ({ value }: { value: number }) => whole(value),
    },
    data: values,
  });
  const all = [...ours, ...theirs].filter((value) => value !== null);
  const option = barOption(scene, [], { unit: "gas per order", log: true });
  return {
    ...option,
    legend: legend(scene, plain.length > 0 ? ["Commonwatt", "stores and sorts"] : ["Commonwatt"]),
    grid: { left: 100, right: 66, top: 40, bottom: 48 },
    xAxis: { ...(option.xAxis as object), ...logScale(all) },
    yAxis: nameAxis(scene, names, 92),
    series: [
      series("Commonwatt", palette.local, ours),
      ...(plain.length > 0 ? [series("stores and sorts", palette.grid, [...theirs, dayGasPerOrderUp(plain)])] : []),
    ],
    tooltip: { show: false },
  } as EChartsOption;
}

/** The gas of the day in EUR for each case, beside the gain; a gain that is none has no bar. */
export function costChart(scene: Scene): EChartsOption {
  const { result, palette } = scene;
  const gain = gainOf(result);
  const costs = result.gasCosts.map(({ network, costEur }) =>
    bar(`gas on ${network}`, costEur, smallEur(costEur), palette.worse),
  );
  const bars = [
    bar("gain of the day", Math.max(0, tokens(gain, result.run)), eur(gain, result.run), palette.local),
    ...costs,
  ];
  return barOption(scene, bars, { unit: "EUR", log: true });
}

export interface NamedBar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

function bar(name: string, value: number, text: string, colour: string): NamedBar {
  return { name, value, text, colour };
}

/** One bar each, with its text at its end. On a logarithmic axis a bar of 0 or less is left out. */
export function barOption(
  scene: Scene,
  bars: readonly NamedBar[],
  { unit, log }: { unit: string; log: boolean },
): EChartsOption {
  const { palette } = scene;
  const names = bars.map(({ name }) => name);
  const label = { show: true, position: "right", color: palette.ink }; // right of zero where the bar is negative
  return {
    ...base(scene),
    tooltip: { show: false },
    grid: { left: 116, right: 84, top: 8, bottom: 48 },
    xAxis: {
      ...valueAxis(scene, log ? `${unit}, each step ten times as much` : unit),
      ...(log ? logScale(bars.map(({ value }) => value)) : {}),
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: { color: palette.muted, fontSize: 13 },
      splitNumber: 4,
    },
    yAxis: nameAxis(scene, names, 106),
    series: [
      {
        type: "bar",
        barCategoryGap: "45%",
        data: bars.map(({ value, text, colour }) => ({
          value: log && value <= 0 ? null : value,
          itemStyle: { color: colour },
          label: { ...label, formatter: text },
        })),
      },
    ],
  } as EChartsOption;
}

/** A logarithmic axis whose bars start well below the smallest value, at a power of ten. */
function logScale(values: readonly number[]) {
  const smallest = Math.min(...values.filter((value) => value > 0));
  const min = Number.isFinite(smallest) ? 10 ** Math.floor(Math.log10(smallest) - 0.3) : 1;
  return { type: "log", logBase: 10, min, startValue: min };
}
