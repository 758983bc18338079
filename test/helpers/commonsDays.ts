import { PacketCommons } from "../../agents/model/commons.ts";
import type { SlotForecast, Stores } from "../../agents/model/commonsEnergy.ts";
import type { RequestMessage } from "../../agents/model/commonsFirewall.ts";
import type { PacketRequest } from "../../agents/model/commonsRequest.ts";
import {
  ALLOCATION_RULES,
  type CommonsRules,
  type CommonsTerms,
  GOALS,
  SURPLUS_ORDERS,
} from "../../agents/model/commonsRules.ts";
import type { Receipt } from "../../agents/model/commonsSignals.ts";
import type { SlotOutcome } from "../../agents/model/commonsSlot.ts";
import { keccak256, word } from "../../agents/model/keccak.ts";
import { type Random, randomStream } from "../../agents/random/random.ts";

export const CONNECTION = 12;
export const FIRST_SLOT = 1000;

/** A small community of few packets, so that everything is scarce and bounds are met. */
export interface Draw {
  readonly terms: CommonsTerms;
  readonly rules: CommonsRules;
  readonly stores: Stores;
  readonly members: number;
}

export function drawCommons(random: Random): Draw {
  const { int } = random;
  return {
    terms: { horizonSlots: int(2, 20), feederLimit: int(4, 24), monthSlots: int(5, 40) },
    rules: drawRules(random),
    stores: { buffer: drawStore(random), cache: drawStore(random) },
    members: int(1, 6),
  };
}

export function drawRules({ int }: Random): CommonsRules {
  const classes = int(2, 8);
  const cuts = Array.from({ length: classes + 1 }, () => int(0, Math.floor(1000 / (classes + 1))));
  return {
    classes,
    shares: cuts.slice(0, classes),
    bufferShare: cuts[classes]!,
    rule: ALLOCATION_RULES[int(0, 2)]!,
    goal: GOALS[int(0, 1)]!,
    surplusFirst: SURPLUS_ORDERS[int(0, 2)]!,
    importAllowance: int(0, 3),
    emergencyQuota: int(0, 2),
    riseAfter: int(0, 3),
    urgentLaxity: int(0, 2),
    classOf: Array.from({ length: 16 }, () => int(0, classes - 1)),
  };
}

function drawStore({ int }: Random) {
  const capacity = int(0, 20);
  return {
    capacity,
    stored: int(0, capacity),
    chargeLimit: int(0, 5),
    dischargeLimit: int(0, 5),
    efficiency: int(1, 10) * 100,
  };
}

/** A request that is mostly sound; now and then one that the firewall must stop. */
export function drawRequest({ int }: Random, next: number, horizon: number): PacketRequest {
  const earliest = next + int(0, 3) - (int(0, 30) === 0 ? 1 : 0);
  const deadline = Math.min(earliest + int(1, 8), next + horizon + (int(0, 30) === 0 ? 1 : 0));
  const perSlot = int(int(0, 30) === 0 ? 0 : 1, 5);
  const block = int(0, 1) === 1;
  const run = int(1, Math.max(1, Math.min(4, deadline - earliest)));
  const packets = block ? perSlot * run : int(1, Math.max(1, perSlot * (deadline - earliest)));
  return {
    client: int(0, 3),
    category: int(0, 15),
    yields: int(0, 5) === 0 ? int(1, 3) : 0,
    emergency: int(0, 7) === 0,
    shape: block ? "block" : "budget",
    packets: packets + (int(0, 40) === 0 ? 1 : 0),
    perSlot,
    earliest,
    deadline,
  };
}

/** A forecast that stores and rules allow; sun comes and goes. */
export function drawForecast({ int }: Random, { horizonSlots }: CommonsTerms, rules: CommonsRules, stores: Stores) {
  const left = { buffer: stores.buffer.stored, cache: stores.cache.stored };
  const out = (name: "buffer" | "cache"): number => {
    const packets = int(0, 2) === 0 ? int(0, Math.min(stores[name].dischargeLimit, left[name])) : 0;
    left[name] -= packets;
    return packets;
  };
  const most = rules.goal === "leastCost" ? rules.importAllowance : 0;
  return Array.from({ length: int(0, horizonSlots) }, (): SlotForecast => {
    const sun = int(0, 1) === 0 ? 0 : int(0, 20);
    return { source: sun, baseload: int(0, 6), bufferOut: out("buffer"), cacheOut: out("cache"), import: int(0, most) };
  });
}

/** What happens before a slot is allocated. */
export interface Step {
  readonly forecast?: readonly SlotForecast[];
  readonly messages: readonly RequestMessage[];
  readonly urges: readonly { readonly member: number; readonly client: number }[];
  readonly withdrawals: readonly { readonly member: number; readonly client: number }[];
  readonly rules?: CommonsRules;
  readonly emergency?: { readonly from: number; readonly to: number };
  readonly seed: string;
}

export function drawStep(random: Random, commons: PacketCommons, members: number): Step {
  const { int } = random;
  const { next, terms, rules, stores } = commons;
  const of = () => ({ member: int(1, members), client: int(0, 3) });
  const some = (oneIn: number) => (int(1, oneIn) === 1 ? [of()] : []);
  const messages = Array.from({ length: members }, (_, i) => i + 1)
    .filter(() => int(0, 1) === 0)
    .map((member) => ({
      member,
      slot: next - int(0, 1),
      requests: Array.from({ length: int(1, 3) }, () => drawRequest(random, next, terms.horizonSlots)),
    }));
  return {
    ...(int(0, 3) > 0 && { forecast: drawForecast(random, terms, rules, stores) }),
    messages,
    urges: some(4),
    withdrawals: some(8),
    ...(int(0, 9) === 0 && { rules: drawRules(random) }),
    ...(int(0, 14) === 0 && { emergency: { from: next, to: next + int(0, 3) } }),
    seed: keccak256(word(int(0, 0x7fffffff)), word(next)),
  };
}

/** Receipts of some of those who were given packets, in part or in full. */
export function drawReceipts({ int }: Random, outcome: SlotOutcome): Map<number, Map<number, Receipt>> {
  const byMember = new Map<number, Map<number, Receipt>>();
  for (const { cell, packets } of outcome.grants) {
    if (packets === 0 || int(0, 4) === 0) continue;
    const receipts = byMember.get(cell.member) ?? new Map<number, Receipt>();
    receipts.set(cell.client, int(0, 3) === 0 ? int(0, packets) : "all");
    byMember.set(cell.member, receipts);
  }
  return byMember;
}

/** Lives `slots` slots of a random community in the twin; `watch` sees every outcome. */
export function live(
  seed: number,
  slots: number,
  watch: (outcome: SlotOutcome, commons: PacketCommons, step: Step) => void,
): PacketCommons {
  const random = randomStream(seed, "commons");
  const { terms, rules, stores, members } = drawCommons(random);
  const commons = newCommons(terms, rules, stores, members);
  for (let i = 0; i < slots; i++) {
    const step = drawStep(random, commons, members);
    const outcome = takeStep(commons, step);
    watch(outcome, commons, step);
    for (const [member, receipts] of drawReceipts(random, outcome)) commons.acknowledge(member, outcome.slot, receipts);
  }
  return commons;
}

export const newCommons = (
  terms: CommonsTerms,
  rules: CommonsRules,
  stores: Stores,
  members: number,
  first = FIRST_SLOT,
): PacketCommons =>
  new PacketCommons(terms, rules, stores, first, (id) => (id >= 1 && id <= members ? CONNECTION : undefined));

export function takeStep(commons: PacketCommons, step: Step): SlotOutcome {
  if (step.rules) commons.setRules(step.rules);
  if (step.emergency) commons.declareEmergency(step.emergency.from, step.emergency.to);
  if (step.forecast && fitsRules(step.forecast, commons)) commons.forecast(step.forecast);
  for (const message of step.messages) commons.post(message);
  for (const { member, client } of step.urges) commons.urge(member, commons.next, client);
  for (const { member, client } of step.withdrawals) commons.withdraw(member, commons.next, client);
  commons.close(step.seed);
  return commons.allocate();
}

/** A vote in the same step may have made the planned import too much. */
export const fitsRules = (forecast: readonly SlotForecast[], { rules }: PacketCommons): boolean =>
  forecast.every((slot) => slot.import <= (rules.goal === "leastCost" ? rules.importAllowance : 0));
