import { MISSING } from "../data/meterData.ts";
import type { ReadingsMessage } from "../mqtt/messages.ts";
import type { Store } from "../store/store.ts";
import type { MeterDay } from "./readings.ts";

const KIND = "readings";

/** Readings of a meter over a UTC day, as kept; null where none came. */
interface Kept {
  readonly firstSlot: number;
  readonly importWh: readonly (number | null)[];
  readonly exportWh: readonly (number | null)[];
}

/**
 * What meters said, by member and slot. Messages may come twice, late and in any order: a slot's first reading counts,
 * and another one that contradicts it is counted, not taken.
 */
export class ReadingsLedger {
  /** Readings that contradicted an earlier one. */
  contradictions = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds what a message says. True if anything in it was new. */
  add(member: number, utcDay: number, message: ReadingsMessage): boolean {
    const key = keyOf(member, utcDay);
    const kept = this.#store.get<Kept>(KIND, key);
    if (kept && kept.firstSlot !== message.firstSlot) {
      this.contradictions++;
      return false;
    }
    const merged = {
      firstSlot: message.firstSlot,
      importWh: this.#merge(kept?.importWh ?? [], message.importWh),
      exportWh: this.#merge(kept?.exportWh ?? [], message.exportWh),
    };
    const isNew = JSON.stringify(merged) !== JSON.stringify(kept);
    if (isNew) this.#store.set(KIND, key, merged);
    return isNew;
  }

  #merge(kept: readonly (number | null)[], given: readonly (number | null)[]): (number | null)[] {
    return Array.from({ length: Math.max(kept.length, given.length) }, (_, i) => {
      const [before, now] = [kept[i] ?? null, given[i] ?? null];
      if (before !== null && now !== null && before !== now) this.contradictions++;
      return before ?? now;
    });
  }

  /** A member's readings of `count` slots from `firstSlot`, `MISSING` where none came. */
  day(member: number, firstSlot: number, count: number, slotSeconds: number): MeterDay {
    const perDay = 86_400 / slotSeconds;
    const importWh = new Int32Array(count).fill(MISSING);
    const exportWh = new Int32Array(count).fill(MISSING);
    for (let utcDay = Math.floor(firstSlot / perDay); utcDay * perDay < firstSlot + count; utcDay++) {
      const kept = this.#store.get<Kept>(KIND, keyOf(member, utcDay));
      if (!kept) continue;
      for (let t = 0; t < count; t++) {
        const at = firstSlot + t - kept.firstSlot;
        importWh[t] = kept.importWh[at] ?? importWh[t]!;
        exportWh[t] = kept.exportWh[at] ?? exportWh[t]!;
      }
    }
    return { importWh, exportWh };
  }

  /** Forgets what is older than a UTC day. */
  forgetBefore(utcDay: number): void {
    for (const { key } of this.#store.list(KIND))
      if (Number(key.slice(key.indexOf("/") + 1)) < utcDay) this.#store.delete(KIND, key);
  }
}

const keyOf = (member: number, utcDay: number): string => `${member}/${utcDay}`;

/** Whether every reading of a day is there. */
export const isComplete = ({ importWh, exportWh }: MeterDay): boolean =>
  !importWh.includes(MISSING) && !exportWh.includes(MISSING);
