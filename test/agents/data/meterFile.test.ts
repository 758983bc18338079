import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeGaps } from "../../../agents/data/gapReport.ts";
import { readMeterFile } from "../../../agents/data/meterFile.ts";
import { feed } from "./feeds.ts";
import { refusal } from "./refusal.ts";
import { log } from "./telegrams.ts";

const folder = (files: Record<string, string>): string => {
  const path = mkdtempSync(join(tmpdir(), "commonwatt-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
};
const NOON = Date.UTC(2021, 0, 15, 11) / 1000;
const p1 = log([100, 200, 300, 0, 0, 40]).join("");
const xml = feed([
  {
    direction: 1,
    intervals: [
      [NOON, 70],
      [NOON + 1800, 80],
    ],
  },
]);
const CSV = "start_utc,household,load_wh,pv_wh\n2021-01-15T11:00:00Z,a,1,2\n2021-01-15T11:15:00Z,a,3,4\n";

describe("a meter file", () => {
  it("is told by its content, and named by its file where it is one home", () => {
    const path = folder({ "home 1.log": p1, "home-2.xml": xml, "all.csv": CSV });
    const homes = (name: string) =>
      readMeterFile(join(path, name)).data.homes.map(({ id, loadWh }) => [id, [...loadWh]]);
    expect(homes("home 1.log")).toEqual([["home 1", [600, 40]]]);
    expect(homes("home-2.xml")).toEqual([["home-2", [70, -1, 80]]]);
    expect(homes("all.csv")).toEqual([["a", [1, 3]]]);
  });

  it("may be a folder of logs and feeds, a home each, with one gap report", () => {
    const { data, report } = readMeterFile(folder({ "b.log": p1, "a.xml": xml }));
    expect(data.homes.map(({ id, loadWh }) => [id, [...loadWh]])).toEqual([
      ["a", [70, -1, 80]],
      ["b", [600, 40, -1]],
    ]);
    const said = describeGaps(report).join("\n");
    expect(said).toContain("4 of 12 readings missing, 2 gaps, none filled");
    expect(said).toContain("b: 7 telegrams, 7 with a right CRC, 0 without one");
    expect(said).toContain("what a home used of its own roof is in neither");
    expect(said).toContain("home a: load and pv missing in 1 slots, 2021-01-15T11:15:00Z to 2021-01-15T11:30:00Z");
  });

  it("is refused where files of a folder don't go together, or it is not what it is said to be", () => {
    const hourly = feed([{ direction: 1, intervals: [[NOON, 70, 3600]] }]);
    expect(refusal(() => readMeterFile(folder({ "a.xml": hourly, "b.log": p1 }))).message).toMatch(
      /slots of 900 s, where .*a.xml has 3600 s/,
    );
    expect(refusal(() => readMeterFile(folder({ "a.csv": CSV }))).message).toMatch(/a CSV among/);
    expect(refusal(() => readMeterFile(folder({ "a.xml": xml, "a.log": p1 }))).message).toMatch(
      /two files of one home/,
    );
    expect(refusal(() => readMeterFile(folder({}))).message).toMatch(/holds no file/);
    const path = join(folder({ "a.csv": CSV }), "a.csv");
    expect(refusal(() => readMeterFile(path, { format: "dsmr" })).message).toMatch(/holds no whole telegram/);
  });
});
