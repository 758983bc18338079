import { homeOf } from "../data/meterData.ts";
import { randomStream, shuffled } from "../random/random.ts";
import { assignedLoads } from "./assignedLoads.ts";
import type { Community } from "./community.ts";
import { BATTERY_SHARE, drawBattery } from "./traits.ts";

/**
 * Measured homes with devices that nobody said they have, by the seed: a battery for a fifth of all homes, among those whose
 * readings hold PV, as generated homes have them; and loads that can wait, out of their own readings (`assignedLoads`). The
 * label says so. A generated community is left as it is.
 */
export function withAssignedDevices(community: Community, seed: number): Community {
  if (community.origin !== "measured") return community;
  const { homes, data, label } = community;
  const random = randomStream(seed, "assigned batteries");
  const roofs = homes.filter(({ id }) => homeOf(data, id).pvWh.some((wh) => wh > 0)).map(({ id }) => id);
  const chosen = shuffled(roofs, random).slice(0, Math.round(BATTERY_SHARE * homes.length));
  const batteries = new Map(chosen.map((id) => [id, drawBattery(random)]));
  const named = chosen.length > 0 ? ` (${chosen.toSorted().join(", ")})` : "";
  const text = `${label}; ${chosen.length} batteries${named} and loads that can wait ASSIGNED by seed ${seed}`;
  const equipped = homes.map((home) => {
    const battery = batteries.get(home.id);
    return battery ? { ...home, battery } : home;
  });
  return { ...community, label: text, homes: equipped, assignedUses: assignedLoads(community, seed) };
}
