import { readFileSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import { parseUtc } from "../model/slots.ts";
import { InputError } from "./inputError.ts";

/** One row of a CSV file with its line number (the header is line 1). */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly file: string;
  readonly header: readonly string[];
}

/** The text of a file in UTF-8; throws InputError if it can't be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InputError(`the file can't be read (${code})`, { file }, "check the path and the permissions");
  }
}

/**
 * Reads comma-separated text with a header: quotes, CRLF, a byte order mark and empty lines are understood. Rows are
 * handed to `onRow` one by one and not kept; the header goes to `onHeader` first. Throws InputError on text that is not
 * CSV, ragged rows and an empty file.
 */
export function eachRow(
  file: string,
  text: string,
  onHeader: (table: CsvTable) => void,
  onRow: (row: CsvRow) => void,
): void {
  let rows = 0;
  const onRecord = (cells: string[], { lines }: { lines: number }) => {
    if (rows++ === 0) onHeader({ file, header: cells });
    else onRow({ line: lines, cells });
    return null;
  };
  try {
    parse(text, { bom: true, trim: true, skip_empty_lines: true, on_record: onRecord });
  } catch (error) {
    throw error instanceof CsvError ? csvFailure(file, error) : error;
  }
  if (rows < 2) throw new InputError("the file holds no rows", { file }, "give a header line and at least one row");
}

function csvFailure(file: string, error: CsvError): InputError {
  const line = Number(error.lines);
  const details = Number.isFinite(line) ? { file, line } : { file };
  return new InputError(
    `not valid CSV: ${error.message}`,
    details,
    "give comma-separated text, the same number of fields in each line",
  );
}

/** Index of each wanted column, in that order; throws InputError naming what is missing, doubled or not known. */
export function columnsOf({ file, header }: CsvTable, wanted: readonly string[]): number[] {
  const missing = wanted.filter((name) => !header.includes(name));
  const unknown = header.filter((name, i) => !wanted.includes(name) || header.indexOf(name) !== i);
  if (missing.length + unknown.length === 0) return wanted.map((name) => header.indexOf(name));
  const what = [
    missing.length > 0 ? `missing ${missing.join(", ")}` : "",
    unknown.length > 0 ? `unknown or doubled ${unknown.join(", ")}` : "",
  ];
  const message = `wrong columns: ${what.filter((text) => text !== "").join("; ")}`;
  throw new InputError(
    message,
    { file, line: 1, value: header.join(",") },
    `name the columns ${wanted.join(",")}, separated by commas`,
  );
}

/** Unix seconds of a cell that must be UTC, or InputError: a time without zone or with an offset is never guessed. */
export function utcCell(file: string, line: number, value: string): number {
  const unixSeconds = parseUtc(value);
  if (unixSeconds !== undefined && unixSeconds >= 0) return unixSeconds;
  const remedy =
    "convert start times to UTC and write them as 2026-05-19T10:15:00Z; local time is ambiguous when clocks change";
  throw new InputError("the time is not an ISO 8601 time in UTC", { file, line, value }, remedy);
}
