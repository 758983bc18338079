import { ContractFactory, ethers } from "ethers";
import type { HuangAuction } from "../../types/ethers-contracts/index.ts";
import { artifactOf, build } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { InputError } from "../data/inputError.ts";
import type { Book, Order } from "../model/book.ts";
import { claimWordOf } from "../model/claimWord.ts";
import { ZERO_HASH } from "../model/keccak.ts";
import { COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, MAX_PACKETS, MAX_TICK, packOrders } from "../model/orders.ts";
import { rowOf } from "../model/profileBook.ts";
import { type ClearedBook, positive } from "./auction.ts";
import type { NamedBook } from "./auctionFile.ts";

/** A book in what the contract takes: members 1 .. n by rising id, ticks by rising price. */
interface Coded {
  readonly ids: readonly number[];
  readonly prices: readonly number[];
  readonly book: Book;
}

/**
 * Clears books by the very contract that a session's claims run through, on an EVM in this process: the claim is worked
 * out here, the contract judges it and gives prices and fills. The tie key is the member number (seed 0), and members
 * are numbered by rising id. Throws InputError for a book that does not fit: more than 2,047 packets in an order, more
 * than 4,096 different prices.
 */
export async function clearedByChain(file: string, books: readonly NamedBook[]): Promise<ClearedBook[]> {
  const coded = books.map((book) => codedBook(file, book));
  await build();
  const { signer } = await inProcessChain();
  const { abi, bytecode } = artifactOf("HuangAuction");
  const deployed = await new ContractFactory(abi, bytecode, signer).deploy();
  const contract = (await deployed.waitForDeployment()) as unknown as HuangAuction;
  const cleared: ClearedBook[] = [];
  for (const [i, { name }] of books.entries()) cleared.push({ name, ...(await clearOne(contract, coded[i]!)) });
  return cleared;
}

async function clearOne(contract: HuangAuction, { ids, prices, book }: Coded): Promise<Omit<ClearedBook, "name">> {
  const nothing = claimWordOf({ bids: [], asks: [] }, Number);
  const claims = [claimWordOf(book, Number), ...new Array<bigint>(COUNT - 1).fill(nothing)];
  const rows = ids.map((_, i) => rowOfMember(book, i + 1));
  const data = ethers.concat(rows);
  const tally = [...(await contract.fold(ZERO_HASH, 0, claims, [], data))];
  const [results] = await contract.conclude(claims, tally);
  const [lanes] = await contract.prices([...results], 1);
  const { 0: fills, tradedWords } = await contract.fills(ZERO_HASH, 0, [...results], data, 1);
  if (tradedWords === 0n) return { buyPrice: null, sellPrice: null, fills: {} };
  const { high, low } = decodePrices(unpackAll([lanes!])[0]!);
  const got = ids.map(
    (id, i) => [id, Number(BigInt(ethers.dataSlice(fills, 32 * i, 32 * i + 32)) & 0xffffffn)] as const,
  );
  return { buyPrice: prices[high]!, sellPrice: prices[low]!, fills: positive(got) };
}

function rowOfMember({ bids, asks }: Book, member: number): string {
  const bid = bids.find(({ id }) => id === member);
  const ask = asks.find(({ id }) => id === member);
  const order = bid ?? ask!;
  const orders = packOrders([{ side: bid ? "bid" : "ask", tick: order.price, packets: order.packets }], 0);
  return rowOf({ session: 0, member, nonce: 1, registers: false, lock: 0n, orders });
}

function codedBook(file: string, { name, bids, asks }: NamedBook): Coded {
  const orders = [...bids, ...asks].filter(({ packets }) => packets > 0);
  const rising = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);
  const [ids, prices] = [rising(orders.map(({ id }) => id)), rising(orders.map(({ price }) => price))];
  const largest = Math.max(0, ...orders.map(({ packets }) => packets));
  if (largest > MAX_PACKETS) throw unfit(file, name, `an order of ${largest} packets`, `at most ${MAX_PACKETS}`);
  if (prices.length > MAX_TICK + 1)
    throw unfit(file, name, `${prices.length} different prices`, `at most ${MAX_TICK + 1}`);
  const [memberOf, tickOf] = [placeIn(ids), placeIn(prices)];
  const code = (side: readonly Order[]) =>
    side
      .filter(({ packets }) => packets > 0)
      .map(({ id, price, packets }) => ({ id: memberOf(id) + 1, price: tickOf(price), packets }));
  return { ids, prices, book: { bids: code(bids), asks: code(asks) } };
}

function placeIn(values: readonly number[]): (value: number) => number {
  const places = new Map(values.map((value, i) => [value, i]));
  return (value) => places.get(value)!;
}

const unfit = (file: string, name: string, what: string, limit: string) =>
  new InputError(`book "${name}" has ${what}`, { file }, `the contract takes ${limit}; use --engine ts`);
