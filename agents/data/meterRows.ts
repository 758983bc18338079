import { formatUtc, slotAt } from "../model/slots.ts";
import { type GapReport, gapReport } from "./gapReport.ts";
import { InputError } from "./inputError.ts";
import { type MeterData, type MeterHome, MISSING } from "./meterData.ts";
import { type Starts, slotLength } from "./slotLength.ts";

/** More readings than this are taken for a mistyped year. */
const MAX_READINGS = 200_000_000;
export const MAX_WH = 0x7fff_ffff;
/** Letters, digits, space, point, dash and underscore: safe in file names, MQTT topics and spreadsheets. */
const HOME_ID = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** What a meter file, of whatever format, holds, and what it lacks. */
export interface MeterFile {
  readonly data: MeterData;
  readonly report: GapReport;
}

/** Readings of one home as they stand in a file: start in unix seconds, line, Wh or `MISSING`. */
export interface Column {
  readonly time: number[];
  readonly line: number[];
  readonly loadWh: number[];
  readonly pvWh: number[];
  unordered: number;
}

export const emptyColumn = (): Column => ({ time: [], line: [], loadWh: [], pvWh: [], unordered: 0 });

/** Adds a reading, and counts it if it comes earlier in time than the one before. */
export function addReading(column: Column, time: number, line: number, loadWh: number, pvWh: number): void {
  if (time < (column.time.at(-1) ?? time)) column.unordered++;
  column.time.push(time);
  column.line.push(line);
  column.loadWh.push(loadWh);
  column.pvWh.push(pvWh);
}

/**
 * Meter data from the readings of each home: homes sorted by id, readings by time, absent ones marked. Throws InputError
 * for two readings of one home and slot, mixed slot lengths, a length that doesn't divide a day, too many readings.
 */
export function meterFileOf(
  file: string,
  byHome: Map<string, Column>,
  slotSeconds?: number,
  notes: readonly string[] = [],
): MeterFile {
  const columns = sortedColumns(file, byHome);
  const starts = [...columns].map(([home, { time, line }]): Starts => ({ home, times: time, lines: line }));
  const data = assemble(file, columns, slotLength(file, starts, slotSeconds));
  const unordered = [...columns.values()].reduce((sum, column) => sum + column.unordered, 0);
  return { data, report: { ...gapReport(data, file, unordered), notes } };
}

/** The id, if it is allowed; throws InputError. */
export function checkedHome(file: string, line: number | undefined, home: string): string {
  if (HOME_ID.test(home)) return home;
  throw new InputError(
    "the home's id is empty or has signs that are not allowed",
    { file, ...(line !== undefined && { line }), value: home },
    "use 1 to 64 letters, digits, spaces, points, dashes or underscores, a letter or digit first",
  );
}

/** Homes sorted by id, each one's rows by time. */
function sortedColumns(file: string, columns: Map<string, Column>): Map<string, Column> {
  const ids = [...columns.keys()].sort((a, b) => (a < b ? -1 : 1));
  return new Map(ids.map((id) => [id, sorted(file, id, columns.get(id) as Column)]));
}

function sorted(file: string, home: string, column: Column): Column {
  const at = (values: readonly number[], i: number) => values[i] as number;
  const order = column.time.map((_, i) => i);
  if (column.unordered > 0) order.sort((a, b) => at(column.time, a) - at(column.time, b) || a - b);
  const twice = order.findIndex((row, i) => i > 0 && at(column.time, row) === at(column.time, order[i - 1] as number));
  if (twice > 0) throw doubled(file, home, column, order[twice - 1] as number, order[twice] as number);
  const pick = (values: readonly number[]) => order.map((row) => at(values, row));
  return {
    ...column,
    time: pick(column.time),
    line: pick(column.line),
    loadWh: pick(column.loadWh),
    pvWh: pick(column.pvWh),
  };
}

function doubled(file: string, home: string, { time, line }: Column, first: number, second: number): InputError {
  const message = `two rows of one home and slot, lines ${line[first]} and ${line[second]}`;
  const details = { file, line: line[second] as number, home, value: formatUtc(time[second] as number) };
  return new InputError(
    message,
    details,
    "keep one; a doubled hour in autumn means that local times were taken for UTC",
  );
}

function assemble(file: string, columns: Map<string, Column>, slotSeconds: number): MeterData {
  const bounds = [...columns.values()].flatMap(({ time }) => [time[0] as number, time.at(-1) as number]);
  const first = bounds.reduce((low, time) => Math.min(low, time));
  const last = bounds.reduce((high, time) => Math.max(high, time));
  const slotCount = (last - first) / slotSeconds + 1;
  if (slotCount * columns.size > MAX_READINGS) throw tooLong(file, first, last);
  const homes = [...columns].map(([id, column]) => placed(id, column, first, slotSeconds, slotCount));
  return { slotSeconds, firstSlot: slotAt(first, slotSeconds), slotCount, homes };
}

function tooLong(file: string, first: number, last: number): InputError {
  const message = `the rows span ${formatUtc(first)} to ${formatUtc(last)}, more than ${MAX_READINGS} readings`;
  return new InputError(message, { file }, "look for a mistyped year, or split the file");
}

function placed(id: string, column: Column, first: number, slotSeconds: number, slotCount: number): MeterHome {
  const loadWh = new Int32Array(slotCount).fill(MISSING);
  const pvWh = new Int32Array(slotCount).fill(MISSING);
  column.time.forEach((time, row) => {
    const index = (time - first) / slotSeconds;
    loadWh[index] = column.loadWh[row] as number;
    pvWh[index] = column.pvWh[row] as number;
  });
  return { id, loadWh, pvWh };
}
