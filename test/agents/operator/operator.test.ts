import fc from "fast-check";
import { expect, it } from "vitest";
import type { DayFacts } from "../../../agents/chain/calendar.ts";
import { gateOf, operatorTasks } from "../../../agents/operator/operator.ts";
import { SEED } from "../../helpers/seed.ts";

const SLOT = 900;
const timetable = { zone: "Europe/Berlin", gate: "11:45", daysAhead: 2 };

it(`days follow each other without a gap, local day by local day, each fixed and opened before its gate (seed ${SEED})`, () => {
  const property = fc.property(fc.integer({ min: 1_750_000_000, max: 1_800_000_000 }), (start) => {
    let known: DayFacts[] = [];
    let last: number | undefined;
    for (let now = start; now < start + 8 * 86_400; now += 3 * 3600) {
      known = known.filter(({ end }) => end > now);
      for (const task of operatorTasks(known, now, SLOT, timetable)) {
        if (task.do === "open") {
          expect(task.gate).toBeGreaterThan(now);
          const opened = { session: 1 } as DayFacts["sessions"][0];
          known = known.map((day) => (day === task.day ? { ...day, sessions: [opened] } : day));
          continue;
        }
        const { firstSlot, slotCount } = task.range;
        if (last !== undefined) expect(firstSlot).toBe(last);
        expect([92, 96, 100]).toContain(slotCount);
        expect(gateOf(firstSlot * SLOT, timetable)).toBeGreaterThan(now);
        last = firstSlot + slotCount;
        const times = { start: firstSlot * SLOT, end: last * SLOT };
        known = [...known, { day: known.length + 1, firstSlot, slotCount, ...times, sessions: [] }];
      }
    }
    expect(last! * SLOT).toBeGreaterThan(start + 8 * 86_400);
  });
  fc.assert(property, { seed: SEED, numRuns: 20 });
});

it("the gate is by the clock on the wall, also on the day on which clocks change", () => {
  const start = Date.parse("2026-03-29T23:00:00Z") / 1000 - 3600; // midnight of 30 March in Berlin, summer time
  expect(new Date(gateOf(start, timetable) * 1000).toISOString()).toBe("2026-03-29T09:45:00.000Z");
});
