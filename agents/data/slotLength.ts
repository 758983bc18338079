import { checkedSlotSeconds, DAY_SECONDS, formatUtc } from "../model/slots.ts";
import { InputError } from "./inputError.ts";

/** So many equal longer steps in a row are no gap but rows of another slot length. */
const STEPS_OF_OTHER_LENGTH = 3;

/** Start times of one home or one price series, with the lines they came from. */
export interface Starts {
  readonly home?: string;
  readonly times: readonly number[];
  readonly lines: readonly number[];
}

/**
 * The slot length in seconds: `declared`, or the smallest step between two starts of any series. It must divide a day
 * and every start must lie on its grid. Longer steps are gaps; but three or more equal ones in a row mean a mixture of
 * slot lengths, which is refused unless the length is declared. Assumes times without duplicates, each series rising.
 * Throws InputError.
 */
export function slotLength(file: string, series: readonly Starts[], declared?: number): number {
  const slotSeconds = declared ?? smallestStep(file, series);
  if (!Number.isInteger(slotSeconds) || slotSeconds < 1 || DAY_SECONDS % slotSeconds !== 0)
    throw new InputError(
      `a slot of ${slotSeconds} s does not divide a day`,
      { file },
      "use slots of 1, 5, 10, 15, 30 or 60 minutes, say",
    );
  for (const starts of series) checkGrid(file, starts, slotSeconds);
  if (declared === undefined) for (const starts of series) checkMixture(file, starts, slotSeconds);
  return checkedSlotSeconds(slotSeconds);
}

function smallestStep(file: string, series: readonly Starts[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const { times } of series)
    for (let i = 1; i < times.length; i++) smallest = Math.min(smallest, stepAt(times, i));
  if (smallest < Number.POSITIVE_INFINITY) return smallest;
  throw new InputError(
    "the slot length can't be told from one start time",
    { file },
    "give two consecutive slots or state the slot length",
  );
}

function stepAt(times: readonly number[], i: number): number {
  return (times[i] ?? 0) - (times[i - 1] ?? 0);
}

function checkGrid(file: string, { times, lines, home }: Starts, slotSeconds: number): void {
  const off = times.findIndex((time) => time % slotSeconds !== 0);
  if (off < 0) return;
  const value = formatUtc(times[off] ?? 0);
  const remedy =
    "give every row the same slot length, starts counted from 00:00 UTC; split files of mixed slot lengths";
  throw new InputError(
    `the time is not on the grid of ${slotSeconds} s slots`,
    at(file, lines[off], home, value),
    remedy,
  );
}

function checkMixture(file: string, { times, lines, home }: Starts, slotSeconds: number): void {
  for (let i = 1, equal = 0; i < times.length; i++) {
    const step = stepAt(times, i);
    equal = step > slotSeconds && step === stepAt(times, i - 1) ? equal + 1 : 1;
    if (step <= slotSeconds || equal < STEPS_OF_OTHER_LENGTH) continue;
    const message = `mixed slot lengths: ${step} s here, ${slotSeconds} s elsewhere`;
    const remedy = "split the file by slot length, or state the slot length if these are gaps";
    throw new InputError(message, at(file, lines[i], home, formatUtc(times[i] ?? 0)), remedy);
  }
}

function at(file: string, line: number | undefined, home: string | undefined, value: string) {
  return { file, value, ...(line === undefined ? {} : { line }), ...(home === undefined ? {} : { home }) };
}
