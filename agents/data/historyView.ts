import { type Slot, slotToUtc } from "../model/slots.ts";
import { homeOf, type MeterData, type MeterHome, readingWh } from "./meterData.ts";

/** An agent asked for a reading from after its cut: a mistake in the agent, not in the input. */
export class LookAheadError extends Error {
  override readonly name = "LookAheadError";
  readonly slot: Slot;
  readonly cutSeconds: number;

  constructor(slot: Slot, slotSeconds: number, cutSeconds: number) {
    super(`slot ${slot} ends at ${slotToUtc(slot + 1, slotSeconds)}, after the cut of this view at ${cutSeconds} s`);
    this.slot = slot;
    this.cutSeconds = cutSeconds;
  }
}

/**
 * One home's readings as they are known at a moment, the time at which a session's profile is issued: the only way
 * agents read data. A slot is known once it has ended; asking for one that ends after the cut throws LookAheadError.
 */
export class HistoryView {
  readonly slotSeconds: number;
  readonly cutSeconds: number;
  readonly firstSlot: Slot;
  /** The first slot that is not known. */
  readonly endSlot: Slot;
  readonly #data: MeterData;
  readonly #home: MeterHome;

  /** `cutSeconds` in unix seconds. Throws InputError if the home is unknown. */
  constructor(data: MeterData, homeId: string, cutSeconds: number) {
    this.#data = data;
    this.#home = homeOf(data, homeId);
    this.slotSeconds = data.slotSeconds;
    this.cutSeconds = cutSeconds;
    this.firstSlot = data.firstSlot;
    this.endSlot = Math.floor(cutSeconds / data.slotSeconds);
  }

  get homeId(): string {
    return this.#home.id;
  }

  /** What was known when `slot` began. */
  cutAt(slot: Slot): HistoryView {
    return new HistoryView(this.#data, this.#home.id, slot * this.slotSeconds);
  }

  /** Gross load in Wh, or `MISSING`. */
  loadWh(slot: Slot): number {
    return this.#read(this.#home.loadWh, slot);
  }

  /** Gross PV in Wh, >= 0, or `MISSING`. */
  pvWh(slot: Slot): number {
    return this.#read(this.#home.pvWh, slot);
  }

  #read(series: Int32Array, slot: Slot): number {
    if (slot >= this.endSlot) throw new LookAheadError(slot, this.slotSeconds, this.cutSeconds);
    return readingWh(this.#data, series, slot);
  }
}
