import type { CalendarDay } from "../data/days.ts";
import { type Random, randomStream } from "../random/random.ts";
import { type Occupancy, presence } from "./occupancy.ts";
import type { DayWeather } from "./weather.ts";

/**
 * A home's synthetic load. Power is the sum of
 * - standby and a refrigerator that runs half of its 50-minute cycle;
 * - light, screens and the like: so much per person, times how many are up and at home (`presence`), with noise that
 *   lasts about an hour;
 * - appliances, each started at a random time of its window on a random share of days (`APPLIANCES`), electric car
 *   included;
 * - a heat pump: proportional to how far the air is below 15 degrees.
 *
 * Everything but standby and refrigerator is scaled by a factor drawn for the day: power, or how long a run lasts.
 */
export interface LoadTraits {
  readonly occupancy: Occupancy;
  readonly persons: number;
  readonly standbyW: number;
  /** Charging power of the car; 0 without one. */
  readonly carW: number;
  /** Electric power of the heat pump per degree below 15; 0 without one. */
  readonly heatWPerK: number;
}

interface Appliance {
  readonly name: string;
  readonly powerW: number;
  readonly minutes: readonly [number, number];
  /** Hours of the day between which it starts. */
  readonly startHours: readonly [number, number];
  /** Share of days, per person where `perPerson`. */
  readonly share: number;
  readonly perPerson?: boolean;
  /** Only when someone is at home by day. */
  readonly byDay?: boolean;
}

const APPLIANCES: readonly Appliance[] = [
  { name: "breakfast", powerW: 1500, minutes: [5, 15], startHours: [6, 9], share: 0.8 },
  { name: "lunch", powerW: 1800, minutes: [15, 35], startHours: [11.5, 13.5], share: 0.6, byDay: true },
  { name: "dinner", powerW: 2000, minutes: [20, 50], startHours: [17.5, 20], share: 0.8 },
  { name: "dishwasher", powerW: 900, minutes: [60, 100], startHours: [19, 22], share: 0.18, perPerson: true },
  { name: "washing machine", powerW: 700, minutes: [60, 110], startHours: [8, 20], share: 0.12, perPerson: true },
  { name: "dryer", powerW: 1600, minutes: [50, 80], startHours: [10, 21], share: 0.06, perPerson: true },
];
const PERSON_W = 110;
const FRIDGE_W = 90;
const FRIDGE_SECONDS = 3000;
const CAR_SHARE = 0.45;
const NOISE_SECONDS = 3600;
const HEAT_BELOW_C = 15;

/** Wh per slot of one day, whole, rounded to nearest. The same seed, home and date always give the same. */
export function dayLoad(
  seed: number,
  id: string,
  traits: LoadTraits,
  day: CalendarDay,
  slotSeconds: number,
  weather: DayWeather,
): Int32Array {
  const { random, factor, uses } = drawDay(seed, id, traits, day);
  const watts = activeW(traits, day, slotSeconds, random).map(
    (w, i) => w + heatW(traits, weather.temperatureC[i] as number),
  );
  const wh = watts.map((w) => (w * factor * slotSeconds) / 3600);
  for (const use of uses) addUse(wh, use, factor, slotSeconds);
  const phase = randomStream(seed, `fridge ${id}`).int(0, FRIDGE_SECONDS - 1);
  return Int32Array.from(wh, (value, i) => Math.round(value + steadyWh(traits, phase, day.firstSlot + i, slotSeconds)));
}

/** The day's factor and runs; the noise is drawn after them, since its draws depend on the slot length. */
function drawDay(seed: number, id: string, traits: LoadTraits, day: CalendarDay) {
  const random = randomStream(seed, `load ${id} ${day.date}`);
  const factor = Math.exp(0.15 * random.normal());
  return { random, factor, uses: usesOf(traits, day, random) };
}

/** What a device adds to a home's load, Wh per slot of the day. */
export interface DeviceLoad {
  readonly name: string;
  readonly wh: readonly number[];
}

/** The parts of `dayLoad` that could run at another time: each run of the devices named, and the heat pump. */
export function shiftableLoads(
  seed: number,
  id: string,
  traits: LoadTraits,
  day: CalendarDay,
  slotSeconds: number,
  weather: DayWeather,
  devices: readonly string[],
): DeviceLoad[] {
  const { factor, uses } = drawDay(seed, id, traits, day);
  const runs = uses.filter(({ name }) => devices.includes(name));
  const loads = runs.map((use): DeviceLoad => {
    const wh = new Array<number>(day.slotCount).fill(0);
    addUse(wh, use, factor, slotSeconds);
    return { name: use.name, wh };
  });
  if (traits.heatWPerK === 0) return loads;
  const heat = weather.temperatureC.map((degrees) => (heatW(traits, degrees) * factor * slotSeconds) / 3600);
  return [...loads, { name: "heat pump", wh: heat }];
}

function activeW({ occupancy, persons }: LoadTraits, day: CalendarDay, slotSeconds: number, random: Random): number[] {
  const memory = Math.exp(-slotSeconds / NOISE_SECONDS);
  let noise = random.normal();
  return day.clockMinutes.map((minutes) => {
    noise = memory * noise + Math.sqrt(1 - memory ** 2) * random.normal();
    return PERSON_W * persons * presence(occupancy, minutes / 60, day.weekday) * Math.exp(0.4 * noise);
  });
}

function heatW({ heatWPerK }: LoadTraits, temperatureC: number): number {
  return heatWPerK * Math.max(0, HEAT_BELOW_C - temperatureC);
}

/** One run of an appliance. */
interface Use {
  readonly name: string;
  readonly powerW: number;
  /** From local midnight. */
  readonly startSeconds: number;
  readonly seconds: number;
}

function usesOf(traits: LoadTraits, { weekday }: CalendarDay, random: Random): Use[] {
  const byDay = weekday > 5 || traits.occupancy !== "commuters";
  const uses = APPLIANCES.flatMap((appliance) => {
    const share = appliance.share * (appliance.perPerson ? traits.persons : 1);
    const use = useOf(appliance.name, appliance.powerW, appliance.startHours, appliance.minutes, random);
    return random.unit() < share && (byDay || !appliance.byDay) ? [use] : [];
  });
  const charge = useOf("car", traits.carW, [17, 20.5], chargeMinutes(traits.carW), random);
  return traits.carW > 0 && random.unit() < CAR_SHARE ? [...uses, charge] : uses;
}

function useOf(
  name: string,
  powerW: number,
  [from, to]: readonly [number, number],
  [least, most]: readonly [number, number],
  random: Random,
): Use {
  const startSeconds = 3600 * (from + (to - from) * random.unit());
  return { name, powerW, startSeconds, seconds: 60 * (least + (most - least) * random.unit()) };
}

/** Time to charge 4 to 14 kWh. */
function chargeMinutes(carW: number): [number, number] {
  return carW > 0 ? [240_000 / carW, 840_000 / carW] : [0, 0];
}

/** Adds a run to the slots it overlaps; what lies beyond the day's end is cut off. */
function addUse(wh: number[], { powerW, startSeconds, seconds }: Use, factor: number, slotSeconds: number): void {
  const end = startSeconds + seconds * factor;
  for (let i = Math.floor(startSeconds / slotSeconds); i < wh.length && i * slotSeconds < end; i++) {
    const overlap = Math.min(end, (i + 1) * slotSeconds) - Math.max(startSeconds, i * slotSeconds);
    wh[i] = (wh[i] as number) + (powerW * overlap) / 3600;
  }
}

/** Standby and refrigerator, Wh in a slot; the cycle runs on through midnight, each home at its own phase. */
function steadyWh({ standbyW }: LoadTraits, phase: number, slot: number, slotSeconds: number): number {
  const on = coolingSeconds((slot + 1) * slotSeconds + phase) - coolingSeconds(slot * slotSeconds + phase);
  return (standbyW * slotSeconds + FRIDGE_W * on) / 3600;
}

/** Seconds of cooling up to a time: the first half of every cycle. */
function coolingSeconds(seconds: number): number {
  const within = seconds % FRIDGE_SECONDS;
  return (Math.floor(seconds / FRIDGE_SECONDS) * FRIDGE_SECONDS) / 2 + Math.min(within, FRIDGE_SECONDS / 2);
}
