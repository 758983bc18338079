import type { Contracts } from "../chain/deploy.ts";
import type { SessionBook } from "../keeper/book.ts";
import type { Send } from "../keeper/keeper.ts";
import { readingOf } from "../model/profileBook.ts";
import type { LivedSession } from "./livedDay.ts";
import type { Progress } from "./progress.ts";

/** Claims the fund's share of every session that traded for every member; gives what each was paid, base units. */
export async function claimShares(
  contracts: Contracts,
  sessions: readonly Pick<LivedSession, "session" | "book">[],
  members: readonly number[],
  send: Send,
  progress: Progress,
): Promise<bigint[]> {
  const paid = members.map(() => 0n);
  for (const { session, book } of sessions) {
    const traded = await hasTraded(contracts, session);
    for (const [i, member] of members.entries()) {
      if (traded) paid[i]! += await claimShare(contracts, session, member, book, send);
      progress.step();
    }
  }
  return paid;
}

async function hasTraded({ market }: Contracts, session: number): Promise<boolean> {
  const [cleared] = await market.queryFilter(market.filters.SessionCleared(session));
  return cleared?.args.traded.some((word) => word !== 0n) ?? false;
}

async function claimShare({ fund }: Contracts, session: number, member: number, book: SessionBook, send: Send) {
  const { logs } = await send("settle", fund.claimShare(session, member, ...placeOf(member, book)));
  const event = logs.map((log) => fund.interface.parseLog(log)).find((each) => each?.name === "ShareClaimed");
  return (event?.args.amount as bigint | undefined) ?? 0n;
}

/** The batch with the member's profile, read with that alone in full; nothing for who posted none. */
function placeOf(member: number, book: SessionBook): [batch: number, reading: string] {
  const batch = book.findIndex((profiles) => profiles.some((profile) => profile.live && profile.member === member));
  if (batch < 0) return [0, "0x"];
  return [
    batch,
    readingOf(book[batch]!, (profile) => profile.member === member && "live" in profile && profile.live === true),
  ];
}
