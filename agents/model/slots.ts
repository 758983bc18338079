/**
 * A delivery interval: `floor(unix seconds / slotSeconds)`, a uint32. Slot s covers [s x slotSeconds, (s + 1) x
 * slotSeconds) UTC.
 */
export type Slot = number;

/** Consecutive slots `firstSlot .. firstSlot + slotCount - 1`. */
export interface SlotRange {
  readonly firstSlot: Slot;
  readonly slotCount: number;
}

export const MAX_SLOT = 0xffff_ffff;
export const DAY_SECONDS = 86_400;

const UTC_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?(?:Z|\+00:00)$/;

/** `slotSeconds`, if it is a whole number of seconds that divides a day; throws RangeError otherwise. */
export function checkedSlotSeconds(slotSeconds: number): number {
  if (!Number.isInteger(slotSeconds) || slotSeconds < 1 || DAY_SECONDS % slotSeconds !== 0)
    throw new RangeError(`slot of ${slotSeconds} s: must be whole seconds that divide a day (${DAY_SECONDS} s)`);
  return slotSeconds;
}

/** The slot that contains a time in unix seconds, rounded down; throws RangeError outside uint32. */
export function slotAt(unixSeconds: number, slotSeconds: number): Slot {
  const slot = Math.floor(unixSeconds / checkedSlotSeconds(slotSeconds));
  if (!(slot >= 0 && slot <= MAX_SLOT)) throw new RangeError(`slot ${slot} of time ${unixSeconds} s is not a uint32`);
  return slot;
}

/** Start of a slot in unix seconds; equal to the end of the slot before. */
export function slotStart(slot: Slot, slotSeconds: number): number {
  return slot * slotSeconds;
}

/**
 * Unix seconds of an ISO 8601 time in UTC (`2026-05-19T10:15:00Z`), or undefined if it is local, malformed or no such
 * time.
 */
export function parseUtc(text: string): number | undefined {
  const parts = UTC_TIME.exec(text);
  if (!parts) return undefined;
  const [year = 0, month = 0, ...clock] = parts.slice(1).map((part) => Number(part ?? 0));
  const [day = 0, hour = 0, minute = 0, second = 0] = clock;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const wanted = `${text.slice(0, 16)}:${parts[6] ?? "00"}Z`;
  return formatUtc(ms / 1000) === wanted ? ms / 1000 : undefined;
}

/** ISO 8601 in UTC to the second, `2026-05-19T10:15:00Z`. Assumes whole seconds. */
export function formatUtc(unixSeconds: number): string {
  return `${new Date(unixSeconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** ISO 8601 UTC time of a slot's start. */
export function slotToUtc(slot: Slot, slotSeconds: number): string {
  return formatUtc(slotStart(slot, slotSeconds));
}

/** Slot that starts at an ISO 8601 UTC time; throws RangeError if the time is not UTC or not on a slot's edge. */
export function slotFromUtc(text: string, slotSeconds: number): Slot {
  const unixSeconds = parseUtc(text);
  if (unixSeconds === undefined) throw new RangeError(`"${text}" is not an ISO 8601 time in UTC`);
  if (unixSeconds % slotSeconds !== 0) throw new RangeError(`${text} is not the start of a slot of ${slotSeconds} s`);
  return slotAt(unixSeconds, slotSeconds);
}
