import { naive, shading, type Trader, truthful, zeroIntelligence } from "../household/traders.ts";
import { randomStream, shuffled } from "../random/random.ts";

/** How homes may bid; see `agents/household/traders.ts`. `mixed` deals the four out to the homes by the seed. */
export const STRATEGIES = ["truthful", "zero-intelligence", "naive", "shading", "mixed"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** One trader per home. */
export function tradersFor(strategy: Strategy, ids: readonly string[], seed: number): Trader[] {
  const kinds = STRATEGIES.filter((kind) => kind !== "mixed");
  const dealt = shuffled(
    ids.map((_, i) => kinds[i % kinds.length]!),
    randomStream(seed, "strategies"),
  );
  return ids.map((id, i) => traderOf(strategy === "mixed" ? dealt[i]! : strategy, id, seed));
}

function traderOf(strategy: Exclude<Strategy, "mixed">, id: string, seed: number): Trader {
  switch (strategy) {
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
