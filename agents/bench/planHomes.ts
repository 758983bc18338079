import { PROGRAMMES } from "../devices/appliance.ts";
import type { PlanProblem, Task } from "../household/hems/problem.ts";
import { randomStream } from "../random/random.ts";

const SLOTS = 96;
const SLOT_SECONDS = 900;

const bump = (t: number, at: number, wide: number) => Math.exp(-((t - at) ** 2) / wide);
const each = <T>(of: (t: number) => T): T[] => Array.from({ length: SLOTS }, (_, t) => of(t));

/**
 * A made-up home of a seed with a day of quarter hours before it: battery, car, washer and heat pump, PV, a tariff with a
 * dear evening. For measuring how fast plans are made.
 */
export function benchHome(seed: number, index: number): PlanProblem {
  const random = randomStream(seed, `plan of home ${index}`);
  const [people, peakWh, dearMicro] = [random.int(1, 5), random.int(700, 2200), random.int(40, 160) * 1000];
  const retail = (t: number) => 260_000 + random.int(0, 30) * 1000 + (t > 64 && t < 84 ? dearMicro : 0);
  return {
    ...{ home: `h${index}`, firstSlot: 0, slotCount: SLOTS, slotSeconds: SLOT_SECONDS, connectionW: 17_250 },
    loadWh: each((t) =>
      Math.round(60 + people * (15 + 30 * bump(t, 76, 60) + 20 * bump(t, 30, 30)) + random.int(0, 40)),
    ),
    pvWh: each((t) => (t > 24 && t < 76 ? Math.round(peakWh * Math.sin((Math.PI * (t - 24)) / 52)) : 0)),
    prices: {
      firstSlot: 0,
      retailMicroPerKwh: Int32Array.from(each(retail)),
      feedInMicroPerKwh: new Int32Array(SLOTS).fill(78_000),
    },
    tasks: [
      battery(random.int(4, 10)),
      car(random.int(20, 60)),
      washer(random.int(28, 44)),
      heating(random.int(-4, 8)),
    ],
  };
}

const battery = (kwh: number): Task => ({
  ...{ kind: "battery", id: "battery", storedWh: 400 * kwh },
  battery: {
    ...{ capacityWh: 1000 * kwh, powerW: 500 * kwh, chargePermille: 950, dischargePermille: 950 },
    ...{ wearMicroPerKwh: 40_000, startWh: 0 },
  },
});

const car = (percent: number): Task => ({
  ...{ kind: "car", id: "car", car: { capacityWh: 58_000, powerW: 11_000, chargePermille: 900 } },
  storedWh: 580 * percent,
  plugged: each((t) => t < 30 || t > 70),
  trips: [{ slot: 30, wantedWh: 40_000, usedWh: 9000 }],
});

const washer = (earliest: number): Task => ({
  ...{ kind: "appliance", id: "washer", appliance: { programme: "washer", ...PROGRAMMES.washer } },
  ...{ earliest, latestEnd: earliest + 40 },
});

const heating = (outside: number): Task => ({
  ...{ kind: "heatPump", id: "heating", insideC: 20.5 },
  pump: {
    ...{ leastPowerW: 800, powerW: 3000, heatPermille: 3200, heatPermillePerDegree: 80 },
    ...{ lossWPerDegree: 200, heldWhPerDegree: 8000 },
  },
  outsideC: each((t) => outside + 4 * Math.sin((t - 36) / 15)),
  lowC: each((t) => (t < 24 ? 18 : 20)),
  highC: each(() => 22.5),
});
