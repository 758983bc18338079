/** What is shown to `PacketCommons.allocate`: the book as it was bound, and the slot as it comes out by the rules. */
import type { SlotForecast } from "./commonsEnergy.ts";
import { type Cell, packBook } from "./commonsRequest.ts";
import { packFields } from "./commonsRules.ts";
import type { Received, SlotOutcome } from "./commonsSlot.ts";

/** The open requests and how many of them each page has: what the last allocation left, and one page for each post. */
export interface BoundBook {
  readonly pages: readonly number[];
  readonly book: string;
}

/** The book before a slot is allocated; `posted` has the number of requests that each post since added. */
export const boundBook = (cells: readonly Cell[], posted: readonly number[]): BoundBook => {
  const added = posted.reduce((sum, count) => sum + count, 0);
  return { pages: [cells.length - added, ...posted.filter((count) => count > 0)], book: packBook(cells) };
};

/** Arguments of `allocate`. */
export interface Proposal {
  readonly pages: string;
  readonly book: string;
  readonly order: string;
  readonly grants: string;
}

/** The proposal of an outcome over the book that was bound before it. */
export const proposalOf = ({ pages, book }: BoundBook, { order, grants }: SlotOutcome): Proposal => ({
  pages: inPairs(pages),
  book,
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
