import { describe, expect, it } from "vitest";
import { Calendar } from "../../../agents/data/days.ts";
import { DEFAULT_GATES, sessionsOf, TIMESCALES } from "../../../agents/simulation/timescales.ts";

const calendar = new Calendar("Europe/Berlin", 900);

describe("the sessions of a local day", () => {
  it.each([
    ["2026-03-29", 92],
    ["2026-05-19", 96],
    ["2026-10-25", 100],
  ])(
    "on %s cover %d quarter hours day-ahead, before the wholesale gate at noon, and each once in real time",
    (date, slots) => {
      const day = calendar.day(date);
      const sessions = sessionsOf(day, 900, TIMESCALES);
      const [first, ...later] = sessions;
      expect(first).toMatchObject({ timescale: "day-ahead", first: 0, count: slots });
      expect(new Date(first!.gate * 1000).toLocaleTimeString("de-DE", { timeZone: "Europe/Berlin" })).toBe("12:00:00");
      const realTime = later.filter(({ timescale }) => timescale === "real-time");
      expect(realTime.map((session) => session.first)).toEqual(Array.from({ length: slots }, (_, t) => t));
      for (const { first: t, gate } of realTime) expect(gate).toBe((day.firstSlot + t) * 900 - 300);
    },
  );

  it("come in the order of their gates, none of whose slots has begun by then, each signed before", () => {
    const day = calendar.day("2026-05-19");
    const gates = { ...DEFAULT_GATES, intradayHours: [-2, 5, 23], realTimeMinutes: 10 };
    const sessions = sessionsOf(day, 900, TIMESCALES, gates);
    expect(sessions.map(({ gate }) => gate)).toEqual(sessions.map(({ gate }) => gate).sort((a, b) => a - b));
    for (const { first, count, gate, issue } of sessions) {
      expect(issue).toBeLessThan(gate);
      expect(gate).toBeLessThanOrEqual((day.firstSlot + first) * 900);
      expect(first + count).toBeLessThanOrEqual(day.slotCount);
    }
    expect(sessions.filter(({ timescale }) => timescale === "intraday").map(({ first }) => first)).toEqual([0, 20, 92]);
  });

  it("are those that were asked for", () => {
    const day = calendar.day("2026-05-19");
    const kinds = (...asked: Parameters<typeof sessionsOf>[2]) =>
      new Set(sessionsOf(day, 900, asked).map(({ timescale }) => timescale));
    expect(kinds("intraday")).toEqual(new Set(["intraday"]));
    expect(kinds("day-ahead", "real-time")).toEqual(new Set(["day-ahead", "real-time"]));
  });
});
