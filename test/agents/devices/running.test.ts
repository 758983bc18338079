import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotProfile } from "../../../agents/devices/appliance.ts";
import { heatPerWh, stepBuilding, thermostatWh } from "../../../agents/devices/heatPump.ts";
import type { Surroundings } from "../../../agents/devices/running.ts";
import {
  RunningAppliance,
  RunningBattery,
  RunningCar,
  RunningHeatPump,
  RunningPv,
  RunningTank,
} from "../../../agents/devices/runningDevices.ts";
import { type Instruction, instructionSchema } from "../../../agents/devices/s2.ts";
import { keptInTank, stepTank } from "../../../agents/devices/tank.ts";
import { SEED } from "../../helpers/seed.ts";
import { PUMP } from "../household/hems/problems.ts";
import { BATTERY } from "../household/homes.ts";

const around = (changes: Partial<Surroundings> = {}): Surroundings => ({
  startSeconds: 0,
  slotSeconds: 900,
  netWh: 0,
  outsideC: 5,
  tapWh: 0,
  isPlugged: true,
  tripWh: 0,
  pvWh: 0,
  lowC: 20,
  highC: 23,
  ...changes,
});
const head = { message_id: "m", id: "i", execution_time: "1970-01-01T00:00:00Z", valid_until: "1970-01-01T00:30:00Z" };
const fill = (operation_mode: string, operation_mode_factor: number): Instruction =>
  instructionSchema.parse({
    message_type: "FRBC.Instruction",
    ...head,
    actuator_id: "x",
    operation_mode,
    operation_mode_factor,
  });

describe("without an instruction every device controls itself", () => {
  it("a battery stores what the home has too much and gives what it lacks", () => {
    const battery = new RunningBattery("x", BATTERY, 1000);
    expect(battery.step(around({ netWh: -400 }))).toBe(400);
    expect(battery.step(around({ netWh: 300 }))).toBe(-300);
    expect(battery.status()).toMatchObject({ control: "own", totalDrawnWh: 400, totalGivenWh: 300 });
  });

  it("a car charges from arrival until it is full", () => {
    const car = new RunningCar("x", { capacityWh: 10_000, powerW: 4000, chargePermille: 1000 }, 8500);
    expect([1, 2].map(() => car.step(around()))).toEqual([1000, 500]);
    expect(car.step(around({ isPlugged: false, tripWh: 12_000 }))).toBe(0);
    expect(car.status()).toMatchObject({ level: 0, missed: 2000 });
  });

  it("a tank heats from below its comfortable store to the full, and not before", () => {
    const tank = { capacityWh: 4000, powerW: 4000, heatPermille: 1000, lossPermillePerHour: 0, comfortWh: 1000 };
    const running = new RunningTank("x", tank, 1500);
    expect(running.step(around({ tapWh: 1000 }))).toBe(0);
    expect([1, 2, 3, 4, 5].map(() => running.step(around()))).toEqual([1000, 1000, 1000, 500, 0]);
  });

  it("an appliance made ready runs once, at once, to the end", () => {
    const washer = new RunningAppliance("x", { programme: "washer", profileWh: [100, 900, 50], spanSeconds: 900 });
    expect(washer.step(around())).toBe(0);
    washer.makeReady();
    expect([1, 2, 3, 4].map(() => washer.step(around()))).toEqual([100, 900, 50, 0]);
  });

  it("a heat pump keeps the home in its band", () => {
    const pump = new RunningHeatPump("x", PUMP, 20.5);
    for (let t = 0; t < 96; t++) pump.step(around({ outsideC: -3 + 6 * Math.sin(t / 15) }));
    expect(pump.status().missed).toBe(0);
    expect(pump.status().level).toBeLessThan(21);
  });

  it("panels give all they can", () => {
    expect(new RunningPv("pv", { peakW: 4000, curtailable: true }).step(around({ pvWh: 700 }))).toBe(-700);
  });
});

describe("an instruction in S2's words is followed while it is in force", () => {
  it("a battery charges and discharges at a share of its power", () => {
    const battery = new RunningBattery("x", BATTERY, 3000);
    expect(battery.instruct(fill("charge", 0.5))).toEqual({ status: "ACCEPTED" });
    expect(battery.step(around({ netWh: 5000 }))).toBe(375);
    expect(battery.instruct(fill("discharge", 1)).status).toBe("ACCEPTED");
    expect(battery.step(around())).toBe(-750);
    expect(battery.status().control).toBe("instructed");
  });

  it("and when it has run out, the device is its own master again: nothing depends on who drives it", () => {
    const battery = new RunningBattery("x", BATTERY, 3000);
    battery.instruct(fill("charge", 1));
    expect(battery.step(around({ startSeconds: 900, netWh: 200 }))).toBe(750);
    expect(battery.step(around({ startSeconds: 1800, netWh: 200 }))).toBe(-200);
    expect(battery.status().control).toBe("own");
  });

  it("an appliance waits for the start it was told, and can't be interrupted", () => {
    const washer = new RunningAppliance("x", { programme: "washer", profileWh: [100, 900], spanSeconds: 900 });
    const start = instructionSchema.parse({
      ...{ message_type: "PPBC.ScheduleInstruction", ...head, execution_time: "1970-01-01T00:15:00Z" },
      ...{ power_profile_id: "x", sequence_container_id: "x", power_sequence_id: "x" },
    });
    washer.makeReady();
    washer.instruct(start);
    expect([0, 900, 1800, 2700].map((startSeconds) => washer.step(around({ startSeconds })))).toEqual([0, 100, 900, 0]);
    washer.makeReady();
    washer.step(around({ startSeconds: 3600 }));
    expect(washer.instruct(start)).toMatchObject({
      status: "REJECTED",
      reason: expect.stringContaining("interrupted"),
    });
  });

  it("panels stay under their envelope", () => {
    const pv = new RunningPv("pv", { peakW: 4000, curtailable: true });
    const elements = [{ duration: 900_000, upper_limit: 0, lower_limit: -1000 }];
    const envelopes = [{ commodity_quantity: "ELECTRIC.POWER.3_PHASE_SYMMETRIC", power_envelope_elements: elements }];
    pv.instruct(
      instructionSchema.parse({
        message_type: "PEBC.Instruction",
        ...head,
        power_constraints_id: "pv",
        power_envelopes: envelopes,
      }),
    );
    expect([0, 900].map((startSeconds) => pv.step(around({ startSeconds, pvWh: 700 })))).toEqual([-250, -700]);
  });

  it("is refused with a reason where the device can't follow it", () => {
    const car = new RunningCar("x", { capacityWh: 10_000, powerW: 4000, chargePermille: 1000 }, 0);
    expect(car.instruct(fill("discharge", 1))).toEqual({ status: "REJECTED", reason: "x has the modes charge, idle" });
    expect(
      new RunningCar("y", { capacityWh: 1, powerW: 1, chargePermille: 1000 }, 0).instruct(fill("idle", 0)).status,
    ).toBe("REJECTED");
    expect(new RunningPv("pv", { peakW: 1, curtailable: false }).instruct(fill("idle", 0)).status).toBe("REJECTED");
    expect(() => fill("charge", 1.5)).toThrow();
  });
});

describe(`physics (seed ${SEED})`, () => {
  it("a programme's energy is the same in slots of any length", () => {
    const property = fc.property(
      fc.array(fc.nat(900), { minLength: 1, maxLength: 9 }),
      fc.constantFrom(300, 900, 1800, 3600),
      (profileWh, slotSeconds) => {
        const slots = slotProfile({ programme: "washer", profileWh, spanSeconds: 900 }, slotSeconds);
        expect(slots.reduce((sum, wh) => sum + wh, 0)).toBe(profileWh.reduce((sum, wh) => sum + wh, 0));
      },
    );
    fc.assert(property, { seed: SEED });
  });

  it("a tank in slots of any length loses the same, and makes no heat", () => {
    const tank = { capacityWh: 9000, powerW: 2000, heatPermille: 2500, lossPermillePerHour: 20, comfortWh: 1000 };
    expect(keptInTank(tank, 900) ** 4).toBeCloseTo(keptInTank(tank, 3600), 12);
    const property = fc.property(fc.nat(9000), fc.nat(900), fc.nat(3000), (stored, wanted, tap) => {
      const { drawnWh, storedWh, missingWh } = stepTank(tank, stored, wanted, tap, 900);
      expect(storedWh - missingWh).toBeCloseTo(stored * keptInTank(tank, 900) + drawnWh * 2.5 - tap, 6);
      expect(storedWh).toBeLessThanOrEqual(9000);
    });
    fc.assert(property, { seed: SEED });
  });

  it("a building settles where losses and heat are equal, and four quarters are an hour", () => {
    let inside = 20;
    for (let hour = 0; hour < 1000; hour++) inside = stepBuilding(PUMP, inside, 1000, 0, 3600);
    expect(inside).toBeCloseTo((1000 * heatPerWh(PUMP, 0)) / PUMP.lossWPerDegree, 6);
    const quarters = [1, 2, 3, 4].reduce((degrees) => stepBuilding(PUMP, degrees, 250, 3, 900), 18);
    expect(quarters).toBeCloseTo(stepBuilding(PUMP, 18, 1000, 3, 3600), 9);
    expect(thermostatWh(PUMP, 25, 20, 0, 900)).toBe(0);
  });
});
