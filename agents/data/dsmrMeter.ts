import { formatUtc } from "../model/slots.ts";
import { parseTelegrams, type Telegram, type Telegrams } from "./dsmr.ts";
import { InputError } from "./inputError.ts";
import { MISSING } from "./meterData.ts";
import { addReading, type Column, emptyColumn } from "./meterRows.ts";

/** Registers at a moment, Wh. */
interface Registers {
  readonly line: number;
  readonly time: number;
  readonly importWh: number;
  readonly exportWh: number;
}

/** Power counts between two telegrams for at most so long; more is a gap. */
const POWER_SECONDS = 60;

/**
 * One home's readings from a log of P1 telegrams, per slot: what its import register (load) and its export register
 * (pv) rose by. The meter stands at the grid, so load and pv are what crossed it; what the home used of its own roof is in
 * neither.
 *
 * Registers come before power: power is added up only in a log that has no registers at all, and a note says so. A
 * register at a slot's edge is read from the telegram at that moment, else in proportion between the two telegrams around
 * it, rounded down, so that nothing is lost over a run; where these are more than a slot apart the edge is unknown and
 * the slots that it bounds are missing. Throws InputError for a register that falls, and two telegrams of one moment
 * that differ.
 */
export function dsmrColumn(file: string, text: string, slotSeconds: number): { column: Column; notes: string[] } {
  const parsed = parseTelegrams(file, text);
  const { series, notes } = registersOf(file, parsed);
  const column = emptyColumn();
  column.unordered = series.unordered;
  const edges = edgesOf(series.rows, slotSeconds);
  for (const [i, edge] of edges.entries()) {
    const next = edges[i + 1];
    if (next === undefined) break;
    const known = edge.importWh !== MISSING && next.importWh !== MISSING;
    const rise = (name: "importWh" | "exportWh") => (known ? next[name] - edge[name] : MISSING);
    addReading(column, edge.time, edge.line, rise("importWh"), rise("exportWh"));
  }
  if (column.time.length > 0) return { column, notes: [...notes, ...countsOf(parsed, series.doubled)] };
  const remedy = "give a longer log, or shorter slots";
  throw new InputError(`the telegrams span no whole slot of ${slotSeconds / 60} minutes`, { file }, remedy);
}

interface Series {
  readonly rows: readonly Registers[];
  readonly unordered: number;
  readonly doubled: number;
}

function registersOf(file: string, { telegrams }: Telegrams): { series: Series; notes: string[] } {
  const unordered = telegrams.filter(({ time }, i) => time < (telegrams[i - 1]?.time ?? time)).length;
  const sorted = [...telegrams].sort((a, b) => a.time - b.time);
  const withRegister = sorted.filter(({ importWh }) => importWh !== undefined);
  const rows = withRegister.length > 0 ? withRegister.map(registers) : addedUp(file, sorted);
  const once = rows.filter((row, i) => row.time !== rows[i - 1]?.time);
  checkRise(file, rows);
  const notes = withRegister.length > 0 ? [] : ["no registers in the telegrams: energy was added up from power"];
  const bare = sorted.length - withRegister.length;
  if (withRegister.length > 0 && bare > 0) notes.push(`${bare} telegrams without import register were left out`);
  return { series: { rows: once, unordered, doubled: rows.length - once.length }, notes };
}

const registers = ({ line, time, importWh = 0, exportWh = 0 }: Telegram): Registers => ({
  line,
  time,
  importWh,
  exportWh,
});

/** Registers made of power, each held until the next telegram; they stand still over a gap. */
function addedUp(file: string, telegrams: readonly Telegram[]): Registers[] {
  const powered = telegrams.filter(({ importW }) => importW !== undefined);
  if (powered.length === 0)
    throw new InputError(
      "the telegrams hold neither registers nor power",
      { file },
      "they need 1-0:1.8.1 and 1.8.2, or 1.7.0",
    );
  let [importWs, exportWs] = [0, 0];
  return powered.map(({ line, time }, i) => {
    const before = powered[i - 1];
    const seconds = before && time - before.time <= POWER_SECONDS ? time - before.time : 0;
    importWs += (before?.importW ?? 0) * seconds;
    exportWs += (before?.exportW ?? 0) * seconds;
    return { line, time, importWh: Math.floor(importWs / 3600), exportWh: Math.floor(exportWs / 3600) };
  });
}

function checkRise(file: string, rows: readonly Registers[]): void {
  for (const [i, { time, line, importWh, exportWh }] of rows.entries()) {
    const before = rows[i - 1];
    if (before === undefined) continue;
    const value = formatUtc(time);
    if (importWh < before.importWh || exportWh < before.exportWh)
      throw new InputError("a register falls", { file, line, value }, "split the log where the meter was exchanged");
    if (time === before.time && (importWh !== before.importWh || exportWh !== before.exportWh))
      throw new InputError(
        "two telegrams of one moment differ",
        { file, line, value },
        "give the log of one meter only",
      );
  }
}

/** The registers at every slot's edge within the series; `MISSING` where they are not known. */
function edgesOf(rows: readonly Registers[], slotSeconds: number): Registers[] {
  const edges: Registers[] = [];
  let at = 0;
  const last = rows.at(-1)!.time;
  for (let time = Math.ceil(rows[0]!.time / slotSeconds) * slotSeconds; time <= last; time += slotSeconds) {
    while (rows[at + 1] !== undefined && rows[at + 1]!.time <= time) at++;
    edges.push(edgeAt(time, rows[at]!, rows[at + 1], slotSeconds));
  }
  return edges;
}

function edgeAt(time: number, before: Registers, after: Registers | undefined, slotSeconds: number): Registers {
  if (before.time === time) return before;
  if (after === undefined || after.time - before.time > slotSeconds)
    return { line: before.line, time, importWh: MISSING, exportWh: MISSING };
  const share = (from: number, to: number) =>
    from + Math.floor(((to - from) * (time - before.time)) / (after.time - before.time));
  return {
    line: before.line,
    time,
    importWh: share(before.importWh, after.importWh),
    exportWh: share(before.exportWh, after.exportWh),
  };
}

function countsOf({ telegrams, crc, cutShort }: Telegrams, doubled: number): string[] {
  const counts = `${telegrams.length} telegrams, ${crc.right} with a right CRC, ${crc.none} without one`;
  const left = [
    crc.wrong > 0 ? `${crc.wrong} left out for a wrong CRC` : "",
    cutShort > 0 ? `${cutShort} cut short and left out` : "",
    doubled > 0 ? `${doubled} came twice` : "",
  ].filter((text) => text !== "");
  return [[counts, ...left].join(", ")];
}
