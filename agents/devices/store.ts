/**
 * Something that keeps energy: a battery, a car, boats, a tank. The only model of storage in the project. Everything
 * is in one unit of energy (Wh in a home, kWh on a site) and per step; flows are seen from outside, where they are
 * metered.
 */
export interface Store {
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

/** A step of a store: what came out less what went in, and what is stored afterwards. */
export interface StoreStep {
  /** Discharge positive, charge negative. */
  readonly out: number;
  readonly stored: number;
}

/** Keeps what floating point makes of whole multiples from falling to the next one below. */
const SLACK = 1e-9;

/** The most that goes in during a step, >= 0: limited by power and by room. */
export function roomFor(store: Store, stored: number): number {
  const room = Math.max(0, store.highest - stored) / store.inEfficiency;
  return Math.min(store.mostIn, grainsDown(room, store.grain));
}

/** The most that comes out during a step, >= 0: limited by power and by what is stored above the window's floor. */
export function availableFrom(store: Store, stored: number): number {
  const available = Math.max(0, stored - store.lowest) * store.outEfficiency;
  return Math.min(store.mostOut, grainsDown(available, store.grain));
}

/** A step that gives `wanted` (takes it where negative) as far as the store can. */
export function stepStore(store: Store, stored: number, wanted: number): StoreStep {
  const out = Math.max(-roomFor(store, stored), Math.min(availableFrom(store, stored), wanted));
  return { out, stored: stored + storedChange(store, out) };
}

/** Change of what is stored; rounded down to the grain: less comes in, more goes out. */
export function storedChange({ inEfficiency, outEfficiency, grain }: Store, out: number): number {
  return grainsDown(out > 0 ? -out / outEfficiency : -out * inEfficiency, grain);
}

/** What came out, went in where negative, if what is stored changed by `change` and flowed one way only. */
export function flowFor({ inEfficiency, outEfficiency }: Store, change: number): number {
  return change > 0 ? -change / inEfficiency : -change * outEfficiency;
}

function grainsDown(amount: number, grain: number): number {
  return grain === 0 ? amount : Math.floor(amount / grain + SLACK) * grain;
}
