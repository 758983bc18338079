import { homeOf } from "../data/meterData.ts";
import { randomStream, shuffled } from "../random/random.ts";
import type { Community } from "./community.ts";
import { BATTERY_SHARE, drawBattery } from "./traits.ts";

/** The homes with a battery. */
export const batteriesOf = ({ homes }: Community): string[] =>
  homes.flatMap(({ id, battery }) => (battery ? [id] : []));

/**
 * Measured homes with batteries that they don't have: a fifth of all homes, among those whose readings hold PV, as generated
 * homes have them, dealt out and sized by the seed. The label says so. A generated community is left as it is.
 */
export function withAssignedBatteries(community: Community, seed: number): Community {
  if (community.origin !== "measured") return community;
  const { homes, data, label } = community;
  const random = randomStream(seed, "assigned batteries");
  const roofs = homes.filter(({ id }) => homeOf(data, id).pvWh.some((wh) => wh > 0)).map(({ id }) => id);
  const chosen = shuffled(roofs, random).slice(0, Math.round(BATTERY_SHARE * homes.length));
  const batteries = new Map(chosen.map((id) => [id, drawBattery(random)]));
  const text = `${label}; ${chosen.length} batteries ASSIGNED by seed ${seed} (${chosen.toSorted().join(", ")})`;
  const equipped = homes.map((home) => {
    const battery = batteries.get(home.id);
    return battery ? { ...home, battery } : home;
  });
  return chosen.length === 0 ? community : { ...community, label: text, homes: equipped };
}
