import fc from "fast-check";
import { COUNT } from "../../agents/model/lanes.ts";
import { type LaneOrder, MAX_PACKETS } from "../../agents/model/orders.ts";
import { MAX_TICK } from "../../agents/model/prices.ts";
import { upTo } from "./lanes.ts";
import { orderArb } from "./orders.ts";

/** An order with what of it was filled, and the prices of its slot, as ticks. */
export interface FilledOrder extends LaneOrder {
  readonly fill: number;
  readonly buy: number;
  readonly sell: number;
}

/** A member's profile of one session: orders by slot of the day; `isVoid` where the session was never cleared. */
export interface DayProfile {
  readonly firstWord: number;
  readonly words: number;
  readonly isVoid: boolean;
  /** Bit w: the session's w-th word counts as traded, whether or not this profile's orders were filled there. */
  readonly traded: number;
  readonly lock: bigint;
  readonly orders: ReadonlyMap<number, FilledOrder>;
}

/** What a meter says, by slot of the day. */
export type DayFlows = ReadonlyMap<number, { readonly drawn: number; readonly fedIn: number }>;

export interface RandomMember {
  readonly profiles: readonly DayProfile[];
  readonly flows: DayFlows | undefined;
}

/** A day: retail and feed-in ticks of 100 slots, the tick of price 0. */
export interface RandomDay {
  readonly zero: number;
  readonly tickSize: number;
  readonly retail: readonly number[];
  readonly feedIn: readonly number[];
}

const slots = 100;

/** A tariff with R at or above F; flat over each ten slots, which may also be nothing but the floor. */
export const dayArb: fc.Arbitrary<RandomDay> = fc
  .record({
    zero: upTo(MAX_TICK),
    tickSize: fc.constantFrom(1, 3, 10_000),
    pairs: fc.array(fc.tuple(upTo(MAX_TICK), upTo(MAX_TICK)), { minLength: 10, maxLength: 10 }),
  })
  .map(({ zero, tickSize, pairs }) => {
    const lane = (slot: number, pick: (a: number, b: number) => number) => pick(...pairs[Math.floor(slot / COUNT)]!);
    const ticks = (pick: (a: number, b: number) => number) =>
      Array.from({ length: slots }, (_, slot) => lane(slot, pick));
    return { zero, tickSize, retail: ticks(Math.max), feedIn: ticks(Math.min) };
  });

const filledArb: fc.Arbitrary<FilledOrder> = fc
  .record({
    order: orderArb().filter((order) => order !== undefined),
    part: fc.constantFrom(0, 0.3, 1, 1),
    a: upTo(MAX_TICK),
    b: upTo(MAX_TICK),
  })
  .map(({ order, part, a, b }) => {
    return { ...order, fill: Math.floor(part * order.packets), buy: Math.max(a, b), sell: Math.min(a, b) };
  });

/** Orders in the slots `from` .. `to` of the day, in the words from `firstWord` on. */
const profileIn = (firstWord: number, words: number, from: number, to: number): fc.Arbitrary<DayProfile> =>
  fc.record({
    firstWord: fc.constant(firstWord),
    words: fc.constant(words),
    isVoid: fc.nat(9).map((n) => n === 0),
    traded: fc.nat(1023),
    lock: fc.bigInt({ min: 0n, max: 2n ** 90n }),
    orders: fc
      .array(fc.tuple(fc.integer({ min: from, max: to }), filledArb), { maxLength: 12, size: "max" })
      .map((entries) => new Map(entries)),
  });

/** Either anywhere in the day, or crowded in a few slots about the end of the fifth word. */
const profileArb: fc.Arbitrary<DayProfile> = fc.oneof(
  fc.tuple(fc.nat(9), fc.nat(9)).chain(([a, b]) => {
    const [first, last] = [Math.min(a, b), Math.max(a, b)];
    return profileIn(first, last - first + 1, COUNT * first, COUNT * last + 9);
  }),
  profileIn(4, 2, 47, 52),
);

/** What a member sold less what it bought in a slot, over all profiles. */
export const netSold = (profiles: readonly DayProfile[], slot: number): number =>
  profiles.reduce((net, { isVoid, orders }) => {
    const order = isVoid ? undefined : orders.get(slot);
    return net + (order?.fill ?? 0) * (order?.side === "bid" ? -1 : 1);
  }, 0);

/** Flows around what was traded: as much, one more, one less, anything, nothing; or no reading at all. */
const flowsArb = (profiles: readonly DayProfile[]): fc.Arbitrary<DayFlows | undefined> => {
  const traded = [...new Set(profiles.flatMap(({ orders }) => [...orders.keys()]))];
  const one = fc.record({ by: fc.constantFrom(-1, 0, 1, undefined), any: upTo(MAX_PACKETS), other: upTo(MAX_PACKETS) });
  const flow = (slot: number) =>
    one.map(({ by, any, other }) => {
      const net = netSold(profiles, slot);
      const near = by === undefined ? any : Math.min(Math.max(Math.abs(net) + by, 0), MAX_PACKETS);
      return [slot, net > 0 ? { drawn: other, fedIn: near } : { drawn: near, fedIn: other }] as const;
    });
  const all = fc.tuple(...traded.map(flow)).map((entries) => new Map(entries));
  return fc.option(all, { freq: 5, nil: undefined });
};

/** A member with up to three profiles, which meet in the same slots often. */
export const memberArb: fc.Arbitrary<RandomMember> = fc
  .array(profileArb, { maxLength: 3 })
  .chain((profiles) => fc.record({ profiles: fc.constant(profiles), flows: flowsArb(profiles) }));
