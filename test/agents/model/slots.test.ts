import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkedSlotSeconds,
  formatUtc,
  MAX_SLOT,
  parseUtc,
  slotAt,
  slotFromUtc,
  slotStart,
  slotToUtc,
} from "../../../agents/model/slots.ts";
import { SEED } from "../../helpers/seed.ts";

const lengths = fc.constantFrom(1, 60, 300, 900, 1800, 3600, 86_400);

describe("slots", () => {
  it(`a time lies in its slot, from its start to before the next (seed ${SEED})`, () => {
    const property = fc.property(fc.integer({ min: 0, max: MAX_SLOT }), lengths, (time, length) => {
      const slot = slotAt(time, length);
      expect(slotStart(slot, length)).toBeLessThanOrEqual(time);
      expect(slotStart(slot + 1, length)).toBeGreaterThan(time);
    });
    fc.assert(property, { seed: SEED });
  });

  it(`UTC text and slot are two names of one thing (seed ${SEED})`, () => {
    const property = fc.property(fc.integer({ min: 0, max: 10_000_000 }), (slot) => {
      expect(slotFromUtc(slotToUtc(slot, 900), 900)).toBe(slot);
    });
    fc.assert(property, { seed: SEED });
  });

  it("a slot that is no uint32 is refused", () => {
    expect(slotAt(MAX_SLOT, 1)).toBe(MAX_SLOT);
    expect(() => slotAt(MAX_SLOT + 1, 1)).toThrow(RangeError);
    expect(() => slotAt(-1, 900)).toThrow(RangeError);
    expect(() => slotAt(Number.NaN, 900)).toThrow(RangeError);
  });

  it.each([0, -900, 7, 0.5, 86_401, Number.NaN])("a slot of %d s, which doesn't divide a day, is refused", (length) => {
    expect(() => checkedSlotSeconds(length)).toThrow(RangeError);
  });

  it.each([
    ["2026-05-19T10:15:00Z", 1_779_185_700],
    ["2026-05-19T10:15Z", 1_779_185_700],
    ["2026-05-19T10:15:00+00:00", 1_779_185_700],
    ["2024-02-29T00:00:00Z", 1_709_164_800],
  ])("%s is a time in UTC", (text, seconds) => {
    expect(parseUtc(text)).toBe(seconds);
  });

  it.each([
    "2026-05-19T10:15:00",
    "2026-05-19 10:15:00",
    "2026-05-19T10:15:00+02:00",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-05-19T24:00:00Z",
    "2026-05-19T10:15:00.5Z",
    "2026-05-19",
    "",
  ])('"%s" is not taken for a time in UTC', (text) => {
    expect(parseUtc(text)).toBeUndefined();
  });

  it("a start between two slots is refused", () => {
    expect(slotFromUtc("2026-05-19T10:15:00Z", 900)).toBe(1_976_873);
    expect(() => slotFromUtc("2026-05-19T10:20:00Z", 900)).toThrow(/not the start/);
    expect(() => slotFromUtc("yesterday", 900)).toThrow(/not an ISO/);
    expect(formatUtc(0)).toBe("1970-01-01T00:00:00Z");
  });
});
