import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NamedBook, readBooks } from "../../agents/cli/bookFile.ts";
import { resultOf } from "../../agents/cli/bookResult.ts";
import { clearOnChain } from "../../agents/cli/evmEngine.ts";
import { clear } from "../../agents/model/auction.ts";
import type { Book, Order } from "../../agents/model/book.ts";
import { commonwatt, expectedResults, VECTORS } from "../agents/cli/commonwatt.ts";
import { AROUND_ZERO, bookArb, byId, NARROW, TINY, WIDE } from "../helpers/books.ts";
import { SEED } from "../helpers/seed.ts";

const BOOKS = 400;

const computed = ({ name, bids, asks }: NamedBook) => resultOf(name, clear(bids, asks, byId));
const withOrders = (orders: readonly Order[]) => orders.filter(({ packets }) => packets > 0);

/** A random book with ids spread wide, in an order of their own. */
const named = fc
  .tuple(
    fc.oneof(...[NARROW, AROUND_ZERO, TINY, WIDE].map(bookArb)),
    fc.infiniteStream(fc.integer({ min: 1, max: 999 })),
  )
  .map(([{ bids, asks }, steps]): Book => {
    const ids = new Map<number, number>();
    let last = 0;
    for (const { id } of [...bids, ...asks].toReversed()) {
      last += steps.next().value!;
      ids.set(id, last);
    }
    const spread = (orders: readonly Order[]) =>
      withOrders(orders).map((order) => ({ ...order, id: ids.get(order.id)! }));
    return { bids: spread(bids), asks: spread(asks) };
  });

describe("the verb auction on the contract that clears a market's slots", () => {
  it("gives every published result", async () => {
    expect(await clearOnChain(readBooks(VECTORS), VECTORS)).toStrictEqual(expectedResults());
  });

  it("prints the result and nothing else", () => {
    const { status, stdout } = commonwatt(["auction", VECTORS, "--engine", "evm", "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toStrictEqual(expectedResults());
  });

  it(`agrees with the twin on ${BOOKS} random books (seed ${SEED})`, async () => {
    const books = fc.sample(named, { seed: SEED, numRuns: BOOKS }).map((book, i) => ({ ...book, name: `book ${i}` }));
    const results = await clearOnChain(books, "random");
    expect(results).toStrictEqual(books.map(computed));
    expect(results.filter(({ buyPrice }) => buyPrice !== null).length).toBeGreaterThan(BOOKS / 4);
  });

  it("clears a book of more rows than one call takes", async () => {
    const orders = (first: number, price: (i: number) => number) =>
      Array.from({ length: 700 }, (_, i) => ({ id: first + i, price: price(i), packets: 1 + ((7 * i) % 2047) }));
    const books = [
      { name: "large", bids: orders(1, (i) => (31 * i) % 997), asks: orders(5000, (i) => (17 * i) % 1009) },
    ];
    expect(await clearOnChain(books, "large")).toStrictEqual(books.map(computed));
  });

  it("clears no books", async () => {
    expect(await clearOnChain([], "none")).toStrictEqual([]);
  });
});
