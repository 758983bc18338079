import { packResults } from "../../agents/model/claimWord.ts";
import { word } from "../../agents/model/keccak.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { decodePrices, priceOf } from "../../agents/model/orders.ts";
import { readingOf, rowOf } from "../../agents/model/profileBook.ts";
import { expectSame, expectThat } from "./checks.ts";
import type { Dice } from "./dice.ts";
import type { Ghost, GhostProfile, GhostSession } from "./ghost.ts";

interface Claimed {
  readonly seed: string;
  readonly words: number;
  readonly firstLane: number;
  readonly live: readonly GhostProfile[];
  readonly claims: readonly bigint[];
}

/** MARKET-1 to MARKET-4 of a session that was just cleared. */
export async function checkOutcome(ghost: Ghost, dice: Dice, session: GhostSession, claimed: Claimed): Promise<void> {
  const sums = new Map<number, { sold: number; bought: number }>();
  for (const [batch, profiles] of session.batches.entries()) {
    const full = profiles.filter(({ live }) => live);
    if (full.length === 0) continue;
    const reading = readingOf(profiles, (profile) => (profile as GhostProfile).live);
    checkBatch(ghost, session, full, await ghost.driver.contracts.market.outcome(session.id, batch, reading), sums);
  }
  for (const [slot, { sold, bought }] of sums)
    expectSame("MARKET-1", `packets sold and bought in slot ${slot} of session ${session.id}`, sold, bought);
  await checkOrder(ghost, dice, session, claimed);
}

function checkBatch(
  ghost: Ghost,
  session: GhostSession,
  full: readonly GhostProfile[],
  // biome-ignore lint/suspicious/noExplicitAny: the market's struct
  outcome: any,
  sums: Map<number, { sold: number; bought: number }>,
): void {
  const words = Number(outcome.words);
  const traded = Array.from({ length: words }, (_, w) => w).filter((w) => (outcome.tradedWords >> BigInt(w)) & 1n);
  const prices = unpackAll([...outcome.prices]);
  for (const [i, profile] of full.entries()) {
    const lanes = new Array<number>(10 * words).fill(0);
    for (const [k, w] of traded.entries()) {
      const start = 2 + 64 * (i * traded.length + k);
      for (const [lane, fill] of unpackAll([BigInt(`0x${outcome.fills.slice(start, start + 64)}`)]).entries())
        lanes[10 * w + lane] = fill;
    }
    checkFills(ghost, session, profile, lanes, prices, sums);
  }
}

function checkFills(
  ghost: Ghost,
  session: GhostSession,
  profile: GhostProfile,
  lanes: readonly number[],
  prices: readonly number[],
  sums: Map<number, { sold: number; bought: number }>,
): void {
  const firstSlot = session.first - (session.first % 10);
  for (const [lane, fill] of lanes.entries()) {
    const slot = firstSlot + lane;
    const expected = session.outcomes!.get(slot)?.fills.get(profile.member) ?? 0;
    expectSame(
      "MARKET-4",
      `the fill of member ${profile.member} in slot ${slot} of session ${session.id}`,
      fill,
      expected,
    );
    if (fill === 0) continue;
    const order = profile.orderList.find((given) => given.slot === slot)!;
    const { high, low } = decodePrices(prices[lane]!);
    const [buy, sell] = [priceOf(high, ghost.driver.terms), priceOf(low, ghost.driver.terms)];
    const { buyPrice, sellPrice } = session.outcomes!.get(slot)!;
    expectSame("MARKET-4", `prices in slot ${slot} of session ${session.id}`, [buy, sell], [buyPrice, sellPrice]);
    expectThat(
      "MARKET-2",
      `member ${profile.member} traded beyond its price`,
      order.side === "bid" ? buy <= order.price : sell >= order.price,
    );
    expectThat("MARKET-2", `member ${profile.member} got more than it ordered`, fill <= order.packets);
    expectThat("MONEY-5", `buyers pay less than sellers get in slot ${slot}`, buy >= sell);
    const sum = sums.get(slot) ?? { sold: 0, bought: 0 };
    if (order.side === "bid") sum.bought += fill;
    else sum.sold += fill;
    sums.set(slot, sum);
  }
}

/** MARKET-3: the same profiles in another order, folded in two parts, conclude to the same results. */
async function checkOrder(
  ghost: Ghost,
  dice: Dice,
  session: GhostSession,
  { seed, firstLane, live, claims, words }: Claimed,
) {
  const { auction, market } = ghost.driver.contracts;
  const rows = dice.shuffled(live).map((profile) => rowOf(profile));
  const cut = dice.upTo(rows.length);
  const join = (part: readonly string[]) => `0x${part.map((row) => row.slice(2)).join("")}`;
  const first = await auction.fold(seed, firstLane, [...claims], [], join(rows.slice(0, cut)));
  const tally = await auction.fold(seed, firstLane, [...claims], [...first], join(rows.slice(cut)));
  const { results } = await auction.conclude([...claims], [...tally]);
  expectSame("MARKET-3", "results in another order", [...results].map(word), packResults(claims).map(word));
  const { prices } = await market.surplusOf(session.id);
  const kept = await auction.prices([...results], words);
  expectSame("MARKET-3", "prices in another order", [...prices], [...kept]);
}
