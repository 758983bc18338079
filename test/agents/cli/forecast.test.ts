import { describe, expect, it } from "vitest";
import { tableOf } from "../../../agents/cli/forecast.ts";
import { slotToUtc } from "../../../agents/model/slots.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { commonwatt, fileOf } from "./commonwatt.ts";

const { data } = generateCommunity({ homes: 3, slotSeconds: 7200, historyDays: 24 });
const rows = data.homes.flatMap(({ id, loadWh, pvWh }) =>
  [...loadWh].map((wh, i) => `${slotToUtc(data.firstSlot + i, data.slotSeconds)},${id},${wh},${pvWh[i]}`),
);
const file = fileOf(`start_utc,household,load_wh,pv_wh\n${rows.join("\n")}\n`);
const ask = (...args: string[]) => commonwatt(["forecast", "score", "--data", file, "--tz", "Europe/Berlin", ...args]);

describe("forecast score", () => {
  const { status, stdout } = ask("--json");
  const scored = JSON.parse(stdout);

  it("scores every complete day that has three weeks before it, by home, quantity and time of issue", () => {
    expect(status).toBe(0);
    expect(scored).toMatchObject({ homes: 3, homeDays: 12, slotSeconds: 7200 });
    const keys = scored.rows.map((row: Record<string, string>) => `${row.quantity} ${row.issued} ${row.forecaster}`);
    expect(new Set(keys).size).toBe(15);
    for (const { slots, pinballWh, coverage, maeWh } of scored.rows) {
      expect(slots).toBe(12 * 12);
      expect(pinballWh.p50).toBeCloseTo(maeWh / 2);
      expect(coverage).toBeGreaterThan(0);
    }
    expect(scored.sumOfHomes).toHaveLength(2);
  });

  it("prints a row for each score", () => {
    expect(tableOf(scored).trimEnd().split("\n")).toHaveLength(1 + 2 + 15 + 2);
  });

  it("refuses days without enough history, and says what to do", () => {
    const { status, stderr } = ask("--history", "60");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /no home has a complete day after 60 measured days\n.*\n {2}remedy: give readings of more days/,
    );
  });
});
