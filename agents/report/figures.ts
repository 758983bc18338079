import type { GasCost, MemberResult, OrderResult, PhaseResult, Result, RoundResult, SlotResult } from "./result.ts";

/** What follows from a result. Runs in the page too, so it imports nothing that is not there. */

/** What the market saves a member, base units: negative where it costs. */
export function savingOf(member: MemberResult): number {
  return member.billWithout - member.billWith;
}

/** What members and fund have more than without the market, base units. */
export function gainOf(result: Result): number {
  return sumOf(result.members, savingOf) + result.fund.balanceChange;
}

/** The sum of a number of each item. */
export function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

/** `part` of `whole`, 0 where there is none. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/**
 * Wh that came from neighbours in a slot. At most what flowed: a packet counts in the slot in which its register turns,
 * so a slot's packets may be up to one packet per meter ahead of its Wh.
 */
export function localWhOf(slot: SlotResult, packetWh: number): number {
  return Math.min(slot.mintedEcoins * packetWh, slot.importWh, slot.exportWh);
}

/** What each session made of a slot, by their gates. */
export const roundsOf = (slot: SlotResult): readonly RoundResult[] => [slot, ...slot.later];

/** All that sessions made of the day's slots. */
export const dayRounds = (slots: readonly SlotResult[]): readonly RoundResult[] => slots.flatMap(roundsOf);

/** What the day's session of this index made of its slots. A slot's first session is the day's first that holds it. */
export function sessionRounds({ sessions, slots }: Pick<Result, "sessions" | "slots">, index: number): RoundResult[] {
  const holds = (session: number, t: number) => {
    const { first, count } = sessions![session]!;
    return t >= first && t < first + count;
  };
  return slots.flatMap((slot, t): readonly RoundResult[] => {
    if (!holds(index, t)) return [];
    const isFirst = sessions!.findIndex((_, session) => holds(session, t)) === index;
    return isFirst ? [slot] : slot.later.filter(({ session }) => session === index);
  });
}

/** Orders that counted, in all sessions. */
export const orderCount = (slots: readonly SlotResult[]): number =>
  sumOf(dayRounds(slots), ({ orders }) => orders.length);

/** Packets that members have net of a slot over all sessions: what was sold again counts once. */
export function contractPackets(slot: SlotResult): number {
  if (slot.later.length === 0) return slot.packets;
  const net = new Map<string, number>();
  for (const { orders } of roundsOf(slot))
    for (const { member, side, fill } of orders)
      net.set(member, (net.get(member) ?? 0) + (side === "bid" ? fill : -fill));
  return sumOf([...net.values()], (packets) => Math.max(0, packets));
}

/** What buyers pay, or sellers get, on average for a packet, base units, a decimal number; null where nothing trades. */
export function meanPrice(rounds: readonly RoundResult[], price: "buyPrice" | "sellPrice"): number | null {
  const packets = sumOf(rounds, (round) => round.packets);
  return packets === 0 ? null : sumOf(rounds, (round) => (round[price] ?? 0) * round.packets) / packets;
}

/** The day's energy, Wh. */
export interface DayEnergy {
  readonly selfWh: number;
  readonly localWh: number;
  readonly gridWh: number;
  readonly exportWh: number;
  readonly tradedWh: number;
  /** Surplus that met a neighbour's need in the same slot, traded or not. */
  readonly metWh: number;
}

export function dayEnergy({ slots, run }: Result): DayEnergy {
  const localWh = sumOf(slots, (slot) => localWhOf(slot, run.packetWh));
  return {
    selfWh: sumOf(slots, (slot) => slot.selfWh),
    localWh,
    gridWh: sumOf(slots, (slot) => slot.importWh) - localWh,
    exportWh: sumOf(slots, (slot) => slot.exportWh),
    tradedWh: sumOf(slots, contractPackets) * run.packetWh,
    metWh: sumOf(slots, (slot) => Math.min(slot.importWh, slot.exportWh)),
  };
}

/** What the traders of a slot gain at their own prices in a session, fund included: base units. */
export function declaredGain(round: RoundResult): number {
  return sumOf(round.orders, (order) => signedPrice(order) * order.fill);
}

/** The most that the orders of a slot could gain in a session, critical pair included: base units. */
export function possibleGain({ orders }: RoundResult): number {
  const bids = ranked(orders, "bid");
  const asks = ranked(orders, "ask");
  let gain = 0;
  for (let [l, k, bidLeft, askLeft] = [0, 0, bids[0]?.packets ?? 0, asks[0]?.packets ?? 0]; ; ) {
    const [bid, ask] = [bids[l], asks[k]];
    if (!bid || !ask || bid.price <= ask.price) return gain;
    const packets = Math.min(bidLeft, askLeft);
    gain += (bid.price - ask.price) * packets;
    bidLeft -= packets;
    askLeft -= packets;
    if (bidLeft === 0) bidLeft = bids[++l]?.packets ?? 0;
    if (askLeft === 0) askLeft = asks[++k]?.packets ?? 0;
  }
}

/** The orders of a side, best price first; among equal prices those that traded first. */
export function ranked(orders: readonly OrderResult[], side: OrderResult["side"]): OrderResult[] {
  const sign = side === "bid" ? -1 : 1;
  return orders
    .filter((order) => order.side === side)
    .sort((a, b) => sign * (a.price - b.price) || Math.sign(b.fill) - Math.sign(a.fill));
}

function signedPrice({ side, price }: OrderResult): number {
  return side === "bid" ? price : -price;
}

/** True if the fund took all that the traders gained at their own prices, and that was something. */
export function fundTookAll({ slots, fund }: Pick<Result, "slots" | "fund">): boolean {
  return fund.took > 0 && sumOf(dayRounds(slots), declaredGain) === fund.took;
}

/** Gas of the phases that a day repeats: all but `setup`. */
export function dayGas(phases: readonly PhaseResult[]): number {
  return sumOf(
    phases.filter(({ name }) => name !== "setup"),
    ({ gas }) => gas,
  );
}

/** Gas for each order of a phase or session, rounded up; null where it deals with none. */
export function gasPerOrderUp({ gas, orders }: Pick<PhaseResult, "gas" | "orders">): number | null {
  return orders === 0 ? null : Math.ceil(gas / orders);
}

/** Gas for each order over all phases of the day, rounded up: the sum of gas over the orders that were posted. */
export function dayGasPerOrderUp(phases: readonly PhaseResult[]): number | null {
  const orders = phases.find(({ name }) => name === "post")?.orders ?? 0;
  return orders === 0 ? null : Math.ceil(dayGas(phases) / orders);
}

/** The phases that both sides have, and nothing else may be compared. */
export function comparedPhases(result: Result): { own: PhaseResult[]; plain: PhaseResult[] } {
  const plain = (result.baseline?.phases ?? []).filter(({ name }) => name !== "setup");
  return { own: result.phases.filter(({ name }) => plain.some((other) => other.name === name)), plain };
}

/** A case with its cost: EUR for `gas`, a decimal number. */
export function gasCost(gas: number, stated: Omit<GasCost, "costEur">): GasCost {
  return { ...stated, costEur: gas * stated.gasPriceGwei * 1e-9 * stated.etherPriceEur };
}

/** CO2 avoided, g, rounded down. */
export function avoidedGramsDown(mintedEcoins: number, packetWh: number, gramsPerKwh: number): number {
  return Math.floor((mintedEcoins * packetWh * gramsPerKwh) / 1000);
}
