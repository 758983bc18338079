import fc from "fast-check";
import type { HeatPump } from "../../../../agents/devices/devices.ts";
import type { PlanProblem, Task } from "../../../../agents/household/hems/problem.ts";

export const PUMP: HeatPump = {
  leastPowerW: 800,
  powerW: 3000,
  heatPermille: 3200,
  heatPermillePerDegree: 80,
  lossWPerDegree: 200,
  heldWhPerDegree: 8000,
};

/** A plan of hours from slot 0 with so much load and PV, at these prices in cents. */
export function hours(
  loadKwh: readonly number[],
  pvKwh: readonly number[],
  retail: readonly number[],
  feedIn: readonly number[],
  tasks: readonly Task[],
): PlanProblem {
  const cents = (values: readonly number[]) => Int32Array.from(values, (value) => value * 10_000);
  return {
    home: "a",
    firstSlot: 0,
    slotCount: loadKwh.length,
    slotSeconds: 3600,
    loadWh: loadKwh.map((kwh) => kwh * 1000),
    pvWh: pvKwh.map((kwh) => kwh * 1000),
    pv: { peakW: 5000, curtailable: true },
    prices: { firstSlot: 0, retailMicroPerKwh: cents(retail), feedInMicroPerKwh: cents(feedIn) },
    connectionW: 17_000,
    tasks,
  };
}

const SLOTS = 4;
const each = (least: number, most: number) =>
  fc.array(fc.integer({ min: least, max: most }), { minLength: SLOTS, maxLength: SLOTS });

/** Devices of whole kWh without losses, whose cheapest plan is one of whole kWh. */
const battery: fc.Arbitrary<Task> = fc
  .record({ capacity: fc.integer({ min: 1, max: 3 }), stored: fc.nat(3), wear: fc.constantFrom(0, 30_000) })
  .map(({ capacity, stored, wear }) => ({
    kind: "battery",
    id: "battery",
    battery: {
      capacityWh: capacity * 1000,
      powerW: 1000,
      chargePermille: 1000,
      dischargePermille: 1000,
      wearMicroPerKwh: wear,
      startWh: 0,
    },
    storedWh: Math.min(capacity, stored) * 1000,
  }));
const car: fc.Arbitrary<Task> = fc
  .record({ stored: fc.nat(2), leaves: fc.integer({ min: 1, max: 3 }), wanted: fc.nat(4), used: fc.nat(3) })
  .map(({ stored, leaves, wanted, used }) => ({
    kind: "car",
    id: "car",
    car: { capacityWh: 3000, powerW: 1000, chargePermille: 1000 },
    storedWh: stored * 1000,
    plugged: [0, 1, 2, 3].map((slot) => slot !== leaves),
    trips: [{ slot: leaves, wantedWh: Math.min(3, wanted) * 1000, usedWh: Math.min(3, used) * 1000 }],
  }));
const tank: fc.Arbitrary<Task> = fc
  .record({ stored: fc.nat(3), tap: each(0, 2), comfort: fc.nat(2) })
  .map(({ stored, tap, comfort }) => ({
    kind: "tank",
    id: "tank",
    tank: { capacityWh: 3000, powerW: 1000, heatPermille: 1000, lossPermillePerHour: 0, comfortWh: comfort * 1000 },
    storedWh: stored * 1000,
    tapWh: tap.map((kwh) => kwh * 1000),
  }));
const washer: fc.Arbitrary<Task> = fc
  .record({ earliest: fc.nat(2), length: fc.integer({ min: 2, max: 4 }) })
  .map(({ earliest, length }) => ({
    kind: "appliance",
    id: "washer",
    appliance: { programme: "washer", profileWh: [1000, 2000], spanSeconds: 3600 },
    earliest,
    latestEnd: Math.min(SLOTS, earliest + length),
  }));
const budget: fc.Arbitrary<Task> = fc
  .record({ wanted: fc.integer({ min: 1, max: 4 }), earliest: fc.nat(2), length: fc.integer({ min: 1, max: 4 }) })
  .map(({ wanted, earliest, length }) => ({
    kind: "budget",
    id: "budget",
    wantedWh: wanted * 1000,
    mostWh: 1000,
    earliest,
    latestEnd: Math.min(SLOTS, earliest + length),
  }));
const heatPump: fc.Arbitrary<Task> = fc
  .record({ inside: fc.integer({ min: 17, max: 23 }), outside: each(-5, 10) })
  .map(({ inside, outside }) => ({
    kind: "heatPump",
    id: "heat pump",
    pump: { ...PUMP, leastPowerW: 2000, powerW: 2000 },
    insideC: inside,
    outsideC: outside,
    lowC: outside.map(() => 20),
    highC: outside.map(() => 22),
  }));

/** Homes of four hours with up to three devices, at prices of any order and sign. */
export const smallProblems: fc.Arbitrary<PlanProblem> = fc
  .tuple(
    each(0, 2),
    each(0, 3),
    each(-5, 40),
    each(-5, 12),
    fc.shuffledSubarray([battery, car, tank, washer, heatPump, budget], { minLength: 1, maxLength: 3 }),
  )
  .chain(([load, pv, retail, feedIn, devices]) =>
    fc.tuple(...devices).map((tasks) =>
      hours(
        load,
        pv,
        retail,
        retail.map((price, t) => Math.min(price, feedIn[t]!)),
        tasks,
      ),
    ),
  );

/** A whole day of quarter hours with all devices. */
export function wholeDay(changes: Partial<PlanProblem> = {}): PlanProblem {
  const slots = Array.from({ length: 96 }, (_, t) => t);
  const bump = (t: number, at: number, wide: number) => Math.exp(-((t - at) ** 2) / wide);
  return {
    home: "day",
    firstSlot: 0,
    slotCount: 96,
    slotSeconds: 900,
    loadWh: slots.map((t) => Math.round(80 + 60 * bump(t, 76, 60) + 40 * bump(t, 30, 30))),
    pvWh: slots.map((t) => (t > 24 && t < 76 ? Math.round(1100 * Math.sin((Math.PI * (t - 24)) / 52)) : 0)),
    prices: {
      firstSlot: 0,
      retailMicroPerKwh: Int32Array.from(slots, (t) => 280_000 + (t % 5) * 10_000 + (t > 64 && t < 84 ? 90_000 : 0)),
      feedInMicroPerKwh: new Int32Array(96).fill(80_000),
    },
    connectionW: 17_250,
    tasks: [
      {
        kind: "battery",
        id: "battery",
        battery: {
          capacityWh: 8000,
          powerW: 4000,
          chargePermille: 950,
          dischargePermille: 950,
          wearMicroPerKwh: 40_000,
          startWh: 0,
        },
        storedWh: 4000,
      },
      {
        kind: "car",
        id: "car",
        car: { capacityWh: 60_000, powerW: 11_000, chargePermille: 900 },
        storedWh: 20_000,
        plugged: slots.map((t) => t < 30 || t > 70),
        trips: [{ slot: 30, wantedWh: 40_000, usedWh: 9000 }],
      },
      {
        kind: "appliance",
        id: "washer",
        appliance: { programme: "washer", profileWh: [300, 900, 100, 100, 150, 100, 250], spanSeconds: 900 },
        earliest: 32,
        latestEnd: 80,
      },
      {
        kind: "heatPump",
        id: "heat pump",
        pump: PUMP,
        insideC: 20.5,
        outsideC: slots.map((t) => 3 + 4 * Math.sin((t - 30) / 15)),
        lowC: slots.map((t) => (t < 24 ? 18 : 20)),
        highC: slots.map(() => 22.5),
      },
    ],
    ...changes,
  };
}
