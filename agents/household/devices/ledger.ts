import { DAY_SECONDS, type Slot } from "../../model/slots.ts";
import type { DeviceState } from "../../mqtt/deviceMessages.ts";
import type { Store } from "../../store/store.ts";
import type { DeviceLevel, Levels } from "./tasks.ts";

const DRAWN = "drawn";
const FIRST = "firstDrawn";
/** UTC days that are kept: as long as readings are published, and a day for the time zone. */
const KEPT_DAYS = 5;

/** A UTC day of a device: Wh drawn by slot of the day; absent where it did not say. */
type DayOfDevice = Record<string, number>;

/** What a home's devices said of themselves: their levels now, and what they drew in the last days. Kept on disk. */
export class DeviceLedger {
  readonly #store: Store;
  readonly #slotSeconds: number;
  readonly #levels = new Map<string, DeviceLevel>();
  /** Capacities, Wh, for devices that tell percent. */
  readonly #capacities: ReadonlyMap<string, number>;

  constructor(store: Store, slotSeconds: number, capacities: ReadonlyMap<string, number>) {
    this.#store = store;
    this.#slotSeconds = slotSeconds;
    this.#capacities = capacities;
  }

  get levels(): Levels {
    return this.#levels;
  }

  /** Takes in what a device said; what it says again changes nothing. */
  take(id: string, { end, drawnWh, level, percent, ready }: DeviceState): void {
    const capacity = this.#capacities.get(id);
    const held = level ?? (percent === undefined || capacity === undefined ? undefined : (percent * capacity) / 100);
    this.#levels.set(id, { ...(held !== undefined && { level: held }), ...(ready !== undefined && { ready }) });
    const endSlot = Math.floor(Date.parse(end) / 1000 / this.#slotSeconds);
    const first = endSlot - drawnWh.length;
    if (this.firstSlot(id) === undefined) this.#store.set(FIRST, id, endSlot);
    const days = new Map<number, DayOfDevice>();
    for (const [i, wh] of drawnWh.entries()) {
      const { day, at } = this.#place(first + i);
      const known = days.get(day) ?? { ...this.#dayOf(id, day) };
      days.set(day, { ...known, [at]: wh });
    }
    for (const [day, known] of days) {
      const key = `${day} ${id}`;
      if (JSON.stringify(known) !== JSON.stringify(this.#dayOf(id, day))) this.#store.set(DRAWN, key, known);
    }
    this.#forget(this.#place(endSlot).day);
  }

  /**
   * The slot from which on a device counts, the one after its first word: what the meter saw before may be told already, and
   * stays. Undefined where it never said anything.
   */
  firstSlot(id: string): Slot | undefined {
    return this.#store.get<Slot>(FIRST, id);
  }

  /** What a device drew in a slot, Wh: null where it should have said and has not yet; undefined before it counts. */
  drawnWh(id: string, slot: Slot): number | null | undefined {
    const first = this.firstSlot(id);
    if (first === undefined || slot < first) return undefined;
    const { day, at } = this.#place(slot);
    return this.#dayOf(id, day)[at] ?? null;
  }

  #place(slot: Slot): { day: number; at: number } {
    const perDay = DAY_SECONDS / this.#slotSeconds;
    return { day: Math.floor(slot / perDay), at: slot % perDay };
  }

  #dayOf(id: string, day: number): DayOfDevice {
    return this.#store.get<DayOfDevice>(DRAWN, `${day} ${id}`) ?? {};
  }

  #forget(today: number): void {
    for (const { key } of this.#store.list(DRAWN))
      if (Number(key.split(" ")[0]) <= today - KEPT_DAYS) this.#store.delete(DRAWN, key);
  }
}
