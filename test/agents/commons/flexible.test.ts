import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeviceClient } from "../../../agents/commons/deviceClient.ts";
import { type FlexibleUse, packetised } from "../../../agents/commons/flexible.ts";
import { planImport } from "../../../agents/commons/importPlan.ts";
import type { Cell } from "../../../agents/model/commonsRequest.ts";
import { SEED } from "../../helpers/seed.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const habit = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 8 });
const use = fc
  .record({ habitWh: habit, shape: fc.constantFrom("block", "budget", "thermal"), before: fc.nat(5), after: fc.nat(5) })
  .map(
    ({ habitWh, shape, before, after }): FlexibleUse => ({
      ...{ device: "device", category: 2, shape: shape as FlexibleUse["shape"], firstSlot: 50, habitWh },
      ...{ appears: 50 - before, earliest: 50 - before, deadline: 50 + habitWh.length + after },
    }),
  );
const options = { seed: SEED, numRuns: 300 };

describe(`flexible loads (seed ${SEED})`, () => {
  it("become whole packets that fit their window, taken out of the habit to the Wh", () => {
    fc.assert(
      fc.property(use, fc.integer({ min: 1, max: 20 }), (given, packetWh) => {
        const load = packetised(given, packetWh);
        if (!load) return;
        const { packets, perSlot, earliest, deadline, shape } = load.spec;
        expect(packets).toBeGreaterThan(0);
        expect(packets).toBeLessThanOrEqual(perSlot * (deadline - earliest));
        if (shape === "block") expect(packets % perSlot).toBe(0);
        expect(sum(load.movedWh)).toBe(packets * packetWh);
        for (const [t, wh] of load.movedWh.entries()) expect(wh >= 0 && wh <= given.habitWh[t]!).toBe(true);
      }),
      options,
    );
  });

  it("a device asks for one load after the other and says what it missed", () => {
    const load = (earliest: number, deadline: number) =>
      ({
        name: "device",
        category: 2,
        shape: "budget",
        packets: 4,
        perSlot: 2,
        appears: earliest,
        earliest,
        deadline,
      }) as const;
    const client = new DeviceClient([load(0, 4), load(4, 8)]);
    expect(client.wish(0)).toMatchObject({ packets: 4, deadline: 4 });
    expect([0, 1, 2, 3].map((slot) => client.take(slot, 1))).toEqual([1, 1, 1, 1]);
    expect(client.wish(4)).toMatchObject({ packets: 4, deadline: 8 });
    expect([4, 5, 6, 7].map((slot) => client.take(slot, slot === 5 ? 1 : 0))).toEqual([0, 1, 0, 0]);
    expect(client.missed).toBe(3);
  });

  it("import is planned within windows and allowance, for what spare packets can't carry, and flat", () => {
    const cell = fc
      .record({
        from: fc.nat(10),
        slots: fc.integer({ min: 1, max: 10 }),
        perSlot: fc.integer({ min: 1, max: 5 }),
        left: fc.nat(20),
      })
      .map(({ from, slots, perSlot, left }) => ({
        ...{ earliest: 100 + from, deadline: 100 + from + slots, perSlot, left: Math.min(left, perSlot * slots) },
        returned: 0,
      }));
    const slot = fc.record({ spare: fc.nat(6), lack: fc.nat(6) });
    const days = fc.tuple(
      fc.array(cell, { maxLength: 6 }),
      fc.array(slot, { minLength: 20, maxLength: 20 }),
      fc.nat(8),
    );
    fc.assert(
      fc.property(days, ([cells, outlook, allowance]) => {
        const imports = planImport(cells as unknown as Cell[], outlook, 100, allowance);
        expect(Math.max(...imports)).toBeLessThanOrEqual(allowance);
        expect(sum(imports)).toBeLessThanOrEqual(sum(cells.map(({ left }) => left)));
        for (const [t, packets] of imports.entries())
          if (packets > 0) expect(cells.some((each) => each.earliest <= 100 + t && 100 + t < each.deadline)).toBe(true);
      }),
      options,
    );
    const flat = planImport(
      [{ earliest: 100, deadline: 104, perSlot: 9, left: 12, returned: 0 }] as unknown as Cell[],
      [5, 0, 3, 1].map((lack) => ({ spare: 0, lack })),
      100,
      9,
    );
    expect(flat).toEqual([1, 5, 2, 4]);
  });
});
