import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { type FilledProfile, filledBook } from "../../agents/keeper/filledBook.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { cutBy, levelsFor, ordersIn, restOf, totalOf } from "../../agents/model/leftOver.ts";
import { restFlows } from "../../agents/model/restFlow.ts";
import { positionsOf } from "../../agents/simulation/federationProof.ts";
import type { TestFlow, TestOrder } from "../helpers/communityTypes.ts";
import { type Federated, federationOf, type OpenDay } from "../helpers/federation.ts";
import { SEED } from "../helpers/seed.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;

const SLOTS = 3;
const MEMBERS = 5;
const LIMIT = 9;

const fixture = () => federationOf(net, { members: MEMBERS, limit: LIMIT, communities: 3, money: 10n ** 6n });

/** Orders of a community: prices and packets small, so that ties and full links are frequent. */
const ordersArb: fc.Arbitrary<TestOrder[]> = fc
  .array(
    fc.record({
      member: fc.integer({ min: 1, max: MEMBERS }),
      slot: fc.nat(SLOTS - 1),
      side: fc.constantFrom("bid" as const, "ask" as const),
      price: fc.integer({ min: 1000, max: 1006 }),
      packets: fc.integer({ min: 1, max: 6 }),
    }),
    { minLength: 6, maxLength: 14 },
  )
  .map((orders) => orders.filter((order, i) => orders.findIndex((each) => sameCell(each, order)) === i));

const sameCell = (a: TestOrder, b: TestOrder) => a.member === b.member && a.slot === b.slot;

const flowsArb = fc.array(fc.record({ drawn: fc.nat(7), fedIn: fc.nat(7) }), {
  minLength: 3 * MEMBERS * SLOTS,
  maxLength: 3 * MEMBERS * SLOTS,
});

const ordersOf = ({ orders }: FilledProfile) => ordersIn(orders);
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

/** Packets of a side that profiles got in a slot. */
const filled = (profiles: readonly FilledProfile[], side: "bid" | "ask", slot: number) =>
  sum(profiles.map((profile) => (ordersOf(profile)[slot]?.side === side ? (profile.fills[slot] ?? 0) : 0)));

/** A whole day of three communities; what they traded at home and together. */
async function live(f: Federated, today: OpenDay, orders: readonly (readonly TestOrder[])[]) {
  await f.tradeOwn(today, ...orders);
  const home: FilledProfile[][] = [];
  for (const [c, own] of f.all.entries()) {
    await f.offer(today, c + 1);
    home.push((await filledBook(own.market, today.sources[c]!, await own.book(today.sources[c]!))).flat());
  }
  await f.clear(today.session);
  const together = (await filledBook(f.market, today.session, await f.book(today.session))).flat();
  return { home, together };
}

describe(`Federation: random days of three communities (seed ${SEED})`, () => {
  it("LINK-1 LINK-2 MARKET-1 MONEY-1 links hold, what is offered is the twin's, sold is bought, and every unit is booked", async () => {
    const drawn = fc.tuple(ordersArb, ordersArb, ordersArb, flowsArb);
    let traded = 0;
    const property = fc.asyncProperty(drawn, async ([first, second, third, meters]) => {
      const f = await loadFixture(fixture);
      const today = await f.openDay({ count: SLOTS });
      const { home, together } = await live(f, today, [first, second, third]);
      const flows: TestFlow[] = [];
      for (const [c, profiles] of home.entries()) {
        const left = profiles.map((profile) => restOf(ordersOf(profile), profile.fills));
        const room = { ask: new Array<number>(10).fill(LIMIT), bid: new Array<number>(10).fill(LIMIT) };
        const cut = left.map((orders) => cutBy(orders, levelsFor(left, room)));
        const { asks, bids } = await f.federation.offeredBy(today.session, c + 1);
        expect(unpackAll([asks[0]!])).toEqual(totalOf(cut, "ask", 10));
        expect(unpackAll([bids[0]!])).toEqual(totalOf(cut, "bid", 10));
        expect(Math.max(...unpackAll([asks[0]!, bids[0]!]))).toBeLessThanOrEqual(LIMIT);
        const positions = positionsOf(profiles, MEMBERS, SLOTS);
        for (let m = 0; m < MEMBERS; m++) {
          const at = (c * MEMBERS + m) * SLOTS;
          const measured = meters.slice(at, at + SLOTS).map((flow) => ({ ...flow, quality: "measured" as const }));
          const rest = restFlows(measured, positions[m]!);
          flows.push(...rest.map((flow, slot) => ({ member: c * MEMBERS + m + 1, slot, ...flow })));
        }
      }
      for (let slot = 0; slot < SLOTS; slot++) {
        expect(filled(together, "ask", slot)).toBe(filled(together, "bid", slot));
        traded += filled(together, "bid", slot);
      }
      if (together.length > 0) await f.finish(today.day, flows);
      expect(await f.unbookedSeats()).toBe(0n);
    });
    await fc.assert(property, { seed: SEED, numRuns: 4 });
    expect(traded).toBeGreaterThan(0);
  });
});
