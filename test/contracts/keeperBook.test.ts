import { network } from "hardhat";
import { expect, it } from "vitest";
import { postArguments } from "../../agents/relay/relay.ts";
import { communityOf } from "../helpers/community.ts";

const net = await network.create();

const ask = { side: "ask", price: 1000, packets: 10 } as const;
const bid = { side: "bid", price: 2500, packets: 10 } as const;

it("reads a book of a single short row, whose length divides in more than one way", async () => {
  const c = await communityOf(net);
  const session = await c.open(await c.fixDay({ count: 48 }));
  await c.postOrders(session, [{ member: 2, slot: 47, ...bid }]);
  const [batch] = await c.book(session);
  expect(batch!.map(({ member, orders }) => [member, orders.length])).toEqual([[2, 5]]);
  await c.closeAndClear(session);
});

it("reads the row that was taken where the same member's row before it was refused", async () => {
  const c = await communityOf(net);
  const session = await c.open(await c.fixDay({ count: 4 }));
  const forged = await c.signed(session, 1, [{ slot: 0, ...bid }], { by: c.wallets[1]! });
  const own = await c.signed(session, 1, [{ slot: 1, ...ask }]);
  const { rows, signatures } = postArguments([forged, own]);
  await c.market.post(session, rows, signatures);
  const book = await c.book(session);
  expect(book).toHaveLength(1);
  expect(book[0]!.map(({ orders }) => orders)).toEqual([own.orders]);
  await c.closeAndClear(session);
});
