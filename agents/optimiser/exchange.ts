import type { LinearModel, Variable } from "./model.ts";
import { oneWay } from "./storage.ts";

/** What passes a meter in one step: bought and sold. */
export interface ExchangeVariables {
  readonly buy: Variable;
  readonly sell: Variable;
}

export interface ExchangeTerms {
  /** Price of a unit bought, and what a unit sold brings; of any sign. */
  readonly buyPrice: number;
  readonly sellPrice: number;
  /** The most that can pass either way, finite. */
  readonly mostBuy: number;
  readonly mostSell: number;
}

/**
 * Adds a meter that counts one way at a time. Buying and selling at once pays only where a unit sold brings more than
 * one bought costs: there, and only where both ways are possible, a binary forbids it.
 */
export function addExchange(model: LinearModel, terms: ExchangeTerms): ExchangeVariables {
  const { buyPrice, sellPrice, mostBuy, mostSell } = terms;
  const buy = model.variable({ upper: Math.max(0, mostBuy) }, buyPrice);
  const sell = model.variable({ upper: Math.max(0, mostSell) }, -sellPrice);
  if (sellPrice > buyPrice && mostBuy > 0 && mostSell > 0) oneWay(model, buy, mostBuy, sell, mostSell);
  return { buy, sell };
}
