import fc from "fast-check";
import { expect, it } from "vitest";
import { clear } from "../../../agents/model/auction.ts";
import type { Book, Order, Side, TieKey } from "../../../agents/model/book.ts";
import { type FundRule, fundShares } from "../../../agents/model/fundRule.ts";
import { type BookRange, bookArb, byId, tieKeyArb } from "../../helpers/books.ts";
import { SEED } from "../../helpers/seed.ts";

const RULES: readonly FundRule[] = ["treasury", "bystanders", "equal"];
const BYSTANDERS = [101, 102];

/** What one member ends with, but for the worth of its packets: packets got (sold: negative), money, share by rule. */
interface Account {
  readonly packets: number;
  readonly money: number;
  readonly share: Readonly<Record<FundRule, number>>;
}

/** What `worth` per packet (a buyer's value, a seller's cost) makes of it. */
const utility = ({ packets, money, share }: Account, worth: number, rule: FundRule): number =>
  packets * worth + money + share[rule];

const NOTHING: Account = { packets: 0, money: 0, share: { treasury: 0, bystanders: 0, equal: 0 } };

/** Clears a book and shares out its surplus among its members and two more; gives the account of a member. */
function accounts(book: Book, key: TieKey): (id: number) => Account {
  const { fills, packets, buyPrice, sellPrice, surplus } = clear(book.bids, book.asks, key);
  if (packets === 0) return () => NOTHING;
  const traders = new Set([...book.bids, ...book.asks].filter(({ packets }) => packets > 0).map(({ id }) => id));
  const members = [...book.bids, ...book.asks].map(({ id }) => id).concat(BYSTANDERS);
  const shares = RULES.map((rule) => fundShares(rule, surplus, members, traders));
  const account = (id: number, sign: number, price: number | null): [number, Account] => {
    const packets = sign * (fills.get(id) ?? 0);
    const parts = shares.map(({ each, members: entitled }) => (entitled.includes(id) ? Number(each) : 0));
    const share = { treasury: parts[0]!, bystanders: parts[1]!, equal: parts[2]! };
    return [id, { packets, money: -packets * (price ?? 0), share }];
  };
  const byMember = new Map([
    ...book.bids.map(({ id }) => account(id, 1, buyPrice)),
    ...book.asks.map(({ id }) => account(id, -1, sellPrice)),
  ]);
  return (id) => byMember.get(id) ?? NOTHING;
}

/** How many lies pay, by rule, of how many. */
const noLies = () => ({ treasury: 0, bystanders: 0, equal: 0, tried: 0 });
type Lies = ReturnType<typeof noLies>;

function countLie(lies: Lies, honest: Account, lying: Account, worth: number): void {
  lies.tried++;
  for (const rule of RULES) if (utility(lying, worth, rule) > utility(honest, worth, rule)) lies[rule]++;
}

it("no price misreport pays in any market of up to 3 x 3 traders with 4 prices and 1 or 2 packets, but under `equal`", () => {
  const lies = noLies();
  for (const bids of [1, 2, 3]) for (const asks of [1, 2, 3]) tryAllMarkets(bids, asks, lies);
  expect(lies).toMatchObject({ treasury: 0, bystanders: 0 });
  expect(lies.equal).toBeGreaterThan(0);
  expect(lies.tried).toBe(3 * 1_952_896);
}, 180_000); // five seconds where nothing else runs

const PRICES = [0, 60, 120, 180]; // so far apart that parts of a surplus are not lost in rounding

/** All quantities, all true prices, every other price of every trader. Each report is cleared once. */
function tryAllMarkets(bids: number, asks: number, lies: Lies): void {
  const traders = bids + asks;
  for (let mask = 0; mask < 2 ** traders; mask++) {
    const played = Array.from({ length: 4 ** traders }, (_, report) => {
      const orders = Array.from({ length: traders }, (_, t) => {
        return { id: t + 1, price: PRICES[digit(report, t)]!, packets: 1 + ((mask >> t) & 1) };
      });
      return accounts({ bids: orders.slice(0, bids), asks: orders.slice(bids) }, byId);
    });
    for (const [truth, honest] of played.entries()) {
      for (let t = 0; t < traders; t++) {
        for (let other = 1; other < 4; other++) {
          const lie = truth + (((digit(truth, t) + other) % 4) - digit(truth, t)) * 4 ** t;
          countLie(lies, honest(t + 1), played[lie]!(t + 1), PRICES[digit(truth, t)]!);
        }
      }
    }
  }
}

const digit = (report: number, t: number): number => (report >> (2 * t)) & 3;

/** A book with one member's order changed. */
function changed(book: Book, side: Side, order: Order): Book {
  const swap = (orders: readonly Order[]) => orders.map((old) => (old.id === order.id ? order : old));
  return side === "bid" ? { ...book, bids: swap(book.bids) } : { ...book, asks: swap(book.asks) };
}

const LARGER: BookRange = { prices: [-5, 12], packets: [1, 6], orders: 24 };
const SCALE = 100;

it(`nor in larger random books; nor does a winner's price change its fill (seed ${SEED})`, () => {
  const lies = noLies();
  let gainsByStayingOut = 0;
  const property = fc.property(bookArb(LARGER), tieKeyArb, (small, key) => {
    const scaled = (orders: readonly Order[]) => orders.map((order) => ({ ...order, price: order.price * SCALE }));
    const book: Book = { bids: scaled(small.bids), asks: scaled(small.asks) };
    const honest = accounts(book, key);
    for (const side of ["bid", "ask"] as const) {
      for (const order of side === "bid" ? book.bids : book.asks) {
        const truth = honest(order.id);
        for (let price = -6 * SCALE; price <= 13 * SCALE; price += SCALE / 2) {
          const lying = accounts(changed(book, side, { ...order, price }), key)(order.id);
          countLie(lies, truth, lying, order.price);
          if (truth.packets * lying.packets !== 0) expect(lying).toEqual(truth);
        }
        const out = accounts(changed(book, side, { ...order, packets: 0 }), key)(order.id);
        if (utility(out, order.price, "bystanders") > utility(truth, order.price, "bystanders")) gainsByStayingOut++;
      }
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 150 });
  expect(lies).toMatchObject({ treasury: 0, bystanders: 0 });
  expect(lies.equal).toBeGreaterThan(0);
  expect(gainsByStayingOut).toBeGreaterThan(0); // what `FundRule` warns of
});
