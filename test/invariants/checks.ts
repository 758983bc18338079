import { unpackAll } from "../../agents/model/lanes.ts";
import { settleMember } from "../../agents/model/settlement.ts";
import type { Ghost, GhostDay } from "./ghost.ts";

/** Throws an error that names the invariant, with both numbers. */
export function expectSame(invariant: string, what: string, chain: unknown, ghost: unknown): void {
  const [a, b] = [chain, ghost].map((value) => JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}` : v)));
  if (a !== b) throw new Error(`${invariant}: ${what} is ${a} on the chain, ${b} by the test's own books`);
}
export function expectThat(invariant: string, what: string, holds: boolean): void {
  if (!holds) throw new Error(`${invariant}: ${what}`);
}

/** What was last found to be so, by day. */
const seen = new WeakMap<GhostDay, string>();

/**
 * Compares what the chain says with the ghost's books, and holds the sums against each other: all money, the days that the
 * ghost's books changed, and of the others one in turn; all of them if `every`.
 */
export async function checkAll(ghost: Ghost, every = false): Promise<void> {
  const { lens } = ghost.driver;
  checkMoney(ghost, await lens.money(ghost.accounts.length));
  const inTurn = ghost.alive[ghost.driver.clock.block % Math.max(ghost.alive.length, 1)];
  for (const day of ghost.alive) {
    const books = fingerprint(ghost, day);
    if (!every && day !== inTurn && seen.get(day) === books) continue;
    checkDay(ghost, day, await lens.dayOf(day.day, ghost.accounts.length, day.count));
    seen.set(day, books);
  }
}

function fingerprint(ghost: Ghost, day: GhostDay): string {
  const { registered, free, received, moved, settled } = day;
  const cells = [registered, free, received, moved, settled].map((map) => [...map]);
  const profiles = ghost.liveOf(day).map(({ member, nonce, released }) => [member, nonce, released]);
  return JSON.stringify([cells, profiles, day.delivered, day.drawn, day.closed, `${day.pot}`]);
}

// biome-ignore lint/suspicious/noExplicitAny: the lens's struct
function checkMoney(ghost: Ghost, money: any): void {
  const [tokens, supplier, owes, fund] = [money.tokens, money.supplier, money.supplierOwes, money.fund] as bigint[];
  expectSame("MONEY-2", "bonds", money.bonds, ghost.bonds);
  const members = ghost.members.map((_, i) => money.members.slice(5 * i, 5 * i + 5) as bigint[]);
  const balances = members.reduce((sum, [balance]) => sum + balance!, 0n);
  const pots = ghost.days.reduce((sum, { pot, closed }) => sum + (closed ? 0n : pot), 0n);
  expectSame("MONEY-1", "tokens held", tokens, balances + supplier! + fund! + pots + ghost.bonds);
  expectSame("MONEY-2", "tokens in less tokens out", tokens, ghost.inflow);
  for (const day of ghost.alive) {
    const owed = ghost.unsettled(day).reduce((sum, member) => sum + bought(ghost, day, member), 0n);
    expectThat("MONEY-1", `the pot of day ${day.day} is ${day.pot}, unsettled buyers owe ${owed}`, day.pot >= -owed);
  }
  for (const [i, [balance, locked, debt, owed]] of members.entries()) {
    const account = ghost.accounts[i]!;
    const who = `of member ${i + 1}`;
    expectSame("MONEY-4", `the lock ${who}`, locked, ghost.need(i + 1));
    expectSame("MONEY-4", `the running lock ${who}`, locked, account.locked);
    expectSame("MONEY-2", `the balance ${who}`, balance, account.balance);
    expectSame("SETTLE-2", `the debt ${who}`, debt, account.debt);
    expectSame("MONEY-2", `what the supplier owes ${who}`, owed, account.owed);
    expectThat("SETTLE-3", `lock ${who} above balance`, locked! <= balance!);
  }
  expectSame("MONEY-2", "the supplier's balance", supplier, ghost.supplier);
  expectSame("MONEY-2", "what the supplier owes", owes, ghost.supplierOwes);
  expectSame("MONEY-5", "the fund", fund, ghost.fund);
}

/** What a member's bids of the day cost, base units. */
const bought = (ghost: Ghost, day: GhostDay, member: number): bigint =>
  ghost.fillsOfDay(day, member).reduce((sum, { side, packets, price }) => {
    return side === "bid" && price > 0 ? sum + BigInt(packets) * BigInt(price) : sum;
  }, 0n) + askedToPay(ghost, day, member);

/** Sellers below zero pay too. */
const askedToPay = (ghost: Ghost, day: GhostDay, member: number): bigint =>
  ghost.fillsOfDay(day, member).reduce((sum, { side, packets, price }) => {
    return side === "ask" && price < 0 ? sum - BigInt(packets) * BigInt(price) : sum;
  }, 0n);

// biome-ignore lint/suspicious/noExplicitAny: the lens's struct
function checkDay(ghost: Ghost, day: GhostDay, view: any): void {
  const name = `day ${day.day}`;
  const cut = (words: Iterable<bigint>) => unpackAll([...words]).slice(0, day.count);
  expectSame("MARKET-5", `unsettled members of ${name}`, Number(view.unsettled), ghost.unsettled(day).length);
  expectSame("MONEY-5", `the pot of ${name}`, view.pot, day.closed ? 0n : day.pot);
  expectSame("SETTLE-4", `closed, ${name},`, view.closed, day.closed);
  const [delivered, drawn] = [cut(view.delivered), cut(view.drawn)];
  expectSame("ECOIN-3", `delivered on ${name}`, delivered, day.delivered);
  expectSame("ECOIN-3", `drawn on ${name}`, drawn, day.drawn);
  const sums = new Array<number>(day.count).fill(0);
  for (const member of ghost.members) {
    const i = member - 1;
    const who = `member ${member} on ${name}`;
    expectSame("SETTLE-1", `settled, ${who},`, Number(view.settledBy[i]), day.settled.get(member) ?? 0);
    const unreleased = ghost.liveOf(day, member).filter(({ released }) => !released).length;
    expectSame("MARKET-5", `unreleased profiles, ${who},`, Number(view.unreleased[i]), unreleased);
    const registered = cut(view.registered.slice(2 * i, 2 * i + 2));
    expectSame("ECOIN-1", `registered, ${who},`, registered, ghost.cells("registered", day, member));
    expectSame("ECOIN-1", `free, ${who},`, cut(view.free.slice(2 * i, 2 * i + 2)), ghost.cells("free", day, member));
    expectThat(
      "ECOIN-1",
      `more registered than the connection carries, ${who}`,
      registered.every((n) => n <= ghost.driver.terms.capacity),
    );
    const holdings = (view.holdings.slice(i * day.count, (i + 1) * day.count) as bigint[]).map(Number);
    expectSame("ECOIN-2", `holdings, ${who},`, holdings, holdingsOf(ghost, day, member));
    for (const [slot, held] of holdings.entries()) sums[slot]! += held;
  }
  const fits = sums.every((held, slot) => held <= delivered[slot]!);
  expectThat("ECOIN-3", `holdings ${sums} of ${name} exceed what was delivered, ${delivered}`, fits);
  checkSlots(ghost, day);
}

/** c where D >= U, else floor(c D / U); plus what was transferred. */
export const holdingsOf = (ghost: Ghost, day: GhostDay, member: number): number[] =>
  ghost.cells("received", day, member).map((c, slot) => {
    const [delivered, drawn] = [day.delivered[slot]!, day.drawn[slot]!];
    const share = delivered >= drawn ? c : Math.floor((c * delivered) / drawn);
    return share + ghost.cells("moved", day, member)[slot]!;
  });

/** SETTLE-5: of a day that is settled, each slot's money sums to zero; ECOIN-2 against the flows of the report. */
function checkSlots(ghost: Ghost, day: GhostDay): void {
  if (day.reports.length === 0) return;
  for (const [member, by] of day.settled) {
    if (by === 126) continue;
    const flows = ghost.flowsBy(day, member, by);
    const { received, lock, legs, toSupplier } = settleMember({
      tariff: day.tariff,
      fills: ghost.fillsOfDay(day, member),
      flows,
    });
    expectThat("SETTLE-3", `member ${member} owes more than its lock`, toSupplier - legs <= lock);
    const capped = received.every((packets, slot) => packets <= (flows?.[slot]?.drawn ?? 0));
    expectThat("ECOIN-2", `member ${member} was minted more than it drew on day ${day.day}`, capped);
  }
}
