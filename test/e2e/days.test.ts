import { network } from "hardhat";
import { expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";
import type { TestOrder } from "../helpers/communityTypes.ts";

const net = await network.create();
const MONEY = 10n ** 9n;

const order = (member: number, slot: number, side: "bid" | "ask", price: number, packets: number): TestOrder => ({
  member,
  slot,
  side,
  price,
  packets,
});

// Six members, three slots, R = 3000 and F = 500 in each; prices per packet of 10 Wh.
//
// Slot 0. Bids: 4: 2800 x 8, 5: 2600 x 8, 6: 1500 x 5. Asks: 1: 900 x 6, 2: 1200 x 6, 3: 1600 x 9.
//   Demand at 2600 and above: 16; supply at 1600 and below: 21, at 1200: 12. Packets 13 to 16: 2600 against 1600, so
//   Q* = 16, critical are bid 5 and ask 3. V = min(8, 12) = 8: bid 4 pays 2600, sellers get 1600, the fund 8 x 1000.
//   Sellers bear 12 - 8 = 4, two each: 1 sells 4, 2 sells 4.
// Slot 1. Bids: 4: 2000 x 3. Asks: 1: 1000 x 3. One pair, which is critical: no trade.
// Slot 2. Bids: 4: 2500 x 5, 5: 2500 x 5, 6: 2000 x 1. Asks: 1: 700 x 20, 2: 2000 x 1. Q* = 11: the 11th packet is
//   2000 against 700; critical are bid 6 and ask 1; nobody is ahead of ask 1, so V = 0: no trade.
//
// Meters. Slot 0: 1 feeds in 4, as sold. 2 feeds in 1 of 4: 3 short, 9,000 to the supplier. 4 draws 6 of 8: 2 unused,
//   1,000 from the supplier. All other flows are on ordinary bills.
// Trades: 1: +6,400. 2: +6,400 - 9,000 = -2,600. 4: -20,800 + 1,000 = -19,800. Fund +8,000. Supplier +8,000. Sum 0.
// Ecoins: delivered 5, drawn 6, so 4 holds floor(6 x 5 / 6) = 5.
it("SETTLE-5 a day worked out by hand comes out to the unit, member by member", async () => {
  const c = await communityOf(net, { members: 6 });
  const day = await c.fixDay({ count: 3 });
  const session = await c.open(day);
  const book = [
    [order(4, 0, "bid", 2800, 8), order(5, 0, "bid", 2600, 8), order(6, 0, "bid", 1500, 5)],
    [order(1, 0, "ask", 900, 6), order(2, 0, "ask", 1200, 6), order(3, 0, "ask", 1600, 9)],
    [order(4, 1, "bid", 2000, 3), order(1, 1, "ask", 1000, 3)],
    [order(4, 2, "bid", 2500, 5), order(5, 2, "bid", 2500, 5), order(6, 2, "bid", 2000, 1)],
    [order(1, 2, "ask", 700, 20), order(2, 2, "ask", 2000, 1)],
  ].flat();
  const posted = await c.postOrders(session, book);
  // Locks: asks (3000 - a) x packets, bids b x packets.
  const [one, , , four] = posted.taken.map(({ lock }) => lock);
  expect([one, four]).toEqual([6n * 2100n + 3n * 2000n + 20n * 2300n, 8n * 2800n + 3n * 2000n + 5n * 2500n]);
  await c.closeAndClear(session);
  const prices = await Promise.all([0, 1, 2].map((slot) => c.pricesOf(session, slot)));
  expect(prices).toEqual([{ buy: 2600, sell: 1600 }, undefined, undefined]);
  await c.finish(day, [
    { member: 1, slot: 0, fedIn: 4 },
    { member: 2, slot: 0, fedIn: 1 },
    { member: 4, slot: 0, drawn: 6 },
    { member: 5, slot: 1, drawn: 40 },
    { member: 6, slot: 2, fedIn: 30 },
  ]);
  const members = [1, 2, 3, 4, 5, 6];
  const changes = await Promise.all(members.map(async (member) => (await c.balance(member)) - MONEY));
  expect(changes).toEqual([6_400n, -2_600n, 0n, -19_800n, 0n, 0n]);
  expect([(await c.supplier()) - MONEY, await c.house.fundBalance()]).toEqual([8_000n, 8_000n]);
  const held = await Promise.all(members.map((member) => c.ecoins.holdingOf(1, 0, member)));
  expect(held).toEqual([0n, 0n, 0n, 5n, 0n, 0n]);
  expect(await Promise.all(members.map(c.locked))).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
  expect(await c.unbooked()).toBe(0n);
});

// Slot 0: R = 200, F = -300: feeding in costs. Bids 3: 100 x 10, 4: 50 x 10; asks 1: -200 x 10, 2: -100 x 10.
//   Critical are bid 4 and ask 2. V = 10: 3 pays 50, 1 gets -100 (it pays 100 to be rid of a packet); fund 150 x 10.
//   3 draws 4: 6 unused at F = -300, it pays the supplier 1,800. 1 feeds in 10.
//   Locks: bid 100 + 300 = 400 a packet; ask 200 + 200 = 400 a packet.
// Slot 1: R = -50, F = -300. Bids 3: -60 x 10, 4: -70 x 10; asks 1: -250 x 10, 2: -200 x 10.
//   Critical are bid 4 and ask 2: 3 gets 70 a packet (pays -70), 1 pays 200 a packet; fund (-70 + 200) x 10.
//   3 draws 10. 1 feeds in 7 of 10: 3 short at R = -50, so the supplier pays it 150.
//   Locks: bid -60 + 300 = 240 a packet; ask 0 + 250 = 250 a packet.
// Bills: 3: -500 - 1,800 + 700 = -1,600. 1: -1,000 - 2,000 + 150 = -2,850. Fund 1,500 + 1,300 = 2,800.
//   Supplier 1,800 - 150 = 1,650. Sum 0.
it("SETTLE-5 a day with negative prices comes out to the unit, within its locks", async () => {
  const c = await communityOf(net, { money: 10_000n, supplierMoney: 150n });
  const day = await c.fixDay({ count: 2, retail: [200, -50], feedIn: [-300, -300] });
  const session = await c.open(day);
  const book = [
    [
      order(1, 0, "ask", -200, 10),
      order(2, 0, "ask", -100, 10),
      order(3, 0, "bid", 100, 10),
      order(4, 0, "bid", 50, 10),
    ],
    [
      order(1, 1, "ask", -250, 10),
      order(2, 1, "ask", -200, 10),
      order(3, 1, "bid", -60, 10),
      order(4, 1, "bid", -70, 10),
    ],
  ].flat();
  const posted = await c.postOrders(session, book);
  expect(posted.taken.map(({ lock }) => lock)).toEqual([6_500n, 5_000n, 6_400n, 5_800n]);
  await c.closeAndClear(session);
  expect(await c.pricesOf(session, 0)).toEqual({ buy: 50, sell: -100 });
  expect(await c.pricesOf(session, 1)).toEqual({ buy: -70, sell: -200 });
  await c.finish(day, [
    { member: 1, slot: 0, fedIn: 10 },
    { member: 1, slot: 1, fedIn: 7 },
    { member: 3, slot: 0, drawn: 4 },
    { member: 3, slot: 1, drawn: 10 },
  ]);
  expect(await Promise.all([1, 2, 3, 4].map(c.balance))).toEqual([7_150n, 10_000n, 8_400n, 10_000n]);
  expect([await c.supplier(), await c.house.fundBalance()]).toEqual([1_800n, 2_800n]);
  expect(await c.unbooked()).toBe(0n);
});

it("ECOIN-1 ecoins offered in one session can't be offered in another before they are released", async () => {
  const c = await communityOf(net, { capacity: 10 });
  const day = await c.fixDay();
  const [first, second] = [await c.open(day), await c.open(day)];
  const ask = [order(1, 0, "ask", 1000, 10)];
  await c.postOrders(first, ask);
  await expect(c.postOrders(second, ask)).toRevertWith(c.market, "NothingAccepted", [10]);
  const posted = await c.postOrders(second, [...ask, order(2, 0, "ask", 1000, 10)]);
  expect(posted.refused).toEqual([{ member: 1, reason: "NoEcoins" }]);
  await c.replace(await c.signed(first, 1, [], { nonce: 2 }));
  expect((await c.postOrders(second, ask)).taken).toHaveLength(1);
});
