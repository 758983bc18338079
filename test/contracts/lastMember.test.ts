import { network } from "hardhat";
import { expect, it } from "vitest";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();

it("ECOIN-2 the last of 8,192 members receives what it bought, like any other", async () => {
  const community = await communityOf(net, { members: 3 });
  const { members, ecoins, join, fixDay, open, postOrders, closeAndClear, report, submit, settle } = community;
  const countSlot = 1;
  await net.networkHelpers.setStorageAt(await members.getAddress(), countSlot, 8191);
  const last = await join();
  expect(last).toBe(8192);
  const day = await fixDay();
  const session = await open(day);
  await postOrders(session, [
    { member: 1, slot: 0, side: "bid", price: 900, packets: 5 },
    { member: 2, slot: 0, side: "ask", price: 600, packets: 5 },
    { member: 3, slot: 0, side: "ask", price: 700, packets: 5 },
    { member: last, slot: 0, side: "bid", price: 1000, packets: 5 },
  ]);
  await closeAndClear(session);
  const flows = await report(day, [
    { member: last, slot: 0, drawn: 5 },
    { member: 2, slot: 0, fedIn: 5 },
  ]);
  await submit(flows);
  await settle(day, flows, [1, 2, 3]);
  await settle(day, flows, [last]);
  expect(await ecoins.holdingOf(day.day, 0, last)).toBe(5n);
});
