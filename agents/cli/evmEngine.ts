import { Contract, ContractFactory, dataSlice } from "ethers";
import type { HuangAuction } from "../../types/ethers-contracts/index.ts";
import { artifactOf, build } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { ChainError, revertOf } from "../chain/chainError.ts";
import { InputError } from "../data/inputError.ts";
import { claimsOf } from "../keeper/claims.ts";
import type { Order, Side } from "../model/book.ts";
import { type Hash, ZERO_HASH } from "../model/keccak.ts";
import { at, COUNT } from "../model/lanes.ts";
import { decodePrices, type LaneOrder, MAX_PACKETS, MAX_TICK, packOrders } from "../model/orders.ts";
import { type PostedProfile, rowOf } from "../model/profileBook.ts";
import type { NamedBook } from "./bookFile.ts";
import { type BookResult, resultOf } from "./bookResult.ts";

/** Books that one session's worth of slots takes. */
const SLOTS = 100;
/** Rows that one call takes: some 4 million gas at ten words each. */
const ROWS = 120;
/** Most rows of a book, so that no lane of the tally overflows (`LaneAuction`). */
const MAX_ORDERS = 8192;

/** A book as a slot has it: its orders by member 1, 2, ..., and what ids and prices members and ticks stand for. */
interface SlotBook {
  readonly name: string;
  readonly orders: readonly LaneOrder[];
  /** Rising: member m has the m-th. */
  readonly ids: readonly number[];
  /** Rising: tick t is the t-th, counted from 0. */
  readonly prices: readonly number[];
}

/**
 * Clears books by the contract that clears a market's slots: claims, fold, conclude, prices and fills, with ids for tie
 * keys. Ids become member numbers and prices ticks by rank, which changes no outcome. Throws InputError for a book that
 * a slot can't hold, ChainError if the contract refuses what the twin claims.
 */
export async function clearOnChain(books: readonly NamedBook[], file: string): Promise<BookResult[]> {
  const slots = books.map((book) => slotBook(book, file));
  const auction = await deployed();
  const results: BookResult[] = [];
  for (let from = 0; from < slots.length; from += SLOTS)
    results.push(...(await clearSlots(auction, slots.slice(from, from + SLOTS))));
  return results;
}

async function deployed(): Promise<HuangAuction> {
  await build();
  const { signer } = await inProcessChain();
  const { abi, bytecode } = artifactOf("HuangAuction");
  const contract = await new ContractFactory(abi, bytecode, signer).deploy();
  return new Contract(await contract.getAddress(), abi, signer) as unknown as HuangAuction;
}

function slotBook({ name, bids, asks }: NamedBook, file: string): SlotBook {
  const all = [...bids, ...asks];
  const rising = (numbers: number[]) => [...new Set(numbers)].sort((a, b) => a - b);
  const [ids, prices] = [rising(all.map(({ id }) => id)), rising(all.map(({ price }) => price))];
  const refuse = (what: string) => {
    throw new InputError(`book "${name}" does not fit in a slot of the market: ${what}`, { file }, "use --engine ts");
  };
  const large = all.find(({ packets }) => packets > MAX_PACKETS);
  if (large) refuse(`${large.packets} packets of id ${large.id}, of at most ${MAX_PACKETS}`);
  if (prices.length > MAX_TICK + 1) refuse(`${prices.length} different prices, of at most ${MAX_TICK + 1}`);
  if (all.length > MAX_ORDERS) refuse(`${all.length} orders, of at most ${MAX_ORDERS}`);
  const [member, tick] = [rankIn(ids), rankIn(prices)];
  const orders: LaneOrder[] = [];
  const add = (side: Side) => (order: Order) => {
    orders[member(order.id)] = { side, tick: tick(order.price), packets: order.packets };
  };
  bids.forEach(add("bid"));
  asks.forEach(add("ask"));
  return { name, orders, ids, prices };
}

/** Where a number stands in a list without doubles, counted from 0. */
function rankIn(rising: readonly number[]): (value: number) => number {
  const ranks = new Map(rising.map((value, i) => [value, i]));
  return (value) => ranks.get(value)!;
}

/** Clears books side by side, one slot each: member m's row has the m-th order of every book. */
async function clearSlots(auction: HuangAuction, books: readonly SlotBook[]): Promise<BookResult[]> {
  const words = Math.ceil(books.length / COUNT);
  const profiles = profilesOf(books, words);
  const claims = claimsOf(profiles, words, 0, ZERO_HASH);
  const parts = rowsOf(profiles);
  const outcome = await concluded(auction, claims, parts, books);
  const prices = await auction.prices(outcome.results, words);
  const filled: number[][] = [];
  for (const rows of parts) {
    const [fills, tradedWords] = await auction.fills(SEED, 0, outcome.results, rows, words);
    filled.push(...lanesOf(fills, tradedWords, words, memberCount(rows, words)));
  }
  return books.map((book, i) => {
    const [w, lane] = [Math.floor(i / COUNT), i % COUNT];
    const packets = at(outcome.traded[w]!, lane);
    return bookResult(book, packets, at(prices[w]!, lane), (member) => filled[member]![i]!);
  });
}
