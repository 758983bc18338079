import type { KeeperRewards } from "../../types/ethers-contracts/index.ts";
import { unpackAll } from "../model/lanes.ts";
import { decodeOrder } from "../model/orders.ts";
import { type PostedProfile, readingOf } from "../model/profileBook.ts";
import type { BookedProfile, SessionBook } from "./book.ts";
import type { Send } from "./keeper.ts";

/** Orders with packets in these profiles: what a relay is paid for, the twin of `KeeperRewards.countOrders`. */
export const orderCount = (profiles: readonly PostedProfile[]): number =>
  profiles.flatMap(({ orders }) => unpackAll(orders)).filter((lane) => decodeOrder(lane) !== undefined).length;

/** Counts the orders of every batch of an ended session that `relay` posted through the rewards and that are not counted yet. */
export async function countOrders(
  rewards: KeeperRewards,
  session: number,
  book: SessionBook,
  relay: string,
  send: Send,
): Promise<void> {
  const posted = await rewards.queryFilter(rewards.filters.PostedBy(session, undefined, relay));
  for (const { args } of posted) {
    const batch = Number(args.batch);
    if (BigInt(await rewards.relayOf(session, batch)) === 0n) continue;
    const live = ({ live }: BookedProfile) => live;
    await send("rewards", rewards.countOrders(session, batch, readingOf(book[batch]!, live)));
  }
}
