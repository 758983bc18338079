/**
 * Where the packets of a slot come from and where its surplus goes. Twin of `contracts/libraries/PacketBalance.sol`. All
 * numbers are whole packets.
 */
import type { CommonsRules } from "./commonsRules.ts";
import type { Packets } from "./packets.ts";

/** A store, the sum of all of its kind: the buffer (batteries) or the cache (long-term). */
export interface Store {
  readonly capacity: Packets;
  readonly stored: Packets;
  /** Most packets taken in and given out in a slot. */
  readonly chargeLimit: Packets;
  readonly dischargeLimit: Packets;
  /** Share of what is taken in that can be given out again, permille, 1 .. 1000. */
  readonly efficiency: number;
}

export const NO_STORE: Store = { capacity: 0, stored: 0, chargeLimit: 0, dischargeLimit: 0, efficiency: 1000 };

export interface Stores {
  readonly buffer: Store;
  readonly cache: Store;
}

/** The forecast of a slot: surplus of all members, uncontrolled load, and what the server plans to add. */
export interface SlotForecast {
  readonly source: Packets;
  readonly baseload: Packets;
  readonly bufferOut: Packets;
  readonly cacheOut: Packets;
  /** Planned import, at most the allowance; 0 where the goal is to be self-sufficient. */
  readonly import: Packets;
}

export const NO_FORECAST: SlotForecast = { source: 0, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 };

/** What became of a slot's energy. served = source part + discharged + imported; surplus = charged + cached + exported. */
export interface Balance {
  readonly served: Packets;
  /** Given out by buffer and cache, also to the baseload where planned. */
  readonly bufferOut: Packets;
  readonly cacheOut: Packets;
  readonly imported: Packets;
  /** Import beyond the allowance: broken promises, to be paid by the community. */
  readonly beyondAllowance: Packets;
  readonly charged: Packets;
  readonly cached: Packets;
  readonly exported: Packets;
}

/** The forecast with what stores and rules allow of its plans at this moment. */
export function feasible(forecast: SlotForecast, stores: Stores, rules: CommonsRules): SlotForecast {
  const out = (planned: Packets, { stored, dischargeLimit }: Store) => Math.min(planned, stored, dischargeLimit);
  const most = rules.goal === "leastCost" ? rules.importAllowance : 0;
  return {
    ...forecast,
    bufferOut: out(forecast.bufferOut, stores.buffer),
    cacheOut: out(forecast.cacheOut, stores.cache),
    import: Math.min(forecast.import, most),
  };
}

/** What the source has left over the baseload; negative where it has too little. */
export const netOf = ({ source, baseload }: SlotForecast): number => source - baseload;

/** Packets that source and planned discharge give in a slot. */
export const carriedOf = (f: SlotForecast): Packets => Math.max(0, netOf(f) + f.bufferOut + f.cacheOut);

/** Packets of a slot that may be shared: with planned import. */
export const poolOf = (f: SlotForecast): Packets => Math.max(0, netOf(f) + f.bufferOut + f.cacheOut + f.import);

/** Packets that a store can take in, rounded down so that it never overflows. */
export const intake = ({ capacity, stored, chargeLimit, efficiency }: Store): Packets =>
  Math.min(chargeLimit, Math.floor(((capacity - stored) * 1000) / efficiency));

/** Packets of the shared ones that are held for the buffer: its share, of source only, as far as it has room. */
export function heldForBuffer(
  shared: Packets,
  forced: Packets,
  f: SlotForecast,
  buffer: Store,
  share: number,
): Packets {
  return Math.min(Math.floor((shared * share) / 1000), Math.max(0, netOf(f) - forced), intake(buffer));
}

/**
 * The balance of a slot in which `forced` packets had to be served and `free` ones were, at most `feederLimit` together,
 * with `held` packets kept for the buffer. Source first, then planned discharge, then, for forced packets that the pool
 * lacks, more from the buffer, then import. `f` must be feasible.
 */
export function balance(
  forced: Packets,
  free: Packets,
  held: Packets,
  f: SlotForecast,
  stores: Stores,
  rules: CommonsRules,
  feederLimit: Packets,
): Balance {
  const served = forced + free;
  const net = netOf(f);
  const planned = Math.min(f.bufferOut + f.cacheOut, Math.max(0, served - net));
  const ofBuffer = Math.min(planned, f.bufferOut);
  const { stored, dischargeLimit } = stores.buffer;
  const more = Math.min(Math.max(0, forced - poolOf(f)), dischargeLimit - f.bufferOut, stored - f.bufferOut);
  const rest = Math.max(0, more);
  const imported = Math.max(0, served - Math.max(0, net + planned) - rest);
  const surplus = Math.max(0, net - served);
  const put = store(Math.min(surplus, feederLimit - served), held, stores, rules);
  return {
    served,
    bufferOut: ofBuffer + rest,
    cacheOut: planned - ofBuffer,
    imported,
    beyondAllowance: Math.max(0, imported - rules.importAllowance),
    ...put,
    exported: surplus - put.charged - put.cached,
  };
}

/** Puts `packets` of surplus into the stores: what is held into the buffer, the rest in the order voted. */
function store(packets: Packets, held: Packets, { buffer, cache }: Stores, { surplusFirst }: CommonsRules) {
  const kept = Math.min(packets, held, intake(buffer));
  const rest = packets - kept;
  if (surplusFirst === "export") return { charged: kept, cached: 0 };
  const toBuffer = intake(buffer) - kept;
  if (surplusFirst === "buffer") {
    const charged = Math.min(rest, toBuffer);
    return { charged: kept + charged, cached: Math.min(rest - charged, intake(cache)) };
  }
  const cached = Math.min(rest, intake(cache));
  return { charged: kept + Math.min(rest - cached, toBuffer), cached };
}

/** The stores after a slot; what efficiency takes is rounded down for the store. */
export function storesAfter({ buffer, cache }: Stores, b: Balance): Stores {
  const after = (s: Store, taken: Packets, given: Packets): Store => ({
    ...s,
    stored: s.stored + Math.floor((taken * s.efficiency) / 1000) - given,
  });
  return { buffer: after(buffer, b.charged, b.bufferOut), cache: after(cache, b.cached, b.cacheOut) };
}

/** Throws RangeError where a forecast plans more than the stores hold and give, or more import than the rules allow. */
export function checkPlan(slots: readonly SlotForecast[], stores: Stores, rules: CommonsRules): void {
  for (const [key, store] of [
    ["bufferOut", stores.buffer],
    ["cacheOut", stores.cache],
  ] as const) {
    const planned = slots.map((slot) => slot[key]);
    if (planned.some((packets) => packets > store.dischargeLimit)) throw new RangeError(`${key}: above the limit`);
    if (planned.reduce((sum, packets) => sum + packets, 0) > store.stored) throw new RangeError(`${key}: above stored`);
  }
  const most = rules.goal === "leastCost" ? rules.importAllowance : 0;
  if (slots.some((slot) => slot.import > most)) throw new RangeError(`import: above ${most}`);
}
