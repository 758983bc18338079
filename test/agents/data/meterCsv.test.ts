import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeGaps } from "../../../agents/data/gapReport.ts";
import { InputError } from "../../../agents/data/inputError.ts";
import { parseMeterCsv, readMeterCsv } from "../../../agents/data/meterCsv.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { slotToUtc } from "../../../agents/model/slots.ts";
import { randomStream, shuffled } from "../../../agents/random/random.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "./refusal.ts";

const HEADER = "start_utc,household,load_wh,pv_wh";
const csv = (...rows: string[]) => [HEADER, ...rows].join("\n");
const parse = (text: string, slotSeconds?: number) =>
  parseMeterCsv("m.csv", text, slotSeconds === undefined ? {} : { slotSeconds });
const refused = (text: string) => refusal(() => parse(text));

const TWO_SLOTS = csv("2026-05-19T00:00:00Z,a,10,0", "2026-05-19T00:15:00Z,a,20,5");

describe("a tidy meter file", () => {
  it("becomes whole Wh per home and slot", () => {
    const { data, report } = parse(TWO_SLOTS);
    expect(data).toMatchObject({ slotSeconds: 900, slotCount: 2, firstSlot: 1_976_832 });
    expect(data.homes).toEqual([{ id: "a", loadWh: Int32Array.of(10, 20), pvWh: Int32Array.of(0, 5) }]);
    expect(report).toMatchObject({ gaps: [], missingReadings: 0, expectedReadings: 4, unorderedRows: 0 });
  });

  it("may have its columns in any order, quotes, CRLF, a byte order mark and empty lines", () => {
    const text =
      '\ufeffpv_wh,household,start_utc,load_wh\r\n0,"a",2026-05-19T00:00:00Z,10\r\n\r\n5,a,2026-05-19T00:15Z,20\r\n';
    expect(parse(text).data).toEqual(parse(TWO_SLOTS).data);
  });

  it.each([60, 300, 600, 900, 1800, 3600, 7200])("may have slots of %d s", (length) => {
    const rows = [0, 1, 2].map((i) => `${slotToUtc(i, length)},a,${i},0`);
    expect(parse(csv(...rows)).data.slotSeconds).toBe(length);
  });

  it(`gives the same data whatever the order of its rows, and counts what was out of order (seed ${SEED})`, () => {
    const rows = ["b", "a", "c"].flatMap((home) =>
      Array.from({ length: 20 }, (_, i) => `${slotToUtc(i, 1800)},${home},${i},${2 * i}`),
    );
    const sorted = parse(csv(...rows));
    const mixed = parse(csv(...shuffled(rows, randomStream(SEED, "rows"))));
    expect(mixed.data).toEqual(sorted.data);
    expect(sorted.data.homes.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(mixed.report.unorderedRows).toBeGreaterThan(0);
    expect(describeGaps(mixed.report)[1]).toMatch(/out of order/);
  });

  it(`comes back as it was written, missing readings marked and never filled (seed ${SEED})`, () => {
    const cell = fc.oneof(fc.nat(9), fc.nat(20_000), fc.constant(MISSING));
    const property = fc.property(fc.array(fc.tuple(cell, cell), { minLength: 2, maxLength: 40 }), (readings) => {
      const show = (wh: number) => (wh === MISSING ? "" : `${wh}`);
      const rows = readings.map(([load, pv], i) => `${slotToUtc(i, 900)},a,${show(load)},${show(pv)}`);
      const { data, report } = parse(csv(...rows));
      expect([...(data.homes[0]?.loadWh ?? [])]).toEqual(readings.map(([load]) => load));
      expect([...(data.homes[0]?.pvWh ?? [])]).toEqual(readings.map(([, pv]) => pv));
      expect(report.missingReadings).toBe(readings.flat().filter((wh) => wh === MISSING).length);
    });
    fc.assert(property, { seed: SEED });
  });

  it("has its gaps reported by home, kind and slots", () => {
    const { report } = parse(
      csv(
        "2026-05-19T00:00:00Z,a,1,1",
        "2026-05-19T00:15:00Z,a,,1",
        "2026-05-19T01:00:00Z,a,1,1",
        "2026-05-19T00:00:00Z,b,1,1",
        "2026-05-19T00:15:00Z,b,1,1",
        "2026-05-19T00:45:00Z,b,1,",
        "2026-05-19T01:00:00Z,b,1,1",
      ),
    );
    expect(describeGaps(report)).toEqual([
      "m.csv: 8 of 20 readings missing, 4 gaps, none filled",
      "all homes: load and pv missing in 1 slots, 2026-05-19T00:30:00Z to 2026-05-19T00:45:00Z",
      "home a: load missing in 1 slots, 2026-05-19T00:15:00Z to 2026-05-19T00:30:00Z",
      "home a: load and pv missing in 1 slots, 2026-05-19T00:45:00Z to 2026-05-19T01:00:00Z",
      "home b: pv missing in 1 slots, 2026-05-19T00:45:00Z to 2026-05-19T01:00:00Z",
    ]);
  });

  it("may state its slot length, and then long steps are gaps", () => {
    const rows = [0, 4, 8, 12, 13].map((i) => `${slotToUtc(i, 900)},a,1,0`);
    expect(refused(csv(...rows)).message).toMatch(/mixed slot lengths: 3600 s here, 900 s elsewhere/);
    expect(parse(csv(...rows), 900).report.missingReadings).toBe(18);
    expect(parse(csv("2026-05-19T00:00:00Z,a,1,0"), 900).data.slotCount).toBe(1);
  });
});

describe("a meter file is refused, with line and remedy,", () => {
  it("when it is not there", () => {
    const error = refusal(() => readMeterCsv("nowhere.csv"));
    expect(error.message).toBe("the file can't be read (ENOENT)");
    expect(error.describe()).toMatch(/at nowhere\.csv\n {2}remedy: check the path/);
  });

  it.each(["", "\n", HEADER])("when it holds no rows: %j", (text) => {
    expect(refused(text).message).toMatch(/no rows/);
  });

  it.each([
    ["start_utc,household,load_wh", "missing pv_wh"],
    ["start_utc,household,load_wh,pv_wh,temp", "unknown or doubled temp"],
    ["start_utc,household,load_wh,pv_wh,pv_wh", "unknown or doubled pv_wh"],
    ["start_utc;household;load_wh;pv_wh", "missing start_utc, household, load_wh, pv_wh"],
    ["start,household,load_wh,pv_wh", "missing start_utc; unknown or doubled start"],
  ])("when its columns are %s", (header, what) => {
    const error = refused(`${header}\n2026-05-19T00:00:00Z,a,1,1`);
    expect(error.message).toContain(what);
    expect(error.details).toMatchObject({ file: "m.csv", line: 1 });
    expect(error.remedy).toContain(HEADER);
  });

  it.each([
    ["2026-05-19T00:15:00", "local time"],
    ["2026-05-19T00:15:00+02:00", "local time"],
    ["19.05.2026 00:15", "local time"],
    ["1969-12-31T23:45:00Z", "UTC"],
    ["", "UTC"],
  ])("when a time is %j", (time, remedy) => {
    const error = refused(csv("2026-05-19T00:00:00Z,a,1,1", `${time},a,1,1`));
    expect(error.details).toEqual({ file: "m.csv", line: 3, value: time });
    expect(error.remedy).toContain(remedy);
  });

  it.each([
    ["-5", "0", "load_wh is negative"],
    ["5", "-1", "pv_wh is negative"],
    ["1.5", "0", "load_wh is not a whole number of Wh"],
    ["1", "1e3", "pv_wh is not a whole number of Wh"],
    ["x", "0", "load_wh is not a whole number of Wh"],
    ["NaN", "0", "load_wh is not a whole number of Wh"],
    ["2147483648", "0", "load_wh is not a whole number of Wh"],
  ])("when its readings are %s and %s", (load, pv, message) => {
    const error = refused(csv("2026-05-19T00:00:00Z,a,1,1", `2026-05-19T00:15:00Z,a,${load},${pv}`));
    expect(error.message).toBe(message);
    expect(error.details).toMatchObject({ file: "m.csv", line: 3, home: "a" });
  });

  it("when a home and slot come twice, even with the same values", () => {
    const error = refused(`${TWO_SLOTS}\n2026-05-19T00:00:00Z,a,10,0`);
    expect(error.message).toBe("two rows of one home and slot, lines 2 and 4");
    expect(error.details).toMatchObject({ line: 4, home: "a", value: "2026-05-19T00:00:00Z" });
  });

  it("when one home has other slots than the rest", () => {
    const quarters = [0, 1, 2, 3].map((i) => `${slotToUtc(i, 900)},a,1,0`);
    const hours = [0, 1, 2, 3].map((i) => `${slotToUtc(i, 3600)},b,1,0`);
    expect(refused(csv(...quarters, ...hours))).toMatchObject({ details: { line: 9, home: "b" } });
  });

  it("when a start is off the grid or the slots don't divide a day", () => {
    const off = csv("2026-05-19T00:00:00Z,a,1,0", "2026-05-19T00:15:00Z,a,1,0", "2026-05-19T00:40:00Z,a,1,0");
    expect(refused(off).message).toMatch(/not on the grid of 900 s/);
    const seven = csv("2026-05-19T00:00:00Z,a,1,0", "2026-05-19T00:07:00Z,a,1,0");
    expect(refused(seven).message).toMatch(/does not divide a day/);
  });

  it("when the slot length can't be told", () => {
    expect(refused(csv("2026-05-19T00:00:00Z,a,1,0")).message).toMatch(/slot length can't be told/);
  });

  it.each(["", "../x", "-a", "=1+1", "a/b", "a".repeat(65)])("when a home is called %j", (home) => {
    expect(refused(csv(`2026-05-19T00:00:00Z,${home},1,0`)).message).toMatch(/home's id/);
  });

  it("when a row is too short, or quotes don't close", () => {
    expect(refused(csv("2026-05-19T00:00:00Z,a,1"))).toMatchObject({ details: { file: "m.csv", line: 2 } });
    expect(refused(csv('2026-05-19T00:00:00Z,"a,1,0')).message).toMatch(/not valid CSV/);
  });

  it("when a mistyped year makes it too long", () => {
    const error = refused(csv(...[0, 1, 2 ** 31].map((minute) => `${slotToUtc(minute, 60)},a,1,0`)));
    expect(error.remedy).toMatch(/mistyped year/);
  });
});

it("a file on disk reads like its text", () => {
  const folder = mkdtempSync(join(tmpdir(), "meter-"));
  try {
    writeFileSync(join(folder, "m.csv"), TWO_SLOTS);
    expect(readMeterCsv(join(folder, "m.csv")).data).toEqual(parse(TWO_SLOTS).data);
    expect(refusal(() => readMeterCsv(folder))).toBeInstanceOf(InputError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
