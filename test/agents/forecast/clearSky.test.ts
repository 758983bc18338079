import { describe, expect, it } from "vitest";
import { clearSky, clearSkyWm2, haurwitz } from "../../../agents/forecast/clearSky.ts";
import { slotFromUtc } from "../../../agents/model/slots.ts";

const BERLIN = { latitude: 52.5, longitude: 13.4 };
const at = (time: string, place = BERLIN) => clearSkyWm2(slotFromUtc(time, 900), 900, place);

describe("the clear sky", () => {
  it.each([
    [90, 1098 * Math.exp(-0.059)],
    [30, 549 * Math.exp(-0.118)],
    [0, 0],
    [-10, 0],
  ])("at %d degrees gives %d W/m2", (elevation, wm2) => {
    expect(haurwitz(elevation)).toBeCloseTo(wm2, 6);
  });

  it("is bright at noon in June, dim in December and dark at night", () => {
    expect(at("2026-06-21T11:00:00Z")).toBeGreaterThan(850);
    expect(at("2026-06-21T11:00:00Z")).toBeLessThan(950);
    expect(at("2026-12-21T11:00:00Z")).toBeLessThan(250);
    expect(at("2026-06-21T23:00:00Z")).toBe(0);
  });

  it("is east positive: the sun is over Sydney when it is night in Berlin", () => {
    expect(at("2026-12-21T02:00:00Z", { latitude: -33.9, longitude: 151.2 })).toBeGreaterThan(950);
  });

  it("is the same when it is remembered", () => {
    const sky = clearSky(900, BERLIN);
    const slot = slotFromUtc("2026-06-21T09:00:00Z", 900);
    expect([sky(slot), sky(slot)]).toEqual([clearSkyWm2(slot, 900, BERLIN), clearSkyWm2(slot, 900, BERLIN)]);
  });
});
