import type { CalendarDay } from "../data/days.ts";
import { flatPrices, withMargin } from "../data/tariff.ts";
import type { HomePrices } from "../household/home.ts";
import { type Random, randomStream, shuffled } from "../random/random.ts";

/**
 * Suppliers' tariffs in EUR (2025): retail and feed-in, micro-EUR per kWh.
 * - de-flat: German household price of the first half of 2025 (Eurostat), feed-in of small plants put up until January
 *   2026;
 * - eu-flat: EU average of the same half year (Eurostat), German feed-in from February 2026;
 * - day-night: illustrative, 22 ct from 23 to 7 h local time, 32 ct else, feed-in 7 ct;
 * - dynamic: the hour's wholesale price with the additions and the deduction of a Belgian dynamic contract of 2024.
 */
export type TariffKind = "de-flat" | "eu-flat" | "day-night" | "dynamic";

export const TARIFF_KINDS: readonly TariffKind[] = ["de-flat", "eu-flat", "day-night", "dynamic"];

const DYNAMIC_RETAIL_ADDS = 11_000 + 114_069;
const DYNAMIC_FEED_IN_ADDS = -9_050;

/** A tariff's prices over a day. `wholesale`, micro-EUR per kWh per slot, is what the dynamic one follows. */
export function supplierPrices(kind: TariffKind, day: CalendarDay, wholesale: Int32Array): HomePrices {
  const { firstSlot, slotCount } = day;
  const flat = (micro: number) => flatPrices(micro, slotCount);
  const pair = (retailMicroPerKwh: Int32Array, feedInMicroPerKwh: Int32Array) => ({
    firstSlot,
    retailMicroPerKwh,
    feedInMicroPerKwh,
  });
  switch (kind) {
    case "de-flat":
      return pair(flat(383_500), flat(78_600));
    case "eu-flat":
      return pair(flat(287_200), flat(77_800));
    case "day-night":
      return pair(Int32Array.from(day.clockMinutes, nightOrDay), flat(70_000));
    case "dynamic":
      return pair(withMargin(wholesale, DYNAMIC_RETAIL_ADDS), withMargin(wholesale, DYNAMIC_FEED_IN_ADDS));
  }
}

function nightOrDay(minutes: number): number {
  return minutes < 7 * 60 || minutes >= 23 * 60 ? 220_000 : 320_000;
}

/** Kinds in turn, so that each is met as often as the others, dealt out at random. */
export function dealTariffs(kinds: readonly TariffKind[], homes: number, random: Random): TariffKind[] {
  return shuffled(
    Array.from({ length: homes }, (_, i) => kinds[i % kinds.length] as TariffKind),
    random,
  );
}

/**
 * A synthetic wholesale price by the hour, micro-EUR per kWh: dear in the morning and the evening, cheap at noon, a
 * little below zero when the day is sunny (`sunshine`, 0 to 1). Held within each hour.
 */
export function syntheticWholesale(seed: number, day: CalendarDay, sunshine: number): Int32Array {
  const random = randomStream(seed, `wholesale ${day.date}`);
  const hours = Array.from({ length: 24 }, (_, hour) => wholesaleAt(hour, sunshine, random));
  return Int32Array.from(day.clockMinutes, (minutes) => hours[Math.floor(minutes / 60)] as number);
}

const WHOLESALE_LIMITS = [-10_000, 180_000] as const;

function wholesaleAt(hour: number, sunshine: number, random: Random): number {
  const bump = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2));
  const eur =
    0.075 + 0.04 * bump(8, 1.8) + 0.08 * bump(20, 2.4) - 0.095 * sunshine * bump(13.5, 3.2) + 0.004 * random.normal();
  const [least, most] = WHOLESALE_LIMITS;
  return Math.min(most, Math.max(least, 10 * Math.round(eur * 100_000)));
}
