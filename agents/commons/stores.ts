import type { SlotForecast, Store, Stores } from "../model/commonsEnergy.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";

/** A battery, or a season's store: the same device behind the buffer and the cache, with other horizons. */
export interface StoreUnit {
  readonly capacity: Packets;
  readonly stored: Packets;
  readonly chargeLimit: Packets;
  readonly dischargeLimit: Packets;
  /** Permille of what is taken in that comes out again. */
  readonly efficiency: number;
}

/** Many units as one store; the efficiency is that of the worst, so that no more is promised than comes out. */
export const pooled = (units: readonly StoreUnit[]): Store => ({
  capacity: total(units, ({ capacity }) => capacity),
  stored: total(units, ({ stored }) => stored),
  chargeLimit: total(units, ({ chargeLimit }) => chargeLimit),
  dischargeLimit: total(units, ({ dischargeLimit }) => dischargeLimit),
  efficiency: units.reduce((worst, { efficiency }) => Math.min(worst, efficiency), 1000),
});

const total = (units: readonly StoreUnit[], of: (unit: StoreUnit) => number) =>
  units.reduce((sum, unit) => sum + of(unit), 0);

/** Source and uncontrolled load of a slot, packets. */
export interface Expected {
  readonly source: Packets;
  readonly baseload: Packets;
}

/**
 * The server's plan of discharge. What is stored goes first to what is planned and the source lacks, slot by slot, then
 * to the slots with the least source, so that admission may count on it there. The cache follows the buffer in the first
 * step only: it keeps its packets for another season unless they are wanted.
 */
export function planDischarge(
  expected: readonly Expected[],
  { buffer, cache }: Stores,
  plannedIn: (slot: Slot) => Packets,
  next: Slot,
): SlotForecast[] {
  const plan = expected.map((slot) => ({ ...slot, bufferOut: 0, cacheOut: 0, import: 0 }));
  let [inBuffer, inCache] = [buffer.stored, cache.stored];
  for (const [i, slot] of plan.entries()) {
    const lack = Math.max(0, plannedIn(next + i) - (slot.source - slot.baseload));
    slot.bufferOut = Math.min(lack, inBuffer, buffer.dischargeLimit);
    slot.cacheOut = Math.min(lack - slot.bufferOut, inCache, cache.dischargeLimit);
    [inBuffer, inCache] = [inBuffer - slot.bufferOut, inCache - slot.cacheOut];
  }
  const poorest = [...plan].sort((a, b) => a.source - a.baseload - (b.source - b.baseload));
  for (const [i, slot] of poorest.entries()) {
    const even = Math.ceil(inBuffer / (poorest.length - i));
    const more = Math.min(even, inBuffer, buffer.dischargeLimit - slot.bufferOut);
    [slot.bufferOut, inBuffer] = [slot.bufferOut + more, inBuffer - more];
  }
  return plan;
}
