import { liveProfiles } from "../keeper/book.ts";
import { claimsOf } from "../keeper/claims.ts";
import { filledBook } from "../keeper/filledBook.ts";
import { firstLaneSlot, type SessionShape, shapeOf } from "../keeper/keeper.ts";
import { decodeClaim, unpackResults } from "../model/claimWord.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, priceOf, unpackOrders, wordsOf } from "../model/orders.ts";
import type { LivedDay, LivedSession } from "./livedDay.ts";
import type { Stage } from "./marketDay.ts";

/** One order as the chain has it. */
export interface ChainOrder {
  readonly member: number;
  readonly side: "bid" | "ask";
  /** Base units per packet. */
  readonly price: number;
  readonly packets: number;
  readonly fill: number;
}

/** What a session made of a slot, as the chain has it; prices are base units per packet. */
export interface ChainRound {
  /** Its place among the day's sessions. */
  readonly session: number;
  readonly buyPrice: number | null;
  readonly sellPrice: number | null;
  readonly packets: number;
  /** Members, or 0. The chain keeps them where the slot traded; else they are the keeper's claim, which it checked. */
  readonly criticalBid: number;
  readonly criticalAsk: number;
  readonly orders: readonly ChainOrder[];
}

/** One slot as the chain has it. */
export interface ChainSlot {
  /** Base units per packet. */
  readonly retail: number;
  readonly feedIn: number;
  /** One per session that held it, by the sessions' gates. */
  readonly rounds: readonly ChainRound[];
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
  const { terms, contracts, community } = lived.stage;
  const tariff = unpackAll([...(await contracts.tariff.prices(lived.day))]).map(decodePrices);
  const rounds: (readonly PlacedRound[])[] = [];
  for (const [i, { session, book }] of lived.sessions.entries())
    rounds.push(await readRounds({ stage: lived.stage, session, book }, i));
  return Array.from({ length: community.day.slotCount }, (_, t) => ({
    retail: priceOf(tariff[t]!.high, terms),
    feedIn: priceOf(tariff[t]!.low, terms),
    rounds: rounds.flat().flatMap(({ slot, ...round }) => (slot === t ? [round] : [])),
  }));
}

/** A session of a stage, with its book. */
type BookOf = { readonly stage: Stage } & Pick<LivedSession, "session" | "book">;
/** A round and its slot, counted from the day's first. */
type PlacedRound = ChainRound & { readonly slot: number };

/** What the `index`-th session of the day made of each of its slots. */
async function readRounds(of: BookOf, index: number): Promise<PlacedRound[]> {
  const shape = await shapeOf(of.stage.contracts, of.session);
  const [outcomes, orders] = [await readResults(of, shape), await readOrders(of)];
  return Array.from({ length: shape.count }, (_, i) => {
    const slot = shape.first + i;
    const own = orders.filter((order) => order.slot === slot).map(({ slot: _slot, ...order }) => order);
    return { slot, session: index, ...outcomes(slot), orders: own };
  });
}

const NOTHING = { buyPrice: null, sellPrice: null, packets: 0, criticalBid: 0, criticalAsk: 0 };

/** What the cleared session says about a slot of the day; nothing of one that was not cleared. */
async function readResults({ stage, session, book }: BookOf, shape: SessionShape) {
  const { contracts, terms } = stage;
  const [cleared] = await contracts.market.queryFilter(contracts.market.filters.SessionCleared(session));
  if (!cleared) return () => NOTHING;
  const { results, traded, seed } = cleared.args;
  const words = wordsOf(shape.first, shape.count);
  const kept = unpackResults([...results], words * COUNT);
  const packets = unpackAll([...traded]);
  const claims = claimsOf(liveProfiles(book), words, firstLaneSlot(shape), seed).map(decodeClaim);
  return (slot: number) => {
    const lane = slot - shape.first + (shape.first % COUNT);
    const { traded: trades, bidTick, askTick } = kept[lane]!;
    const { criticalBid, criticalAsk } = claims[lane]!;
    const price = (tick: number) => (trades === 1 ? priceOf(tick, terms) : null);
    return { buyPrice: price(bidTick), sellPrice: price(askTick), packets: packets[lane]!, criticalBid, criticalAsk };
  };
}

/** An order and its slot, counted from the day's first. */
export type PlacedOrder = ChainOrder & { readonly slot: number };

/** Every order of the book with its fill, from the session's outcome, batch by batch. */
export async function readOrders({ stage, session, book }: BookOf): Promise<PlacedOrder[]> {
  const { contracts, terms } = stage;
  if (book.length === 0) return [];
  const { first, count } = await shapeOf(contracts, session);
  return (await filledBook(contracts.market, session, book)).flat().flatMap(({ live, member, orders, fills }) =>
    (live ? unpackOrders(orders, first, count) : []).flatMap((order, i): PlacedOrder[] => {
      if (!order) return [];
      const { side, tick, packets } = order;
      const fill = fills[(first % COUNT) + i]!;
      return [{ slot: first + i, member, side, price: priceOf(tick, terms), packets, fill }];
    }),
  );
}

/** Holdings of those who bought; nobody else can hold any. */
async function readMinted({ stage, day }: LivedDay, slots: readonly ChainSlot[]): Promise<number[][]> {
  const { contracts, community } = stage;
  const members = community.homes.map((_, i) => i + 1);
  const minted = members.map(() => slots.map(() => 0));
  for (const [t, { rounds }] of slots.entries()) {
    const bids = rounds.flatMap(({ orders }) => orders.filter(({ side, fill }) => side === "bid" && fill > 0));
    for (const member of new Set(bids.map((order) => order.member)))
      minted[member - 1]![t] = Number(await contracts.ecoins.holdingOf(day, t, member));
  }
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
