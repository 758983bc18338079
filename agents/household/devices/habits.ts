import { type Span, timesOf, type WeeklySpan } from "../../data/weekly.ts";
import { type SlotRange, slotStart } from "../../model/slots.ts";
import type { ApplianceConfig, HeatingConfig, HotwaterConfig, LoadpointConfig } from "../../process/deviceSchema.ts";

/** Slots on the clock of a zone. */
export interface Window extends SlotRange {
  readonly slotSeconds: number;
  readonly zone: string;
}

/** Unix seconds of a window. */
export const spanOf = ({ firstSlot, slotCount, slotSeconds }: Window): Span => ({
  from: slotStart(firstSlot, slotSeconds),
  to: slotStart(firstSlot + slotCount, slotSeconds),
});

const each = <T>({ slotCount }: Window, of: (t: number) => T): T[] =>
  Array.from({ length: slotCount }, (_, t) => of(t));
/** Index in the window of the slot in which a time lies; negative before the window. */
const slotOf = ({ firstSlot, slotSeconds }: Window, time: number): number => Math.floor(time / slotSeconds) - firstSlot;
/** Index of the first slot that begins at a time or after it. */
const slotAfter = ({ firstSlot, slotSeconds }: Window, time: number): number =>
  Math.ceil(time / slotSeconds) - firstSlot;

const times = (span: WeeklySpan, window: Window) => timesOf(span, spanOf(window), window.zone);

/** Whether a car is at its charger, per slot: from the slot in which it leaves until it is back it is not. */
export function pluggedOf({ trips }: LoadpointConfig, window: Window): boolean[] {
  const away = trips.flatMap(({ days, leave, back }) => times({ days, from: leave, to: back }, window));
  return each(window, (t) => !away.some(({ from, to }) => t >= slotOf(window, from) && t < slotAfter(window, to)));
}

/** Trips that begin in the window, in order. */
export function tripsOf({ trips, capacityWh }: LoadpointConfig, window: Window) {
  return trips
    .flatMap(({ days, leave, back, wantedPercent, usedWh }) =>
      times({ days, from: leave, to: back }, window).map(({ from }) => ({
        slot: slotOf(window, from),
        wantedWh: Math.round((wantedPercent * capacityWh) / 100),
        usedWh,
      })),
    )
    .filter(({ slot }) => slot >= 0 && slot < window.slotCount)
    .sort((a, b) => a.slot - b.slot);
}

/** Heat drawn from the tap per slot, Wh. */
export function tapsOf({ taps }: HotwaterConfig, window: Window): number[] {
  const drawn = taps.flatMap(({ days, at, heatWh }) =>
    times({ days, from: at, to: at }, window).map(({ from }) => ({ slot: slotOf(window, from), heatWh })),
  );
  return each(window, (t) => drawn.reduce((sum, { slot, heatWh }) => sum + (slot === t ? heatWh : 0), 0));
}

/** The floor of the band per slot; the lowest where setbacks overlap. */
export function floorOf({ lowC, setbacks }: HeatingConfig, window: Window): number[] {
  const lower = setbacks.flatMap(({ days, from, to, lowC: low }) =>
    times({ days, from, to }, window).map((span) => ({ ...span, low })),
  );
  return each(window, (t) => {
    const now = lower.filter(({ from, to }) => t >= slotAfter(window, from) && t < slotOf(window, to));
    return Math.min(lowC, ...now.map(({ low }) => low));
  });
}

const DAY_SECONDS = 86_400;
const WARMEST_SECONDS = 15 * 3600;

/** Outside temperature per slot: a cosine over the local day, warmest at 15:00. */
export function outsideOf({ outsideMeanC, outsideSwingC }: HeatingConfig, window: Window): number[] {
  const [midnight] = timesOf({ days: ALL, from: "00:00", to: "00:00" }, spanOf(window), window.zone);
  return each(window, (t) => {
    const middle = slotStart(window.firstSlot + t, window.slotSeconds) + window.slotSeconds / 2;
    const phase = (middle - midnight!.from - WARMEST_SECONDS) / DAY_SECONDS;
    return outsideMeanC + outsideSwingC * Math.cos(2 * Math.PI * phase);
  });
}

const ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** When an appliance may run: index of the first slot, and of the first after its window. Rounded inwards. */
export interface RunWindow {
  readonly earliest: number;
  readonly latestEnd: number;
}

/** The windows of an appliance that are not over when the plan begins and begin before it ends, in order. */
export function runsOf({ days, from, to }: ApplianceConfig, window: Window): RunWindow[] {
  return times({ days, from, to }, window).map((span) => ({
    earliest: slotAfter(window, span.from),
    latestEnd: slotOf(window, span.to),
  }));
}
