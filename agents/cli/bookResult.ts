import type { Outcome } from "../model/auction.ts";

/** How a book cleared, as the verb `auction` prints it. */
export interface BookResult {
  readonly name: string;
  /** What every buyer pays per packet; null where nothing trades. */
  readonly buyPrice: number | null;
  /** What every seller receives per packet; null where nothing trades. */
  readonly sellPrice: number | null;
  /** Packets by id, of those who trade; ids rising. */
  readonly fills: Readonly<Record<string, number>>;
}

/** The printed part of an outcome. */
export function resultOf(name: string, { buyPrice, sellPrice, fills }: Outcome): BookResult {
  return { name, buyPrice, sellPrice, fills: Object.fromEntries([...fills].sort(([a], [b]) => a - b)) };
}
