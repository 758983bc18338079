import { signProfile } from "../../agents/household/signing.ts";
import { type LaneOrder, packOrders, tickOf } from "../../agents/model/orders.ts";
import { lockFor } from "../../agents/model/settlement.ts";
import type { RefusalName, SignedProfile } from "../../agents/relay/relay.ts";
import type { Dice } from "./dice.ts";
import { type Ghost, type GhostProfile, type GhostSession, ordersIn } from "./ghost.ts";

/** Ways to spoil a profile. */
const FAULTS = [
  "malformed",
  "above retail",
  "above capacity",
  "signed by another",
  "other session",
  "other chain",
  "other contract",
  "tampered",
  "unknown member",
  "nonce",
] as const;
type Fault = (typeof FAULTS)[number];

/** A profile on its way, and what is wrong with it, if anything. */
export interface Draft {
  readonly profile: SignedProfile;
  readonly faults: ReadonlySet<Fault>;
}

/** A profile of a member with small orders, signed; now and then with a fault. */
export async function draft(
  ghost: Ghost,
  dice: Dice,
  session: GhostSession,
  member: number,
  nonce: number,
  bad: number,
) {
  const fault = dice.chance(bad) ? dice.pick(FAULTS) : undefined;
  const lanes = randomLanes(ghost, dice, session, member);
  const faults = new Set<Fault>();
  const spoilt = spoil(ghost, dice, session, lanes, fault, faults);
  const registers = dice.chance(85);
  const who = fault === "unknown member" ? dice.pick([0, ghost.accounts.length + 1])! : member;
  const turn = fault === "nonce" ? nonce + dice.pick([1, 5])! : nonce;
  const profile = { session: session.id, member: who, nonce: turn, registers, orders: spoilt };
  if (fault && ["unknown member", "nonce"].includes(fault)) faults.add(fault);
  return { profile: await signed(ghost, dice, profile, member, fault, faults), faults };
}

/** Every other member mostly sells, so that both sides have orders. */
function randomLanes(
  ghost: Ghost,
  dice: Dice,
  { first, count, day }: GhostSession,
  member: number,
): (LaneOrder | undefined)[] {
  const seller = dice.chance(member % 2 === 0 ? 75 : 25);
  const quiet = dice.chance(5);
  return Array.from({ length: count }, (_, i) => {
    if (quiet || dice.chance(15)) return undefined;
    const side = dice.chance(85) === seller ? ("ask" as const) : ("bid" as const);
    const retail = day.tariff.retail[first + i]!;
    const price =
      side === "bid"
        ? dice.between(Math.max(-3, retail - (dice.chance(80) ? 2 : 6)), retail)
        : dice.between(-3, Math.max(-3, Math.min(retail, dice.chance(80) ? 2 : 6)));
    return { side, tick: tickOf(price, ghost.driver.terms), packets: dice.between(1, 6) };
  });
}

/** The order words, with a structural fault where one is asked for and possible. */
function spoil(
  ghost: Ghost,
  dice: Dice,
  { first, count, day }: GhostSession,
  lanes: (LaneOrder | undefined)[],
  fault: Fault | undefined,
  faults: Set<Fault>,
): bigint[] {
  const i = dice.upTo(count - 1);
  const { capacity } = ghost.driver.terms;
  if (fault === "above retail") {
    lanes[i] = { side: "bid", tick: tickOf(day.tariff.retail[first + i]! + 1, ghost.driver.terms), packets: 1 };
    faults.add(fault);
  }
  if (fault === "above capacity") {
    lanes[i] = { side: "ask", tick: 3, packets: capacity + 1 };
    faults.add(fault);
  }
  if (fault === "malformed") lanes[i] = undefined;
  const words = packOrders(lanes, first);
  if (fault === "malformed") {
    const lane = (first % 10) + i;
    words[Math.floor(lane / 10)]! |= BigInt(dice.pick([0x800000, 0x800, 0x7ff800])!) << BigInt(24 * (lane % 10));
    faults.add(fault);
  }
  return words;
}

async function signed(
  ghost: Ghost,
  dice: Dice,
  profile: Omit<SignedProfile, "signature">,
  member: number,
  fault: Fault | undefined,
  faults: Set<Fault>,
): Promise<SignedProfile> {
  const { wallets, place } = ghost.driver;
  const by = wallets[fault === "signed by another" ? member % ghost.accounts.length : member - 1]!;
  const where = {
    chainId: fault === "other chain" ? place.chainId + 1n : place.chainId,
    verifyingContract: fault === "other contract" ? ghost.driver.addresses.house : place.verifyingContract,
  };
  const told = fault === "other session" ? { ...profile, session: profile.session ^ dice.pick([1, 256])! } : profile;
  const signature = await signProfile(by, told, where);
  if (fault === "tampered") {
    faults.add(fault);
    return { ...profile, registers: !profile.registers, signature };
  }
  if (fault && ["signed by another", "other session", "other chain", "other contract"].includes(fault))
    faults.add(fault);
  return { ...profile, signature };
}

const SIGNATURES: readonly Fault[] = [
  "signed by another",
  "other session",
  "other chain",
  "other contract",
  "tampered",
];

/** Why a profile can't be read, in the market's order; None if it can. */
export function unreadable(ghost: Ghost, session: GhostSession, { profile, faults }: Draft): RefusalName {
  if (profile.member < 1 || profile.member > Math.min(session.members, ghost.accounts.length)) return "UnknownMember";
  if (faults.has("malformed")) return "MalformedOrder";
  if (faults.has("above retail")) return "AboveRetail";
  if (faults.has("above capacity")) return "AboveCapacity";
  return SIGNATURES.some((fault) => faults.has(fault)) ? "BadSignature" : "None";
}

/** The lock that a profile needs (MONEY-4), each order at its worst. */
export function lockOf(ghost: Ghost, session: GhostSession, { orders }: SignedProfile): bigint {
  return lockFor(ordersIn(orders, session.first, ghost.driver.terms), session.day.tariff);
}

/** Books the offer of a profile's asks: what is free first, the rest registered; false, and nothing, if it can't be. */
export function offer(ghost: Ghost, session: GhostSession, { member, orders, registers }: SignedProfile): boolean {
  const { day } = session;
  const [registered, free] = [ghost.cells("registered", day, member), ghost.cells("free", day, member)];
  const asks = ordersIn(orders, session.first, ghost.driver.terms).filter(({ side }) => side === "ask");
  const missing = asks.map(({ slot, packets }) => Math.max(packets - free[slot]!, 0));
  const fits = asks.every(({ slot }, i) => {
    return missing[i] === 0 || (registers && registered[slot]! + missing[i]! <= ghost.driver.terms.capacity);
  });
  if (!fits) return false;
  for (const [i, { slot, packets }] of asks.entries()) {
    registered[slot]! += missing[i]!;
    free[slot]! -= packets - missing[i]!;
  }
  return true;
}

/** Puts a profile that was taken into the ghost's book. */
export const taken = (ghost: Ghost, session: GhostSession, profile: SignedProfile, batch: number): GhostProfile => ({
  ...profile,
  lock: lockOf(ghost, session, profile),
  orderList: ordersIn(profile.orders, session.first, ghost.driver.terms),
  batch,
  live: true,
  released: false,
});
