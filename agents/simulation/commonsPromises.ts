import type { MarketTerms } from "../household/market.ts";
import type { CommonsScene } from "./commonsScene.ts";

/**
 * Wh that requests drew from the main grid beyond the allowance, by slot of a lived scene, as the meters saw it: what the
 * community's meter drew, as far as it is no more than the requests', less the allowance. Base load is the suppliers'.
 */
export function beyondOf({ world: { flows }, range, rules, packetWh }: CommonsScene): number[] {
  const allowedWh = rules.importAllowance * packetWh;
  return Array.from({ length: range.slotCount }, (_, t) => {
    const gridWh = flows.reduce((sum, { importWh, exportWh }) => sum + importWh[t]! - exportWh[t]!, 0);
    const flexibleWh = flows.reduce((sum, flow) => sum + flow.flexibleWh[t]!, 0);
    return Math.max(0, Math.min(flexibleWh, gridWh) - allowedWh);
  });
}

/** What so many Wh in each slot cost at the community's retail price, base units, rounded up. */
export function costOfWh(
  wh: readonly number[],
  { retailPrice, packetWh }: Pick<MarketTerms, "retailPrice" | "packetWh">,
): number {
  return Math.ceil(wh.reduce((sum, here, t) => sum + here * retailPrice[t]!, 0) / packetWh);
}
