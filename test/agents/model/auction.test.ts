import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { clear, type Outcome } from "../../../agents/model/auction.ts";
import type { Book, Order } from "../../../agents/model/book.ts";
import { clearByPacket } from "../../helpers/auctionOracle.ts";
import {
  AROUND_ZERO,
  type BookRange,
  bookArb,
  byId,
  HUGE,
  NARROW,
  TINY,
  tieKeyArb,
  WIDE,
} from "../../helpers/books.ts";
import { SEED } from "../../helpers/seed.ts";

interface Published {
  name: string;
  bids: { id: number; price: number; qty: number }[];
  asks: { id: number; price: number; qty: number }[];
  expect: Record<"buyPrice" | "sellPrice" | "critBid" | "critAsk" | "longSide", number | string | null> &
    Record<"volume" | "surplus" | "K" | "L" | "qStar" | "gap" | "level" | "remainder", number> & {
      fills: Record<string, number>;
    };
}

const file = new URL("../../vectors/auction.json", import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, "utf8")) as { vectors: Published[] };
const toOrders = (rows: Published["bids"]): Order[] => rows.map(({ qty, ...order }) => ({ ...order, packets: qty }));
const random = (numRuns: number) => ({ seed: SEED, numRuns });

test.each(vectors)("MARKET-4 clears the published book $name", ({ bids, asks, expect: wanted }) => {
  const outcome = clear(toOrders(bids), toOrders(asks), byId);
  expect(outcome).toMatchObject({
    buyPrice: wanted.buyPrice,
    sellPrice: wanted.sellPrice,
    packets: wanted.volume,
    surplus: BigInt(wanted.surplus),
    crossing: wanted.qStar,
    criticalBid: wanted.critBid,
    criticalAsk: wanted.critAsk,
    longSide: wanted.longSide,
    excess: wanted.gap,
    level: wanted.level,
    remainder: wanted.remainder,
  });
  expect(Object.fromEntries(outcome.fills)).toEqual(wanted.fills);
  expect([rank(bids, outcome.criticalBid, -1), rank(asks, outcome.criticalAsk, 1)]).toEqual([wanted.L, wanted.K]);
});

/** Place of a member in the sorted side, from 1; 0 for nobody. */
function rank(rows: Published["bids"], id: number | null, sign: number): number {
  const sorted = rows.filter(({ qty }) => qty > 0).sort((a, b) => sign * (a.price - b.price) || a.id - b.id);
  return sorted.findIndex((row) => row.id === id) + 1;
}

describe(`on random books (seed ${SEED})`, () => {
  test.each<[string, BookRange, number]>([
    ["of prices 0 .. 9", NARROW, 12_000],
    ["of prices -5 .. 4", AROUND_ZERO, 6_000],
    ["of three prices", TINY, 6_000],
    ["of any int32 price", WIDE, 3_000],
  ])("MARKET-4 clears as packet by packet, %s", (_, range, runs) => {
    let trades = 0;
    const property = fc.property(bookArb(range), tieKeyArb, (book, key) => {
      const outcome = clear(book.bids, book.asks, key);
      expect(outcome).toEqual(clearByPacket(book, key));
      if (outcome.packets > 0) trades++;
    });
    fc.assert(property, random(runs));
    expect(trades).toBeGreaterThan(runs / 5);
  });

  it("MARKET-1, MARKET-2, MONEY-5 hold up to the largest numbers", () => {
    const property = fc.property(bookArb(HUGE), tieKeyArb, (book, key) => {
      const outcome = clear(book.bids, book.asks, key);
      const [bought, sold] = [sumOfFills(book.bids, outcome), sumOfFills(book.asks, outcome)];
      expect([bought, sold]).toEqual([BigInt(outcome.packets), BigInt(outcome.packets)]);
      if (outcome.packets === 0) return;
      const { buyPrice, sellPrice } = outcome;
      const buyers = book.bids.filter(({ id }) => outcome.fills.has(id));
      const sellers = book.asks.filter(({ id }) => outcome.fills.has(id));
      expect(buyers.every(({ price }) => price >= buyPrice!)).toBe(true);
      expect(sellers.every(({ price }) => price <= sellPrice!)).toBe(true);
      expect(bought * BigInt(buyPrice!)).toBe(sold * BigInt(sellPrice!) + outcome.surplus);
      expect(outcome.surplus >= 0n).toBe(true);
    });
    fc.assert(property, random(3_000));
  });

  it("losses differ by at most one packet, but where nothing is left", () => {
    const property = fc.property(bookArb(HUGE), tieKeyArb, (book, key) => {
      const { longSide, level, remainder, fills, threshold, ...rest } = clear(book.bids, book.asks, key);
      if (longSide === null) return;
      const [price, critical] =
        longSide === "bid" ? [rest.buyPrice!, rest.criticalBid!] : [-rest.sellPrice!, rest.criticalAsk!];
      const orders = longSide === "bid" ? book.bids : book.asks.map((ask) => ({ ...ask, price: -ask.price }));
      const winners = orders.filter((o) => o.price > price || (o.price === price && key(o.id) < key(critical)));
      let extra = 0;
      for (const { id, packets } of winners) {
        const loss = packets - (fills.get(id) ?? 0);
        const more = loss - Math.min(packets, level);
        expect(more === 0 || (more === 1 && key(id) >= key(threshold!))).toBe(true);
        extra += more;
      }
      expect(extra).toBe(remainder);
    });
    fc.assert(property, random(3_000));
  });

  it("MARKET-3 the order of the input changes nothing", () => {
    const shuffledBook = bookArb(NARROW).chain((book) => fc.tuple(fc.constant(book), shuffledOf(book)));
    const property = fc.property(shuffledBook, tieKeyArb, ([book, other], key) => {
      expect(clear(other.bids, other.asks, key)).toEqual(clear(book.bids, book.asks, key));
    });
    fc.assert(property, random(2_000));
  });

  it("orders of no packets change nothing, whatever their price", () => {
    const property = fc.property(bookArb(NARROW), tieKeyArb, (book, key) => {
      const real = (orders: readonly Order[]) => orders.filter(({ packets }) => packets > 0);
      const other = book.bids.map((order) => (order.packets === 0 ? { ...order, price: Number.NaN } : order));
      expect(clear(other, book.asks, key)).toEqual(clear(real(book.bids), real(book.asks), key));
    });
    fc.assert(property, random(1_000));
  });
});

function sumOfFills(orders: readonly Order[], { fills }: Outcome): bigint {
  return orders.reduce((sum, { id }) => sum + BigInt(fills.get(id) ?? 0), 0n);
}

function shuffledOf({ bids, asks }: Book): fc.Arbitrary<Book> {
  const whole = (orders: readonly Order[]) => ({ minLength: orders.length, maxLength: orders.length });
  const shuffle = (orders: readonly Order[]) => fc.shuffledSubarray([...orders], whole(orders));
  return fc.record({ bids: shuffle(bids), asks: shuffle(asks) });
}

describe("numbers", () => {
  const pair = (price: number, packets: number, id: number): Order[] => [
    { id, price, packets },
    { id: id + 1, price, packets },
  ];
  it("neither sums nor money wrap or round: 32 bits and 2^53 are passed", () => {
    const { packets, surplus } = clear(pair(2 ** 50, 2 ** 40 + 1, 1), pair(-(2 ** 50), 2 ** 40 + 1, 3), byId);
    expect(packets).toBe(2 ** 40 + 1);
    expect(surplus).toBe(2n ** 51n * (2n ** 40n + 1n));
  });
  it("keys of 256 bits order members exactly", () => {
    const top = 2n ** 255n;
    const { criticalBid, criticalAsk } = clear(pair(5, 1, 1), pair(5, 1, 3), (id) => top - BigInt(id));
    expect([criticalBid, criticalAsk]).toEqual([1, 3]);
  });
});

describe("a book that is none is refused", () => {
  const bid = { id: 1, price: 5, packets: 1 };
  test.each<[string, Order[], Order[], RegExp]>([
    ["half a packet", [{ ...bid, packets: 0.5 }], [], /0.5 packets of member 1/],
    ["fewer than no packets", [{ ...bid, packets: -1 }], [], /-1 packets of member 1/],
    ["no price", [{ ...bid, price: Number.NaN }], [], /NaN per packet of member 1/],
    ["half a price", [{ ...bid, price: 1.5 }], [], /1.5 per packet of member 1/],
    ["a member twice", [bid, bid], [], /two orders/],
    ["a member on both sides", [bid], [bid], /two orders/],
    ["more than 2^53 packets", [2, 3].map((id) => ({ ...bid, id, packets: 2 ** 52 })), [], /packets in one book/],
  ])("%s", (_, bids, asks, message) => expect(() => clear(bids, asks, byId)).toThrow(message));
  it("members that share a key", () =>
    expect(() => clear([bid], [{ ...bid, id: 2 }], () => 0)).toThrow(/share a tie key/));
});
