import { Calendar, type CalendarDay } from "../data/days.ts";
import { InputError } from "../data/inputError.ts";
import type { MeterData, MeterHome } from "../data/meterData.ts";
import { clearSky, type Location } from "../forecast/clearSky.ts";
import type { Deviation, Home } from "../household/home.ts";
import { randomStream, shuffled } from "../random/random.ts";
import type { Community } from "./community.ts";
import { applyDeviation, deviationOf } from "./deviation.ts";
import { dayLoad } from "./loadModel.ts";
import { facing, plantWh } from "./pvModel.ts";
import { dealTariffs, supplierPrices, syntheticWholesale, TARIFF_KINDS, type TariffKind } from "./supplierTariffs.ts";
import { drawTraits, type HomeTraits } from "./traits.ts";
import { type DayWeather, dayWeather } from "./weather.ts";

export interface GeneratedOptions {
  readonly homes?: number;
  readonly seed?: number;
  /** The day to trade, local date. */
  readonly date?: string;
  readonly zone?: string;
  readonly location?: Location;
  /** Days of readings before that day; at least 21, so that the default forecast has three equal weekdays. */
  readonly historyDays?: number;
  readonly slotSeconds?: number;
}

/** Seed 8 draws an ordinary day of sun and cloud: PV and load are forecast about as wrongly as on measured days. */
const DEFAULTS: Required<GeneratedOptions> = {
  homes: 20,
  seed: 8,
  date: "2026-05-19",
  zone: "Europe/Berlin",
  location: { latitude: 52.5, longitude: 13.4 },
  historyDays: 28,
  slotSeconds: 900,
};

const MOST_HOMES = 10_000;
const LEAST_HISTORY_DAYS = 21;
/** Share of homes whose day goes quite otherwise than forecast. */
const DEVIATING_SHARE = 0.15;

/**
 * A synthetic community: load (`loadModel`), PV (`pvModel` under `weather`), equipment (`traits`) and tariffs
 * (`supplierTariffs`) of every home from one seed. The same options give the same community; a home, a date and a
 * device each have their own random numbers, so more homes or days don't change the others' load and PV (equipment and
 * tariffs are dealt out among all). Throws InputError for options out of range.
 */
export function generateCommunity(options: GeneratedOptions = {}): Community {
  const chosen = checked({ ...DEFAULTS, ...options });
  const { homes: count, seed, date, zone, location, historyDays, slotSeconds } = chosen;
  const calendar = new Calendar(zone, slotSeconds);
  const day = calendar.day(date);
  const days = Array.from({ length: historyDays + 1 }, (_, i) => calendar.shift(date, i - historyDays));
  const weather = days.map((each) => dayWeather(seed, each, slotSeconds));
  const traits = drawTraits(seed, count);
  const homes = furnished(chosen, traits, day, weather.at(-1) as DayWeather);
  const data = readings(chosen, homes, traits, days, weather);
  const label = `SYNTHETIC: ${count} generated homes, seed ${seed}; no measured data`;
  const generatedFrom = { homes: count, seed, historyDays };
  return { origin: "generated", label, currency: "EUR", zone, location, data, day, homes, generatedFrom };
}

function checked(options: Required<GeneratedOptions>): Required<GeneratedOptions> {
  const { homes, historyDays, seed } = options;
  inRange("homes", homes, 1, MOST_HOMES);
  inRange("days of history", historyDays, LEAST_HISTORY_DAYS, 1000);
  inRange("seed", seed, 0, 0xffff_ffff);
  return options;
}

function inRange(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InputError(
    `${what}: ${value} is out of range`,
    { value: `${value}` },
    `give a whole number from ${least} to ${most}`,
  );
}

/** Homes with tariffs and deviations. */
function furnished(
  { seed }: Required<GeneratedOptions>,
  traits: readonly HomeTraits[],
  day: CalendarDay,
  weather: DayWeather,
): Home[] {
  const random = randomStream(seed, "tariffs and deviations");
  const kinds = dealTariffs(TARIFF_KINDS, traits.length, random);
  const sunshine = weather.transmittance.reduce((sum, share) => sum + share, 0) / day.slotCount;
  const wholesale = syntheticWholesale(seed, day, sunshine);
  const deviating = new Set(shuffled(traits, random).slice(0, Math.round(DEVIATING_SHARE * traits.length)));
  return traits.map((home, i) => {
    const deviates = deviating.has(home) ? deviationOf(day, home.plant !== undefined, random) : undefined;
    return homeFrom(home, kinds[i] as TariffKind, day, wholesale, deviates);
  });
}

function homeFrom(
  traits: HomeTraits,
  kind: TariffKind,
  day: CalendarDay,
  wholesale: Int32Array,
  deviates: Deviation | undefined,
): Home {
  const { id, connectionW, appliances, plant, battery } = traits;
  const prices = supplierPrices(kind, day, wholesale);
  return {
    ...{ id, connectionW, appliances, tariff: kind, prices },
    ...(plant ? { pvKw: plant.peakKw } : {}),
    ...(battery ? { battery } : {}),
    ...(deviates ? { deviates } : {}),
  };
}

function readings(
  options: Required<GeneratedOptions>,
  homes: readonly Home[],
  traits: readonly HomeTraits[],
  days: readonly CalendarDay[],
  weather: readonly DayWeather[],
): MeterData {
  const { slotSeconds, location } = options;
  const firstSlot = (days[0] as CalendarDay).firstSlot;
  const slotCount = days.reduce((sum, day) => sum + day.slotCount, 0);
  const sky = clearSky(slotSeconds, location);
  const meters = traits.map((home, i) => {
    const loadWh = joined(
      days.map((day, d) => dayLoad(options.seed, home.id, home.load, day, slotSeconds, weather[d] as DayWeather)),
    );
    const pvWh = joined(days.map((day, d) => dayPv(options, home, day, sky, weather[d] as DayWeather)));
    return applyDeviation({ id: home.id, loadWh, pvWh }, firstSlot, homes[i]?.deviates);
  });
  return { slotSeconds, firstSlot, slotCount, homes: meters satisfies MeterHome[] };
}

function dayPv(
  { slotSeconds, location }: Required<GeneratedOptions>,
  { plant }: HomeTraits,
  { firstSlot, slotCount }: CalendarDay,
  sky: (slot: number) => number,
  { transmittance }: DayWeather,
): Int32Array {
  if (!plant) return new Int32Array(slotCount);
  return Int32Array.from(transmittance, (share, i) => {
    const wm2 = sky(firstSlot + i);
    return wm2 === 0 ? 0 : plantWh(plant, wm2, share, facing(plant, firstSlot + i, slotSeconds, location), slotSeconds);
  });
}

function joined(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => [...part]));
}
