import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { greenButtonColumn } from "../../../agents/data/greenButtonMeter.ts";
import { MISSING } from "../../../agents/data/meterData.ts";
import { SEED } from "../../helpers/seed.ts";
import { type Flow, feed } from "./feeds.ts";
import { refusal } from "./refusal.ts";

const T = Date.UTC(2021, 6, 1) / 1000;
const read = (text: string) => greenButtonColumn("use.xml", text);
const forward = (values: readonly number[], power = 0): Flow => ({
  direction: 1,
  power,
  intervals: values.map((value, i) => [T + 900 * i, value]),
});

describe("a Green Button feed", () => {
  it("gives forward flow as load and reverse flow as pv, by the reading type that each block's MeterReading names", () => {
    const reverse: Flow = { direction: 19, intervals: [[T + 900, 70]] };
    const { column, slotSeconds, notes } = read(feed([forward([100, 0, 250]), reverse]));
    expect([column.time, column.loadWh, column.pvWh]).toEqual([
      [T, T + 900, T + 1800],
      [100, 0, 250],
      [MISSING, 70, MISSING],
    ]);
    expect([slotSeconds, notes]).toEqual([900, []]);
  });

  it("takes pv for 0 where there is no reverse flow, and says so", () => {
    const { column, notes } = read(feed([forward([1, 2])]));
    expect(column.pvWh).toEqual([0, 0]);
    expect(notes).toEqual(["no reverse flow in the file: pv is taken for 0"]);
  });

  it(`scales by the power of ten and loses less than 1 Wh over the whole (seed ${SEED})`, () => {
    const property = fc.property(
      fc.array(fc.nat(99_999), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -3, max: 3 }),
      (values, power) => {
        const exact = values.reduce((sum, value) => sum + value, 0) * 10 ** power;
        const total = read(feed([forward(values, power)])).column.loadWh.reduce((sum, wh) => sum + wh, 0);
        expect(exact - total).toBeGreaterThan(-1e-6);
        expect(exact - total).toBeLessThan(1);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 30 });
  });

  it("reads any prefix of names, and one reading type without links", () => {
    const text = feed([forward([5])])
      .replaceAll("espi:", "")
      .replace(/<link.*\/>/g, "");
    expect(read(text).column.loadWh).toEqual([5]);
  });
});

describe("is refused with its line", () => {
  const one = feed([forward([5, 6])]);
  test.each([
    ["XML that is cut short", one.slice(0, -100), /not well-formed XML/, undefined],
    ["XML of something else", "<feed><entry/></feed>", /holds no IntervalBlock/, undefined],
    ["a unit that is not Wh", feed([forward([5])], 38), /the unit is not watt-hours/, 18],
    ["values that are no deltas", feed([forward([5])], 72, 3), /no energy per interval/, 18],
    [
      "a direction that is neither",
      one.replace("flowDirection>1<", "flowDirection>4<"),
      /direction of flow is not known/,
      18,
    ],
    ["a value in words", one.replace("<espi:value>6", "<espi:value>six"), /interval's value is not a whole number/, 37],
    [
      "an interval without start",
      one.replace(/<espi:start>\d+<\/espi:start>/, ""),
      /interval's start is not a whole number/,
      33,
    ],
    ["negative energy", feed([forward([5, -6])]), /the energy is negative/, 37],
    [
      "two intervals of one start",
      feed([
        {
          direction: 1,
          intervals: [
            [T, 5],
            [T, 6],
          ],
        },
      ]),
      /two intervals of one start, lines 33 and 37/,
      37,
    ],
    [
      "intervals of two lengths",
      feed([
        {
          direction: 1,
          intervals: [
            [T, 5],
            [T + 900, 6, 3600],
          ],
        },
      ]),
      /of 900 s and of 3600 s/,
      37,
    ],
    ["two series of one direction", feed([forward([5]), forward([6])]), /2 series of forward flow/, undefined],
    [
      "a block of which no link tells the type",
      feed([forward([5]), { direction: 19, intervals: [[T, 1]] }]).replace(/<link.*\/>/g, ""),
      /reading type is not told among the file's 2/,
      32,
    ],
  ])("%s", (_, text, said, line) => {
    const { message, details } = refusal(() => read(text));
    expect(message).toMatch(said);
    expect(details).toMatchObject({ file: "use.xml", ...(line !== undefined && { line }) });
  });
});
