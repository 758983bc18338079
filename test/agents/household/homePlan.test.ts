import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import * as echarts from "echarts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { homePlanPage } from "../../../agents/cli/householdPlanPage.ts";
import { timesOf } from "../../../agents/data/weekly.ts";
import { pricesIn, readingsOf } from "../../../agents/household/configHome.ts";
import { floorOf, outsideOf, pluggedOf, tapsOf, tripsOf } from "../../../agents/household/devices/habits.ts";
import { runningWh, tasksOf } from "../../../agents/household/devices/tasks.ts";
import { planSchema } from "../../../agents/household/hems/planJson.ts";
import { planNow } from "../../../agents/household/planNow.ts";
import { planText } from "../../../agents/household/planText.ts";
import { checkConfig, readHome } from "../../../agents/process/config.ts";
import { homePlanHtml } from "../../../agents/report/homePlanHtml.ts";
import type { Palette } from "../../../agents/report/page/base.ts";
import { planChart } from "../../../agents/report/page/planChart.ts";
import { escapeHtml } from "../../../agents/report/units.ts";
import { SEED } from "../../helpers/seed.ts";
import { commonwatt } from "../cli/commonwatt.ts";
import { HOME, homeFile } from "./homeFile.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const utc = (text: string) => Date.parse(text) / 1000;
/** A day of half hours from Wednesday 2026-05-20, 00:00 in Berlin. */
const DAY = { firstSlot: utc("2026-05-19T22:00:00Z") / 1800, slotCount: 48, slotSeconds: 1800, zone: "Europe/Berlin" };
const config = readHome(homeFile());

function planned(text: string, hours = 24) {
  const file = homeFile(text);
  const home = readHome(file);
  const readings = readingsOf(home, file);
  return planNow(home, readings, readings.endSeconds, hours);
}

describe(`times of the week (seed ${SEED})`, { timeout: 60_000 }, () => {
  it("come where their day and zone say, whatever the window, and none is lost between two windows", () => {
    const clocks = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => [h, m].map((n) => `${n}`.padStart(2, "0")).join(":"));
    const spans = fc.record({ days: fc.subarray(DAYS, { minLength: 1 }), from: clocks, to: clocks });
    const property = fc.property(spans, fc.nat(8759), fc.integer({ min: 1, max: 200 }), (span, startHour, hours) => {
      const from = utc("2026-01-01T00:00:00Z") + startHour * 3600;
      const [middle, to] = [from + Math.ceil(hours / 2) * 3600, from + hours * 3600];
      const whole = timesOf(span, { from, to }, "Europe/Berlin");
      const parts = [
        timesOf(span, { from, to: middle }, "Europe/Berlin"),
        timesOf(span, { from: middle, to }, "Europe/Berlin"),
      ];
      expect(new Set(parts.flat().map((time) => time.from))).toEqual(new Set(whole.map((time) => time.from)));
      for (const time of whole) {
        expect(time.to).toBeGreaterThan(time.from);
        expect(time.to - time.from).toBeLessThanOrEqual(25 * 3600);
      }
    });
    fc.assert(property, { seed: SEED });
  });

  it("are of the zone's clock on both sides of a change of clocks", () => {
    const span = { days: DAYS, from: "07:00", to: "08:00" };
    const within = { from: utc("2026-03-28T00:00:00Z"), to: utc("2026-03-30T00:00:00Z") };
    expect(timesOf(span, within, "Europe/Berlin").map(({ from }) => from)).toEqual(
      ["2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z"].map(utc),
    );
  });
});

describe("what a file says of a home's week", () => {
  it("a car is away from the slot in which it leaves until it is back, and wants its charge before", () => {
    const plugged = pluggedOf(config.loadpoints[0]!, DAY);
    expect(plugged.map((is, t) => (is ? -1 : t)).filter((t) => t >= 0)).toEqual(
      Array.from({ length: 20 }, (_, i) => 15 + i),
    );
    expect(tripsOf(config.loadpoints[0]!, DAY)).toEqual([{ slot: 15, wantedWh: 34_800, usedWh: 9000 }]);
  });

  it("hot water is drawn once, the band is lower by night, and it is warmest outside in the afternoon", () => {
    expect(tapsOf(config.hotwater!, DAY).flatMap((wh, t) => (wh > 0 ? [t, wh] : []))).toEqual([14, 1500]);
    expect(
      floorOf(config.heating!, DAY)
        .map((low, t) => (low < 20 ? t : -1))
        .filter((t) => t >= 0),
    ).toEqual([...Array.from({ length: 12 }, (_, i) => i), ...[44, 45, 46, 47]]);
    const outside = outsideOf(config.heating!, DAY);
    expect(outside.indexOf(Math.max(...outside))).toBe(29);
    expect(Math.max(...outside)).toBeCloseTo(9, 1);
  });

  it("prices follow zones of hours", () => {
    const { retailMicroPerKwh } = pricesIn(config.tariffs, "Europe/Berlin", DAY, 1800);
    const cheap = [...retailMicroPerKwh.keys()].filter((t) => retailMicroPerKwh[t] === 240_000);
    expect(cheap).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 46, 47]);
  });

  it("an appliance that has run is not run again, one that runs is load, one that is filled may run at once", () => {
    const washer = (level: object) =>
      tasksOf(config, new Map([["washer", level]]), { ...DAY, firstSlot: DAY.firstSlot + 20, slotCount: 96 }).find(
        ({ id }) => id === "washer",
      );
    expect(washer({})).toMatchObject({ earliest: -2, latestEnd: 16 });
    expect(washer({ ready: true })).toMatchObject({ earliest: 0, latestEnd: 16 });
    expect(washer({ ready: false })).toMatchObject({ earliest: 46, latestEnd: 64 });
    const running = runningWh(config, new Map([["washer", { level: 1 }]]), DAY);
    expect([...running.subarray(0, 4)]).toEqual([150, 120, 200, 0]);
  });
});

describe("a home's file", () => {
  const findings = (text: string) => checkConfig(homeFile(text)).findings;
  const whole = `${HOME}chain: { rpc: "http://127.0.0.1:8545", community: c.json }\nkey: { env: KEY }\nmarket: { member: 1 }\n`;

  it("is right with every device, and may leave out chain, key and market for a plan alone", () => {
    expect(findings(whole)).toEqual([]);
    expect(findings(HOME).map(({ key }) => key)).toEqual(["chain", "key", "market"]);
  });

  it.each([
    ["capacityWh: 8000", "capacityWh: 2000", 10, "battery.startWh", /not more than capacityWh/],
    ['leave: "07:30"', "leave: 07.30", 16, "loadpoints.0.trips.0.leave", /HH:MM/],
    ["comfortWh: 2000", "comfortWh: 20000", 17, "hotwater.comfortWh", /not more than capacityWh/],
    ["powerW: 2500", "powerW: 2500, lowC: 24", 18, "heating.highC", /above lowC/],
    ["programme: washer", "programme: toaster", 20, "appliances.0.programme", /washer, dryer or dishwasher/],
    ["name: washer", "name: car", 20, "appliances.0.name", /each its own/],
    ["days: [mon", "days: [monday", 16, "loadpoints.0.trips.0.days.0", /some of mon/],
  ] as const)("with %s made %s is refused on its line, with a remedy", (from, to, line, key, remedy) => {
    const [first] = findings(whole.replace(from, to));
    expect(first).toMatchObject({ line, key });
    expect(first!.remedy).toMatch(remedy);
  });

  it.each([
    ["zone: Europe/Berlin", "zone: Europe/Berln", "site.zone", /no such time zone/],
    ["startWh: 20000", "startWh: 90000", "loadpoints.0.startWh", /more than capacityWh/],
    ["battery: {", "batery: {", "batery", /is it battery\?/],
    ["comfortWh: 2000", "ComfortWh: 2000", "hotwater.ComfortWh", /is it comfortWh\?/],
  ] as const)("with %s made %s says what is wrong", (from, to, key, message) => {
    expect(findings(whole.replace(from, to)).find((finding) => finding.key === key)?.message).toMatch(message);
  });

  it("that is no list of keys is refused", () => {
    for (const text of ["- a\n- b\n", "just words\n"]) expect(findings(text)[0]).toMatchObject({ key: "the file" });
    expect(findings("")[0]).toMatchObject({ key: "agent" });
  });

  it("is checked for its plan alone, and with the readings that it names", () => {
    const check = (text: string) => commonwatt(["household", "check", "--config", homeFile(text)]);
    expect(check(HOME)).toMatchObject({ status: 0, stdout: expect.stringMatching(/right, for a plan of h01/) });
    expect(check(HOME.replace("readings.csv", "reading.csv"))).toMatchObject({ status: 2 });
    expect(check(HOME.replace("home: h02", "home: h99")).stderr).toMatch(/no home "h99"[\s\S]*take one of h01, h02/);
    expect(check(HOME.replace("grid: 0.36", "grid: 36")).stdout).toMatch(/:6 tariffs.grid: 36 is refused/);
  });

  it("an override of a device that there is not is refused", () => {
    const said = 'overrides: [{ device: boiler, from: "2026-05-20T10:00:00Z", to: "2026-05-20T11:00:00Z" }]\n';
    expect(findings(`${whole}${said}`)[0]).toMatchObject({ line: 24, key: "overrides.0.device" });
  });
});

describe("household plan", { timeout: 60_000 }, () => {
  it("gives a reason for every action, and the versioned JSON", () => {
    const { status, stdout } = commonwatt(["household", "plan", "--config", homeFile(), "--json"]);
    expect(status).toBe(0);
    const plan = planSchema.parse(JSON.parse(stdout));
    expect(plan.slots).toHaveLength(48);
    expect(new Set(plan.actions.map(({ device }) => device))).toContain("car");
    for (const { reason } of plan.actions) expect(reason).toMatch(/^[A-Z].*\.$/);
    const at = (time: string) => commonwatt(["household", "plan", "--config", homeFile(), "--at", time]);
    expect(at("noon")).toMatchObject({ status: 2 });
    expect(at("2026-06-20T00:00:00Z").stderr).toMatch(/readings, which end at 2026-05-20T00:00Z/);
  });

  it("is a page too, which loads nothing and says every action and what is missed", () => {
    const file = homeFile(HOME.replace("startWh: 20000", "startWh: 0").replace("powerW: 11000", "powerW: 2300"));
    const page = join(dirname(file), "page", "plan.html");
    const { status, stdout } = commonwatt(["household", "plan", "--config", file, "--report", page, "--json"]);
    expect(status).toBe(0);
    const plan = planSchema.parse(JSON.parse(stdout));
    const html = readFileSync(page, "utf8");
    expect(html.replace(/<script>[\s\S]*?<\/script>/g, "")).not.toMatch(/https?:|\bsrc=|\bhref=|<link|@import|url\(/);
    const said = [...plan.actions.map(({ reason }) => reason), ...plan.missed.map(({ sentence }) => sentence)];
    for (const sentence of said) expect(html).toContain(escapeHtml(sentence));
    expect(said.length).toBeGreaterThan(plan.actions.length);
    const unwritable = ["household", "plan", "--config", file, "--report", join(file, "plan.html")];
    expect(commonwatt(unwritable)).toMatchObject({ status: 2 });
  });

  it("has a page whose plot adds up to the meter, and is drawn without a figure that is none", () => {
    const page = homePlanPage(planned(HOME), "Europe/Berlin");
    const { loadWh, pvWh, devices, gridWh, held } = page.plan;
    for (const [t, wh] of gridWh.entries())
      expect(devices.reduce((sum, { drawnWh }) => sum + drawnWh[t]!, loadWh[t]! - pvWh[t]!)).toBe(wh);
    expect(held.map(({ name }) => name)).toEqual(["battery", "car", "hotwater"]);
    for (const { wh, fullWh } of held) expect(Math.max(...wh)).toBeLessThanOrEqual(fullWh!);
    for (const script of [...homePlanHtml(page).matchAll(/<script>([\s\S]*?)<\/script>/g)])
      expect(() => new Script(script[1]!)).not.toThrow();
    for (const width of [340, 1100]) {
      const plot = echarts.init(null, null, { renderer: "svg", ssr: true, width, height: 480 });
      plot.setOption(planChart({ palette: {} as Palette, width }, page.times, page.plan));
      const svg = plot.renderToSVGString();
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).toContain("% held");
      plot.dispose();
    }
  });

  it("says of each action where its energy comes from: the roof only where it gives more than the home needs", () => {
    const { plan, problem } = planned(HOME);
    for (const { reason, from, to } of plan.actions) {
      if (!reason.includes("what the roof has left")) continue;
      const slots = plan.slots.flatMap(({ start }, t) => (start >= from && start < to ? [t] : []));
      expect(slots.reduce((sum, t) => sum + problem.pvWh[t]! - problem.loadWh[t]!, 0)).toBeGreaterThan(0);
    }
  });

  it("a car that can't be full in time is charged as far as may be, and what is missed is said", () => {
    const { plan, forecast } = planned(
      HOME.replace("startWh: 20000", "startWh: 0").replace("powerW: 11000", "powerW: 2300"),
    );
    const charged = plan.slots.slice(0, 11).map(({ devices }) => devices.car!.drawnWh);
    expect(charged).toEqual(charged.map(() => 1150));
    expect(plan.missed.find(({ device }) => device === "car")?.sentence).toMatch(/leaves at 07:30 with 23.4 kWh less/);
    expect(planText(plan, forecast, "Europe/Berlin")).toContain("Missed:\n  car leaves at 07:30");
  });

  it("what people say themselves is done, and said to be theirs", () => {
    const said =
      'overrides: [{ device: battery, from: "2026-05-20T01:00:00Z", to: "2026-05-20T02:00:00Z", powerW: 1500 }]\n';
    const { plan } = planned(`${HOME}${said}`);
    for (const { devices } of plan.slots.slice(2, 4))
      expect(Math.abs(devices.battery!.drawnWh - 750)).toBeLessThanOrEqual(1);
    const theirs = plan.actions.find(({ reason }) => reason.includes("You decided"));
    expect(theirs).toMatchObject({ device: "battery" });
  });
});
