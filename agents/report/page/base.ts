import type { EChartsOption } from "echarts";
import type { Result } from "../result.ts";
import { clock } from "../units.ts";

/** What all charts share: colours, axes, tooltip. */

const COLOURS = ["card", "ink", "muted", "line", "bid", "ask", "own", "local", "grid", "fund", "worse"] as const;

/** The colours of `style.css`, as it stands in the reader's light or dark scheme, and its font. */
export type Palette = Record<(typeof COLOURS)[number] | "font", string>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colours = COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return { ...Object.fromEntries(colours), font: getComputedStyle(document.body).fontFamily };
}

/** What a chart is drawn from. */
export interface Scene {
  readonly result: Result;
  readonly palette: Palette;
  /** Width of the chart, pixels. */
  readonly width: number;
  /** Index of the slot the reader chose. */
  readonly chosen: number;
  /** Index of the home whose plan the reader chose. */
  readonly home: number;
}

/** Options that every chart starts from. */
export function base({ palette }: Scene): EChartsOption {
  return {
    animation: false,
    textStyle: { fontFamily: palette.font, fontSize: 13, color: palette.ink },
    tooltip: {
      backgroundColor: palette.card,
      borderColor: palette.line,
      textStyle: { color: palette.ink, fontSize: 13 },
      confine: true,
    },
  };
}

export function legend({ palette }: Scene, names: readonly string[]) {
  const textStyle = { color: palette.ink, fontSize: 13 };
  return {
    data: [...names],
    top: 0,
    left: 0,
    itemWidth: 16,
    itemHeight: 10,
    itemGap: 18,
    icon: "roundRect",
    textStyle,
  };
}

/** An axis of numbers, named above it or at its end. */
export function valueAxis({ palette }: Scene, name: string) {
  return {
    type: "value" as const,
    name,
    nameTextStyle: { color: palette.muted, fontSize: 13, align: "left" as const },
    axisLabel: { color: palette.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: palette.line } },
    axisLine: { show: false },
    axisTick: { show: false },
  };
}

/** The slots of the day along the bottom, labelled at every third full hour (sixth where narrow). */
export function timeAxis({ result, palette, width }: Scene) {
  const perHour = Math.max(1, Math.round(3600 / result.run.slotSeconds));
  const every = (width < 520 ? 6 : 3) * perHour;
  const isLabelled = (index: number) => index % every === 0;
  return {
    type: "category" as const,
    data: result.slots.map(({ start }) => clock(start, result.run)),
    axisLabel: { color: palette.muted, fontSize: 12, margin: 12, interval: isLabelled },
    axisTick: { interval: isLabelled, alignWithLabel: false, lineStyle: { color: palette.line } },
    axisLine: { onZero: false, lineStyle: { color: palette.line } },
  };
}

/** An axis of names from top to bottom. */
export function nameAxis({ palette }: Scene, names: readonly string[], labelWidth: number) {
  return {
    type: "category" as const,
    data: [...names],
    inverse: true,
    axisLabel: { color: palette.ink, fontSize: 13, width: labelWidth, overflow: "truncate" as const },
    axisTick: { show: false },
    axisLine: { show: false },
  };
}

/** Rows of a tooltip under a title; assumes that neither has markup of a stranger in it. */
export function tooltipText(title: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(
    ([name, value]) =>
      `<div style="display:flex;gap:18px;justify-content:space-between"><span>${name}</span><b>${value}</b></div>`,
  );
  return `<div>${title}</div>${lines.join("")}`;
}

/** The index that an axis tooltip is about. */
export function indexOf(params: unknown): number {
  const [first] = Array.isArray(params) ? params : [params];
  return (first as { dataIndex: number } | undefined)?.dataIndex ?? 0;
}
