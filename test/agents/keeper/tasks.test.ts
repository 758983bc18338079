import fc from "fast-check";
import { expect, it } from "vitest";
import type { DayFacts, SessionFacts } from "../../../agents/chain/calendar.ts";
import { isDone, nextLook, type Settlement, tasksOf } from "../../../agents/keeper/tasks.ts";
import { SEED } from "../../helpers/seed.ts";

const END = 1000;
const session = (more: Partial<SessionFacts>): SessionFacts => ({
  ...{ session: 256, day: 1, first: 0, count: 4, members: 3, gate: 100, closedAt: 0, batches: 1, rows: 3 },
  ...{ seeded: false, stage: "taking", ...more },
});
const dayOf = (...sessions: SessionFacts[]): DayFacts => ({
  ...{ day: 1, firstSlot: 0, slotCount: 4, start: 200, end: END, sessions },
});
const settlement = (more: Partial<Settlement>): Settlement => ({
  ...{ state: "awaited", settleFrom: 0, closesAt: 0, unsettled: 3, closed: false, leaves: false, ...more },
});
const todo = (day: DayFacts, stands: Settlement, now: number, release = false) =>
  tasksOf(day, stands, now, { release }).map((task) => task.do);

it("a session is closed once its gate has passed, then cleared, and left alone when it is over or empty", () => {
  expect(todo(dayOf(session({})), settlement({}), 50)).toEqual([]);
  expect(todo(dayOf(session({ stage: "closed" })), settlement({}), 150)).toEqual(["close"]);
  expect(todo(dayOf(session({ stage: "closed", closedAt: 7 })), settlement({}), 150)).toEqual(["clear"]);
  expect(todo(dayOf(session({ stage: "cleared" })), settlement({}), 150)).toEqual([]);
  expect(todo(dayOf(session({ stage: "closed", rows: 0 })), settlement({}), 150)).toEqual([]);
});

it("a day is settled by its leaves, without them as zero once the time for proofs is over, then closed", () => {
  const over = dayOf(session({ stage: "cleared" }));
  const proved = { state: "settleable", settleFrom: 2000, closesAt: 3000 } as const;
  expect(todo(over, settlement({ ...proved, leaves: true }), 2100)).toEqual(["settle"]);
  expect(todo(over, settlement(proved), 2100)).toEqual([]);
  expect(todo(over, settlement(proved), 3000)).toEqual(["settle unproven"]);
  expect(todo(over, settlement({ ...proved, unsettled: 0 }), 2100)).toEqual([]);
  expect(todo(over, settlement({ ...proved, unsettled: 0 }), 3000)).toEqual(["close the day"]);
});

it("a day without a report is unwound, and done then", () => {
  const over = dayOf(session({ stage: "void" }));
  expect(todo(over, settlement({ state: "missing" }), 5000)).toEqual(["unwind"]);
  expect(isDone(over, settlement({ state: "missing", unsettled: 0 }), 5000)).toBe(true);
});

it("members are released between sessions only where that is wished, and only before the day is over", () => {
  const two = dayOf(session({ stage: "cleared" }), session({ session: 257 }));
  expect(todo(two, settlement({}), 150, true)).toEqual(["release"]);
  expect(todo(two, settlement({}), 150)).toEqual([]);
  expect(todo(two, settlement({}), END, true)).toEqual([]);
});

it(`who sleeps misses nothing: as long as the day is not looked at, there is nothing to do (seed ${SEED})`, () => {
  const stage = fc.constantFrom("taking" as const, "cleared" as const, "void" as const);
  const state = fc.constantFrom("awaited" as const, "disputable" as const);
  const property = fc.property(fc.array(stage, { maxLength: 3 }), state, fc.nat(3000), (stages, stands, wait) => {
    const day = dayOf(...stages.map((each, i) => session({ session: 256 + i, stage: each })));
    const facts = settlement({ state: stands, settleFrom: stands === "disputable" ? 2000 : 0 });
    if (wait < nextLook(day, facts)) expect(todo(day, facts, wait)).toEqual([]);
  });
  fc.assert(property, { seed: SEED });
});
