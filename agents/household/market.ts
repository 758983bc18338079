import type { Scale } from "../model/prices.ts";

/** Orders hold at most this many packets (11 bits on chain). */
export const MAX_ORDER_PACKETS = 2047;

/**
 * What an agent must know of its community's market to offer in a session. Prices are token base units per packet,
 * signed.
 */
export interface MarketTerms {
  readonly slotSeconds: number;
  readonly packetWh: number;
  readonly tokenDecimals: number;
  /** The lowest price and the step between prices. */
  readonly scale: Scale;
  /** R, the community's retail price for imbalance, per slot of the session: no bid may exceed it. */
  readonly retailPrice: ArrayLike<number>;
  /** F, the community's feed-in price for imbalance, per slot of the session. */
  readonly feedInPrice: ArrayLike<number>;
}
