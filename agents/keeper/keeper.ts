import { AbiCoder, type ContractTransactionResponse, keccak256, type Provider, type TransactionReceipt } from "ethers";
import { ChainError } from "../chain/chainError.ts";
import type { Contracts } from "../chain/deploy.ts";
import type { DayReport } from "../dso/dso.ts";
import { leavesReading } from "../dso/leaves.ts";
import type { Hash } from "../model/keccak.ts";
import { COUNT } from "../model/lanes.ts";
import { wordsOf } from "../model/orders.ts";
import { readingOf } from "../model/profileBook.ts";
import { crashPoint } from "../store/crash.ts";
import { type BookedProfile, liveProfiles, type SessionBook } from "./book.ts";
import { claimsOf } from "./claims.ts";
import { deskOf, type Keeping } from "./desk.ts";
import { batchRuns, GAS_PLAN, memberRuns } from "./runs.ts";

/** Sends a transaction of a phase and waits for it. */
export type Send = (phase: string, sent: Promise<ContractTransactionResponse>) => Promise<TransactionReceipt>;

/** 80 % of what a transaction may use (EIP-7825). */
const GAS_LIMIT = 13_421_772n;

/** Where a session's words lie, and its slots. */
export interface SessionShape {
  readonly session: number;
  readonly day: number;
  /** First slot of the session, counted from the day's first. */
  readonly first: number;
  readonly count: number;
  /** First slot number of the day. */
  readonly dayFirstSlot: number;
}

const words = ({ first, count }: SessionShape): number => wordsOf(first, count);
/** Slot number of the first lane of the session's words. */
export const firstLaneSlot = ({ dayFirstSlot, first }: SessionShape): number =>
  dayFirstSlot + Math.floor(first / COUNT) * COUNT;

/** What a session is, read from the chain. */
export async function shapeOf({ market, tariff }: Contracts, session: number): Promise<SessionShape> {
  const { day, first, count } = await market.sessionOf(session);
  const { firstSlot } = await tariff.dayOf(day);
  return { session, day: Number(day), first: Number(first), count: Number(count), dayFirstSlot: Number(firstSlot) };
}

/** Closes the book of a session after its gate. */
export const close = ({ market }: Contracts, session: number, send: Send) => send("clear", market.close(session));

/** The seed of a closed session, once its block is there. Throws ChainError before that. */
export async function seedOf({ market }: Contracts, provider: Provider, session: number): Promise<Hash> {
  const fixed = await market.seedOf(session);
  if (BigInt(fixed) !== 0n) return fixed;
  const { closedAt } = await market.sessionOf(session);
  const block = await provider.getBlock(Number(closedAt) + 2);
  if (closedAt === 0n || !block?.hash)
    throw new ChainError(`Session ${session} has no seed yet: wait for the second block after it was closed.`);
  return block.hash;
}

/**
 * Clears a session: claims every slot and shows the book, in as many transactions as it needs. What was shown already
 * for these claims, by whomever, is not shown again.
 * @param gasPlan Gas that a transaction is planned for.
 */
export async function clear(
  contracts: Keeping,
  shape: SessionShape,
  book: SessionBook,
  seed: Hash,
  send: Send,
  { fromBlock = 0, gasPlan = GAS_PLAN } = {},
): Promise<void> {
  const claims = claimsOf(liveProfiles(book), words(shape), firstLaneSlot(shape), seed);
  const readings = book.map((batch) => readingOf(batch, ({ live }) => live));
  const done = await progressOf(contracts, shape.session, claims, seed, fromBlock);
  let { tally } = done;
  for (const [from, to] of batchRuns(book.slice(done.next), shape, gasPlan)) {
    const shown = readings.slice(done.next + from, done.next + to);
    const receipt = await send("clear", deskOf(contracts).clear(shape.session, claims, tally, shown));
    tally = tallyIn(contracts, receipt);
    crashPoint("keeper.chunk");
  }
}

/** The first batch that was not shown yet for these claims, and the tally of those before it. */
async function progressOf(
  { market }: Contracts,
  session: number,
  claims: readonly bigint[],
  seed: Hash,
  fromBlock: number,
): Promise<{ next: number; tally: bigint[] }> {
  const encoded = AbiCoder.defaultAbiCoder().encode(["uint256", "bytes32", "uint256[]"], [session, seed, claims]);
  const key = keccak256(encoded);
  const logs = await market.queryFilter(market.filters.ClearingAdvanced(session), fromBlock);
  const own = logs.filter(({ args }) => args.claims === key);
  const none = { next: 0, tally: [] as bigint[] };
  return own.reduce((best, { args }) => {
    const next = Number(args.nextBatch);
    return next > best.next ? { next, tally: [...args.tally] } : best;
  }, none);
}

function tallyIn({ market }: Contracts, receipt: TransactionReceipt): bigint[] {
  const events = receipt.logs.map((log) => market.interface.parseLog(log));
  const advanced = events.find((event) => event?.name === "ClearingAdvanced");
  return advanced ? [...(advanced.args.tally as bigint[])] : [];
}

/** Books the fills of the profiles that are `live`, so that locks fall and what did not trade can be offered again. */
export async function release({ dayBook }: Contracts, session: number, book: SessionBook, send: Send): Promise<void> {
  for (const [batch, profiles] of book.entries()) {
    if (!profiles.some(({ live }) => live)) continue;
    const reading = readingOf(profiles, ({ live }) => live);
    await send("clear", dayBook.release({ session, batch, reading }));
  }
}

/** The sessions of a day with their books, sessions rising; released ones left out. */
export type DaySessions = readonly { readonly shape: SessionShape; readonly book: SessionBook }[];

/** What of the DSO's report a settler needs. */
export type Leaves = Pick<DayReport, "leaves" | "tree">;

/** Settles the members of a day by the DSO's report, in runs of leaves; then closes nothing: see `closeDay`. */
export async function settle(
  contracts: Keeping,
  day: number,
  report: Leaves,
  sessions: DaySessions,
  send: Send,
  who: ReadonlySet<number> = tradersOf(sessions),
): Promise<void> {
  for (const members of memberRuns(who, sessions)) await settleRun(contracts, day, report, sessions, send, members);
}

/**
 * Settles a run of members in one transaction, or, where that would need too much gas or is refused, its halves. Whom
 * someone else settled meanwhile is passed over.
 */
async function settleRun(
  contracts: Keeping,
  day: number,
  report: Leaves,
  sessions: DaySessions,
  send: Send,
  members: readonly number[],
): Promise<void> {
  const among = new Set(members);
  const call = [day, leavesReading(report, among), readingsFor(sessions, among)] as const;
  const desk = deskOf(contracts);
  if (members.length === 1 || (await fits(desk.settle.estimateGas(...call)))) {
    await unlessSettled(send("settle", desk.settle(...call)));
    return;
  }
  const half = Math.ceil(members.length / 2);
  await settleRun(contracts, day, report, sessions, send, members.slice(0, half));
  await settleRun(contracts, day, report, sessions, send, members.slice(half));
}

/** Waits for a settlement; that it was someone else's is as good. */
async function unlessSettled(sent: Promise<TransactionReceipt>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!(error instanceof ChainError && error.message.includes("AlreadySettled"))) throw error;
  }
}

/** Whether an estimate stays within 80 % of what a transaction may use; one that fails does not. */
async function fits(estimate: Promise<bigint>): Promise<boolean> {
  try {
    return (await estimate) <= GAS_LIMIT;
  } catch {
    return false;
  }
}

/** Members with a profile that counts in any of the sessions. */
export const tradersOf = (sessions: DaySessions): Set<number> =>
  new Set(sessions.flatMap(({ book }) => liveProfiles(book).map(({ member }) => member)));

/** Every batch that holds a profile of `members`, with exactly these in full. */
export function readingsFor(sessions: DaySessions, members: ReadonlySet<number>) {
  return sessions.flatMap(({ shape: { session }, book }) =>
    book.flatMap((profiles, batch) => {
      const inFull = ({ member, live }: BookedProfile) => live && members.has(member);
      return profiles.some(inFull) ? [{ session, batch, reading: readingOf(profiles, inFull) }] : [];
    }),
  );
}

/** Settles members whose leaves never came as if nothing had flowed. */
export async function settleUnproven(
  contracts: Keeping,
  day: number,
  who: ReadonlySet<number>,
  sessions: DaySessions,
  send: Send,
): Promise<void> {
  for (const members of memberRuns(who, sessions)) {
    await send("settle", deskOf(contracts).settleUnproven(day, members, readingsFor(sessions, new Set(members))));
  }
}

/** Unwinds a day without a report: every lock falls, nothing else moves. */
export async function unwind(
  contracts: Keeping,
  day: number,
  sessions: DaySessions,
  send: Send,
  who: ReadonlySet<number> = tradersOf(sessions),
): Promise<void> {
  for (const members of memberRuns(who, sessions)) {
    await send("settle", deskOf(contracts).unwind(day, members, readingsFor(sessions, new Set(members))));
  }
}

/** Closes a settled day: its surplus goes to the fund, holdings are final. */
export const closeDay = ({ dayBook }: Contracts, day: number, send: Send) => send("settle", dayBook.closeDay(day));
