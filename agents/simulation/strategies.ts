import { naive, shading, type Trader, truthful, zeroIntelligence } from "../household/traders.ts";
import { randomStream, shuffled } from "../random/random.ts";

/**
 * How homes may bid; see `agents/household/traders.ts`. `hems` is honest too, with devices and worths by the energy manager
 * (`agents/household/hems`); the others have a battery under a plain rule. `mixed` deals these four out by the seed.
 */
export const STRATEGIES = ["hems", "truthful", "zero-intelligence", "naive", "shading", "mixed"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** One trader per home. */
export function tradersFor(strategy: Strategy, ids: readonly string[], seed: number): Trader[] {
  const kinds = STRATEGIES.filter((kind) => kind !== "mixed" && kind !== "hems");
  const dealt = shuffled(
    ids.map((_, i) => kinds[i % kinds.length]!),
    randomStream(seed, "strategies"),
  );
  return ids.map((id, i) => traderOf(strategy === "mixed" ? dealt[i]! : strategy, id, seed));
}

function traderOf(strategy: Exclude<Strategy, "mixed">, id: string, seed: number): Trader {
  switch (strategy) {
    case "hems":
      return { ...truthful(), name: "hems" };
    case "truthful":
      return truthful();
    case "zero-intelligence":
      return zeroIntelligence(randomStream(seed, `zero intelligence ${id}`));
    case "naive":
      return naive();
    case "shading":
      return shading();
  }
}
