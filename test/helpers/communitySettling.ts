import { type DayReport, reportOf } from "../../agents/dso/dso.ts";
import { leavesReading } from "../../agents/dso/leaves.ts";
import * as keeper from "../../agents/keeper/keeper.ts";
import { digestOf } from "../../agents/model/flowReport.ts";
import type { Base } from "./community.ts";
import type { tradingIn } from "./communityTrading.ts";
import type { TestDay, TestFlow } from "./communityTypes.ts";
import { signedBy } from "./flowReports.ts";

export interface ReportOptions {
  /** The report that this one replaces. */
  readonly before?: DayReport;
  /** Number of leaves, if not one for each member. */
  readonly meters?: number;
}

/** No leaves: for a correction of what was settled without a proof. */
export const NO_LEAVES = { first: 0, count: 0, reading: "0x", proof: [] };

/** From the report of a day to its end. */
export function settlingIn(base: Base, { book, dayOf }: ReturnType<typeof tradingIn>) {
  const { ethers, contracts, market, members, oracle, dayBook, terms, feeder, signers, oraclePlace, until } = base;

  /** A report of the day; with `before`, its revision. */
  const report = async (
    { day, firstSlot, count }: TestDay,
    flows: readonly TestFlow[],
    { before, meters }: ReportOptions = {},
  ): Promise<DayReport> => {
    const measured = (member: number, slot: number) => {
      const flow = flows.find((given) => given.member === member && given.slot === slot);
      return { drawn: flow?.drawn ?? 0, fedIn: flow?.fedIn ?? 0, quality: "measured" as const };
    };
    const length = meters ?? Number(await members.count());
    const all = Array.from({ length }, (_, i) => Array.from({ length: count }, (_, slot) => measured(i + 1, slot)));
    const revision = before ? before.report.revision + 1 : 0;
    const previous = before && digestOf(before.report, oraclePlace);
    const epoch = Number((await oracle.signers()).epoch);
    const header = { feeder, day, firstSlot, count, revision, epoch, ...(previous && { previous }) };
    const salts = all.map((_, i) => ethers.id(`salt ${i} of day ${day}, revision ${revision}`));
    return reportOf(header, all, salts);
  };
  /** Two of the DSO's signatures. */
  const sign = (given: DayReport) => signedBy(given.report, oraclePlace, signers.slice(0, 2));
  /** Signs and submits a report once the day has ended. */
  const submit = async (given: DayReport) => {
    await until((await dayOf(given.report.day)).end);
    return oracle.submit(given.report, await sign(given));
  };

  const sessionsOf = async ({ day }: TestDay): Promise<keeper.DaySessions> => {
    const opened = await market.queryFilter(market.filters.SessionOpened());
    const ids = opened.map(({ args }) => Number(args.session)).filter((session) => session >> 8 === day);
    const withBook = async (session: number) => ({
      shape: await keeper.shapeOf(contracts, session),
      book: await book(session),
    });
    return Promise.all(ids.map(withBook));
  };
  /** Readings of every profile of `who` in the day, but for those of whom all are released. */
  const readings = async (day: TestDay, who: Iterable<number>) => {
    const unreleased = new Set<number>();
    for (const member of who) if ((await dayBook.profilesOf(day.day, member)).unreleased > 0n) unreleased.add(member);
    return keeper.readingsFor(await sessionsOf(day), unreleased);
  };
  const traders = async (day: TestDay) => keeper.tradersOf(await sessionsOf(day));

  const settleFrom = async ({ day }: TestDay) => Number((await oracle.deadlines(day)).settleFrom);
  /** Settles members (all who traded) by a report, once the dispute window is over. */
  const settle = async (day: TestDay, given: DayReport, who?: Iterable<number>) => {
    const set = new Set(who ?? (await traders(day)));
    await until(await settleFrom(day));
    return dayBook.settle(day.day, leavesReading(given, set), await readings(day, set));
  };
  /** Settles members without a proof, once that may be. */
  const settleUnproven = async (day: TestDay, who: readonly number[]) => {
    await until((await settleFrom(day)) + terms.windows.settleLimit);
    return dayBook.settleUnproven(day.day, [...who], await readings(day, who));
  };
  /** Unwinds a day without a report (all who traded in it). */
  const unwind = async (day: TestDay, who?: readonly number[]) => {
    const set = who ?? [...(await traders(day))].sort((a, b) => a - b);
    await until(day.end + terms.windows.reportLimit);
    return dayBook.unwind(day.day, [...set], await readings(day, set));
  };
  /** Corrects a member settled by `before` (without: unproven) to what `latest` says. */
  const correct = async (day: TestDay, member: number, before: DayReport | undefined, latest: DayReport) => {
    const only = new Set([member]);
    const old = before ? leavesReading(before, only) : NO_LEAVES;
    return dayBook.correct(day.day, member, old, leavesReading(latest, only), await readings(day, only));
  };
  /** Closes the day once it may be. */
  const closeDay = async (day: TestDay) => {
    await until((await settleFrom(day)) + terms.windows.settleLimit);
    return dayBook.closeDay(day.day);
  };
  /** Submits, settles and closes. */
  const finish = async (day: TestDay, flows: readonly TestFlow[]): Promise<DayReport> => {
    const given = await report(day, flows);
    await submit(given);
    await settle(day, given);
    await closeDay(day);
    return given;
  };
  const ways = { settle, settleUnproven, unwind, correct, closeDay, finish };
  return { report, sign, submit, sessionsOf, readings, traders, settleFrom, ...ways };
}
