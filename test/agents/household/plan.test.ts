import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { defaultForecasters } from "../../../agents/forecast/net.ts";
import { planSession } from "../../../agents/household/plan.ts";
import { historyOf, ZONE } from "../forecast/histories.ts";
import { BATTERY, homeWith } from "./homes.ts";

const forecasters = defaultForecasters(ZONE);
/** 500 Wh of sun from 10 to 16 h, 100 Wh of load always. */
const sunny = ({ clockMinutes }: { clockMinutes: number }) => (clockMinutes >= 600 && clockMinutes < 960 ? 500 : 0);

describe("a plan of tomorrow", () => {
  it("starts from what the battery will hold at midnight", () => {
    const { day, atNoonBefore } = historyOf(22, 3600, () => 100, sunny);
    const { flows, forecast } = planSession(atNoonBefore, homeWith(24, { battery: BATTERY }), day, forecasters);
    expect(forecast.load).toMatchObject({ firstSlot: day.firstSlot - 12, slotCount: 36 });
    expect(flows.importWh).toHaveLength(24);
    expect(Math.max(...flows.importWh.subarray(0, 10))).toBe(0);
    expect(flows.storedWh[0]).toBeGreaterThan(500);
  });

  it("says what the meter will see without a battery", () => {
    const { day, atNoonBefore } = historyOf(22, 3600, () => 100, sunny);
    const { flows } = planSession(atNoonBefore, homeWith(24), day, forecasters);
    expect([flows.importWh[9], flows.exportWh[9]]).toEqual([100, 0]);
    expect([flows.importWh[12], flows.exportWh[12]]).toEqual([0, 400]);
  });

  it("is refused once its first slot has begun", () => {
    const { data, day } = historyOf(22, 3600, () => 100);
    const late = new HistoryView(data, "a", (day.firstSlot + 1) * 3600);
    expect(() => planSession(late, homeWith(24), day, forecasters)).toThrow(RangeError);
    const justInTime = new HistoryView(data, "a", day.firstSlot * 3600);
    expect(planSession(justInTime, homeWith(24), day, forecasters).slotCount).toBe(24);
  });
});
