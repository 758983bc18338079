import type { KeeperRewards } from "../../types/ethers-contracts/index.ts";
import type { Contracts } from "../chain/deploy.ts";
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

/**
 * Claims what `who` earned, once that, as far as the fund can pay it, is at least `least` base units. Gives what was paid;
 * the rest stays owed. Assumes that `who` sends.
 */
export async function claimReward(
  { rewards, house }: Contracts,
  who: string,
  least: bigint,
  send: Send,
): Promise<bigint> {
  const [owed, held] = await Promise.all([rewards.owedTo(who), house.fundBalance()]);
  const due = lesser(owed, held);
  if (due === 0n || due < least) return 0n;
  await send("rewards", rewards.claim(who));
  return due;
}

/** Whether clearing or settling is paid for here. */
export async function paysForWork({ rewards }: Contracts): Promise<boolean> {
  return (await rewards.perSlot()) + (await rewards.perMember()) > 0n;
}

/** Base units of an amount of the community's money, rounded up. */
export async function leastOf({ token }: Contracts, amount: number): Promise<bigint> {
  return BigInt(Math.ceil(amount * 10 ** Number(await token.decimals())));
}

function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
