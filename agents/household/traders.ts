import type { Packets } from "../model/packets.ts";
import { onScaleDown, onScaleUp, pricePerPacketDown, pricePerPacketUp } from "../model/prices.ts";
import type { Random } from "../random/random.ts";
import type { MarketTerms } from "./market.ts";
import { type Need, needsOf, type TraderContext } from "./needs.ts";
import { reservation } from "./reservation.ts";

/** An order for one slot, price in token base units per packet, or the reason why there is none. */
export type SlotDecision =
  | { readonly side: "bid"; readonly price: number; readonly packets: Packets; readonly reason: "lack" | "buy-back" }
  | {
      readonly side: "ask";
      readonly price: number;
      readonly packets: Packets;
      readonly reason: "surplus" | "give-back";
    }
  | { readonly side: "none"; readonly reason: "balanced" | "worth less than the floor" | "worth more than the cap" };

/** Turns what a home plans into orders, one decision per slot of the session. */
export interface Trader {
  readonly name: string;
  decide(context: TraderContext): SlotDecision[];
}

/** What a packet of a slot is worth to the home and what the market allows, base units per packet. */
export interface Worth {
  /** The most to pay (rounded down), or the least to take (rounded up). */
  readonly honest: number;
  /** The home's own retail less feed-in price, >= 0, rounded down. */
  readonly spread: number;
  /** The community's R and F. */
  readonly retail: number;
  readonly feedIn: number;
  readonly market: MarketTerms;
}

type Order = Exclude<Need, { side: "none" }>;

/**
 * Offers what a packet is worth to the home: its own retail price for a lack, its own feed-in price for a surplus,
 * moved by its battery where that is free to act (`reservation`); R to buy back what it sold too much, F to give back
 * what it bought too much.
 */
export function truthful(): Trader {
  return trader("truthful", (_, worth) => worth.honest);
}

/**
 * Zero intelligence within its budget (Gode and Sunder's ZI-C): any price as likely, from the floor to the worth, or
 * from the worth to R.
 */
export function zeroIntelligence(random: Random): Trader {
  return trader("zero-intelligence", (need, { honest, retail, market: { scale } }) => {
    const [low, high] =
      need.side === "bid" ? [scale.floorPrice, Math.min(honest, retail)] : [Math.max(honest, scale.floorPrice), retail];
    return low > high ? honest : random.int(low, high);
  });
}

/** Bids the community's retail price and asks its feed-in price, whatever its own tariff. */
export function naive(): Trader {
  return trader("naive", (need, { retail, feedIn }) => (need.side === "bid" ? retail : feedIn));
}

/**
 * Offers less than the truth: bids below, asks above its worth by `marginPermille` of its own spread of prices, rounded
 * up.
 */
export function shading(marginPermille = 100): Trader {
  return trader("shading", (need, { honest, spread }) => {
    const margin = Math.ceil((spread * marginPermille) / 1000);
    return need.side === "bid" ? honest - margin : honest + margin;
  });
}

type Pricing = (need: Order, worth: Worth) => number;

function trader(name: string, pricing: Pricing): Trader {
  return {
    name,
    decide: (context) => {
      const worths = worthsOf(context);
      return needsOf(context).map((need, t) =>
        need.side === "none" ? need : decision(need, worths(need, t), pricing),
      );
    },
  };
}

/**
 * Bids are rounded down to the market's scale and capped at R, asks rounded up and at least the floor; else there is no
 * order.
 */
function decision(need: Order, worth: Worth, pricing: Pricing): SlotDecision {
  const { retail, market } = worth;
  const wanted = pricing(need, worth);
  if (need.side === "bid") {
    if (Math.min(wanted, retail) < market.scale.floorPrice)
      return { side: "none", reason: "worth less than the floor" };
    return { ...need, price: onScaleDown(Math.min(wanted, retail), market.scale) };
  }
  const price = onScaleUp(wanted, market.scale);
  return price > retail ? { side: "none", reason: "worth more than the cap" } : { ...need, price };
}

function worthsOf({ home, plan, market }: TraderContext): (need: Order, t: number) => Worth {
  const { buyMicroPerKwh, sellMicroPerKwh } = reservation(home, plan);
  const down = (micro: number) => pricePerPacketDown(micro, market.packetWh, market.tokenDecimals);
  const up = (micro: number) => pricePerPacketUp(micro, market.packetWh, market.tokenDecimals);
  return (need, t) => {
    const [buy, sell] = [down(buyMicroPerKwh[t] as number), up(sellMicroPerKwh[t] as number)];
    const [retail, feedIn] = [market.retailPrice[t] as number, market.feedInPrice[t] as number];
    const own = need.side === "bid" ? buy : sell;
    const honest = need.reason === "buy-back" ? retail : need.reason === "give-back" ? feedIn : own;
    return { honest, spread: Math.max(0, buy - sell), retail, feedIn, market };
  };
}
