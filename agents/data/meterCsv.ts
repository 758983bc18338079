import { type CsvRow, type CsvTable, columnsOf, eachRow, readText, utcCell } from "./csv.ts";
import { InputError } from "./inputError.ts";
import { MISSING } from "./meterData.ts";
import { addReading, type Column, checkedHome, emptyColumn, MAX_WH, type MeterFile, meterFileOf } from "./meterRows.ts";

export const METER_COLUMNS = ["start_utc", "household", "load_wh", "pv_wh"] as const;

export interface MeterCsvOptions {
  /** Seconds; told from the rows when left out. */
  readonly slotSeconds?: number;
}

/** Reads a meter file; see `parseMeterCsv`. Throws InputError, also when the file can't be read. */
export function readMeterCsv(file: string, options: MeterCsvOptions = {}): MeterFile {
  return parseMeterCsv(file, readText(file), options);
}

/**
 * Meter data from tidy CSV `start_utc,household,load_wh,pv_wh` (columns in any order): start of the slot in UTC, gross
 * load and gross PV in whole Wh. Rules: rows in any order (sorted, and counted); an absent row or an empty cell is a
 * missing reading, marked and never filled; homes are sorted by id. Refused with InputError: other columns, times not
 * in UTC, negative or fractional Wh, two rows of one home and slot, mixed slot lengths, a length that doesn't divide a
 * day, odd home ids, more than 200 million readings.
 */
export function parseMeterCsv(file: string, text: string, options: MeterCsvOptions = {}): MeterFile {
  return meterFileOf(file, readColumns(file, text), options.slotSeconds);
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
  const column = columns.get(checkedHome(file, line, home)) ?? emptyColumn();
  columns.set(home, column);
  const time = utcCell(file, line, start);
  const [loadWh, pvWh] = [whCell(file, line, home, "load_wh", load), whCell(file, line, home, "pv_wh", pv)];
  addReading(column, time, line, loadWh, pvWh);
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
