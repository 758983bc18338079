import { InputError } from "./inputError.ts";
import { scaledDecimal } from "./tariff.ts";

/**
 * DSMR P1 telegrams (Dutch Smart Meter Requirements, P1 companion standard 5.0.2): `/`, identification, an empty line,
 * lines of OBIS reference and values, `!` and, since version 4, a CRC in four hexadecimal digits.
 */
export interface Telegram {
  /** Line of its `/` in the file. */
  readonly line: number;
  /** Unix seconds. */
  readonly time: number;
  /** Registers in Wh since the meter was built; undefined where the telegram has none. */
  readonly importWh?: number;
  readonly exportWh?: number;
  /** Power at that moment, W. */
  readonly importW?: number;
  readonly exportW?: number;
}

export interface Telegrams {
  readonly telegrams: readonly Telegram[];
  /** How many had a right CRC, a wrong one (they are left out), none, and how many the file cuts short (left out). */
  readonly crc: { readonly right: number; readonly wrong: number; readonly none: number };
  readonly cutShort: number;
}

/** Registers by tariff, or in total; power. */
const OBIS = {
  importWh: ["1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4"],
  exportWh: ["2.8.0", "2.8.1", "2.8.2", "2.8.3", "2.8.4"],
  importW: ["1.7.0"],
  exportW: ["2.7.0"],
} as const;

/**
 * Every telegram of a log, in the file's order. Lines between telegrams are passed over. Throws InputError where there is
 * no telegram, or one without time, with a value that is no number of kWh or kW, or with a doubled reference.
 */
export function parseTelegrams(file: string, text: string): Telegrams {
  const counts = { right: 0, wrong: 0, none: 0 };
  const telegrams: Telegram[] = [];
  let [line, cutShort] = [1, 0];
  for (const part of text.split(/^(?=\/)/m)) {
    const end = part.search(/^!/m);
    if (part.startsWith("/") && end >= 0) {
      const kind = crcOf(part, end);
      counts[kind]++;
      if (kind !== "wrong") telegrams.push(telegramOf(file, line, part.slice(0, end)));
    } else if (part.startsWith("/")) cutShort++;
    line += part.split("\n").length - 1;
  }
  if (telegrams.length > 0) return { telegrams, crc: counts, cutShort };
  const why = counts.wrong > 0 ? `all ${counts.wrong} telegrams have a wrong CRC` : "the file holds no whole telegram";
  throw new InputError(why, { file }, "give a log of P1 telegrams as the meter sends them, each from / to !");
}

function crcOf(part: string, end: number): "right" | "wrong" | "none" {
  const given = /^!([0-9A-Fa-f]{4})\s*$/m.exec(part.slice(end))?.[1];
  if (given === undefined) return "none";
  const body = part.slice(0, end + 1);
  const asSent = body.replace(/\r?\n/g, "\r\n"); // a log may have lost the carriage returns that the CRC was made over
  return [body, asSent].some((sent) => crc16(sent) === Number.parseInt(given, 16)) ? "right" : "wrong";
}

/** CRC-16/ARC, polynomial x^16 + x^15 + x^2 + 1, least significant bit first, over the bytes of a text in Latin-1. */
export function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text, "latin1")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

interface Placed {
  readonly file: string;
  readonly line: number;
}

function telegramOf(file: string, line: number, body: string): Telegram {
  const values = new Map<string, { text: string; line: number }>();
  for (const [i, row] of body.split(/\r?\n/).entries()) {
    const [, reference, text] = /^\d-0:(\d+\.\d+\.\d+)(\(.*\))\s*$/.exec(row) ?? [];
    if (reference === undefined || text === undefined) continue;
    if (values.has(reference)) throw twice({ file, line: line + i }, reference);
    values.set(reference, { text, line: line + i });
  }
  const sum = (references: readonly string[], unit: string) => {
    const found = references.flatMap((reference) => values.get(reference) ?? []);
    if (found.length === 0) return undefined;
    return found.reduce((total, { text, line }) => total + thousandths({ file, line }, text, unit), 0);
  };
  const total = (name: "importWh" | "exportWh") =>
    sum(OBIS[name].slice(0, 1), "kWh") ?? sum(OBIS[name].slice(1), "kWh");
  const known = {
    importWh: total("importWh"),
    exportWh: total("exportWh"),
    importW: sum(OBIS.importW, "kW"),
    exportW: sum(OBIS.exportW, "kW"),
  };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { line, time: timeOf({ file, line }, values.get("1.0.0")?.text), ...given };
}

function twice({ file, line }: Placed, value: string): InputError {
  return new InputError(
    "a reference stands twice in one telegram",
    { file, line, value },
    "look for two telegrams in one",
  );
}

/** `(000123.456*kWh)` as whole Wh, or kW as W, rounded to nearest. */
function thousandths({ file, line }: Placed, text: string, unit: string): number {
  const [, number, given] = /^\((\d+(?:\.\d+)?)\*(\w+)\)$/.exec(text) ?? [];
  const value =
    number !== undefined && given?.toLowerCase() === unit.toLowerCase() ? scaledDecimal(number, 3) : undefined;
  if (value !== undefined) return value;
  throw new InputError(
    `the value is not a number of ${unit}`,
    { file, line, value: text },
    `write it as (000123.456*${unit})`,
  );
}

/** `(YYMMDDhhmmssX)`: local time of the Netherlands and Belgium, X S in summer (UTC+2), W in winter (UTC+1). */
function timeOf({ file, line }: Placed, text: string | undefined): number {
  const match = /^\((\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW])\)$/.exec(text ?? "");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1, 7).map(Number);
  const local = new Date(Date.UTC(2000 + year, month - 1, day, hour, minute, second));
  const back = local.toISOString().slice(2, 19).replace(/[-:T]/g, "");
  if (match && text?.slice(1, 13) === back) return local.getTime() / 1000 - (match[7] === "S" ? 7200 : 3600);
  const remedy = "telegrams need 0-0:1.0.0 as (YYMMDDhhmmssX) with X = S or W; DSMR before version 4 has no time";
  throw new InputError("the telegram has no time that exists", { file, line, value: text ?? "" }, remedy);
}
