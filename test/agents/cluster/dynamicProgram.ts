import type { Site } from "../../../agents/cluster/site.ts";
import { siteNet } from "../../../agents/cluster/site.ts";

/**
 * The least cost of a site's day by dynamic programming over what is stored, in steps of `grain` kWh: exact where
 * loads, limits, window and start lie on the lattice and the efficiencies map it into itself. A battery that charges
 * or discharges, a meter that buys or sells: nothing here knows of linear programs.
 */
export function leastCost(site: Site, grain: number, endAtLeastKwh = site.endAtLeastKwh): number {
  const { battery } = site;
  const states = Math.round((battery.highest - battery.lowest) / grain) + 1;
  const up = Math.floor((battery.mostIn * battery.inEfficiency) / grain + 1e-9);
  const down = Math.floor(battery.mostOut / battery.outEfficiency / grain + 1e-9);
  const flows = Float64Array.from({ length: up + down + 1 }, (_, i) => {
    const change = (i - down) * grain;
    return change > 0 ? change / battery.inEfficiency : change * battery.outEfficiency;
  });
  const net = siteNet(site);
  let later = Float64Array.from({ length: states }, (_, state) =>
    battery.lowest + state * grain >= endAtLeastKwh - 1e-9 ? 0 : Number.POSITIVE_INFINITY,
  );
  for (let step = net.length - 1; step >= 0; step--) {
    const [buy, sell] = [site.buyPrice[step]!, site.sellPrice[step]!];
    const costs = flows.map((flow) => (net[step]! + flow) * (net[step]! + flow > 0 ? buy : sell));
    const now = new Float64Array(states).fill(Number.POSITIVE_INFINITY);
    for (let state = 0; state < states; state++) {
      let least = Number.POSITIVE_INFINITY;
      const last = Math.min(states - 1, state + up);
      for (let next = Math.max(0, state - down); next <= last; next++) {
        const cost = costs[next - state + down]! + later[next]!;
        if (cost < least) least = cost;
      }
      now[state] = least;
    }
    later = now;
  }
  return later[Math.round((site.startKwh - battery.lowest) / grain)]!;
}
