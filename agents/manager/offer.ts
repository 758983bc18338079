import type { AbstractSigner, Provider } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import type { FederationContracts } from "../chain/deployFederation.ts";
import { type BookedProfile, readBook } from "../keeper/book.ts";
import { type FilledProfile, filledBook } from "../keeper/filledBook.ts";
import type { Send } from "../keeper/keeper.ts";
import { packAll, unpackAll } from "../model/lanes.ts";
import type { BySide } from "../model/leftOver.ts";
import { wordsOf } from "../model/orders.ts";
import { readingOf } from "../model/profileBook.ts";
import { type Decision, decide } from "./manager.ts";

/** 80 % of what a transaction may use (EIP-7825). */
const GAS_LIMIT = 13_421_772n;

/** A manager at work: for whom, and with which key. */
export interface Manager {
  readonly federation: FederationContracts;
  /** Number of its community in the federation, and the community's own market. */
  readonly community: number;
  readonly market: EnergyMarket;
  readonly provider: Provider;
  readonly signer: AbstractSigner;
  readonly send: Send;
}

type Offer = Extract<Decision, { kind: "offer" }>;

/**
 * Offers what the `source` session of a manager's community left over in `session` of the federation; in as many
 * transactions as it takes, each with what the ones before left of the link. Does nothing twice: who was offered in the
 * session is left out. Gives what was decided, in order.
 */
export async function offerLeftOver(manager: Manager, session: number, source: number): Promise<Decision[]> {
  const { market, provider } = manager;
  const book = await filledBook(market, source, await readBook(market, provider, source));
  const seated = await seatedMembers(manager, session, book);
  return offerSome(manager, { session, source, book }, seated);
}

interface Place {
  readonly session: number;
  readonly source: number;
  readonly book: readonly (readonly FilledProfile[])[];
}

/** Offers what is left to `seated`; where that would need too much gas, first one half of them, then the other. */
async function offerSome(manager: Manager, place: Place, seated: ReadonlySet<number>): Promise<Decision[]> {
  const { session, source, book } = place;
  const decision = decide({ book, seated, room: await roomOf(manager, session) });
  if (decision.kind === "nothing") return [decision];
  const federation = manager.federation.federation.connect(manager.signer);
  const call = [session, manager.community, source, readingsOf(book, decision), levelWords(decision)] as const;
  if (seated.size === 1 || (await federation.offer.estimateGas(...call)) <= GAS_LIMIT) {
    await manager.send("offer", federation.offer(...call));
    return [decision];
  }
  const rising = [...seated].sort((a, b) => a - b);
  const half = Math.ceil(rising.length / 2);
  const first = await offerSome(manager, place, new Set(rising.slice(0, half)));
  return [...first, ...(await offerSome(manager, place, new Set(rising.slice(half))))];
}

const readingsOf = (book: Place["book"], { batches }: Offer) =>
  batches.map(({ batch, members }) => {
    const inFull = ({ member, live }: BookedProfile) => live && members.has(member);
    return { batch, reading: readingOf(book[batch]!, inFull) };
  });

const levelWords = ({ levels }: Offer) => ({ asks: packAll(levels.ask), bids: packAll(levels.bid) });

/** Members of the book whose seats are taken and who were not yet offered in the session. */
async function seatedMembers(
  { federation: { federation, market }, community }: Manager,
  session: number,
  book: Place["book"],
): Promise<Set<number>> {
  const { firstSeat, seats } = await federation.communityOf(community);
  const members = book.flat().flatMap(({ member, live }) => (live && member <= Number(seats) ? [member] : []));
  const isFree = async (member: number) => {
    const seat = Number(firstSeat) + member;
    return (await federation.seatOf(seat)).active && (await market.nonceOf(session, seat)) === 0n;
  };
  const free = await Promise.all(members.map(isFree));
  return new Set(members.filter((_, i) => free[i]));
}

/** What the link has left in a session, by side and lane. */
async function roomOf({ federation: { federation, market }, community }: Manager, session: number): Promise<BySide> {
  const { exportLimit, importLimit } = await federation.communityOf(community);
  const { first, count } = await market.sessionOf(session);
  const words = wordsOf(Number(first), Number(count));
  const { asks, bids } = await federation.offeredBy(session, community);
  const room = (limit: bigint, used: readonly bigint[]) =>
    unpackAll(used.slice(0, words)).map((packets) => Math.max(0, Number(limit) - packets));
  return { ask: room(exportLimit, asks), bid: room(importLimit, bids) };
}
