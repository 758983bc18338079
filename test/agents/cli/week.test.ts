import { expect, it } from "vitest";
import { tableOf } from "../../../agents/cli/week.ts";
import type { DayFigures } from "../../../agents/simulation/dayFigures.ts";
import { commonwatt } from "./commonwatt.ts";

const day: DayFigures = {
  ...{ loadWh: 10_000, importWh: 6000, localWh: 1000, shortWh: 200, unusedWh: 100, boughtWh: 1300 },
  ...{ imbalance: 50_000, billWithout: 2_000_000, billWith: 1_900_000, peakImportW: 4000 },
};

it("week prints a row without market and one per choice of timescales, sums over the days, the highest peak", () => {
  const variants = [{ name: "all three", days: [day, { ...day, peakImportW: 5000 }] }];
  const [, , without, all] = tableOf(variants).split("\n");
  expect(without).toMatch(/^no market +4\.00 +40\.0 +0\.0 +5\.0$/);
  expect(all).toMatch(/^all three +3\.80 +50\.0 +2\.0 +2\.6 +0\.4 +0\.2 +0\.10 +5\.0$/);
});

it.each([
  [["--sessions", "weekly"], /--sessions can't be "weekly"/],
  [["--intraday-gates", "6,30"], /--intraday-gates can't be "6,30"/],
])("week refuses %s", (args, said) => {
  const { status, stderr } = commonwatt(["week", ...args]);
  expect(status).toBe(2);
  expect(stderr).toMatch(said);
});
