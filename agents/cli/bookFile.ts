import { z } from "zod";
import { readText } from "../data/csv.ts";
import { InputError } from "../data/inputError.ts";
import type { Book } from "../model/book.ts";

/** A book of a file; ids are members, and its tie keys. */
export interface NamedBook extends Book {
  readonly name: string;
}

const side = z.array(z.object({ id: z.int().min(0), price: z.int(), qty: z.int().min(0) }));
const vectorSchema = z.object({ name: z.string().min(1), bids: side, asks: side });
/** Other fields, such as what a book is expected to give, are passed over. */
const fileSchema = z.object({ vectors: z.array(z.unknown()) });

/**
 * The books of a file in the schema of `test/vectors/auction.json`, orders of 0 packets left out. Throws InputError,
 * naming file, book and field, for anything else, and for an id with two orders in one book.
 */
export function readBooks(file: string): NamedBook[] {
  const read = fileSchema.safeParse(parsed(file));
  if (!read.success)
    throw new InputError('no list "vectors"', { file }, 'put the books into {"vectors": [{"name", "bids", "asks"}]}');
  return read.data.vectors.map((vector, i) => bookOf(vector, i, file));
}

function parsed(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`not JSON: ${(error as Error).message}`, { file }, "correct the file");
  }
}

function bookOf(vector: unknown, index: number, file: string): NamedBook {
  const book = vectorSchema.safeParse(vector);
  if (!book.success) throw wrongField(vector, index, file, book.error.issues[0]!);
  const { name, bids, asks } = book.data;
  const orders = (given: z.infer<typeof side>) =>
    given.filter(({ qty }) => qty > 0).map(({ id, price, qty }) => ({ id, price, packets: qty }));
  const found = { name, bids: orders(bids), asks: orders(asks) };
  checkIds(found, index, file);
  return found;
}

/** Which field of which book is wrong, and its value. */
function wrongField(vector: unknown, index: number, file: string, issue: z.core.$ZodIssue): InputError {
  const field = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  const value = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], vector);
  const remedy = REMEDIES[String(issue.path.at(-1))] ?? 'give a "name", and "bids" and "asks" as lists of orders';
  const about = `${place(vector, index)}${field === "" ? "" : `, ${field.slice(1)}`}: ${issue.message}`;
  return new InputError(about, { file, value: value === undefined ? "missing" : shortJson(value) }, remedy);
}

const REMEDIES: Readonly<Record<string, string>> = {
  id: "give a whole number, 0 or above",
  price: "give a whole number, in base units per packet",
  qty: "give a whole number of packets, 0 or above",
  name: "give each book a name",
};

function checkIds({ name, bids, asks }: NamedBook, index: number, file: string): void {
  const seen = new Set<number>();
  for (const { id } of [...bids, ...asks]) {
    if (!seen.has(id)) seen.add(id);
    else
      throw new InputError(
        `${place({ name }, index)}: id ${id} has two orders`,
        { file, value: `${id}` },
        "give each id one order, on one side",
      );
  }
}

function place(vector: unknown, index: number): string {
  const name = (vector as { name?: unknown } | null)?.name;
  return typeof name === "string" && name !== "" ? `book ${index + 1} "${name}"` : `book ${index + 1}`;
}

const shortJson = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)} ...` : text;
};
