import { InputError } from "../data/inputError.ts";
import { scaledDecimal } from "../data/tariff.ts";

/** Parsers of option values. Each throws InputError naming option, value and remedy. */

/** A whole number from `least` to `most`. */
export function wholeNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw refused(option, text, `give a whole number from ${least} to ${most}`);
  };
}

/** A decimal number from `least` to `most`. */
export function decimalNumber(option: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[+-]?\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
    throw refused(option, text, `give a decimal number from ${least} to ${most}`);
  };
}

/** A price per kWh as micro-currency, rounded to nearest. */
export function pricePerKwh(option: string): (text: string) => number {
  return (text) => {
    const micro = scaledDecimal(text, 6);
    if (micro !== undefined && Math.abs(micro) <= 2_000_000_000) return micro;
    throw refused(option, text, "give a price per kWh as a plain decimal number, such as 0.2872");
  };
}

/** One of `words`. */
export function oneOf<T extends string>(option: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw refused(option, text, `give one of ${words.join(", ")}`);
  };
}

/** A date that exists. */
export function isoDate(option: string): (text: string) => string {
  return (text) => {
    const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
    throw refused(option, text, "give a date that exists as YYYY-MM-DD, such as 2016-08-24");
  };
}

function refused(option: string, value: string, remedy: string): InputError {
  return new InputError(`${option} can't be "${value}"`, {}, remedy);
}
