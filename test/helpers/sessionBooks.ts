import fc from "fast-check";
import { clear, type Outcome } from "../../agents/model/auction.ts";
import type { Book, Order, Side, TieKey } from "../../agents/model/book.ts";
import { claimWordOf } from "../../agents/model/claimWord.ts";
import { type Hash, keccakOf, word, ZERO_HASH } from "../../agents/model/keccak.ts";
import { packAll } from "../../agents/model/lanes.ts";
import { type LaneOrder, packOrders } from "../../agents/model/orders.ts";
import { rowOf } from "../../agents/model/profileBook.ts";
import { tieKeysOf } from "../../agents/model/tieKey.ts";

/** One member's orders in a session, by slot. */
export interface SessionRow {
  readonly member: number;
  readonly orders: readonly (LaneOrder | undefined)[];
}

/** The book of a session of full words: a row per member, the tie keys' seed, the number of the first slot. */
export interface SessionBook {
  readonly seed: Hash;
  readonly firstSlot: number;
  readonly slots: number;
  readonly rows: readonly SessionRow[];
}

/** Bounds of random session books. Ticks and packets up to these; at least one packet. */
export interface SessionRange {
  readonly tick: number;
  readonly packets: number;
  readonly rows: number;
}

/** Ties at every turn. */
export const TIES: SessionRange = { tick: 3, packets: 3, rows: 24 };
/** Some ties. */
export const FEW_TICKS: SessionRange = { tick: 12, packets: 9, rows: 40 };
/** All that a lane can say. */
export const ALL_TICKS: SessionRange = { tick: 4095, packets: 2047, rows: 30 };

/** The seed 0, under which keys are member ids, or a hash. */
export const seedArb: fc.Arbitrary<Hash> = fc.oneof(
  fc.constant(ZERO_HASH),
  fc.nat().map((n) => keccakOf(`seed ${n}`)),
);

const memberIds: fc.Arbitrary<(rows: number) => number[]> = fc.oneof(
  fc.constant((rows: number) => Array.from({ length: rows }, (_, i) => i + 1)),
  fc.constant((rows: number) => Array.from({ length: rows }, (_, i) => 8192 - 37 * i)),
);

/** A random book over one to three words of slots. */
export const sessionBookArb = ({ tick, packets, rows }: SessionRange): fc.Arbitrary<SessionBook> =>
  fc
    .record({ words: fc.integer({ min: 1, max: 3 }), seed: seedArb, firstSlot: fc.nat(0xffff_0000), ids: memberIds })
    .chain(({ words, seed, firstSlot, ids }) => {
      const order = fc.option(
        fc.record({
          side: fc.constantFrom<Side>("bid", "ask"),
          tick: fc.nat(tick),
          packets: fc.integer({ min: 1, max: packets }),
        }),
        { freq: 5, nil: undefined },
      );
      const slots = 10 * words;
      const row = fc.array(order, { minLength: slots, maxLength: slots });
      return fc.array(row, { maxLength: rows, size: "max" }).map((drawn) => {
        const members = ids(drawn.length);
        return { seed, firstSlot, slots, rows: drawn.map((orders, i) => ({ member: members[i]!, orders })) };
      });
    });

/** The book of one slot; prices are ticks. */
export function slotBook({ rows }: Pick<SessionBook, "rows">, slot: number): Book {
  const side = (wanted: Side): Order[] =>
    rows.flatMap(({ member, orders }) => {
      const order = orders[slot];
      return order?.side === wanted ? [{ id: member, price: order.tick, packets: order.packets }] : [];
    });
  return { bids: side("bid"), asks: side("ask") };
}

/** The tie keys of the book's slots. */
export function keysOf({ seed, firstSlot, slots }: SessionBook): TieKey[] {
  const keyed = tieKeysOf(seed);
  return Array.from({ length: slots }, (_, i) => keyed(firstSlot + i));
}

const outcomes = new WeakMap<SessionBook, Outcome[]>();

/** How each slot clears, by the twin; worked out once a book. */
export function outcomesOf(book: SessionBook): Outcome[] {
  const known = outcomes.get(book) ?? keysOf(book).map((key, i) => clearSlot(slotBook(book, i), key));
  outcomes.set(book, known);
  return known;
}

const clearSlot = ({ bids, asks }: Book, key: TieKey): Outcome => clear(bids, asks, key);

/** The true claim about each slot. */
export const claimsOf = (book: SessionBook): bigint[] =>
  keysOf(book).map((key, i) => claimWordOf(slotBook(book, i), key));

/** A row in hex; its head holds more than the member, as in the market. */
const rowHex = ({ member, orders }: SessionRow): string =>
  rowOf({ session: 1, member, nonce: 255, registers: true, orders: packOrders(orders, 0), lock: 2n ** 128n - 1n });

const hex = new WeakMap<readonly SessionRow[], string>();

/** Rows in hex, one after another; worked out once. */
export function rowsHex(rows: readonly SessionRow[]): string {
  const known = hex.get(rows) ?? `0x${rows.map((row) => rowHex(row).slice(2)).join("")}`;
  hex.set(rows, known);
  return known;
}

/** What each row gets in each slot, by the twin. */
export const fillsOf = (rows: readonly SessionRow[], cleared: readonly Outcome[]): number[][] =>
  rows.map(({ member }) => cleared.map(({ fills }) => fills.get(member) ?? 0));

/**
 * The words of lanes that `HuangAuction.fills` gives, in hex: row by row, those in which any slot traded; and bit w says
 * that these are in the w-th.
 */
export function tradedFills(rows: readonly (readonly number[])[], hasTraded: readonly boolean[]) {
  const words = packAll(hasTraded.map(Number)).map((word) => word !== 0n);
  const fills = rows.flatMap((row) => packAll(row).filter((_, w) => words[w]));
  const mask = words.reduce((bits, traded, w) => bits | (BigInt(traded) << BigInt(w)), 0n);
  return { fills: `0x${fills.map((fill) => word(fill).slice(2)).join("")}`, mask };
}
