import { HistoryView } from "../data/historyView.ts";
import { describeBasis } from "../forecast/forecast.ts";
import { defaultForecasters } from "../forecast/net.ts";
import type { Home } from "../household/home.ts";
import type { MarketTerms } from "../household/market.ts";
import { type Plan, planSession } from "../household/plan.ts";
import { type MarketPlace, signProfile } from "../household/signing.ts";
import type { SlotDecision, Trader } from "../household/traders.ts";
import { type LaneOrder, packOrders, tickOf } from "../model/orders.ts";
import type { Profile } from "../model/profileBook.ts";
import type { SignedProfile } from "../relay/relay.ts";
import type { Community } from "./community.ts";
import { memberWallet } from "./keys.ts";
import type { Progress } from "./progress.ts";

/** What a home planned and decided for the day. */
export interface HomePlan {
  readonly home: Home;
  readonly plan: Plan;
  readonly decisions: readonly SlotDecision[];
}

/**
 * Every home plans the day with what it knows at `issue` (unix seconds) and decides on its orders; home i is member
 * i + 1. Throws InputError for a home without any history.
 */
export function planHomes(
  { data, day, homes, zone, location }: Community,
  market: MarketTerms,
  traders: readonly Trader[],
  issue: number,
  progress: Progress,
): HomePlan[] {
  const forecasters = defaultForecasters(zone, location);
  return homes.map((home, i) => {
    const view = new HistoryView(data, home.id, issue);
    const plan = planSession(view, home, day, forecasters);
    progress.step();
    return { home, plan, decisions: traders[i]!.decide({ home, plan, market }) };
  });
}

/** The decisions as profiles of `session`, signed by their members; homes without an order stay out. */
export async function signedProfiles(
  plans: readonly HomePlan[],
  session: number,
  scale: MarketTerms["scale"],
  seed: number,
  place: MarketPlace,
): Promise<SignedProfile[]> {
  const profiles = plans.map(async ({ decisions }, i): Promise<SignedProfile | undefined> => {
    if (decisions.every(({ side }) => side === "none")) return undefined;
    const orders = packOrders(
      decisions.map((decision) => orderOf(decision, scale)),
      0,
    );
    const registers = decisions.some(({ side }) => side === "ask");
    const profile: Profile = { session, member: i + 1, nonce: 1, registers, orders };
    return { ...profile, signature: await signProfile(memberWallet(seed, i + 1), profile, place) };
  });
  return (await Promise.all(profiles)).filter((profile) => profile !== undefined);
}

function orderOf(decision: SlotDecision, scale: MarketTerms["scale"]): LaneOrder | undefined {
  if (decision.side === "none") return undefined;
  const { side, price, packets } = decision;
  return { side, tick: tickOf(price, scale), packets };
}

/** One sentence per kind of forecast that had less history than it wants: how many homes, and the shortest. */
export function historyWarnings(plans: readonly HomePlan[]): string[] {
  return (["load", "pv"] as const).flatMap((kind) => {
    const bases = plans.map(({ plan }) => plan.forecast[kind].basis);
    const short = bases.filter(({ daysUsed, daysWanted }) => daysUsed < daysWanted);
    if (short.length === 0) return [];
    const shortest = short.reduce((least, basis) => (basis.daysUsed < least.daysUsed ? basis : least));
    const of = kind === "pv" ? "PV" : kind;
    return [
      `The ${of} forecast of ${short.length} of ${plans.length} homes had less history than it wants (${describeBasis(shortest)}, at the least).`,
    ];
  });
}
