import type { Contracts } from "../chain/deploy.ts";
import type { SessionBook } from "../keeper/book.ts";
import type { Send } from "../keeper/keeper.ts";
import { readingOf } from "../model/profileBook.ts";
import type { Progress } from "./progress.ts";

/** Claims the fund's share of a session for every member; gives what each was paid, base units. */
export async function claimShares(
  { fund }: Contracts,
  session: number,
  members: readonly number[],
  book: SessionBook,
  send: Send,
  progress: Progress,
): Promise<bigint[]> {
  const paid: bigint[] = [];
  for (const member of members) {
    const { logs } = await send("settle", fund.claimShare(session, member, ...placeOf(member, book)));
    const event = logs.map((log) => fund.interface.parseLog(log)).find((each) => each?.name === "ShareClaimed");
    paid.push(event?.args.amount ?? 0n);
    progress.step();
  }
  return paid;
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
