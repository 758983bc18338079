import { readFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../data/inputError.ts";
import type { Book } from "../model/book.ts";

/** A book of an auction file. */
export interface NamedBook extends Book {
  readonly name: string;
}

const order = z
  .looseObject({ id: z.int().min(0), price: z.int(), qty: z.int().min(0) })
  .transform(({ id, price, qty }) => ({ id, price, packets: qty }));

const file = z.looseObject({
  vectors: z.array(z.looseObject({ name: z.string().min(1), bids: z.array(order), asks: z.array(order) })),
});

/**
 * The books of a file in the schema of `test/vectors/auction.json`: `{vectors: [{name, bids, asks}]}` with orders
 * `{id, price, qty}`; other fields are let be. Throws InputError that names file, book and field.
 */
export function readAuctionFile(path: string): NamedBook[] {
  const parsed = file.safeParse(json(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(path, `${issue!.path.join(".") || "the file"}: ${issue!.message}`);
  }
  const books = parsed.data.vectors.map(({ name, bids, asks }) => ({ name, bids, asks }));
  for (const book of books) checkIds(path, book);
  return books;
}

function json(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new InputError("the file can't be read", { file: path }, "give a file that exists and may be read");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(path, `no JSON: ${(error as Error).message}`);
  }
}

/** A trader has one order in a book, on one side. */
function checkIds(path: string, { name, bids, asks }: NamedBook): void {
  const ids = [...bids, ...asks].map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw refused(path, `book "${name}": trader ${twice} has two orders`);
}

const refused = (path: string, what: string) =>
  new InputError(
    what,
    { file: path },
    "give {vectors: [{name, bids: [{id, price, qty}], asks: [...]}]} with whole numbers",
  );
