import { DAY_SECONDS, type Slot, type SlotRange, slotAt, slotToUtc } from "../model/slots.ts";
import { type CsvTable, eachRow, readText, utcCell } from "./csv.ts";
import { InputError } from "./inputError.ts";
import { slotLength } from "./slotLength.ts";

/**
 * A price series as published: micro-currency per kWh (signed; 1e-6 EUR, USD ...) for each slot that the file holds.
 */
export interface TariffSeries {
  readonly file: string;
  /** ISO 4217 code, upper case. */
  readonly currency: string;
  readonly slotSeconds: number;
  readonly microPerKwh: ReadonlyMap<Slot, number>;
}

/** What the price column may be called. */
export const PRICE_COLUMNS =
  "<currency>_per_kwh, <currency>_per_mwh, <currency>_cent_per_kwh or gbp_pence_per_kwh (eur, usd, gbp, aud ...)";

const PRICE_COLUMN = /^([a-z]{3})(_cents?|_pence)?_per_(kwh|mwh)$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Reads a tariff file; see `parseTariffCsv`. Throws InputError, also when the file can't be read. */
export function readTariffCsv(file: string): TariffSeries {
  return parseTariffCsv(file, readText(file));
}

/**
 * Prices from CSV with `start_utc` and exactly one price column (`PRICE_COLUMNS`); other columns are left alone.
 * Decimal text becomes whole micro-currency per kWh without passing through a float, rounded to nearest, halves away
 * from zero. Rows in any order. Throws InputError for times not in UTC, prices that are no plain decimals or beyond
 * +-2,000 per kWh, doubled or mixed slots.
 */
export function parseTariffCsv(file: string, text: string): TariffSeries {
  const prices = new Map<number, { micro: number; line: number }>();
  let columns: PriceColumns | undefined;
  const onHeader = (table: CsvTable) => {
    columns = priceColumns(table);
  };
  eachRow(file, text, onHeader, ({ line, cells }) => {
    const { start, price, exponent } = columns as PriceColumns;
    const time = utcCell(file, line, cells[start] ?? "");
    const first = prices.get(time);
    if (first)
      throw new InputError(
        `two prices for one slot, lines ${first.line} and ${line}`,
        { file, line },
        "keep one of them",
      );
    prices.set(time, { micro: priceCell(file, line, cells[price] ?? "", exponent), line });
  });
  return seriesOf(file, (columns as PriceColumns).currency, prices);
}

interface PriceColumns {
  readonly start: number;
  readonly price: number;
  readonly currency: string;
  /** Power of ten from the column's unit to micro-currency per kWh. */
  readonly exponent: number;
}

function priceColumns({ file, header }: CsvTable): PriceColumns {
  const found = header.flatMap((name, index) => {
    const match = PRICE_COLUMN.exec(name);
    return match ? [{ match, index }] : [];
  });
  const [only] = found;
  if (!header.includes("start_utc") || found.length !== 1 || !only) throw badColumns(file, header);
  const [, currency = "", minor, energy] = only.match;
  const exponent = 6 - (minor ? 2 : 0) - (energy === "mwh" ? 3 : 0);
  return { start: header.indexOf("start_utc"), price: only.index, currency: currency.toUpperCase(), exponent };
}

function badColumns(file: string, header: readonly string[]): InputError {
  const remedy = `give start_utc and one price column: ${PRICE_COLUMNS}`;
  return new InputError("wrong columns for a tariff", { file, line: 1, value: header.join(",") }, remedy);
}

function priceCell(file: string, line: number, value: string, exponent: number): number {
  const micro = scaledDecimal(value, exponent);
  if (micro !== undefined && Math.abs(micro) <= 2_000_000_000) return micro;
  throw new InputError(
    "the price is not a plain decimal number within +-2,000 per kWh",
    { file, line, value },
    "write prices like -0.0123",
  );
}

/**
 * `text` x 10^exponent as a whole number, rounded to nearest, halves away from zero; undefined if `text` is no plain
 * decimal.
 */
export function scaledDecimal(text: string, exponent: number): number | undefined {
  const [, sign, whole = "", fraction = ""] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || text.length > 30) return undefined;
  const digits = BigInt(whole + fraction.padEnd(exponent, "0"));
  const excess = 10n ** BigInt(Math.max(fraction.length, exponent) - exponent);
  const magnitude = Number((2n * digits + excess) / (2n * excess));
  return sign === "-" && magnitude !== 0 ? -magnitude : magnitude;
}

function seriesOf(
  file: string,
  currency: string,
  prices: ReadonlyMap<number, { micro: number; line: number }>,
): TariffSeries {
  const rows = [...prices].sort(([a], [b]) => a - b);
  const slotSeconds = slotLength(file, [
    { times: rows.map(([time]) => time), lines: rows.map(([, { line }]) => line) },
  ]);
  return {
    file,
    currency,
    slotSeconds,
    microPerKwh: new Map(rows.map(([time, { micro }]) => [slotAt(time, slotSeconds), micro])),
  };
}

/**
 * Prices of `range` in micro-currency per kWh: a longer tariff slot is held over the shorter slots it covers, without
 * interpolation. Throws InputError when the tariff's slots are shorter than or no multiple of `slotSeconds`, or when it
 * doesn't cover a slot.
 */
export function tariffPrices(tariff: TariffSeries, range: SlotRange, slotSeconds: number): Int32Array {
  if (tariff.slotSeconds % slotSeconds !== 0) throw badLength(tariff, slotSeconds);
  const slotsHeld = tariff.slotSeconds / slotSeconds;
  return Int32Array.from({ length: range.slotCount }, (_, i) => {
    const price = tariff.microPerKwh.get(Math.floor((range.firstSlot + i) / slotsHeld));
    if (price === undefined) throw notCovered(tariff, slotToUtc(range.firstSlot + i, slotSeconds));
    return price;
  });
}

function badLength({ file, slotSeconds: own }: TariffSeries, slotSeconds: number): InputError {
  const message = `the tariff's slots of ${own} s are shorter than, or no multiple of, the market's ${slotSeconds} s`;
  return new InputError(message, { file }, "use market slots that divide the tariff's");
}

function notCovered({ file }: TariffSeries, value: string): InputError {
  return new InputError(
    "the tariff has no price for a slot",
    { file, value },
    "choose a day that the tariff covers, or another tariff",
  );
}

/** The same price in every slot, micro-currency per kWh. */
export function flatPrices(microPerKwh: number, slotCount: number): Int32Array {
  return new Int32Array(slotCount).fill(microPerKwh);
}

/** Prices plus a fixed margin (fees and levies; negative for a deduction), micro-currency per kWh. */
export function withMargin(prices: Int32Array, marginMicroPerKwh: number): Int32Array {
  return prices.map((price) => price + marginMicroPerKwh);
}

/** The same prices `days` later (earlier when negative), UTC: a published series of another year as a price shape. */
export function movedBy(tariff: TariffSeries, days: number): TariffSeries {
  const slots = (days * DAY_SECONDS) / tariff.slotSeconds;
  const microPerKwh = new Map([...tariff.microPerKwh].map(([slot, price]) => [slot + slots, price]));
  return { ...tariff, file: `${tariff.file} moved by ${days} days`, microPerKwh };
}
