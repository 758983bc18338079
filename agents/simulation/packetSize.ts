import { InputError } from "../data/inputError.ts";
import type { Flows } from "../household/battery.ts";
import type { Home } from "../household/home.ts";
import { connectionPackets } from "../model/packets.ts";

/** A slot's order and flow hold at most so many packets. */
const MOST_PACKETS = 2047;
const DEFAULT_WH = 10;
const SIZES = [1, 2, 5];

/** Packets that a home could move in a slot, at most: what its connection carries, or what flowed if that is more. */
function mostPackets({ connectionW }: Home, flows: Flows, slotSeconds: number, packetWh: number): number {
  const flowWh = [...flows.importWh, ...flows.exportWh].reduce((most, wh) => Math.max(most, wh), 0);
  return Math.max(connectionPackets(connectionW, slotSeconds, packetWh), Math.ceil(flowWh / packetWh) + 1);
}

/**
 * Wh of a packet: the smallest of 10, 20, 50, 100 ... under which no home can move more than 2,047 packets in a slot.
 * Throws InputError for a `wanted` size that is too small for that.
 */
export function packetSize(
  homes: readonly Home[],
  flows: readonly Flows[],
  slotSeconds: number,
  wanted?: number,
): number {
  const fits = (packetWh: number) =>
    homes.every((home, i) => mostPackets(home, flows[i]!, slotSeconds, packetWh) <= MOST_PACKETS);
  let packetWh = DEFAULT_WH;
  for (let i = 1; !fits(packetWh); i++) packetWh = DEFAULT_WH * SIZES[i % 3]! * 10 ** Math.floor(i / 3);
  if (wanted === undefined) return packetWh;
  if (fits(wanted)) return wanted;
  throw new InputError(
    `packets of ${wanted} Wh are too small: a home could move more than ${MOST_PACKETS} of them in a slot`,
    { value: `${wanted}` },
    `use packets of ${packetWh} Wh or more, or leave the size out`,
  );
}
