/**
 * Charts described by data alone, so that a page needs one script for all of them. A colour is the name of one of the
 * palette's, such as `local`. Runs in the page too, so it imports nothing that is not there.
 */

/** A colour of the page's palette. */
export type Ink = "ink" | "muted" | "line" | "bid" | "ask" | "own" | "local" | "grid" | "fund" | "worse";

/** How a series is drawn: stacked bars, bars beside each other, lines in steps, an area, marks. */
export type Drawn = "stack" | "bar" | "line" | "dashed" | "area" | "marks" | "curve";

export interface PlainSeries {
  readonly name: string;
  readonly ink: Ink;
  readonly as: Drawn;
  readonly values: readonly (number | null)[];
  /** 1 if left out. */
  readonly opacity?: number;
  /** Text at the end of each bar, or beside each mark. */
  readonly labels?: readonly string[];
  /** The form of marks. */
  readonly symbol?: "circle" | "diamond" | "rect" | "triangle";
}

export interface PlainChart {
  /** Names along the axis: slots of a day, or members, ways ... */
  readonly names: readonly string[];
  /** `across`: names on the horizontal axis; `down`: on the vertical one, the first on top. */
  readonly layout: "across" | "down";
  readonly unit: string;
  readonly digits: number;
  readonly series: readonly PlainSeries[];
  /** Every so many names is written, twice as many where it is narrow; all of them if left out. */
  readonly everyName?: number;
  /** A logarithmic axis. */
  readonly log?: boolean;
  readonly min?: number;
  readonly max?: number;
  /** What the horizontal axis is, where that needs saying. */
  readonly nameAxis?: string;
}
