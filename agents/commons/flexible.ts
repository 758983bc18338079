import { MAX_PACKETS, MAX_PER_SLOT, type PacketRequest } from "../model/commonsRequest.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";
import type { LoadSpec } from "./client.ts";

/** A load of a home that may run at another time, as its meter saw it: what would have been drawn without a commons. */
export interface FlexibleUse {
  readonly device: string;
  /** Load category, 0 .. 15. */
  readonly category: number;
  /** `thermal` is asked for as a budget of its span, within which the building holds its warmth. */
  readonly shape: "block" | "budget" | "thermal";
  /** The first slot of `habitWh`. */
  readonly firstSlot: Slot;
  /** Wh that it drew by habit, per slot. */
  readonly habitWh: readonly number[];
  /** When people let it run: [earliest, deadline), around the habit. */
  readonly earliest: Slot;
  readonly deadline: Slot;
  /** The slot from which its home knows of it. */
  readonly appears: Slot;
  /** The most that it can draw in a slot, Wh; what it drew at most by habit if left out. */
  readonly mostWh?: number;
}

/** A use in packets. */
export interface FlexibleLoad {
  readonly use: FlexibleUse;
  readonly spec: LoadSpec;
  /** What of the habit is in the packets, Wh per slot of `use.habitWh`; the rest stays in the base load. */
  readonly movedWh: readonly number[];
}

/**
 * A use as a load of whole packets, rounded down; undefined where it has none. A block draws the same in each of its
 * slots. What rounding leaves over, less than a packet a slot, stays where it was.
 */
export function packetised(use: FlexibleUse, packetWh: number): FlexibleLoad | undefined {
  const { device: name, category, appears, earliest, deadline } = use;
  const { perSlot, packets } = use.shape === "block" ? blockOf(use, packetWh) : budgetOf(use, packetWh);
  if (packets === 0) return undefined;
  const shape: PacketRequest["shape"] = use.shape === "block" ? "block" : "budget";
  const spec = { name, category, shape, packets, perSlot, appears, earliest, deadline };
  return { use, spec, movedWh: firstWh(use.habitWh, packets * packetWh) };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function blockOf({ habitWh }: FlexibleUse, packetWh: number): { perSlot: Packets; packets: Packets } {
  const slots = habitWh.length - leading(habitWh) - leading(habitWh.toReversed());
  if (slots <= 0) return { perSlot: 0, packets: 0 };
  const perSlot = Math.min(
    MAX_PER_SLOT,
    Math.floor(MAX_PACKETS / slots),
    Math.floor(total(habitWh) / slots / packetWh),
  );
  return { perSlot, packets: perSlot * slots };
}

/** Slots before the first in which something is drawn. */
function leading(wh: readonly number[]): number {
  const first = wh.findIndex((value) => value > 0);
  return first < 0 ? wh.length : first;
}

function budgetOf({ habitWh, mostWh, earliest, deadline }: FlexibleUse, packetWh: number) {
  const most = Math.floor((mostWh ?? Math.max(0, ...habitWh)) / packetWh);
  const perSlot = Math.min(MAX_PER_SLOT, most);
  const wanted = Math.floor(total(habitWh) / packetWh);
  return { perSlot, packets: Math.min(MAX_PACKETS, wanted, perSlot * (deadline - earliest)) };
}

/** The first `wh` of a series, slot by slot. */
function firstWh(series: readonly number[], wh: number): number[] {
  let left = wh;
  return series.map((value) => {
    const here = Math.min(value, left);
    left -= here;
    return here;
  });
}
