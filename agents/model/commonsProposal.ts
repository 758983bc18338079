/** What is shown to `PacketCommons.allocate`: the book as it was bound, and the slot as it comes out by the rules. */
import type { SlotForecast } from "./commonsEnergy.ts";
import { type Cell, needsNothing, packBook } from "./commonsRequest.ts";
import { packFields } from "./commonsRules.ts";
import type { Received, SlotOutcome } from "./commonsSlot.ts";
import { keccak256 } from "./keccak.ts";

/** What a book is read from: open requests, and who said that all arrived. */
export interface OpenBook {
  /** Those that wait, those that were given their last packets, those posted since: each in the order of admission. */
  readonly cells: readonly Cell[];
  readonly allArrived: (member: number, client: number) => boolean;
}

/** A book as `allocate` is shown it. */
export interface BoundBook {
  /** How many cells each page has: what the last allocation left waiting, and a page for each post since. */
  readonly pages: readonly number[];
  readonly book: string;
  /** A word for each run of requests of one member that were given their last packets. */
  readonly records: string;
  /** Cells of those runs of which something did not arrive. */
  readonly back: string;
  /** Cells of the other runs: they are not shown. */
  readonly unseen: readonly Cell[];
}

/** The book before a slot is allocated; `posted` has the number of requests that each post since added. */
export function boundBook({ cells, allArrived }: OpenBook, posted: readonly number[]): BoundBook {
  const added = posted.reduce((sum, count) => sum + count, 0);
  const [left, fresh] = [cells.slice(0, cells.length - added), cells.slice(cells.length - added)];
  const waiting = left.filter((cell) => !needsNothing(cell));
  const runs = runsOfMembers(left.filter(needsNothing));
  const arrived = (run: readonly Cell[]) => run.every(({ member, client }) => allArrived(member, client));
  return {
    pages: [waiting.length, ...posted.filter((count) => count > 0)],
    book: packBook([...waiting, ...fresh]),
    records: `0x${runs.map(recordOf).join("")}`,
    back: packBook(runs.filter((run) => !arrived(run)).flat()),
    unseen: runs.filter(arrived).flat(),
  };
}

/** Cells side by side of one member, together. */
function runsOfMembers(cells: readonly Cell[]): Cell[][] {
  const runs: Cell[][] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last !== undefined && last[0]!.member === cell.member) last.push(cell);
    else runs.push([cell]);
  }
  return runs;
}

/**
 * A run in 32 bytes: member, bits of its clients, sums of their packets per slot and of the packets given, two bytes each,
 * and 24 bytes of the hash of its cells. Twin of `contracts/libraries/LastPackets.sol`.
 */
function recordOf(run: readonly Cell[]): string {
  const sum = (of: (cell: Cell) => number) => run.reduce((all, cell) => all + of(cell), 0);
  const fields = [run[0]!.member, sum(({ client }) => 1 << client), sum((c) => c.perSlot), sum((c) => c.pending)];
  return `${inPairs(fields).slice(2)}${keccak256(packBook(run)).slice(2, 50)}`;
}

/** The argument of `allocate`. */
export interface Proposal {
  readonly pages: string;
  readonly book: string;
  readonly records: string;
  readonly back: string;
  readonly order: string;
  readonly grants: string;
}

/** The proposal of an outcome over the book that was bound before it. */
export const proposalOf = ({ pages, book, records, back }: BoundBook, { order, grants }: SlotOutcome): Proposal => ({
  ...{ pages: inPairs(pages), book, records, back },
  order: inPairs(order),
  grants: inPairs(grants.map(({ packets }) => packets)),
});

/** Numbers in two bytes each, in hex. */
const inPairs = (values: readonly number[]): string =>
  `0x${values.map((value) => value.toString(16).padStart(4, "0")).join("")}`;

/** The receipts of a slot as `PacketsReceived` has them: member and packets. */
export const packReceipts = (received: readonly Received[]): string =>
  inPairs(received.flatMap(({ member, packets }) => [member, packets]));

/** What arrived by the receipts of an event. */
export const unpackReceipts = (receipts: string): Received[] =>
  Array.from({ length: (receipts.length - 2) / 8 }, (_, i) => {
    const [member, packets] = [0, 4].map((at) => Number.parseInt(receipts.slice(2 + 8 * i + at, 6 + 8 * i + at), 16));
    return { member: member!, packets: packets! };
  });

/** A forecast as `PacketCommons.forecast` takes it: ten bytes a slot. */
export const packForecast = (slots: readonly SlotForecast[]): string =>
  `0x${slots
    .map(({ source, baseload, bufferOut, cacheOut, import: imported }) =>
      packFields([imported, cacheOut, bufferOut, baseload, source].map((value) => [value, 16] as const))
        .toString(16)
        .padStart(20, "0"),
    )
    .join("")}`;
