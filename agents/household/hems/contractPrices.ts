import type { HomePrices } from "../home.ts";
import type { MarketTerms } from "../market.ts";

/** Terms of the slots from the prices' first on. */
type Imbalance = Pick<MarketTerms, "packetWh" | "tokenDecimals" | "retailPrice" | "feedInPrice">;

/**
 * A home's prices with what it costs not to keep a contract (`protocol.md`, settlement): where it has sold, what it lacks of that
 * costs R; where it has bought, what it leaves of that brings F. Beyond the contract its own prices would hold again, which one
 * price a side can't say, so they are taken for more than they cost: a plan keeps to contracts rather than leave them.
 * `positionWh` is bought positive, from the prices' first slot.
 */
export function contractPrices(
  prices: HomePrices,
  positionWh: ArrayLike<number>,
  { packetWh, tokenDecimals, retailPrice, feedInPrice }: Imbalance,
): HomePrices {
  const micro = (price: number) => Math.round((price * 1e9) / (10 ** tokenDecimals * packetWh));
  return {
    firstSlot: prices.firstSlot,
    retailMicroPerKwh: prices.retailMicroPerKwh.map((own, t) =>
      positionWh[t]! < 0 ? Math.max(own, micro(retailPrice[t]!)) : own,
    ),
    feedInMicroPerKwh: prices.feedInMicroPerKwh.map((own, t) =>
      positionWh[t]! > 0 ? Math.min(own, micro(feedInPrice[t]!)) : own,
    ),
  };
}
