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

/** Usual programmes, for homes that know no better: a wash at 40 degrees, a heat-pump dryer, a dishwasher at 55 degrees. */
export const PROGRAMMES: Record<Appliance["programme"], Omit<Appliance, "programme">> = {
  washer: { profileWh: [150, 480, 90, 60, 60, 60, 110, 90], spanSeconds: 900 },
  dryer: { profileWh: [190, 210, 200, 190, 180, 150, 120, 90], spanSeconds: 900 },
  dishwasher: { profileWh: [40, 380, 80, 60, 50, 340, 60, 20], spanSeconds: 900 },
};
