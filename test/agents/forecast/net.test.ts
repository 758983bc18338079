import { expect, it } from "vitest";
import { defaultForecasters, forecastHome, netForecast } from "../../../agents/forecast/net.ts";
import { historyOf, ZONE } from "./histories.ts";

const basis = { method: "made up", daysUsed: 1, daysWanted: 1, slotsWithoutHistory: 0 };
const forecast = (p10: number, p50: number, p90: number) => {
  return {
    firstSlot: 1,
    slotCount: 1,
    p10: Int32Array.of(p10),
    p50: Int32Array.of(p50),
    p90: Int32Array.of(p90),
    basis,
  };
};

it("net is load less PV, its bounds the root of the squared distances, rounded outwards", () => {
  const net = netForecast(forecast(70, 100, 140), forecast(270, 300, 340));
  expect([net.p10[0], net.p50[0], net.p90[0]]).toEqual([-250, -200, -150]);
});

it("a home's forecast holds load, PV and net of the same slots", () => {
  const { day, atNoonBefore } = historyOf(
    25,
    3600,
    () => 500,
    () => 200,
  );
  const { load, pv, net } = forecastHome(atNoonBefore, day, defaultForecasters(ZONE));
  expect([load.p50[7], pv.p50[7], net.p50[7], net.slotCount]).toEqual([500, 200, 300, 24]);
});
