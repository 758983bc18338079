import type { Battery } from "../devices/devices.ts";
import type { Slot, SlotRange } from "../model/slots.ts";

/**
 * What a home pays and is paid by its own supplier, micro-currency per kWh (signed), one entry per slot from
 * `firstSlot`.
 */
export interface HomePrices {
  readonly firstSlot: Slot;
  readonly retailMicroPerKwh: Int32Array;
  readonly feedInMicroPerKwh: Int32Array;
}

/** How a home's day differs from what its history lets expect; it knows nothing of it when its profile is issued. */
export interface Deviation {
  readonly kind: "away" | "guests" | "pv-fault";
  /** The slots that differ. */
  readonly slots: SlotRange;
  /** Load of these slots in thousandths of what it would have been; 1,000 for a pv-fault, whose PV is 0. */
  readonly loadPermille: number;
}

/** A member of the community as its agent knows it; readings are in the meter data under the same id. */
export interface Home {
  readonly id: string;
  /** The most its connection carries in either direction, W. */
  readonly connectionW: number;
  /** Where the prices come from, for reports. */
  readonly tariff: string;
  readonly prices: HomePrices;
  readonly pvKw?: number;
  readonly battery?: Battery;
  /** Appliances that shape the load, for reports. */
  readonly appliances?: readonly string[];
  readonly deviates?: Deviation;
}

/** The home's prices of a session. Throws RangeError if they don't cover it. */
export function pricesOf({ id, prices }: Home, { firstSlot, slotCount }: SlotRange): HomePrices {
  const start = firstSlot - prices.firstSlot;
  const end = start + slotCount;
  if (start < 0 || end > prices.retailMicroPerKwh.length) throw new RangeError(`home ${id} has no price for all slots`);
  return {
    firstSlot,
    retailMicroPerKwh: prices.retailMicroPerKwh.subarray(start, end),
    feedInMicroPerKwh: prices.feedInMicroPerKwh.subarray(start, end),
  };
}
