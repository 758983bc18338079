import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Calendar, dayRange } from "../../../agents/data/days.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "./refusal.ts";

describe("a day's slots", () => {
  it.each([
    ["2026-05-19", "utc", 96],
    ["2026-05-19", "Europe/Berlin", 96],
    ["2026-03-29", "Europe/Berlin", 92],
    ["2026-10-25", "Europe/Berlin", 100],
    ["2026-03-29", "utc", 96],
    ["2016-11-06", "America/Los_Angeles", 100],
    ["2017-03-12", "America/Los_Angeles", 92],
    ["2026-04-05", "Australia/Lord_Howe", 98],
  ])("%s in %s has %d quarter hours", (date, zone, slots) => {
    expect(dayRange(date, zone, 900).slotCount).toBe(slots);
  });

  it("begin at local midnight", () => {
    expect(dayRange("2026-05-19", "Europe/Berlin", 900).firstSlot * 900).toBe(Date.UTC(2026, 4, 18, 22) / 1000);
  });

  it(`follow one another without gap or overlap (seed ${SEED})`, () => {
    const calendar = new Calendar("Europe/London", 1800);
    const property = fc.property(fc.integer({ min: 0, max: 5000 }), (days) => {
      const day = calendar.shift("2013-01-01", days);
      const next = calendar.shift(day.date, 1);
      expect(day.firstSlot + day.slotCount).toBe(next.firstSlot);
      expect(next.weekday).toBe((day.weekday % 7) + 1);
      expect(calendar.dayAt(day.firstSlot + day.slotCount - 1)).toBe(day);
    });
    fc.assert(property, { seed: SEED });
  });

  it("show what the clock shows when it is put forward and back", () => {
    const calendar = new Calendar("Europe/Berlin", 3600);
    expect(calendar.day("2026-03-29").clockMinutes.slice(0, 4)).toEqual([0, 60, 180, 240]);
    expect(calendar.day("2026-10-25").clockMinutes.slice(0, 5)).toEqual([0, 60, 120, 120, 180]);
    expect(calendar.day("2026-05-19").clockMinutes.at(-1)).toBe(1380);
  });

  it.each(["2026-02-30", "19.05.2026", "2026-5-19", "today", "", "1969-05-19"])("%j is no date", (date) => {
    expect(refusal(() => dayRange(date, "utc", 900)).message).toMatch(/is not a date/);
  });

  it.each(["Berlin", "Europe/Atlantis", "", "CEST+2"])("%j is no time zone", (zone) => {
    expect(refusal(() => dayRange("2026-05-19", zone, 900)).message).toMatch(/unknown time zone/);
    expect(refusal(() => new Calendar(zone, 900)).remedy).toMatch(/IANA/);
  });

  it("must not begin inside a slot", () => {
    expect(dayRange("2026-05-19", "Asia/Kathmandu", 900).slotCount).toBe(96);
    expect(refusal(() => dayRange("2026-05-19", "Asia/Kathmandu", 3600)).message).toMatch(/inside a slot/);
  });
});
