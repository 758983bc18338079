import type { Appliance } from "./devices.ts";

/**
 * The programme's energy in consecutive slots, Wh, from a start at a slot's beginning: spans are spread over the slots
 * they lie in, the sum stays.
 */
export function slotProfile({ profileWh, spanSeconds }: Appliance, slotSeconds: number): number[] {
  const slots = new Array<number>(Math.ceil((profileWh.length * spanSeconds) / slotSeconds)).fill(0);
  profileWh.forEach((wh, span) => {
    const [start, end] = [span * spanSeconds, (span + 1) * spanSeconds];
    for (let slot = Math.floor(start / slotSeconds); slot * slotSeconds < end; slot++) {
      const inside = Math.min(end, (slot + 1) * slotSeconds) - Math.max(start, slot * slotSeconds);
      slots[slot]! += (wh * inside) / spanSeconds;
    }
  });
  return wholeWh(slots);
}

/** Whole Wh with the same sum: what rounding leaves over is carried to the next slot. */
function wholeWh(exactWh: readonly number[]): number[] {
  let [exact, given] = [0, 0];
  return exactWh.map((wh) => {
    exact += wh;
    const whole = Math.round(exact) - given;
    given += whole;
    return whole;
  });
}
