import { statSync } from "node:fs";
import { HistoryView } from "../data/historyView.ts";
import { readMeterCsv } from "../data/meterCsv.ts";
import { homeOf, type MeterData, MISSING } from "../data/meterData.ts";
import { DAY_SECONDS, type Slot } from "../model/slots.ts";

/** What a home's meter says up to a moment. */
export interface HomeReadings {
  readonly slotSeconds: number;
  /** When the last slot ends that there are readings of, unix seconds. */
  readonly endSeconds: number;
  /** Readings of the slots that ended by `cutSeconds` (unix seconds), at least some weeks of them if there are. */
  viewAt(cutSeconds: number): HistoryView;
  /** Readings that begin on a fixed day some weeks before `slot` and reach to the cut; the same for every cut. */
  viewFor(slot: Slot, cutSeconds: number): HistoryView;
}

const WEEK_SECONDS = 7 * DAY_SECONDS;
const WEEKS = 4;

/** A file that grows: read again whenever it changed. Throws InputError for a file that is not right. */
export function readingsFromFile(file: string, home: string): HomeReadings {
  let readAt = -1;
  let data: MeterData | undefined;
  const current = () => {
    const mtimeMs = modifiedAt(file);
    if (!data || mtimeMs !== readAt) data = onlyHome(readMeterCsv(file).data, home);
    readAt = mtimeMs;
    return data;
  };
  const view = (cutSeconds: number) => new HistoryView(current(), home, cutSeconds);
  const { slotSeconds, firstSlot, slotCount } = current();
  const endSeconds = (firstSlot + slotCount) * slotSeconds;
  return { slotSeconds, endSeconds, viewAt: view, viewFor: (_, cutSeconds) => view(cutSeconds) };
}

/** When the file was written last; of one that is not there, `readMeterCsv` says it. */
const modifiedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;

/** A file whose whole weeks are lived again and again, the same weekdays on the same weekdays: for trials. */
export function replayedReadings(file: string, home: string): HomeReadings {
  const data = onlyHome(readMeterCsv(file).data, home);
  const { slotSeconds, slotCount, firstSlot } = data;
  const week = WEEK_SECONDS / slotSeconds;
  const span = Math.max(week, Math.floor(slotCount / week) * week);
  const { loadWh, pvWh } = homeOf(data, home);
  const at = (series: Int32Array, slot: Slot) => series[(((slot - firstSlot) % span) + span) % span] ?? MISSING;
  const window = (from: Slot, cutSeconds: number) => {
    const count = Math.max(1, Math.floor(cutSeconds / slotSeconds) - from);
    const series = (of: Int32Array) => Int32Array.from({ length: count }, (_, i) => at(of, from + i));
    const one = { id: home, loadWh: series(loadWh), pvWh: series(pvWh) };
    return new HistoryView({ slotSeconds, firstSlot: from, slotCount: count, homes: [one] }, home, cutSeconds);
  };
  const weeksBefore = (slot: Slot) => (Math.floor(slot / week) - WEEKS) * week;
  return {
    slotSeconds,
    endSeconds: (firstSlot + slotCount) * slotSeconds,
    viewAt: (cutSeconds) => window(weeksBefore(Math.floor(cutSeconds / slotSeconds)), cutSeconds),
    viewFor: (slot, cutSeconds) => window(weeksBefore(slot), cutSeconds),
  };
}

const onlyHome = (data: MeterData, home: string): MeterData => ({ ...data, homes: [homeOf(data, home)] });
