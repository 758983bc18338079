import { expect, it } from "vitest";
import { tableOf } from "../../../agents/cli/week.ts";
import type { DayFigures } from "../../../agents/simulation/dayFigures.ts";
import { commonwatt } from "./commonwatt.ts";

const alone = { bill: 2_000_000, importWh: 6000, metWh: 400, peakImportW: 4000, storedWh: 700 };
const day: DayFigures = {
  ...{ loadWh: 10_000, importWh: 6000, localWh: 1000, shortWh: 200, unusedWh: 100, boughtWh: 1300, metWh: 1500 },
  ...{ imbalance: 50_000, billWith: 1_900_000, peakImportW: 4000, storedWh: 900 },
  ...{ byHabit: { ...alone, bill: 2_500_000, importWh: 7000 }, withoutMarket: alone },
};

it("week prints rows by habit, without market and one per choice of timescales, sums over the days, the highest peak", () => {
  const variants = [{ name: "all three", days: [day, { ...day, peakImportW: 5000 }] }];
  const [, , habit, without, all] = tableOf(variants).split("\n");
  expect(habit).toMatch(/^devices by habit +5\.00 +30\.0 +0\.8 +0\.0 +4\.0 +1\.4$/);
  expect(without).toMatch(/^no market +4\.00 +40\.0 +0\.8 +0\.0 +4\.0 +1\.4$/);
  expect(all).toMatch(/^all three +3\.80 +50\.0 +3\.0 +2\.0 +2\.6 +0\.4 +0\.2 +0\.10 +5\.0 +1\.8$/);
});

it.each([
  [["--sessions", "weekly"], /--sessions can't be "weekly"/],
  [["--intraday-gates", "6,30"], /--intraday-gates can't be "6,30"/],
])("week refuses %s", (args, said) => {
  const { status, stderr } = commonwatt(["week", ...args]);
  expect(status).toBe(2);
  expect(stderr).toMatch(said);
});
