import { build } from "../chain/artifacts.ts";
import { inProcessChain } from "../chain/chain.ts";
import { type BaselineRow, measureBaseline } from "./baseline.ts";
import type { BookKind } from "./gasBook.ts";
import { GasDays, RING_DAYS } from "./gasDays.ts";

/** Gas per order, whole units, rounded to nearest. */
export interface GasRow {
  readonly members: number;
  readonly slots: number;
  readonly book: BookKind;
  readonly post: number;
  readonly clear: number;
  readonly settle: number;
  readonly total: number;
}

/** One line of the benchmark: the first day on a fresh chain, and a day on which every word was written before. */
export interface GasFigures {
  readonly firstDay: GasRow;
  readonly steadyState: GasRow;
  /** The plain contract that stores and sorts, with as many orders in one slot; left out above 200. */
  readonly plain?: BaselineRow;
}

/** What is measured. */
export interface GasCase {
  readonly members: number;
  readonly slots: number;
  readonly book: BookKind;
}

/** The cases that CI checks. */
export const CHECKED: readonly GasCase[] = [
  ...[10, 50, 100, 200].map((members) => ({ members, slots: 96, book: "day" as const })),
  { members: 100, slots: 96, book: "random" },
];

/** The large ones, by the verb only: minutes each. */
export const LARGE: readonly GasCase[] = [
  { members: 1000, slots: 96, book: "day" },
  { members: 5000, slots: 1, book: "day" },
];

/** Start of the benchmark's chain, so that hashes and with them gas are the same in every run. */
const START = Date.UTC(2026, 0, 1) / 1000;

/** Lives two rounds of the totals' ring and a day more, by the product's own functions only; gives first and last day. */
export async function measure(given: GasCase, progress: (text: string) => void): Promise<GasFigures> {
  await build();
  const chain = await inProcessChain(START);
  const { members, slots, book } = given;
  const days = await GasDays.begin(chain, members, progress);
  const count = 2 * RING_DAYS + 1;
  const rows: GasRow[] = [];
  for (let day = 1; day <= count; day++) {
    const gas = await days.next(slots, book);
    const [post, clear, settle] = [gas.post, gas.clear, gas.settle].map(Math.round) as [number, number, number];
    rows.push({ members, slots, book, post, clear, settle, total: Math.round(gas.total) });
    progress(
      `${members} members x ${slots} slots, book ${book}: day ${day} of ${count}, ${rows.at(-1)!.total} gas per order`,
    );
  }
  const plain = members <= MOST_SORTED ? await measureBaseline(await inProcessChain(START), members) : undefined;
  return { firstDay: rows[0]!, steadyState: rows.at(-1)!, ...(plain && { plain }) };
}

/** More orders than that a contract does not sort in one transaction. */
const MOST_SORTED = 200;

const COLUMNS = ["members", "slots", "book", "post", "clear", "settle", "total"] as const;

/** The figures as text, one line per case: what is committed and compared. */
export function gasText(figures: readonly GasFigures[]): string {
  const head = `${"state".padEnd(13)}${COLUMNS.map((name) => name.padStart(8)).join("")}`;
  const line = (state: string, row: GasRow) =>
    `${state.padEnd(13)}${COLUMNS.map((name) => String(row[name]).padStart(8)).join("")}`;
  const lines = figures.flatMap(({ firstDay, steadyState, plain }) => [
    line("first day", firstDay),
    line("steady state", steadyState),
    ...(plain ? [line("store, sort", { ...plain, slots: 1, book: "day" })] : []),
  ]);
  return `${[head, ...lines].join("\n")}\n`;
}
