import type { CalendarDay } from "../data/days.ts";
import { type Random, randomStream } from "../random/random.ts";

/** The sky and the air over the whole community, one entry per slot of a day. Synthetic. */
export interface DayWeather {
  /** Share of the clear-sky irradiance that gets through, 0.05 to 1. */
  readonly transmittance: readonly number[];
  readonly temperatureC: readonly number[];
}

interface Sky {
  readonly share: number;
  readonly mean: number;
  readonly deviation: number;
}

/** How often a day is of a kind, and how much sun it lets through. Each day is drawn by itself. */
const SKIES: readonly Sky[] = [
  { share: 0.4, mean: 0.93, deviation: 0.04 },
  { share: 0.4, mean: 0.65, deviation: 0.2 },
  { share: 0.2, mean: 0.28, deviation: 0.1 },
];
/** Clouds forget themselves over this time. */
const CLOUD_SECONDS = 2700;
const YEAR_DAYS = 365.25;

/** The weather of a date; the same seed and date always give the same, whatever else is generated. */
export function dayWeather(seed: number, day: CalendarDay, slotSeconds: number): DayWeather {
  const random = randomStream(seed, `weather ${day.date}`);
  const temperatureC = temperatures(day, random);
  return { transmittance: clouds(day, slotSeconds, random), temperatureC };
}

/** A first-order autoregression around the day's mean. */
function clouds({ slotCount }: CalendarDay, slotSeconds: number, random: Random): number[] {
  const { mean, deviation } = skyOf(random.unit());
  const memory = Math.exp(-slotSeconds / CLOUD_SECONDS);
  let state = random.normal();
  return Array.from({ length: slotCount }, () => {
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return Math.min(1, Math.max(0.05, mean + deviation * state));
  });
}

function skyOf(draw: number): Sky {
  const [clear, mixed, dull] = SKIES as [Sky, Sky, Sky];
  if (draw < clear.share) return clear;
  return draw < clear.share + mixed.share ? mixed : dull;
}

/**
 * A cosine over the year (warmest at the end of July in the northern temperate zone), one over the day, and a shift per
 * day.
 */
function temperatures({ date, clockMinutes }: CalendarDay, random: Random): number[] {
  const dayOfYear = (Date.parse(date) / 86_400_000) % YEAR_DAYS;
  const season = 10 + 9 * Math.cos((2 * Math.PI * (dayOfYear - 205)) / YEAR_DAYS);
  const shift = 2.5 * random.normal();
  return clockMinutes.map((minutes) => season + shift + 4 * Math.cos((2 * Math.PI * (minutes - 900)) / 1440));
}
