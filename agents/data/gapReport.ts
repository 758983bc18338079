import { type Slot, slotToUtc } from "../model/slots.ts";
import { type MeterData, type MeterHome, MISSING } from "./meterData.ts";

/** Consecutive slots in which the same homes lack the same readings. */
export interface Gap {
  /** The home, or undefined where all homes lack them (the file has no such rows at all). */
  readonly home: string | undefined;
  readonly lacks: "load" | "pv" | "both";
  readonly firstSlot: Slot;
  readonly lastSlot: Slot;
}

/**
 * What a file does not hold, and what reading it had to put right. Readings are counted per home, slot and quantity.
 */
export interface GapReport {
  readonly file: string;
  readonly slotSeconds: number;
  readonly gaps: readonly Gap[];
  readonly missingReadings: number;
  readonly expectedReadings: number;
  /** Rows that came earlier in time than a row of the same home before them; they were put in order, nothing else. */
  readonly unorderedRows: number;
  /** What else reading had to count, leave out or take for granted, one sentence each. */
  readonly notes?: readonly string[];
}

type Lack = 0 | 1 | 2 | 3;
const LACKS = [undefined, "load", "pv", "both"] as const;

/** Every gap of the data, those of all homes first, then home by home in the order of the data. */
export function gapReport(data: MeterData, file: string, unorderedRows = 0): GapReport {
  const everywhere = commonLack(data);
  const gaps = [
    ...runs(data, undefined, everywhere),
    ...data.homes.flatMap((home) => runs(data, home.id, ownLack(home, everywhere))),
  ];
  const missingReadings = data.homes.reduce((sum, home) => sum + absent(home.loadWh) + absent(home.pvWh), 0);
  const expectedReadings = 2 * data.homes.length * data.slotCount;
  return { file, slotSeconds: data.slotSeconds, gaps, missingReadings, expectedReadings, unorderedRows };
}

/** One line for the whole file and one per gap, with UTC times of the first and the end of the last slot. */
export function describeGaps(report: GapReport): string[] {
  const { file, missingReadings, expectedReadings, unorderedRows } = report;
  const missing = `${missingReadings} of ${expectedReadings} readings missing`;
  const head = `${file}: ${missing}, ${report.gaps.length} gaps, none filled`;
  const order = unorderedRows > 0 ? [`${file}: ${unorderedRows} rows were out of order and have been sorted`] : [];
  const notes = (report.notes ?? []).map((note) => `${file}: ${note}`);
  return [head, ...order, ...notes, ...report.gaps.map((gap) => describeGap(gap, report.slotSeconds))];
}

function describeGap(gap: Gap, slotSeconds: number): string {
  const who = gap.home === undefined ? "all homes" : `home ${gap.home}`;
  const what = gap.lacks === "both" ? "load and pv" : gap.lacks;
  const slots = gap.lastSlot - gap.firstSlot + 1;
  const [from, to] = [slotToUtc(gap.firstSlot, slotSeconds), slotToUtc(gap.lastSlot + 1, slotSeconds)];
  return `${who}: ${what} missing in ${slots} slots, ${from} to ${to}`;
}

function absent(series: Int32Array): number {
  return series.reduce((count, wh) => count + (wh === MISSING ? 1 : 0), 0);
}

function lackAt(home: MeterHome, index: number): Lack {
  return ((home.loadWh[index] === MISSING ? 1 : 0) + (home.pvWh[index] === MISSING ? 2 : 0)) as Lack;
}

/** Per slot 3 where every home lacks both readings, else 0. */
function commonLack(data: MeterData): Lack[] {
  return Array.from({ length: data.slotCount }, (_, i) => (data.homes.every((home) => lackAt(home, i) === 3) ? 3 : 0));
}

function ownLack(home: MeterHome, everywhere: readonly Lack[]): Lack[] {
  return everywhere.map((common, i) => (common === 3 ? 0 : lackAt(home, i)));
}

function runs(data: MeterData, home: string | undefined, lack: readonly Lack[]): Gap[] {
  const gaps: Gap[] = [];
  for (let start = 0, end = 0; start < lack.length; start = end) {
    const kind = lack[start] ?? 0;
    for (end = start + 1; end < lack.length && lack[end] === kind; ) end++;
    const lacks = LACKS[kind];
    if (lacks) gaps.push({ home, lacks, firstSlot: data.firstSlot + start, lastSlot: data.firstSlot + end - 1 });
  }
  return gaps;
}
