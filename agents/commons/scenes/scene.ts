import type { MessageLog } from "../log.ts";

/** A row of numbers over the slots of a scene. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** Stacked bars, a line, a dashed line, or an area behind the others. */
  readonly as: "bar" | "line" | "dashed" | "area";
  readonly colour: Colour;
}

export type Colour = "green" | "blue" | "yellow" | "orange" | "purple" | "grey" | "red" | "ink";

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
}

/** Something that a scene must show, and whether it did. */
export interface Check {
  readonly text: string;
  readonly holds: boolean;
}

export interface SceneResult {
  /** Names of the slots, as the axis shows them. */
  readonly slots: readonly string[];
  readonly panels: readonly Panel[];
  readonly checks: readonly Check[];
  readonly log: MessageLog;
  /** What was counted, for whoever reads the JSON. */
  readonly figures: Readonly<Record<string, number | string>>;
}

/** A published picture, or a story of `docs/commons.md`, that can be run. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  /** Where it comes from. */
  readonly source: string;
  run(seed: number): SceneResult;
}

/** "16:30" of a slot of `minutes` after midnight. */
export const clockTime = (slot: number, minutes: number): string => {
  const at = slot * minutes;
  return `${String(Math.floor(at / 60) % 24).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
};

export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
