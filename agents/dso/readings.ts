import { MISSING } from "../data/meterData.ts";
import type { Flow } from "../model/flowTree.ts";
import { toPackets } from "../model/packets.ts";

/** A meter's readings of a day, Wh per slot; `MISSING` where none came. */
export interface MeterDay {
  readonly importWh: Int32Array;
  readonly exportWh: Int32Array;
}

/** The same slots of earlier days, for estimates; the latest last. */
export type History = readonly MeterDay[];

/**
 * Flows of a day in packets. A missing reading is estimated by the mean of the same slot over the days of `history`,
 * rounded down, and marked as estimated; without any such reading it is 0 and marked as missing. Packets follow the
 * cumulative register, so that no energy is lost between slots.
 */
export function flowsOf(day: MeterDay, packetWh: number, history: History = []): Flow[] {
  const drawn = completed(
    day.importWh,
    history.map(({ importWh }) => importWh),
  );
  const fedIn = completed(
    day.exportWh,
    history.map(({ exportWh }) => exportWh),
  );
  const drawnPackets = toPackets(drawn.wh, packetWh);
  const fedInPackets = toPackets(fedIn.wh, packetWh);
  return Array.from(drawnPackets, (packets, t) => ({
    drawn: packets,
    fedIn: fedInPackets[t]!,
    quality: worse(drawn.quality[t]!, fedIn.quality[t]!),
  }));
}

type Quality = Flow["quality"];

function completed(series: Int32Array, history: readonly Int32Array[]): { wh: Int32Array; quality: Quality[] } {
  const quality: Quality[] = [];
  const wh = series.map((reading, t) => {
    if (reading !== MISSING) {
      quality[t] = "measured";
      return reading;
    }
    const known = history.map((day) => day[t] ?? MISSING).filter((value) => value !== MISSING);
    quality[t] = known.length > 0 ? "estimated" : "missing";
    return known.length > 0 ? Math.floor(known.reduce((a, b) => a + b, 0) / known.length) : 0;
  });
  return { wh, quality };
}

const ORDER: readonly Quality[] = ["measured", "estimated", "substituted", "missing"];
const worse = (a: Quality, b: Quality): Quality => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);
