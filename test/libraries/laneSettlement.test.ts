import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { cellsOf } from "../../agents/model/ecoinCells.ts";
import { above, at, packAll, unpackAll } from "../../agents/model/lanes.ts";
import { encodeOrder, encodePrices, priceOf } from "../../agents/model/orders.ts";
import { headOf } from "../../agents/model/profileBook.ts";
import { type DayOrder, lockFor, settleMember } from "../../agents/model/settlement.ts";
import {
  type DayFlows,
  type DayProfile,
  dayArb,
  type FilledOrder,
  memberArb,
  type RandomDay,
  type RandomMember,
} from "../helpers/memberDays.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("LaneSettlementHarness");

const SLOTS = Array.from({ length: 100 }, (_, slot) => slot);
const scaleOf = ({ zero, tickSize }: RandomDay) => ({ floorPrice: 0 - zero * tickSize, tickSize });

/** Lanes of the slots of a profile's words. */
const lanesOf = ({ firstWord, words, orders }: DayProfile, lane: (order: FilledOrder) => number): bigint[] =>
  packAll(
    SLOTS.slice(10 * firstWord, 10 * (firstWord + words)).map((slot) => {
      const order = orders.get(slot);
      return order ? lane(order) : 0;
    }),
  );

function toProfile(profile: DayProfile) {
  const head = { session: 1, member: 1, nonce: 1, registers: true, orders: [], lock: profile.lock };
  const row = [headOf(head), ...lanesOf(profile, encodeOrder)];
  const { firstWord, isVoid, traded } = profile;
  if (isVoid) return { firstWord, row, traded: 0, fills: [], prices: [] };
  const fills = lanesOf(profile, ({ fill }) => fill);
  const mask = fills.reduce((bits, fill, w) => bits | (fill === 0n ? traded & (1 << w) : 1 << w), 0);
  const prices = lanesOf(profile, ({ buy, sell }) => encodePrices(buy, sell));
  return { firstWord, row, traded: mask, fills: fills.filter((_, w) => (mask >> w) & 1), prices };
}

const toFlows = (flows: DayFlows | undefined): bigint[] =>
  flows ? packAll(SLOTS.map((slot) => ((flows.get(slot)?.drawn ?? 0) << 11) | (flows.get(slot)?.fedIn ?? 0))) : [];

const toDay = (day: RandomDay) => ({
  ...scaleOf(day),
  prices: packAll(SLOTS.map((slot) => encodePrices(day.retail[slot]!, day.feedIn[slot]!))),
});

const toMember = ({ profiles, flows }: RandomMember) => ({ profiles: profiles.map(toProfile), flows: toFlows(flows) });

/** Fills as the twin takes them: at the price paid or got. */
const fillsOf = (day: RandomDay, { isVoid, orders }: DayProfile): DayOrder[] =>
  [...orders].map(([slot, { side, fill, buy, sell }]) => {
    return { slot, side, packets: isVoid ? 0 : fill, price: priceOf(side === "bid" ? buy : sell, scaleOf(day)) };
  });

const tariffOf = (day: RandomDay) => ({
  retail: day.retail.map((tick) => priceOf(tick, scaleOf(day))),
  feedIn: day.feedIn.map((tick) => priceOf(tick, scaleOf(day))),
});

/** What the twin says of a member, in the form of the harness. */
function expected(day: RandomDay, { profiles, flows }: RandomMember) {
  const [tariff, fills] = [tariffOf(day), profiles.flatMap((profile) => fillsOf(day, profile))];
  const flowsBySlot = flows && SLOTS.map((slot) => flows.get(slot) ?? { drawn: 0, fedIn: 0 });
  const settled = settleMember({ tariff, fills, flows: flowsBySlot });
  const total = (side: "bid" | "ask", slot: number) =>
    fills.reduce((sum, fill) => (fill.side === side && fill.slot === slot ? sum + fill.packets : sum), 0);
  const asked = (slot: number) =>
    profiles.reduce((sum, { orders }) => {
      const order = orders.get(slot);
      return order?.side === "ask" ? sum + order.packets : sum;
    }, 0);
  return {
    ...settled,
    count: BigInt(profiles.length),
    posted: profiles.reduce((sum, { lock }) => sum + lock, 0n),
    sold: packAll(SLOTS.map((slot) => total("ask", slot))),
    bought: packAll(SLOTS.map((slot) => total("bid", slot))),
    returned: packAll(SLOTS.map((slot) => asked(slot) - total("ask", slot) + total("bid", slot))),
    minted: [0, 1, 2, 3, 4].map((c) => cellsOf(settled.received.slice(20 * c, 20 * c + 20))),
  };
}

type Expected = ReturnType<typeof expected>;
type Outcome = Awaited<ReturnType<typeof harness.settle>>["settled"][number];

/** What the harness says, in base units. */
function said(day: RandomDay, o: Outcome, like: Expected): Expected {
  const money = (ticks: bigint) => ticks * BigInt(day.tickSize);
  expect(o.plainTicks).toBe(money(o.ticks));
  return {
    legs: money(o.legs),
    toSupplier: money(o.ticks),
    lock: money(o.held),
    delivered: like.delivered, // summed up over members, see below
    received: like.received,
    count: o.count,
    posted: o.lock,
    sold: [...o.sold],
    bought: [...o.bought],
    returned: [...o.returned],
    minted: [...o.received],
  };
}

const sums = (lists: readonly (readonly number[])[]) =>
  SLOTS.map((slot) => lists.reduce((sum, list) => sum + list[slot]!, 0));

async function compare(day: RandomDay, members: readonly RandomMember[]) {
  const given = members.map(toMember);
  const twin = members.map((member) => expected(day, member));
  const { settled, proved } = await harness.settle(toDay(day), given, false);
  expect(settled.map((outcome, i) => said(day, outcome, twin[i]!))).toEqual(twin);
  expect(unpackAll(proved.delivered)).toEqual(sums(twin.map(({ delivered }) => delivered)));
  expect(unpackAll(proved.received)).toEqual(sums(twin.map(({ received }) => received)));
  return { given, twin, settled, proved };
}

describe(`LaneSettlement (seed ${SEED})`, () => {
  it("settles random members as Settlement and the twin, and never for more than their fills' locks", async () => {
    const seen = { members: 0, shortages: 0, credits: 0, both: 0, locked: 0 };
    const property = fc.asyncProperty(
      dayArb,
      fc.array(memberArb, { minLength: 4, maxLength: 4 }),
      async (day, members) => {
        for (const { legs, toSupplier, lock, sold, bought } of (await compare(day, members)).twin) {
          expect(toSupplier - legs <= lock).toBe(true);
          seen.members++;
          if (toSupplier > 0n) seen.shortages++;
          if (toSupplier < 0n) seen.credits++;
          if (lock > 0n) seen.locked++;
          if (sold.some((word, w) => (above(word, 0n) & above(bought[w]!, 0n)) !== 0n)) seen.both++;
        }
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 510 });
    expect(seen.members).toBe(2040);
    expect(Math.min(seen.shortages, seen.credits, seen.both, seen.locked)).toBeGreaterThan(150);
  });

  it("released profiles leave the same deviation, by their net position alone", async () => {
    const property = fc.asyncProperty(dayArb, fc.array(memberArb, { maxLength: 5 }), async (day, members) => {
      const { given, settled, proved } = await compare(day, members);
      const after = await harness.settle(toDay(day), given, true);
      expect(after.proved).toEqual(proved);
      const deviation = ({ ticks, plainTicks, received }: Outcome) => ({ ticks, plainTicks, received: [...received] });
      expect(after.settled.map(deviation)).toEqual(settled.map(deviation));
    });
    await fc.assert(property, { seed: SEED, numRuns: 40 });
  });
});

const flat = (zero: number, retail: number, feedIn: number): RandomDay => ({
  zero,
  tickSize: 1,
  retail: SLOTS.map(() => retail),
  feedIn: SLOTS.map(() => feedIn),
});
const order = (side: "bid" | "ask", packets: number, buy: number, sell: number): FilledOrder => {
  return { side, tick: 0, packets, fill: packets, buy, sell };
};
const profile = (orders: [number, FilledOrder][]): DayProfile => {
  return { firstWord: 0, words: 1, isVoid: false, traded: 1, lock: 0n, orders: new Map(orders) };
};

describe("LaneSettlement at the edges", () => {
  it("a sale at the floor is locked also where retail is the floor in all ten slots", async () => {
    const day = flat(100, 0, 0);
    const { twin } = await compare(day, [{ profiles: [profile([[3, order("ask", 7, 0, 0)]])], flows: undefined }]);
    expect(twin[0]!.lock).toBe(700n);
    expect(lockFor([{ slot: 0, side: "ask", packets: 7, price: -100 }], tariffOf(day))).toBe(700n);
  });

  it("sales of 255 sessions, each as large as can be, add up in their lane", async () => {
    const profiles = new Array(255).fill(profile([0, 1, 9].map((slot) => [slot, order("ask", 2047, 4095, 4095)])));
    const { twin } = await compare(flat(0, 4095, 0), [{ profiles, flows: undefined }]);
    expect(at(twin[0]!.sold[0]!, 9)).toBe(255 * 2047);
    expect(twin[0]!.toSupplier).toBe(3n * 255n * 2047n * 4095n);
  });
});
