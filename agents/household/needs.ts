import { connectionPackets, type Packets, toPackets } from "../model/packets.ts";
import type { Home } from "./home.ts";
import { MAX_ORDER_PACKETS, type MarketTerms } from "./market.ts";
import type { Plan } from "./plan.ts";

/** Everything a trader may look at. */
export interface TraderContext {
  readonly home: Home;
  readonly plan: Plan;
  readonly market: MarketTerms;
  /** Net packets traded so far per slot of the session: bought positive, sold negative. None when left out. */
  readonly position?: ArrayLike<number>;
}

/**
 * What to trade in a slot, and why:
 * - lack, surplus: more of what the forecast says;
 * - buy-back: sold more than is expected to flow, a shortage would cost R;
 * - give-back: bought more than is expected to be needed, what is not used brings F.
 */
export type Need =
  | { readonly side: "bid"; readonly packets: Packets; readonly reason: "lack" | "buy-back" }
  | { readonly side: "ask"; readonly packets: Packets; readonly reason: "surplus" | "give-back" }
  | { readonly side: "none"; readonly reason: "balanced" };

/**
 * One need per slot: the plan's packets (import positive, export negative, by the cumulative register, so parts of a
 * packet carry over) within the connection, less the position, at most 2,047 packets. A wrong position is closed first,
 * what is lacking beyond that is left to a later session.
 */
export function needsOf({ home, plan, market, position }: TraderContext): Need[] {
  const { packetWh, slotSeconds } = market;
  const imports = toPackets(plan.flows.importWh, packetWh);
  const exports = toPackets(plan.flows.exportWh, packetWh);
  const most = connectionPackets(home.connectionW, slotSeconds, packetWh);
  return Array.from(imports, (packets, t) => {
    const wanted = Math.max(-most, Math.min(most, packets - (exports[t] as number)));
    return needOf(wanted, position?.[t] ?? 0);
  });
}

function needOf(wanted: number, position: number): Need {
  const missing = wanted - position;
  if (missing === 0) return { side: "none", reason: "balanced" };
  const closes = position !== 0 && Math.sign(position) !== Math.sign(missing);
  const packets = Math.min(MAX_ORDER_PACKETS, Math.abs(missing), closes ? Math.abs(position) : MAX_ORDER_PACKETS);
  if (missing > 0) return { side: "bid", packets, reason: closes ? "buy-back" : "lack" };
  return { side: "ask", packets, reason: closes ? "give-back" : "surplus" };
}
