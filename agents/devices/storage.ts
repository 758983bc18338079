/**
 * Something that keeps energy: a battery, a car, boats, a tank. The only model of storage in the project. Everything
 * is in one unit of energy (Wh in a home, kWh on a site) and per step; flows are seen from outside, where they are
 * metered.
 */
export interface Storage {
  /** The window of what may be stored. */
  readonly lowest: number;
  readonly highest: number;
  /** The most that goes in and comes out during a step, seen from outside. */
  readonly mostIn: number;
  readonly mostOut: number;
  /** What is stored of one unit put in, what comes out of one unit stored; in (0, 1]. */
  readonly inEfficiency: number;
  readonly outEfficiency: number;
  /** Flows and what is stored come in whole multiples of this, losses rounded against the owner; 0: any amount. */
  readonly grain: number;
}

/** A step of a storage: what came out less what went in, and what is stored afterwards. */
export interface StorageStep {
  /** Discharge positive, charge negative. */
  readonly out: number;
  readonly stored: number;
}

/** Keeps what floating point makes of whole multiples from falling to the next one below. */
const SLACK = 1e-9;

/** The most that goes in during a step, >= 0: limited by power and by room. */
export function roomFor(storage: Storage, stored: number): number {
  const room = Math.max(0, storage.highest - stored) / storage.inEfficiency;
  return Math.min(storage.mostIn, grainsDown(room, storage.grain));
}

/** The most that comes out during a step, >= 0: limited by power and by what is stored above the window's floor. */
export function availableFrom(storage: Storage, stored: number): number {
  const available = Math.max(0, stored - storage.lowest) * storage.outEfficiency;
  return Math.min(storage.mostOut, grainsDown(available, storage.grain));
}

/** A step that gives `wanted` (takes it where negative) as far as the storage can. */
export function stepStorage(storage: Storage, stored: number, wanted: number): StorageStep {
  const out = Math.max(-roomFor(storage, stored), Math.min(availableFrom(storage, stored), wanted));
  return { out, stored: stored + storedChange(storage, out) };
}

/** Change of what is stored; rounded down to the grain: less comes in, more goes out. */
export function storedChange({ inEfficiency, outEfficiency, grain }: Storage, out: number): number {
  return grainsDown(out > 0 ? -out / outEfficiency : -out * inEfficiency, grain);
}

/** What came out, went in where negative, if what is stored changed by `change` and flowed one way only. */
export function flowFor({ inEfficiency, outEfficiency }: Storage, change: number): number {
  return change > 0 ? -change / inEfficiency : -change * outEfficiency;
}

function grainsDown(amount: number, grain: number): number {
  return grain === 0 ? amount : Math.floor(amount / grain + SLACK) * grain;
}
