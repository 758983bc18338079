/** What the tests book on their own, by the twins of `agents/model` and the rules of the design. */
import type { DayReport } from "../../agents/dso/dso.ts";
import type { Outcome } from "../../agents/model/auction.ts";
import type { Flow } from "../../agents/model/flowTree.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { decodeOrder, priceOf } from "../../agents/model/orders.ts";
import type { PostedProfile } from "../../agents/model/profileBook.ts";
import { type DayOrder, type DayTariff, lockFor } from "../../agents/model/settlement.ts";
import type { SignedProfile } from "../../agents/relay/relay.ts";
import type { Driver } from "./driver.ts";

/** A profile in the book, and its end (MARKET-5): at most one of replaced, released, settled. */
export interface GhostProfile extends SignedProfile, PostedProfile {
  readonly orderList: readonly DayOrder[];
  readonly batch: number;
  live: boolean;
  end?: "replaced" | "settled" | "unwound";
  released: boolean;
}

export interface GhostSession {
  readonly id: number;
  readonly day: GhostDay;
  readonly first: number;
  readonly count: number;
  readonly members: number;
  readonly gate: number;
  readonly batches: GhostProfile[][];
  closedAt: number;
  seed?: string;
  /** By slot of the day, once cleared. */
  outcomes?: ReadonlyMap<number, Outcome>;
  tally?: { readonly values: readonly bigint[]; readonly next: number };
  readonly claimed: Set<number>;
}

export interface GhostReport extends DayReport {
  readonly flows: readonly (readonly { readonly drawn: number; readonly fedIn: number }[])[];
}

/** A dispute of a member's day. */
export interface GhostDispute {
  readonly revision: number;
  readonly reading: readonly Flow[];
  readonly ruleBy: number;
  stage: "open" | "ruled" | "over";
  ruled?: readonly Flow[];
}

export interface GhostDay {
  readonly day: number;
  readonly firstSlot: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly tariff: DayTariff;
  readonly sessions: GhostSession[];
  readonly reports: GhostReport[];
  acceptedAt: number;
  /** The DSO never signs its report. */
  readonly silent: boolean;
  /** Members whose leaves nobody shows. */
  readonly hidden: ReadonlySet<number>;
  frozen: boolean;
  closed: boolean;
  pot: bigint;
  /** The latest of each member. */
  readonly disputes: Map<number, GhostDispute>;
  revisedAt: number;
  /** Member to 1 + revision, 125 as ruled, 126 unwound, 127 unproven. */
  readonly settled: Map<number, number>;
  /** By member, by slot. */
  readonly registered: Map<number, number[]>;
  readonly free: Map<number, number[]>;
  readonly received: Map<number, number[]>;
  readonly moved: Map<number, number[]>;
  readonly delivered: number[];
  readonly drawn: number[];
}

/** Money of a member. */
export interface GhostAccount {
  balance: bigint;
  locked: bigint;
  debt: bigint;
  owed: bigint;
}

export class Ghost {
  readonly accounts: GhostAccount[] = [];
  readonly days: GhostDay[] = [];
  supplier = 0n;
  fund = 0n;
  /** Of open disputes. */
  bonds = 0n;
  /** Tokens in less tokens out. */
  inflow = 0n;
  epoch = 1;
  readyAt = 0;
  proposed: readonly number[] = [];
  signers: readonly number[] = [0, 1, 2];
  readonly driver: Driver;

  constructor(driver: Driver) {
    this.driver = driver;
  }

  get now(): number {
    return this.driver.clock.now;
  }
  get members(): number[] {
    return this.accounts.map((_, i) => i + 1);
  }
  account(member: number): GhostAccount {
    return this.accounts[member - 1]!;
  }
  free(member: number): bigint {
    const { balance, locked } = this.account(member);
    return balance - locked;
  }
  /** Days whose place in the rings is still theirs. */
  get alive(): GhostDay[] {
    return this.days.slice(-this.driver.terms.ringDays);
  }
  get sessions(): GhostSession[] {
    return this.alive.flatMap(({ sessions }) => sessions);
  }
  cells(kind: "registered" | "free" | "received" | "moved", day: GhostDay, member: number): number[] {
    const known = day[kind].get(member);
    if (known) return known;
    const fresh = new Array<number>(day.count).fill(0);
    day[kind].set(member, fresh);
    return fresh;
  }

  // ------------------------------------------------------------- where things stand

  stage({ gate, outcomes }: GhostSession): "taking" | "closed" | "cleared" | "void" {
    if (this.now < gate) return "taking";
    if (outcomes) return "cleared";
    return this.now > gate + this.driver.terms.clearWindow ? "void" : "closed";
  }
  isOver = (session: GhostSession): boolean => ["cleared", "void"].includes(this.stage(session));
  state(day: GhostDay): "awaited" | "disputable" | "settleable" | "missing" {
    const { reportLimit } = this.driver.terms.windows;
    if (day.reports.length > 0 && !day.frozen) return this.now < this.settleFrom(day) ? "disputable" : "settleable";
    return this.now < day.end + reportLimit ? "awaited" : "missing";
  }
  settleFrom = (day: GhostDay): number => day.acceptedAt + this.driver.terms.windows.disputeWindow;
  unprovenFrom = (day: GhostDay): number => this.settleFrom(day) + this.driver.terms.windows.settleLimit;
  hardBy = (day: GhostDay): number => day.end + this.driver.terms.windows.hardLimit;
  reviseBy = (day: GhostDay): number => this.hardBy(day) - 2 * this.driver.terms.windows.settleLimit;
  reportBy = (day: GhostDay): number => day.end + this.driver.terms.windows.reportLimit;
  disputeBy = (day: GhostDay): number =>
    Math.max(this.settleFrom(day), day.revisedAt + this.driver.terms.windows.settleLimit);
  /** What a member is settled by. */
  flowsBy(day: GhostDay, member: number, by: number): readonly { drawn: number; fedIn: number }[] | undefined {
    if (by === 125) return day.disputes.get(member)!.ruled;
    return by === 127 ? undefined : day.reports[by - 1]!.flows[member - 1];
  }
  isFree(day: GhostDay): boolean {
    if (this.liveOf(day).length === 0) return !day.closed || this.now > this.hardBy(day);
    if ([...day.disputes.values()].some(({ stage }) => stage !== "over")) return false;
    return (
      this.unsettled(day).length === 0 && this.now > this.hardBy(day) && (day.closed || this.state(day) === "missing")
    );
  }

  // ------------------------------------------------------------- profiles and what they need

  liveOf = (day: GhostDay, member?: number): GhostProfile[] =>
    day.sessions
      .flatMap(({ batches }) => batches.flat())
      .filter((profile) => profile.live && (member === undefined || profile.member === member));
  traders = (day: GhostDay): number[] =>
    [...new Set(this.liveOf(day).map(({ member }) => member))].sort((a, b) => a - b);
  unsettled = (day: GhostDay): number[] => this.traders(day).filter((member) => !day.settled.has(member));
  sessionOf = (profile: GhostProfile): GhostSession =>
    this.days.flatMap(({ sessions }) => sessions).find(({ id }) => id === profile.session)!;
  /** What an order list of a profile traded, at its session's prices. */
  fillsOf(profile: GhostProfile): DayOrder[] {
    const { outcomes } = this.sessionOf(profile);
    return profile.orderList.flatMap(({ slot, side }) => {
      const outcome = outcomes?.get(slot);
      const packets = outcome?.fills.get(profile.member) ?? 0;
      if (!outcome || packets === 0) return [];
      return [{ slot, side, packets, price: (side === "bid" ? outcome.buyPrice : outcome.sellPrice)! }];
    });
  }
  fillsOfDay = (day: GhostDay, member: number): DayOrder[] =>
    this.liveOf(day, member).flatMap((profile) => this.fillsOf(profile));
  /** MONEY-4: what a member needs locked, from its unsettled profiles alone. */
  need(member: number): bigint {
    let total = 0n;
    for (const day of this.days) {
      if (day.settled.has(member)) continue;
      for (const profile of this.liveOf(day, member))
        total += profile.released ? lockFor(this.fillsOf(profile), day.tariff) : lockFor(profile.orderList, day.tariff);
    }
    return total;
  }

  // ------------------------------------------------------------- money

  credit(member: number, amount: bigint): void {
    this.account(member).balance += amount;
    this.payDebt(member);
  }
  payDebt(member: number): void {
    const account = this.account(member);
    const free = this.free(member);
    const short = free < account.debt;
    const paid = short ? free : account.debt;
    account.debt -= paid;
    account.balance -= paid;
    this.supplier += paid;
  }
  /** What the supplier can pay now; the rest it owes. */
  fromSupplier(member: number, amount: bigint): bigint {
    const short = this.supplier < amount;
    const paid = short ? this.supplier : amount;
    this.supplier -= paid;
    this.account(member).owed += amount - paid;
    return paid;
  }
  get supplierOwes(): bigint {
    return this.accounts.reduce((sum, { owed }) => sum + owed, 0n);
  }
}

/** The orders of a profile's words. Prices are base units. */
export function ordersIn(words: readonly bigint[], first: number, scale: { floorPrice: number; tickSize: number }) {
  return unpackAll(words).flatMap((lane, i): DayOrder[] => {
    if ((lane & 0x7ff) === 0) return [];
    const { side, tick, packets } = decodeOrder(lane)!;
    return [{ slot: first - (first % 10) + i, side, packets, price: priceOf(tick, scale) }];
  });
}
