import type { Slot } from "../model/slots.ts";
import { InputError } from "./inputError.ts";

/**
 * Marks a reading that is not there. Load and PV are never negative, so no reading can equal it; it is never filled in.
 */
export const MISSING = -1;

/**
 * One home's readings, Wh per slot, index 0 is the data's first slot; `MISSING` where there is none. Both are gross and
 * >= 0.
 */
export interface MeterHome {
  readonly id: string;
  readonly loadWh: Int32Array;
  readonly pvWh: Int32Array;
}

/** Readings of all homes over the same consecutive slots. Net import of a home without battery is load - pv. */
export interface MeterData {
  readonly slotSeconds: number;
  readonly firstSlot: Slot;
  readonly slotCount: number;
  readonly homes: readonly MeterHome[];
}

/** The home of that id; throws InputError naming the homes there are. */
export function homeOf(data: MeterData, id: string): MeterHome {
  const home = data.homes.find((candidate) => candidate.id === id);
  if (home) return home;
  const known = data.homes.map((candidate) => candidate.id).join(", ");
  throw new InputError(`there is no home "${id}" in the meter data`, { home: id }, `take one of ${known}`);
}

/** The reading of a slot in Wh, `MISSING` where there is none or the slot lies outside the data. */
export function readingWh(data: MeterData, series: Int32Array, slot: Slot): number {
  return series[slot - data.firstSlot] ?? MISSING;
}
