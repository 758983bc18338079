import type { Result, Units } from "./result.ts";

/** How a number is written for a reader. Runs in the page too, so it imports nothing that is not there. */

/** Tokens (EUR) of base units, a decimal number: for plots and texts, never for sums. */
export function tokens(baseUnits: number, { token }: Pick<Units, "token">): number {
  return baseUnits / 10 ** token.decimals;
}

/** `12.34 EUR` of base units, rounded to nearest; `signed` writes a plus too. */
export function eur(baseUnits: number, units: Pick<Units, "token">, signed = false): string {
  return `${decimal(tokens(baseUnits, units), 2, signed)} EUR`;
}

/** `0.0042 EUR` of a decimal number: as many digits as it takes to see two that count. */
export function smallEur(value: number): string {
  const digits = value === 0 ? 2 : Math.max(2, Math.min(8, 1 - Math.floor(Math.log10(Math.abs(value)))));
  return `${decimal(value, digits)} EUR`;
}

/** Cents per kWh of a price in base units per packet, a decimal number. */
export function centsPerKwh(price: number, units: Units): number {
  return (tokens(price, units) * 100 * 1000) / units.packetWh;
}

/** `28.1 ct/kWh`, rounded to nearest; `-` where nothing trades. */
export function centsText(price: number | null, units: Units): string {
  return price === null ? "-" : `${decimal(centsPerKwh(price, units), 1)} ct/kWh`;
}

/** `3.4 kWh` of Wh: two digits below 10 kWh, none from 1,000. */
export function kwh(wh: number): string {
  const size = Math.abs(wh);
  return `${decimal(wh / 1000, size < 10_000 ? 2 : size < 1_000_000 ? 1 : 0)} kWh`;
}

/** `1.2 kg` or `340 g` of grams. */
export function mass(grams: number): string {
  return Math.abs(grams) < 1000 ? `${decimal(grams, 0)} g` : `${decimal(grams / 1000, 1)} kg`;
}

/** `18 %`, with a digit below ten. */
export function percent(share: number): string {
  return `${decimal(share * 100, share !== 0 && Math.abs(share) < 0.0995 ? 1 : 0)} %`;
}

/** `1,234,567`. */
export function whole(value: number): string {
  return decimal(value, 0);
}

/** A decimal number with thousands separated, rounded to nearest, never `-0`; `signed` writes a plus too. */
export function decimal(value: number, digits: number, signed = false): string {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return value.toLocaleString("en-GB", { ...format, signDisplay: signed ? "exceptZero" : "negative" });
}

/** `14:15`, the local time of an ISO time. */
export function clock(start: string, { timeZone }: Pick<Units, "timeZone">): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(start));
}

/** `Wednesday 24 August 2016`. */
export function dayText(day: Result["run"]["day"]): string {
  const date = new Date(`${day}T00:00:00Z`);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(date);
  return `${part({ weekday: "long" })} ${part({ day: "numeric", month: "long", year: "numeric" })}`;
}

/** Text that is safe inside an element or an attribute in quotes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
