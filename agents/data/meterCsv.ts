import { formatUtc, slotAt } from "../model/slots.ts";
import { type CsvRow, type CsvTable, columnsOf, eachRow, readText, utcCell } from "./csv.ts";
import { type GapReport, gapReport } from "./gapReport.ts";
import { InputError } from "./inputError.ts";
import { type MeterData, type MeterHome, MISSING } from "./meterData.ts";
import { type Starts, slotLength } from "./slotLength.ts";

export const METER_COLUMNS = ["start_utc", "household", "load_wh", "pv_wh"] as const;

/** More readings than this are taken for a mistyped year. */
const MAX_READINGS = 200_000_000;
const MAX_WH = 0x7fff_ffff;
/** Letters, digits, space, point, dash and underscore: safe in file names, MQTT topics and spreadsheets. */
const HOME_ID = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

export interface MeterCsv {
  readonly data: MeterData;
  readonly report: GapReport;
}

export interface MeterCsvOptions {
  /** Seconds; told from the rows when left out. */
  readonly slotSeconds?: number;
}

interface Column {
  readonly time: number[];
  readonly line: number[];
  readonly loadWh: number[];
  readonly pvWh: number[];
  unordered: number;
}

/** Reads a meter file; see `parseMeterCsv`. Throws InputError, also when the file can't be read. */
export function readMeterCsv(file: string, options: MeterCsvOptions = {}): MeterCsv {
  return parseMeterCsv(file, readText(file), options);
}

/**
 * Meter data from tidy CSV `start_utc,household,load_wh,pv_wh` (columns in any order): start of the slot in UTC, gross
 * load and gross PV in whole Wh. Rules: rows in any order (sorted, and counted); an absent row or an empty cell is a
 * missing reading, marked and never filled; homes are sorted by id. Refused with InputError: other columns, times not
 * in UTC, negative or fractional Wh, two rows of one home and slot, mixed slot lengths, a length that doesn't divide a
 * day, odd home ids, more than 200 million readings.
 */
export function parseMeterCsv(file: string, text: string, options: MeterCsvOptions = {}): MeterCsv {
  const columns = sortedColumns(file, readColumns(file, text));
  const starts = [...columns].map(([home, { time, line }]): Starts => ({ home, times: time, lines: line }));
  const slotSeconds = slotLength(file, starts, options.slotSeconds);
  const data = assemble(file, columns, slotSeconds);
  const unordered = [...columns.values()].reduce((sum, column) => sum + column.unordered, 0);
  return { data, report: gapReport(data, file, unordered) };
}

function readColumns(file: string, text: string): Map<string, Column> {
  const columns = new Map<string, Column>();
  let order: number[] = [];
  const onHeader = (table: CsvTable) => {
    order = columnsOf(table, METER_COLUMNS);
  };
  eachRow(file, text, onHeader, (row) => addRow(file, columns, order, row));
  return columns;
}

function addRow(file: string, columns: Map<string, Column>, order: readonly number[], { line, cells }: CsvRow): void {
  const [start = "", home = "", load = "", pv = ""] = order.map((i) => cells[i] ?? "");
  if (!HOME_ID.test(home)) throw badHome(file, line, home);
  const column = columns.get(home) ?? { time: [], line: [], loadWh: [], pvWh: [], unordered: 0 };
  columns.set(home, column);
  const time = utcCell(file, line, start);
  if (time < (column.time.at(-1) ?? time)) column.unordered++;
  column.time.push(time);
  column.line.push(line);
  column.loadWh.push(whCell(file, line, home, "load_wh", load));
  column.pvWh.push(whCell(file, line, home, "pv_wh", pv));
}

function badHome(file: string, line: number, home: string): InputError {
  const remedy = "use 1 to 64 letters, digits, spaces, points, dashes or underscores, a letter or digit first";
  return new InputError(
    "the home's id is empty or has signs that are not allowed",
    { file, line, value: home },
    remedy,
  );
}

function whCell(file: string, line: number, home: string, name: string, value: string): number {
  if (value === "") return MISSING;
  if (/^\d+$/.test(value) && Number(value) <= MAX_WH) return Number(value);
  const negative = value.startsWith("-");
  const message = `${name} is ${negative ? "negative" : "not a whole number of Wh"}`;
  const remedy = negative
    ? "give gross consumption and gross generation, each 0 or more; leave the cell empty if the reading is not known"
    : "round to whole Wh (0 to 2147483647); leave the cell empty if the reading is not known";
  throw new InputError(message, { file, line, home, value }, remedy);
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
