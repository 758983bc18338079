import { Contract, ContractFactory } from "ethers";
import type { HuangAuction } from "../../types/ethers-contracts/index.ts";
import { artifactOf } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { ChainError, revertOf } from "../chain/chainError.ts";
import { claimsOf } from "../keeper/claims.ts";
import { ZERO_HASH } from "../model/keccak.ts";
import { at, COUNT, unpackAll } from "../model/lanes.ts";
import { decodePrices, packOrders } from "../model/orders.ts";
import { type PostedProfile, rowOf } from "../model/profileBook.ts";
import type { NamedBook } from "./bookFile.ts";
import type { BookResult } from "./bookResult.ts";
import { type SlotBook, slotBook } from "./slotBook.ts";

/** Books that are cleared side by side, as slots of one session. */
const SLOTS = 100;
/** Rows that one call takes: a few million gas at ten words each. */
const ROWS = 120;

/**
 * Clears books by the contract that clears a market's slots: claims, fold, conclude, prices, fills, as a keeper and the
 * market do; under the seed 0, so that tie keys are the members' numbers. Assumes that the contracts are built. Throws
 * InputError for a book that a slot can't hold, ChainError if the contract refuses what the twin claims.
 */
export async function clearOnChain(books: readonly NamedBook[], file: string): Promise<BookResult[]> {
  const slots = books.map((book) => slotBook(book, file));
  if (slots.length === 0) return [];
  const { auction, end } = await deployed();
  try {
    const results: BookResult[] = [];
    for (let from = 0; from < slots.length; from += SLOTS)
      results.push(...(await clearSlots(auction, slots.slice(from, from + SLOTS))));
    return results;
  } finally {
    end();
  }
}

async function deployed(): Promise<{ auction: HuangAuction; end: () => void }> {
  const { signer, provider } = await inProcessChain();
  const { abi, bytecode } = artifactOf("HuangAuction");
  const contract = await new ContractFactory(abi, bytecode, signer).deploy();
  const auction = new Contract(await contract.getAddress(), abi, signer) as unknown as HuangAuction;
  return { auction, end: () => provider.destroy() };
}

/** Clears up to 100 books at once, a lane each: the row of member m has the m-th order of every book. */
async function clearSlots(auction: HuangAuction, books: readonly SlotBook[]): Promise<BookResult[]> {
  const words = Math.ceil(books.length / COUNT);
  const profiles = profilesOf(books);
  const parts = partsOf(profiles);
  const claims = claimsOf(profiles, words, 0, ZERO_HASH);
  const { results, traded } = await concluded(auction, claims, parts, books);
  const prices = await auction.prices(results, words);
  const fills = await fillsOf(auction, results, parts, words);
  return books.map((book, i) => {
    const [word, lane] = [Math.floor(i / COUNT), i % COUNT];
    if (at(traded[word]!, lane) === 0) return { name: book.name, buyPrice: null, sellPrice: null, fills: {} };
    const { high, low } = decodePrices(at(prices[word]!, lane));
    const packets = book.ids.map((id, member) => [id, fills[member]![i] ?? 0] as const);
    return {
      name: book.name,
      buyPrice: book.prices[high]!,
      sellPrice: book.prices[low]!,
      fills: Object.fromEntries(packets.filter(([, filled]) => filled > 0)),
    };
  });
}

function profilesOf(books: readonly SlotBook[]): PostedProfile[] {
  const members = Math.max(...books.map(({ orders }) => orders.length));
  return Array.from({ length: members }, (_, i) => ({
    ...{ session: 0, member: i + 1, nonce: 1, registers: false, lock: 0n },
    orders: packOrders(
      books.map((book) => book.orders[i]),
      0,
    ),
  }));
}

/** The book's rows in hex, in parts that one call each can take. */
function partsOf(profiles: readonly PostedProfile[]): string[] {
  const rows = profiles.map((profile) => rowOf(profile).slice(2));
  return Array.from(
    { length: Math.ceil(rows.length / ROWS) },
    (_, i) => `0x${rows.slice(ROWS * i, ROWS * (i + 1)).join("")}`,
  );
}

/** Shows the contract every row, and has it judge the claims. */
async function concluded(auction: HuangAuction, claims: bigint[], parts: string[], books: readonly SlotBook[]) {
  try {
    let tally: bigint[] = [...(await auction.fold(ZERO_HASH, 0, claims, [], "0x"))];
    for (const rows of parts) tally = [...(await auction.fold(ZERO_HASH, 0, claims, tally, rows))];
    const { results, traded } = await auction.conclude(claims, tally);
    return { results: [...results], traded: [...traded] };
  } catch (error) {
    const reason = revertOf(error, [artifactOf("HuangAuction").abi]);
    if (reason === undefined) throw error;
    const index = /^FalseClaim\((\d+)/.exec(reason)?.[1];
    const book = index === undefined ? "" : ` of the book "${books[Number(index)]?.name}"`;
    throw new ChainError(`The contract refused the claim${book}: ${reason}.`);
  }
}

/** The packets that each member got, per slot; 0 in words where nothing traded. */
async function fillsOf(auction: HuangAuction, results: bigint[], parts: string[], words: number): Promise<number[][]> {
  const members: number[][] = [];
  for (const rows of parts) {
    const [filled, tradedWords] = await auction.fills(ZERO_HASH, 0, results, rows, words);
    const there = Array.from({ length: words }, (_, w) => ((tradedWords >> BigInt(w)) & 1n) === 1n);
    const given = (filled.slice(2).match(/.{64}/g) ?? []).map((digits) => BigInt(`0x${digits}`));
    const stride = 64 * (words + 1);
    for (let row = 2; row < rows.length; row += stride)
      members.push(unpackAll(there.map((isThere) => (isThere ? given.shift()! : 0n))));
  }
  return members;
}
