import { describe, expect, it } from "vitest";
import { homeOf } from "../../../agents/data/meterData.ts";
import { marketTerms } from "../../../agents/simulation/community.ts";
import { noonBefore } from "../../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { liveHome, manageHomes, planForMarket } from "../../../agents/simulation/managedDay.ts";
import { SILENT } from "../../../agents/simulation/progress.ts";

const community = generateCommunity({ homes: 6, seed: 3 });
const { day, data, zone } = community;
const managed = manageHomes(community, noonBefore(day) - 900, SILENT);
const market = marketTerms(community, 10, 6);
const start = day.firstSlot - data.firstSlot;
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe("homes under an energy manager (seed 3)", () => {
  it("have base load and wishes that add up to what the meter saw", () => {
    for (const [i, { id }] of community.homes.entries()) {
      const left = homeOf(managed.community.base, id).loadWh;
      const seen = homeOf(data, id).loadWh;
      const ofDay = (series: Int32Array) => sum(series.subarray(start, start + day.slotCount));
      const wished = managed.community.wishes[i]!.flatMap(({ habitWh }) => habitWh);
      expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
      expect(ofDay(seen) - ofDay(left)).toBe(sum(wished));
    }
  });

  it("draw just what people wished, within the windows, with the market as without", () => {
    for (const home of managed.homes) {
      const plan = planForMarket(home, market, zone);
      const lived = liveHome(managed.community, home, plan.schedule.gridWh, market);
      for (const { missed, devices } of [plan.schedule, lived.schedule]) {
        expect(missed).toEqual([]);
        const drawn = devices.filter(({ kind }) => kind !== "battery").flatMap(({ drawnWh }) => [...drawnWh]);
        expect(Math.abs(sum(drawn) - sum(home.wishes.flatMap(({ habitWh }) => habitWh)))).toBeLessThan(48);
      }
    }
  });

  it("offer at prices within those of their own supplier", () => {
    for (const managedHome of managed.homes) {
      const { reservation } = planForMarket(managedHome, market, zone);
      const { retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn } = managedHome.home.prices;
      reservation!.buyMicroPerKwh.forEach((worth, t) => {
        expect(worth).toBeLessThanOrEqual(retail[t]!);
        expect(reservation!.sellMicroPerKwh[t]!).toBeGreaterThanOrEqual(feedIn[t]!);
      });
    }
  });

  it("pay no more than with their devices left alone, but for what forecasts got wrong, in sum", () => {
    const bill = (flows: readonly { importWh: Int32Array; exportWh: Int32Array }[]) =>
      sum(
        flows.map(({ importWh, exportWh }, i) => {
          const { retailMicroPerKwh: retail, feedInMicroPerKwh: feedIn } = community.homes[i]!.prices;
          return sum(importWh.map((wh, t) => wh * retail[t]! - exportWh[t]! * feedIn[t]!)) / 1e9;
        }),
      );
    const left = community.homes.map(({ id }) => {
      const { loadWh, pvWh } = homeOf(data, id);
      const net = loadWh.subarray(start, start + day.slotCount).map((wh, t) => wh - pvWh[start + t]!);
      return { importWh: net.map((wh) => Math.max(0, wh)), exportWh: net.map((wh) => Math.max(0, -wh)) };
    });
    expect(bill(managed.flowsAlone)).toBeLessThan(bill(left));
  });
});
