import type { ForecastCase } from "./score.ts";

/** What deviations cost, micro-currency per kWh, one entry per slot. */
export interface ImbalancePrices {
  readonly retailMicroPerKwh: ArrayLike<number>;
  readonly feedInMicroPerKwh: ArrayLike<number>;
}

/**
 * Money that a home loses by having traded its forecast (p50 of net import) rather than what came, against perfect
 * foresight, in currency. Every forecast packet is taken to have been traded at the middle of retail price R and feed-in
 * price F. What is drawn beyond that costs R, what is drawn less brings F (protocol, settlement), so a Wh of error costs
 * (R - F) / 2 in either direction: the price of being wrong where local trade is possible at all.
 */
export function imbalanceCost({ actualWh, forecast }: ForecastCase, prices: ImbalancePrices): number {
  let nano = 0;
  for (let t = 0; t < actualWh.length; t++) {
    const half = (prices.retailMicroPerKwh[t]! - prices.feedInMicroPerKwh[t]!) / 2;
    nano += half * Math.abs(actualWh[t]! - forecast.p50[t]!);
  }
  return nano / 1e9;
}
