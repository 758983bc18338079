import { describe, expect, it } from "vitest";
import { homeOf } from "../../../agents/data/meterData.ts";
import { marketTerms } from "../../../agents/simulation/community.ts";
import { noonBefore } from "../../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { manageHomes } from "../../../agents/simulation/managedDay.ts";
import { ManagedHomeRun } from "../../../agents/simulation/managedSessions.ts";
import { SILENT } from "../../../agents/simulation/progress.ts";
import { agentForecasters } from "../../../agents/simulation/sessionedDay.ts";
import { sessionsOf, TIMESCALES } from "../../../agents/simulation/timescales.ts";

const community = generateCommunity({ homes: 10, seed: 3, historyDays: 21, slotSeconds: 3600 });
const { day, data } = community;
const homes = manageHomes(community, noonBefore(day) - 900, SILENT);
const start = day.firstSlot - data.firstSlot;
const ofDay = (series: Int32Array) => series.subarray(start, start + day.slotCount);
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const forecastersOf = agentForecasters(community);

const market = marketTerms(community, 20, 6);
const termsFrom = (first: number) => ({
  ...market,
  retailPrice: Array.from(market.retailPrice).slice(first),
  feedInPrice: Array.from(market.feedInPrice).slice(first),
});

/** A home's day through all sessions, with positions that no plan asked for. */
function lived(i: number, positionAt: (t: number) => number) {
  const run = new ManagedHomeRun(homes.community, i, homes.alone[i]!);
  for (const { timescale, first, count, issue } of sessionsOf(day, data.slotSeconds, TIMESCALES)) {
    const forecasters = forecastersOf(timescale, data);
    const managed = run.managedFrom(first, issue, { base: forecasters, whole: forecasters });
    expect(managed.session.firstSlot).toBe(day.firstSlot + first);
    for (const { earliest } of managed.wishes) expect(earliest).toBeGreaterThanOrEqual(managed.session.firstSlot);
    run.positionWh = Int32Array.from({ length: day.slotCount }, (_, t) => (t < first + count ? positionAt(t) : 0));
    run.keep(managed, termsFrom(first));
  }
  return run.finish();
}

describe("a home under an energy manager through day-ahead, intraday and real-time sessions (seed 3)", () => {
  const everyHome = community.homes.map((home, i) => ({ i, home }));
  const flows = everyHome.map(({ i }) => lived(i, (t) => ((t * 7) % 5) * 300 - 600));

  it("draws what people wished, once, however often it plans anew", () => {
    for (const { i, home } of everyHome) {
      const { loadWh, pvWh } = homeOf(homes.community.base, home.id);
      const { importWh, exportWh, batteryWh } = flows[i]!;
      const drawn = sum(importWh) - sum(exportWh) + sum(batteryWh) + sum(ofDay(pvWh)) - sum(ofDay(loadWh));
      const wished = sum(homes.community.wishes[i]!.flatMap(({ habitWh }) => habitWh));
      expect(Math.abs(drawn - wished)).toBeLessThanOrEqual(day.slotCount);
    }
  });

  it("has its battery between empty and full, starting from what it holds at midnight", () => {
    const withBattery = everyHome.filter(({ home }) => home.battery);
    expect(withBattery.length).toBeGreaterThan(0);
    for (const { i, home } of withBattery) {
      expect(Math.min(...flows[i]!.storedWh)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...flows[i]!.storedWh)).toBeLessThanOrEqual(home.battery!.capacityWh);
    }
  });

  it("lives a day without sessions as it would without a market", () => {
    for (const { i } of everyHome) {
      const run = new ManagedHomeRun(homes.community, i, homes.alone[i]!);
      run.liveUntil((day.firstSlot + 5) * data.slotSeconds + 10);
      expect(run.finish()).toEqual(homes.flowsAlone[i]);
    }
  });

  it("knows nothing of readings after a session's issue: other ones give the same plan", () => {
    const issue = (day.firstSlot + 10) * data.slotSeconds + 60;
    const later = (series: Int32Array) => series.map((wh, t) => (t < start + 10 ? wh : wh + 500));
    const base = {
      ...homes.community.base,
      homes: homes.community.base.homes.map((home) => ({ ...home, loadWh: later(home.loadWh) })),
    };
    const forecasters = forecastersOf("intraday", data);
    for (const { i } of everyHome) {
      const [one, other] = [homes.community, { ...homes.community, base }].map((known) =>
        new ManagedHomeRun(known, i, homes.alone[i]!).managedFrom(12, issue, {
          base: forecasters,
          whole: forecasters,
        }),
      );
      expect(other).toEqual(one);
    }
  });
});
