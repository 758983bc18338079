import { network } from "hardhat";
import { expect, it } from "vitest";
import { readBook } from "../../agents/keeper/book.ts";
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

it("reads what was posted through another contract from a trace, or from a call like the market's, or says what to do", async () => {
  const c = await communityOf(net);
  const session = await c.open(await c.fixDay({ count: 4 }));
  const first = await c.profilesOf(session, [{ member: 1, slot: 0, ...ask }]);
  await c.postSigned(session, first);
  const profile = await c.signed(session, 2, [{ slot: 0, ...bid }]);
  const { rows, signatures } = postArguments([profile]);
  await c.rewards.post(session, rows, signatures);
  expect((await c.book(session)).flat().map(({ member, orders }) => [member, orders])).toEqual([
    [1, first[0]!.orders],
    [2, profile.orders],
  ]);
  const door = await c.rewards.getAddress();
  const blindTo = (data?: string) =>
    new Proxy(c.provider, {
      get: (node, name) => {
        if (name === "send") return async () => Promise.reject(new Error("the method does not exist"));
        const getTransaction = async (hash: string) => {
          const { to, data: own } = (await node.getTransaction(hash))!;
          return { hash, to, data: to === door ? (data ?? own) : own };
        };
        if (name === "getTransaction") return getTransaction;
        const value = Reflect.get(node, name);
        return typeof value === "function" ? value.bind(node) : value;
      },
    });
  expect(await readBook(c.market, blindTo(), session)).toEqual(await c.book(session));
  await expect(readBook(c.market, blindTo("0x12345678"), session)).rejects.toThrow(
    /posted profiles through another contract, and this node can't trace it \(the method does not exist\): give the keeper/,
  );
});
