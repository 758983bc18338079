import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { crc16, parseTelegrams } from "../../../agents/data/dsmr.ts";
import { dsmrColumn } from "../../../agents/data/dsmrMeter.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "./refusal.ts";
import { log, telegram } from "./telegrams.ts";

const QUARTER = 900;
const NOON = Date.UTC(2021, 0, 15, 11) / 1000;
const read = (text: string, slotSeconds = QUARTER) => dsmrColumn("p1.log", text, slotSeconds);
const KWH = ["000001.000", "000000.000", "000000.000", "000000.000"] as const;

describe("a log of P1 telegrams", () => {
  it("gives per slot what the registers rose by, whatever the power said", () => {
    const { column } = read(log([100, 200, 300, 40, 50, 60, 7]).join(""));
    expect(column.time).toEqual([NOON, NOON + QUARTER]);
    expect([column.loadWh, column.pvWh]).toEqual([
      [600, 150],
      [0, 0],
    ]);
  });

  it("adds up registers of both tariffs, import and export", () => {
    const at = (clock: string, kwh: Parameters<typeof telegram>[0]["kwh"]) =>
      telegram({ at: `210115${clock}W`, kwh: kwh! });
    const text = at("120000", ["000001.000", "000002.000", "000003.000", "000004.000"]);
    const { column } = read(text + at("121500", ["000001.010", "000002.200", "000003.003", "000004.040"]));
    expect([column.loadWh, column.pvWh]).toEqual([[210], [43]]);
  });

  it(`loses no energy, wherever slots are cut (seed ${SEED})`, () => {
    const steps = fc.array(fc.nat(999), { minLength: 24, maxLength: 24 });
    const property = fc.property(steps, fc.constantFrom(300, 600, 900, 1800, 3600), (wh, slotSeconds) => {
      const { column } = read(log(wh).join(""), slotSeconds);
      expect(column.loadWh.reduce((sum, each) => sum + each, 0)).toBe(wh.reduce((sum, each) => sum + each, 0));
    });
    fc.assert(property, { seed: SEED, numRuns: 30 });
  });

  it("reads a register between two telegrams in proportion, and leaves out what a longer hole hides", () => {
    const at = (clock: string, kwh: string) =>
      telegram({ at: `210115${clock}W`, kwh: [kwh, ...KWH.slice(1)] as never });
    const between = at("115500", "000001.000") + at("120500", "000002.000") + at("121500", "000003.000");
    expect(read(between).column.loadWh).toEqual([1500]);
    const { column } = read(`${between}${at("130000", "000009.000")}${at("131500", "000009.001")}`);
    expect(column.loadWh).toEqual([1500, MISSING, MISSING, MISSING, 1]);
  });

  it("counts CRCs that are right, wrong and absent, leaves out what is wrong or cut short, and says so", () => {
    const [one, two, three, four, five] = log([300, 300, 300, 300]) as [string, string, string, string, string];
    const spoilt = two.replace("09.999", "09.998");
    const bare = three.replace(/![0-9A-F]{4}/, "!");
    const text = `noise\r\n${one}${spoilt}${bare}${four.replaceAll("\r\n", "\n")}${five.slice(0, 60)}`;
    expect(parseTelegrams("p1.log", text)).toMatchObject({ crc: { right: 2, wrong: 1, none: 1 }, cutShort: 1 });
    const { column, notes } = read(text);
    expect(column.loadWh).toEqual([900]);
    expect(notes).toEqual([
      "3 telegrams, 2 with a right CRC, 1 without one, 1 left out for a wrong CRC, 1 cut short and left out",
    ]);
  });

  it("takes telegrams in any order, twice too, and counts both", () => {
    const [one, two, three, four] = log([100, 200, 300]) as [string, string, string, string];
    const { column, notes } = read(one + three + two + two + four);
    expect([column.loadWh, column.unordered]).toEqual([[600], 1]);
    expect(notes[0]).toContain("1 came twice");
  });

  it("adds up power only where there are no registers at all, and says so", () => {
    const minutes = Array.from({ length: 16 }, (_, i) => i);
    const powered = minutes.map((i) =>
      telegram({
        at: `2101151200${"00"}W`.replace("1200", `12${String(i).padStart(2, "0")}`),
        kw: ["06.000", "00.600"],
      }),
    );
    const { column, notes } = read(powered.join(""));
    expect([column.loadWh, column.pvWh]).toEqual([[1500], [150]]);
    expect(notes[0]).toBe("no registers in the telegrams: energy was added up from power");
  });

  it("knows summer from winter in the hour that comes twice", () => {
    const at = (clock: string) => parseTelegrams("p1.log", telegram({ at: clock, kwh: KWH })).telegrams[0]!.time;
    expect(at("211031023000S")).toBe(Date.UTC(2021, 9, 31, 0, 30) / 1000);
    expect(at("211031023000W") - at("211031023000S")).toBe(3600);
  });
});

it("the CRC is CRC-16/ARC, by its published check value", () => {
  expect(crc16("123456789")).toBe(0xbb3d);
});

describe("is refused with its line", () => {
  const [one, two] = log([100]) as [string, string];
  const withoutCrc = (text: string) => text.replace(/![0-9A-F]{4}/, "!");
  test.each([
    ["what holds no telegram", "no telegram here", /holds no whole telegram/, undefined],
    ["a log of wrong CRCs only", one.replace(/![0-9A-F]{4}/, "!0000"), /all 1 telegrams have a wrong CRC/, undefined],
    ["a telegram without time", withoutCrc(one.replace(/0-0:1\.0\.0.*\r\n/, "")), /has no time/, 1],
    ["a day that is none", withoutCrc(one.replace("210115", "210230")), /has no time that exists/, 1],
    ["a register in words", withoutCrc(one.replace("001234.567", "lots")), /not a number of kWh/, 6],
    ["a register in MWh", withoutCrc(one.replace("001234.567*kWh", "1.234*MWh")), /not a number of kWh/, 6],
    ["a register twice", withoutCrc(one.replace("1-0:1.8.2", "1-0:1.8.1")), /stands twice/, 7],
    ["a register that falls", log([300, 300, -400, 600]).join(""), /a register falls/, 43],
    [
      "two meters in one log",
      one + two + withoutCrc(one.replace("001234.567", "001234.568")),
      /of one moment differ/,
      29,
    ],
    ["less than a slot", one + two, /span no whole slot of 15 minutes/, undefined],
  ])("%s", (_, text, said, line) => {
    const { message, details, remedy } = refusal(() => read(text));
    expect(message).toMatch(said);
    expect(details).toMatchObject({ file: "p1.log", ...(line !== undefined && { line }) });
    expect(remedy.length).toBeGreaterThan(10);
  });
});
