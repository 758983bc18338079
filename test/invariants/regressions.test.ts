import { network } from "hardhat";
import { expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();

// Day 1: member 3 buys 10, member 1 delivers 7 of them, so member 3 holds 7. It receives nothing for two rings. Day 7
// takes the place of day 1's totals: from then on a share of 7 in 10 can't be told, and 10 must not be read in its place.
it("ECOIN-3 who receives nothing for two rings does not get back what was never delivered", async () => {
  const c = await communityOf(net);
  const live = async (trades: boolean) => {
    const day = await c.fixDay({ count: 1 });
    if (!trades) {
      await c.until(day.end);
      return day;
    }
    const session = await c.open(day);
    const last = day.day > 1 ? 2 : 3; // who buys
    await c.postOrders(session, [
      { member: 1, slot: 0, side: "ask", price: 1000, packets: 10 },
      { member: 4, slot: 0, side: "ask", price: 2000, packets: 10 },
      { member: last, slot: 0, side: "bid", price: 2500, packets: 10 },
      { member: 5 - last, slot: 0, side: "bid", price: 2400, packets: 10 },
    ]);
    await c.closeAndClear(session);
    const given = await c.report(day, [
      { member: 1, slot: 0, fedIn: 7 },
      { member: last, slot: 0, drawn: 10 },
    ]);
    await c.submit(given);
    await c.settle(day, given);
    if (day.day === 1) await c.closeDay(day);
    await c.until(day.end + 13 * 3600);
    return day;
  };
  const first = await live(true);
  expect(await c.ecoins.holdingOf(first.day, 0, 3)).toBe(7n);
  for (let day = 2; day <= 6; day++) await live(false);
  await live(true);
  expect(await c.ecoins.holdingOf(first.day, 0, 3)).toBe(0n);
  await c.ecoins.certify(first.day, [3]);
  expect(await c.ecoins.certificatesOf(3)).toBeLessThanOrEqual(7n);
});
