import {
  type CommunityTerms,
  DEFAULT_CLEAR_WINDOW,
  DEFAULT_RING_DAYS,
  DEFAULT_WINDOWS,
  type FUND_RULES,
} from "../chain/deploy.ts";
import type { MarketTerms } from "../household/market.ts";
import { keccakOf } from "../model/keccak.ts";

export type FundRule = (typeof FUND_RULES)[number];

/** What a simulated community is deployed with: the windows of a real one, two of three DSO signers. */
export function communityTerms(
  { slotSeconds, packetWh, scale }: MarketTerms,
  dsoSigners: readonly string[],
  fundRule: FundRule,
  seed: number,
): CommunityTerms {
  return {
    ...{ slotSeconds, packetWh, dsoSigners, fundRule },
    ringDays: DEFAULT_RING_DAYS,
    ...scale,
    feeder: keccakOf(`simulated feeder of seed ${seed}`),
    dsoThreshold: Math.min(2, dsoSigners.length),
    windows: DEFAULT_WINDOWS,
    clearWindow: DEFAULT_CLEAR_WINDOW,
  };
}

/**
 * A deposit that covers whatever a member may have to lock on the day: all its connection carries, in every slot, at the
 * dearest price, base units, rounded up to a whole token.
 */
export function depositFor({ retailPrice, feedInPrice, tokenDecimals }: MarketTerms, capacity: number): bigint {
  const dearest = Math.max(...Array.from(retailPrice), 0) + Math.max(0, -Math.min(...Array.from(feedInPrice)));
  const worst = BigInt(retailPrice.length) * BigInt(capacity) * BigInt(dearest);
  const token = 10n ** BigInt(tokenDecimals);
  return ((worst + token - 1n) / token) * token;
}
