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

/** Where a chart is drawn. */
export interface Place {
  readonly palette: Palette;
  /** Width of the chart, pixels. */
  readonly width: number;
}

/** The slots of a chart over time. */
export interface SlotTimes {
  /** ISO 8601 in UTC. */
  readonly starts: readonly string[];
  readonly slotSeconds: number;
  readonly timeZone: string;
}

/** What a chart of a day is drawn from. */
export interface Scene extends Place {
  readonly result: Result;
  /** Index of the slot the reader chose. */
  readonly chosen: number;
  /** Which of the slot's sessions: 0 is its first, others are its `later` ones. */
  readonly round: number;
  /** Index of the home whose plan the reader chose. */
  readonly home: number;
}

/** The chosen slot as the chosen session left it. */
export function chosenRound({ result, chosen, round }: Pick<Scene, "result" | "chosen" | "round">) {
  const slot = result.slots[chosen];
  return slot && { ...slot, ...slot.later[round - 1] };
}

/** The slots of a day's result. */
export const timesOf = ({ run, slots }: Result): SlotTimes => ({
  starts: slots.map(({ start }) => start),
  slotSeconds: run.slotSeconds,
  timeZone: run.timeZone,
});

/** Options that every chart starts from. */
export function base({ palette }: Pick<Place, "palette">): EChartsOption {
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

export function legend({ palette }: Pick<Place, "palette">, names: readonly string[]) {
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
export function valueAxis({ palette }: Pick<Place, "palette">, name: string) {
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

/** The slots along the bottom, labelled at every third full hour (sixth where narrow). */
export function timeAxis({ palette, width }: Place, { starts, slotSeconds, timeZone }: SlotTimes) {
  const perHour = Math.max(1, Math.round(3600 / slotSeconds));
  const every = (width < 520 ? 6 : 3) * perHour;
  const first = firstFullHour(starts, timeZone);
  const isLabelled = (index: number) => index >= first && (index - first) % every === 0;
  return {
    type: "category" as const,
    data: starts.map((start) => clock(start, { timeZone })),
    axisLabel: { color: palette.muted, fontSize: 12, margin: 12, interval: isLabelled },
    axisTick: { interval: isLabelled, alignWithLabel: false, lineStyle: { color: palette.line } },
    axisLine: { onZero: false, lineStyle: { color: palette.line } },
  };
}

/** The first slot that begins at a full hour; 0 where none does. */
const firstFullHour = (starts: readonly string[], timeZone: string): number =>
  Math.max(
    0,
    starts.findIndex((start) => clock(start, { timeZone }).endsWith(":00")),
  );

/** An axis of names from top to bottom. */
export function nameAxis({ palette }: Pick<Place, "palette">, names: readonly string[], labelWidth: number) {
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
