import { network } from "hardhat";
import { expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();

// Horta et al. 2017, 5.1.1: a household with PV sells its forecast; the sun shines less than expected. The supplier
// delivers what is missing, the seller pays it at the retail price, the buyer keeps its price.
//
// One slot, R = 3000, F = 500. Asks: PV (member 1) 10 packets at 1000, member 2 10 packets at 2000.
// Bids: member 3 10 packets at 2500, member 4 10 packets at 2400.
// Q* = 20, the critical pair is member 4's bid and member 2's ask: both stay out. V = 10: member 3 pays 2400 per
// packet, member 1 gets 2000, the fund (2400 - 2000) x 10 = 4,000.
// PV feeds in 7 of 10: 3 packets short at 3000 = 9,000 to the supplier.
// Member 3 draws 10: -24,000. Member 1: +20,000 - 9,000 = +11,000. Supplier +9,000. Fund +4,000. Sum 0.
it("SETTLE-5 Horta 5.1.1: PV sells its forecast, produces less and pays the difference; buyer whole, supplier paid", async () => {
  const c = await communityOf(net);
  const day = await c.fixDay({ count: 1 });
  const session = await c.open(day);
  const posted = await c.postOrders(session, [
    { member: 1, slot: 0, side: "ask", price: 1000, packets: 10 },
    { member: 2, slot: 0, side: "ask", price: 2000, packets: 10 },
    { member: 3, slot: 0, side: "bid", price: 2500, packets: 10 },
    { member: 4, slot: 0, side: "bid", price: 2400, packets: 10 },
  ]);
  expect(posted.refused).toEqual([]);
  await c.closeAndClear(session);
  expect(await c.pricesOf(session, 0)).toEqual({ buy: 2400, sell: 2000 });
  await c.finish(day, [
    { member: 1, slot: 0, fedIn: 7 },
    { member: 3, slot: 0, drawn: 10 },
  ]);
  const change = async (member: number) => (await c.balance(member)) - 10n ** 9n;
  expect(await Promise.all([1, 2, 3, 4].map(change))).toEqual([11_000n, 0n, -24_000n, 0n]);
  expect((await c.supplier()) - 10n ** 9n).toBe(9_000n);
  expect(await c.house.fundBalance()).toBe(4_000n);
  expect(await Promise.all([1, 2, 3, 4].map(c.locked))).toEqual([0n, 0n, 0n, 0n]);
  expect(await c.unbooked()).toBe(0n);
  // Only what was fed in is an ecoin: member 3 holds 7 of its 10 packets.
  expect(await c.ecoins.holdingOf(day.day, 0, 3)).toBe(7n);
});
