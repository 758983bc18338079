import { InputError } from "../data/inputError.ts";
import type { Home } from "../household/home.ts";
import { randomStream, shuffled } from "../random/random.ts";
import type { Community } from "./community.ts";
import { type GeneratedOptions, generateCommunity } from "./generated.ts";

/** One of several communities of a town. */
export interface Neighbourhood {
  readonly name: string;
  readonly community: Community;
  /** Seed of its keys and salts; the town's homes come from the town's seed. */
  readonly seed: number;
}

export interface TownOptions extends Omit<GeneratedOptions, "homes"> {
  /** Homes of each neighbourhood. */
  readonly homesEach?: number;
}

/**
 * Neighbourhoods of a town and the share of their homes that have PV; the middle one takes what the others leave. A
 * third of the roofs each would leave nothing to trade: then all have too much, or too little, at the same time.
 */
const SUNNY = { name: "estate", pvShare: 0.8 };
const MIXED = { name: "street" };
const SHADY = { name: "flats", pvShare: 0.2 };

const LEAST_HOMES = 4;
const MOST_HOMES = 100;
export const DEFAULT_HOMES_EACH = 10;
const DEFAULT_SEED = 8;

/**
 * Three neighbourhoods of one generated town, under one sky: an estate with many roofs, a street with some, flats with few.
 * The town is one community of `generateCommunity` whose homes are dealt out by the seed. Throws InputError for options
 * out of range.
 */
export function generateTown({ homesEach = DEFAULT_HOMES_EACH, ...options }: TownOptions = {}): Neighbourhood[] {
  if (!Number.isInteger(homesEach) || homesEach < LEAST_HOMES || homesEach > MOST_HOMES)
    throw new InputError(
      `homes of a community: ${homesEach} is out of range`,
      { value: `${homesEach}` },
      `give a whole number from ${LEAST_HOMES} to ${MOST_HOMES}`,
    );
  const town = generateCommunity({ seed: DEFAULT_SEED, ...options, homes: 3 * homesEach });
  const seed = options.seed ?? DEFAULT_SEED;
  const random = randomStream(seed, "neighbourhoods");
  const pv = shuffled(town.homes.filter(hasPv), random);
  const plain = shuffled(
    town.homes.filter((home) => !hasPv(home)),
    random,
  );
  const deal = (roofs: number) => [...pv.splice(0, roofs), ...plain.splice(0, homesEach - roofs)];
  const sunny = deal(Math.round(SUNNY.pvShare * homesEach));
  const shady = deal(Math.round(SHADY.pvShare * homesEach));
  const dealt = [
    [SUNNY.name, sunny],
    [MIXED.name, [...pv, ...plain]],
    [SHADY.name, shady],
  ] as const;
  return dealt.map(([name, homes], i) => ({ name, community: inTown(town, name, homes), seed: seed + i }));
}

const hasPv = ({ pvKw }: Home): boolean => pvKw !== undefined;

/** Homes of the town, in its order, as a community of their own. */
function inTown(town: Community, name: string, homes: readonly Home[]): Community {
  const among = new Set(homes.map(({ id }) => id));
  const own = town.homes.filter(({ id }) => among.has(id));
  return { ...town, label: `SYNTHETIC: ${own.length} generated homes of the ${name}`, homes: own };
}
