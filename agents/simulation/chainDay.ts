import { liveProfiles } from "../keeper/book.ts";
import { claimsOf } from "../keeper/claims.ts";
import { fillLanes } from "../keeper/filledBook.ts";
import { firstLaneSlot, shapeOf } from "../keeper/keeper.ts";
import { decodeClaim, unpackResults } from "../model/claimWord.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, priceOf, unpackOrders, wordsOf } from "../model/orders.ts";
import { readingOf } from "../model/profileBook.ts";
import type { LivedDay } from "./marketDay.ts";

/** One order as the chain has it. */
export interface ChainOrder {
  readonly member: number;
  readonly side: "bid" | "ask";
  /** Base units per packet. */
  readonly price: number;
  readonly packets: number;
  readonly fill: number;
}

/** One slot as the chain has it; prices are base units per packet. */
export interface ChainSlot {
  readonly retail: number;
  readonly feedIn: number;
  readonly buyPrice: number | null;
  readonly sellPrice: number | null;
  readonly packets: number;
  /** Members, or 0. The chain keeps them where the slot traded; else they are the keeper's claim, which it checked. */
  readonly criticalBid: number;
  readonly criticalAsk: number;
  readonly orders: readonly ChainOrder[];
}

/** A day read back from the chain: nothing here comes from plans. */
export interface ChainDay {
  readonly slots: readonly ChainSlot[];
  /** Ecoins by member (the first is member 1) and slot. */
  readonly minted: readonly (readonly number[])[];
  /** Base units: what balances and what is owed differ by from what was deposited. */
  readonly changes: readonly bigint[];
  readonly supplierChange: bigint;
  readonly fundChange: bigint;
  /** What the closed day left to the fund. */
  readonly surplus: bigint;
}

/** Reads the day from the chain. */
export async function readDay(lived: LivedDay): Promise<ChainDay> {
  const slots = await readSlots(lived);
  const minted = await readMinted(lived, slots);
  return { slots, minted, ...(await readMoney(lived)) };
}

async function readSlots(lived: LivedDay): Promise<ChainSlot[]> {
  const { stage, day, book } = lived;
  const { terms, contracts, community } = stage;
  const tariff = unpackAll([...(await contracts.tariff.prices(day))]).map(decodePrices);
  const [outcomes, orders] = [await readResults(lived), await readOrders(lived)];
  const anyone = liveProfiles(book).length > 0;
  return Array.from({ length: community.day.slotCount }, (_, t) => ({
    retail: priceOf(tariff[t]!.high, terms),
    feedIn: priceOf(tariff[t]!.low, terms),
    ...(anyone ? outcomes(t) : NOTHING),
    orders: orders.filter(({ slot }) => slot === t).map(({ slot: _slot, ...order }) => order),
  }));
}

const NOTHING = { buyPrice: null, sellPrice: null, packets: 0, criticalBid: 0, criticalAsk: 0 };

/** What the cleared session says about a slot. */
async function readResults({ stage, session, book }: LivedDay) {
  const { contracts, terms, community } = stage;
  const [cleared] = await contracts.market.queryFilter(contracts.market.filters.SessionCleared(session));
  if (!cleared) return () => NOTHING;
  const { results, traded, seed } = cleared.args;
  const shape = await shapeOf(contracts, session);
  const words = wordsOf(0, community.day.slotCount);
  const kept = unpackResults([...results], words * COUNT);
  const packets = unpackAll([...traded]);
  const claims = claimsOf(liveProfiles(book), words, firstLaneSlot(shape), seed).map(decodeClaim);
  return (t: number) => {
    const { traded: trades, bidTick, askTick } = kept[t]!;
    const { criticalBid, criticalAsk } = claims[t]!;
    const price = (tick: number) => (trades === 1 ? priceOf(tick, terms) : null);
    return { buyPrice: price(bidTick), sellPrice: price(askTick), packets: packets[t]!, criticalBid, criticalAsk };
  };
}

/** An order and its slot, counted from the day's first. */
export type PlacedOrder = ChainOrder & { readonly slot: number };

/** Every order of the book with its fill, from the session's outcome, batch by batch. */
export async function readOrders({
  stage,
  session,
  book,
}: Pick<LivedDay, "stage" | "session" | "book">): Promise<PlacedOrder[]> {
  const { contracts, terms, community } = stage;
  const { slotCount } = community.day;
  const words = wordsOf(0, slotCount);
  const batches = book.map(async (batch, b): Promise<PlacedOrder[]> => {
    const live = batch.filter((profile) => profile.live);
    const reading = readingOf(batch, (profile) => live.some(({ member }) => member === profile.member));
    const { fills, tradedWords } = await contracts.market.outcome(session, b, reading);
    const lanes = fillLanes(fills, tradedWords, live.length, words);
    return live.flatMap(({ member, orders }, i) =>
      unpackOrders(orders, 0, slotCount).flatMap((order, slot) => {
        if (!order) return [];
        const { side, tick, packets } = order;
        return [{ slot, member, side, price: priceOf(tick, terms), packets, fill: lanes[i]![slot]! }];
      }),
    );
  });
  return (await Promise.all(batches)).flat();
}

/** Holdings of those who bought; nobody else can hold any. */
async function readMinted({ stage, day }: LivedDay, slots: readonly ChainSlot[]): Promise<number[][]> {
  const { contracts, community } = stage;
  const members = community.homes.map((_, i) => i + 1);
  const minted = members.map(() => slots.map(() => 0));
  for (const [t, { orders }] of slots.entries())
    for (const { member, side, fill } of orders)
      if (side === "bid" && fill > 0) minted[member - 1]![t] = Number(await contracts.ecoins.holdingOf(day, t, member));
  return minted;
}

async function readMoney({ stage, day }: LivedDay) {
  const { contracts, community, deposits, supplierDeposit } = stage;
  const { house, dayBook } = contracts;
  const changes: bigint[] = [];
  let [debts, owed] = [0n, 0n];
  for (const [i] of community.homes.entries()) {
    const [{ balance }, debt, claim] = await Promise.all([
      house.accountOf(i + 1),
      house.debtOf(i + 1),
      house.owedTo(i + 1),
    ]);
    changes.push(balance + claim - debt - deposits[i]!);
    debts += debt;
    owed += claim;
  }
  const supplier = await house.supplierAccount();
  const [closed] = await dayBook.queryFilter(dayBook.filters.DayClosed(day));
  return {
    changes,
    supplierChange: supplier.balance + debts - owed - supplierDeposit,
    fundChange: await house.fundBalance(),
    surplus: closed?.args.surplus ?? 0n,
  };
}
