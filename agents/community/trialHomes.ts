import { type MeterData, MISSING } from "../data/meterData.ts";
import { slotToUtc } from "../model/slots.ts";
import { generateCommunity } from "../simulation/generated.ts";
import type { TrialHome } from "./found.ts";
import { trialDevices } from "./trialDevices.ts";

/** Retail and feed-in prices, EUR per kWh, dealt to trial homes in turn: with one price for all nobody would gain. */
const TARIFFS = [
  [0.3835, 0.0786],
  [0.2872, 0.0778],
  [0.32, 0.07],
  [0.25, 0.06],
] as const;
const WEEKS = 4;

export interface TrialHomes {
  readonly homes: readonly TrialHome[];
  /** Text of the meter file: four weeks, synthetic. */
  readonly readings: string;
}

/**
 * Synthetic homes of a seed with four weeks of readings, and a battery where the generator gives one; with `devices` each
 * has some to steer (`trialDevices`).
 */
export function trialHomes(count: number, seed: number, slotSeconds: number, devices = false): TrialHomes {
  const historyDays = 7 * WEEKS - 1;
  const { homes, data } = generateCommunity({ homes: count, seed, slotSeconds, historyDays, zone: "utc" });
  const trial = homes.map(({ id, connectionW, battery, pvKw }, i): TrialHome => {
    const [grid, feedin] = TARIFFS[i % TARIFFS.length]!;
    return {
      id,
      connectionW,
      grid,
      feedin,
      ...(pvKw !== undefined && { pvKw }),
      ...(battery && { battery: configured(battery) }),
      ...(devices && { devices: trialDevices(seed, i, id) }),
    };
  });
  return { homes: trial, readings: csvOf(data) };
}

function configured({
  wearMicroPerKwh,
  ...battery
}: NonNullable<ReturnType<typeof generateCommunity>["homes"][0]["battery"]>) {
  return { ...battery, wearPerKwh: wearMicroPerKwh / 1e6 };
}

/** Meter data as the file that it could have come from. */
export function csvOf({ homes, firstSlot, slotCount, slotSeconds }: MeterData): string {
  const rows = homes.flatMap(({ id, loadWh, pvWh }) =>
    Array.from({ length: slotCount }, (_, i) => {
      const cell = (wh: number) => (wh === MISSING ? "" : `${wh}`);
      return `${slotToUtc(firstSlot + i, slotSeconds)},${id},${cell(loadWh[i]!)},${cell(pvWh[i]!)}`;
    }),
  );
  return `start_utc,household,load_wh,pv_wh\n${rows.join("\n")}\n`;
}
