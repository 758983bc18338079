import { Calendar, type CalendarDay } from "../data/days.ts";
import { InputError } from "../data/inputError.ts";
import { homeOf, type MeterData, MISSING } from "../data/meterData.ts";
import { flatPrices, type TariffSeries, tariffPrices } from "../data/tariff.ts";
import type { Location } from "../forecast/clearSky.ts";
import type { Home, HomePrices } from "../household/home.ts";
import { slotToUtc } from "../model/slots.ts";
import { randomStream } from "../random/random.ts";
import type { Community } from "./community.ts";
import { dealTariffs, supplierPrices, TARIFF_KINDS, type TariffKind } from "./supplierTariffs.ts";

/**
 * Where the tariffs of measured homes come from; meter files hold none. Micro-currency per kWh.
 * - flat: the same two prices for all homes;
 * - file: the same published series for all homes, feed-in from a file too or flat;
 * - mixed: the tariffs of `supplierTariffs` (published ones and an illustrative day-night one) dealt out to the homes
 *   by   a seed, the dynamic one only with a day-ahead series. They are assigned, not the homes' own; every label says
 *   so.
 */
export type MeasuredTariffs =
  | {
      readonly kind: "flat";
      readonly currency: string;
      readonly retailMicroPerKwh: number;
      readonly feedInMicroPerKwh: number;
    }
  | { readonly kind: "file"; readonly retail: TariffSeries; readonly feedIn: TariffSeries | number }
  | { readonly kind: "mixed"; readonly seed: number; readonly dayAhead?: TariffSeries };

export interface MeasuredOptions {
  readonly data: MeterData;
  /** Where the data come from, for the label. */
  readonly source: string;
  /** The day to trade, local date in `zone`. */
  readonly date: string;
  readonly zone: string;
  readonly tariffs: MeasuredTariffs;
  readonly location?: Location;
  /** Homes to take part; all when left out. */
  readonly homes?: readonly string[];
  /** What to do with a home that has missing readings on the day; refuse when left out. */
  readonly onGap?: "refuse" | "leave-out";
  readonly connectionW?: number;
}

const CONNECTION_W = 17_250;

/**
 * The community of measured homes on one of their days. Throws InputError when the day is not in the data, when a home
 * has missing readings on it (unless left out), when no home is left, or when a price series doesn't cover the day or
 * has a feed-in price above retail.
 */
export function measuredCommunity(options: MeasuredOptions): Community {
  const { data, date, zone, source, location } = options;
  const day = new Calendar(zone, data.slotSeconds).day(date);
  const ids = complete(options, day);
  const { currency, label, pricesFor } = tariffsOf(options, day, ids);
  const connectionW = options.connectionW ?? CONNECTION_W;
  const homes = ids.map((id, i): Home => ({ id, connectionW, ...pricesFor(i) }));
  for (const home of homes) checkPrices(home, data.slotSeconds);
  const left = (options.homes ?? data.homes).length - ids.length;
  const leftOut = left > 0 ? `, ${left} left out for gaps` : "";
  const text = `measured: ${ids.length} homes of ${source}${leftOut}; tariffs ${label}`;
  return { origin: "measured", label: text, currency, zone, ...(location ? { location } : {}), data, day, homes };
}

/** The wanted homes that have every reading of the day. */
function complete({ data, homes, onGap = "refuse" }: MeasuredOptions, day: CalendarDay): string[] {
  const wanted = homes ?? data.homes.map(({ id }) => id);
  const whole = wanted.filter((id) => missingOn(data, id, day) === 0);
  const gappy = wanted.find((id) => missingOn(data, id, day) > 0);
  if (gappy !== undefined && onGap === "refuse") throw gap(data, gappy, day);
  if (whole.length > 0) return whole;
  throw new InputError(
    `no home has all readings of ${day.date}`,
    { value: day.date },
    `choose a day of ${spanOf(data)}`,
  );
}

function missingOn(data: MeterData, id: string, { firstSlot, slotCount }: CalendarDay): number {
  const { loadWh, pvWh } = homeOf(data, id);
  const indexes = Array.from({ length: slotCount }, (_, i) => firstSlot + i - data.firstSlot);
  const absent = (wh: number | undefined) => (wh === undefined || wh === MISSING ? 1 : 0);
  return indexes.reduce((sum, i) => sum + absent(loadWh[i]) + absent(pvWh[i]), 0);
}

function gap(data: MeterData, home: string, day: CalendarDay): InputError {
  const message = `${missingOn(data, home, day)} of ${2 * day.slotCount} readings of ${day.date} are missing`;
  return new InputError(
    message,
    { home, value: day.date },
    `choose another day of ${spanOf(data)}, or leave such homes out`,
  );
}

function spanOf({ firstSlot, slotCount, slotSeconds }: MeterData): string {
  return `${slotToUtc(firstSlot, slotSeconds)} to ${slotToUtc(firstSlot + slotCount, slotSeconds)}`;
}

interface Assigned {
  readonly currency: string;
  readonly label: string;
  readonly pricesFor: (index: number) => { readonly tariff: string; readonly prices: HomePrices };
}

function tariffsOf({ data, tariffs }: MeasuredOptions, day: CalendarDay, ids: readonly string[]): Assigned {
  if (tariffs.kind === "mixed") return mixed(tariffs, day, data.slotSeconds, ids.length);
  if (tariffs.kind === "file") return fromFile(tariffs, day, data.slotSeconds);
  const { currency, retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn } = tariffs;
  const prices = pricesOn(day, flatPrices(retail, day.slotCount), flatPrices(feedIn, day.slotCount));
  const tariff = `flat ${retail / 1e6}/${feedIn / 1e6} ${currency}/kWh`;
  return { currency, label: tariff, pricesFor: () => ({ tariff, prices }) };
}

function fromFile(
  { retail, feedIn }: Extract<MeasuredTariffs, { kind: "file" }>,
  day: CalendarDay,
  slotSeconds: number,
): Assigned {
  const flat = typeof feedIn === "number";
  if (!flat) checkCurrency(feedIn, retail.currency);
  const feedInPrices = flat ? flatPrices(feedIn, day.slotCount) : tariffPrices(feedIn, day, slotSeconds);
  const prices = pricesOn(day, tariffPrices(retail, day, slotSeconds), feedInPrices);
  const tariff = `of ${retail.file}`;
  return { currency: retail.currency, label: tariff, pricesFor: () => ({ tariff, prices }) };
}

function mixed(
  { seed, dayAhead }: Extract<MeasuredTariffs, { kind: "mixed" }>,
  day: CalendarDay,
  slotSeconds: number,
  homes: number,
): Assigned {
  const kinds = TARIFF_KINDS.filter((kind) => kind !== "dynamic" || dayAhead !== undefined);
  const dealt = dealTariffs(kinds, homes, randomStream(seed, "assigned tariffs"));
  if (dayAhead) checkCurrency(dayAhead, "EUR");
  const wholesale = dayAhead ? tariffPrices(dayAhead, day, slotSeconds) : new Int32Array(day.slotCount);
  const pricesFor = (i: number) => {
    const kind = dealt[i] as TariffKind;
    return { tariff: `assigned: ${kind}`, prices: supplierPrices(kind, day, wholesale) };
  };
  return { currency: "EUR", label: `ASSIGNED by seed ${seed} from ${kinds.join(", ")}, not the homes' own`, pricesFor };
}

function checkCurrency({ file, currency }: TariffSeries, wanted: string): void {
  if (currency === wanted) return;
  throw new InputError(
    `prices in ${currency} where ${wanted} is needed`,
    { file, value: currency },
    "use one currency",
  );
}

function pricesOn(
  { firstSlot }: CalendarDay,
  retailMicroPerKwh: Int32Array,
  feedInMicroPerKwh: Int32Array,
): HomePrices {
  return { firstSlot, retailMicroPerKwh, feedInMicroPerKwh };
}

function checkPrices(
  { id, prices: { firstSlot, retailMicroPerKwh, feedInMicroPerKwh } }: Home,
  slotSeconds: number,
): void {
  const t = retailMicroPerKwh.findIndex((retail, i) => retail < (feedInMicroPerKwh[i] as number));
  if (t < 0) return;
  const message = `the feed-in price is above the retail price at ${slotToUtc(firstSlot + t, slotSeconds)}`;
  throw new InputError(message, { home: id }, "give a feed-in price of at most the retail price in every slot");
}
