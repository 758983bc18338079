/**
 * Whole packets of energy, each `packetWh` Wh delivered within one slot. Never negative: import and export are two
 * registers.
 */
export type Packets = number;

/**
 * Packets per slot from Wh per slot, by the cumulative register: floor(R_t / packetWh) - floor(R_(t-1) / packetWh). A
 * slot rounds down and what is left below one packet is carried into the next, so no energy is lost or made over a run:
 * the sum of the first t packets is exactly floor(R_t / packetWh) - floor(registerWh / packetWh). `registerWh` is the
 * register's reading before the first slot (what an earlier day carried over). A slot of 0 Wh has 0 packets. Throws
 * RangeError for a reading that is negative, fractional or missing: a register can't be counted across a gap.
 */
export function toPackets(wh: ArrayLike<number>, packetWh: number, registerWh = 0): Int32Array {
  if (!Number.isInteger(packetWh) || packetWh < 1)
    throw new RangeError(`packet of ${packetWh} Wh: must be whole and positive`);
  const packets = new Int32Array(wh.length);
  let register = checkedWh(registerWh, -1);
  for (let t = 0; t < wh.length; t++) {
    const before = Math.floor(register / packetWh);
    register += checkedWh(wh[t], t);
    packets[t] = Math.floor(register / packetWh) - before;
  }
  return packets;
}

function checkedWh(wh: number | undefined, index: number): number {
  if (wh === undefined || !Number.isSafeInteger(wh) || wh < 0)
    throw new RangeError(`${wh} Wh at index ${index}: a register needs whole, non-negative Wh in every slot`);
  return wh;
}

/** The largest number of packets a connection of `connectionW` can carry in one slot, rounded down. */
export function connectionPackets(connectionW: number, slotSeconds: number, packetWh: number): Packets {
  return Math.floor((connectionW * slotSeconds) / (3600 * packetWh));
}
