import { readdirSync, statSync } from "node:fs";
import { join, parse } from "node:path";
import { readText } from "./csv.ts";
import { dsmrColumn } from "./dsmrMeter.ts";
import { greenButtonColumn } from "./greenButtonMeter.ts";
import { InputError } from "./inputError.ts";
import { parseMeterCsv } from "./meterCsv.ts";
import { type Column, checkedHome, type MeterFile, meterFileOf } from "./meterRows.ts";

/** How meter readings may be given. */
export const METER_FORMATS = ["auto", "csv", "dsmr", "green-button"] as const;
export type MeterFormat = (typeof METER_FORMATS)[number];

export interface MeterFileOptions {
  /** Told from the first character when left out or `auto`: `<` Green Button, `/` DSMR, else CSV. */
  readonly format?: MeterFormat;
  /** Slots that a log of telegrams is cut into, seconds; 900 when left out. The other formats have their own. */
  readonly slotSeconds?: number;
}

const DSMR_SLOT_SECONDS = 900;

/**
 * Meter data from a CSV of any number of homes, from a P1 log or a Green Button feed, which are one home named by the
 * file, or from a folder of such logs and feeds. Throws InputError for whatever can't be read as what it is.
 */
export function readMeterFile(path: string, options: MeterFileOptions = {}): MeterFile {
  if (isFolder(path)) return readFolder(path, options);
  const text = readText(path);
  const format = formatOf(text, options.format);
  return format === "csv" ? parseMeterCsv(path, text) : together(path, [homeIn(path, text, format, options)]);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readFolder(path: string, options: MeterFileOptions): MeterFile {
  const files = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => join(path, name))
    .sort();
  const homes = files.map((file) => {
    const text = readText(file);
    const format = formatOf(text, options.format);
    if (format !== "csv") return homeIn(file, text, format, options);
    throw new InputError(
      "a CSV among the files of a folder",
      { file },
      "give a CSV by itself; a folder holds P1 logs and Green Button feeds",
    );
  });
  if (homes.length > 0) return together(path, homes);
  throw new InputError(
    "the folder holds no file",
    { file: path },
    "put one P1 log or Green Button feed per home into it",
  );
}

function formatOf(text: string, wanted: MeterFormat = "auto"): Exclude<MeterFormat, "auto"> {
  if (wanted !== "auto") return wanted;
  const [first] = text.replace(/^\uFEFF/, "").trimStart();
  return first === "<" ? "green-button" : first === "/" ? "dsmr" : "csv";
}

interface OneHome {
  readonly file: string;
  readonly id: string;
  readonly column: Column;
  readonly slotSeconds: number;
  readonly notes: readonly string[];
}

function homeIn(file: string, text: string, format: "dsmr" | "green-button", options: MeterFileOptions): OneHome {
  const id = checkedHome(file, undefined, parse(file).name);
  const { slotSeconds = DSMR_SLOT_SECONDS } = options;
  const read =
    format === "dsmr" ? { slotSeconds, ...dsmrColumn(file, text, slotSeconds) } : greenButtonColumn(file, text);
  return { file, id, ...read, notes: read.notes.map((note) => `${id}: ${note}`) };
}

const AT_THE_GRID =
  "load and pv are what crossed the meter at the grid; what a home used of its own roof is in neither";

function together(path: string, homes: readonly OneHome[]): MeterFile {
  const [{ slotSeconds, file }] = homes as [OneHome];
  const columns = new Map<string, Column>();
  for (const home of homes) {
    if (home.slotSeconds !== slotSeconds) {
      const message = `slots of ${home.slotSeconds} s, where ${file} has ${slotSeconds} s`;
      throw new InputError(message, { file: home.file }, "give files of one slot length; P1 logs take any");
    }
    if (columns.has(home.id))
      throw new InputError("two files of one home", { file: home.file, home: home.id }, "name each file by its home");
    columns.set(home.id, home.column);
  }
  return meterFileOf(path, columns, slotSeconds, [AT_THE_GRID, ...homes.flatMap(({ notes }) => notes)]);
}
