import type { DayFacts, MarketFacts, SessionFacts } from "../chain/calendar.ts";
import type { HistoryView } from "../data/historyView.ts";
import type { Forecasters } from "../forecast/net.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, type LaneOrder, packOrders, priceOf, tickOf } from "../model/orders.ts";
import type { Profile } from "../model/profileBook.ts";
import { type Home, pricesOf } from "./home.ts";
import type { MarketTerms } from "./market.ts";
import { type Plan, planSession } from "./plan.ts";
import type { SlotDecision, Trader } from "./traders.ts";

/** The market of a session as an agent must know it: R and F of its slots from the day's tariff words. */
export function termsOf(market: MarketFacts, tariffWords: readonly bigint[], session: SessionFacts): MarketTerms {
  const lanes = unpackAll([...tariffWords])
    .slice(session.first, session.first + session.count)
    .map(decodePrices);
  const { slotSeconds, packetWh, tokenDecimals, scale } = market;
  const prices = (of: "high" | "low") => lanes.map((lane) => priceOf(lane[of], scale));
  return { slotSeconds, packetWh, tokenDecimals, scale, retailPrice: prices("high"), feedInPrice: prices("low") };
}

/** What a home planned, decided and offers for a session. */
export interface SessionOffer {
  readonly plan: Plan;
  readonly decisions: readonly SlotDecision[];
  /** Absent where it offers nothing. */
  readonly profile?: Profile;
}

/**
 * Plans a session with what `view` knows and turns the plan into a profile: bids and asks for what differs from the net
 * position that earlier sessions left. Throws InputError without history.
 */
export function offerFor(
  home: Home,
  member: number,
  day: Pick<DayFacts, "firstSlot">,
  session: Pick<SessionFacts, "session" | "first" | "count">,
  market: MarketTerms,
  trader: Trader,
  view: HistoryView,
  forecasters: Forecasters,
  position?: readonly number[],
): SessionOffer {
  const slots = { firstSlot: day.firstSlot + session.first, slotCount: session.count };
  const priced = { ...home, prices: pricesOf(home, slots) };
  return offerOf(planSession(view, priced, slots, forecasters), priced, member, session, market, trader, position);
}

/** Turns a plan of a session into a profile, as `offerFor` does. Assumes a home with the session's prices. */
export function offerOf(
  plan: Plan,
  priced: Home,
  member: number,
  session: Pick<SessionFacts, "session" | "first">,
  market: MarketTerms,
  trader: Trader,
  position?: readonly number[],
): SessionOffer {
  const decisions = trader.decide({ home: priced, plan, market, ...(position && { position }) });
  if (decisions.every(({ side }) => side === "none")) return { plan, decisions };
  const orders = packOrders(
    decisions.map((decision) => orderOf(decision, market)),
    session.first % COUNT,
  );
  const registers = decisions.some(({ side }) => side === "ask");
  return { plan, decisions, profile: { session: session.session, member, nonce: 1, registers, orders } };
}

function orderOf(decision: SlotDecision, { scale }: MarketTerms): LaneOrder | undefined {
  if (decision.side === "none") return undefined;
  const { side, price, packets } = decision;
  return { side, tick: tickOf(price, scale), packets };
}
