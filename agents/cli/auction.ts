import { type Command, Option } from "commander";
import { InputError } from "../data/inputError.ts";
import { clear } from "../model/auction.ts";
import { type NamedBook, readBooks } from "./bookFile.ts";
import { type BookResult, resultOf } from "./bookResult.ts";

interface AuctionOptions {
  readonly engine: "evm" | "ts";
  readonly json?: boolean;
}

const NOTES = `
FILE holds {"vectors": [{"name", "bids": [{"id", "price", "qty"}], "asks": [...]}]}, as test/vectors/auction.json does:
whole prices of any sign, whole quantities, one order per id and book. Among equal prices the smaller id goes first.

The engine ts computes the outcome; evm proves it to the contract that clears a market's slots, in this process.

Example:
  npm run -s commonwatt -- auction test/vectors/auction.json --engine evm`;

/** Adds the verb that clears the books of a file. */
export function addAuction(program: Command): void {
  program
    .command("auction")
    .description("clear every book of a file by the strategy-proof auction")
    .argument("<file>", "books in the schema of test/vectors/auction.json")
    .addOption(new Option("--engine <name>", "who clears").choices(["ts", "evm"]).default("ts"))
    .option("--json", "print [{name, buyPrice, sellPrice, fills}] on a terminal too; elsewhere that is what is printed")
    .addHelpText("after", NOTES)
    .action(auction);
}

async function auction(file: string, { engine, json }: AuctionOptions): Promise<void> {
  const books = readBooks(file);
  const results = engine === "evm" ? await onChain(books, file) : books.map((book) => computed(book, file));
  const read = json || !process.stdout.isTTY;
  process.stdout.write(read ? `${JSON.stringify(results, null, 1)}\n` : tableOf(results));
}

async function onChain(books: readonly NamedBook[], file: string): Promise<BookResult[]> {
  const [{ build }, { clearOnChain }] = await Promise.all([import("../chain/artifacts.ts"), import("./evmEngine.ts")]);
  await build();
  return clearOnChain(books, file);
}

/** Clears a book by the twin of the contracts. Throws InputError for one that passes what numbers can hold. */
function computed({ name, bids, asks }: NamedBook, file: string): BookResult {
  try {
    return resultOf(
      name,
      clear(bids, asks, (id) => id),
    );
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`book "${name}": ${error.message}`, { file }, "correct the book");
  }
}

/** A row per book; the traders as id:packets. */
export function tableOf(results: readonly BookResult[]): string {
  const rows = results.map(({ name, buyPrice, sellPrice, fills }) => {
    const traders = Object.entries(fills);
    const packets = traders.reduce((sum, [, filled]) => sum + filled, 0) / 2;
    const shown = traders.map(([id, filled]) => `${id}:${filled}`).join(" ");
    return [name, `${buyPrice ?? "-"}`, `${sellPrice ?? "-"}`, `${packets}`, shown];
  });
  const table = [["book", "buy price", "sell price", "packets", "id:packets"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[i] ?? 0))).join("  ");
  return `${table.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
