import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HistoryView, LookAheadError } from "../../../agents/data/historyView.ts";
import { type MeterData, MISSING } from "../../../agents/data/meterData.ts";
import { SEED } from "../../helpers/seed.ts";
import { refusal } from "./refusal.ts";

const DATA: MeterData = {
  slotSeconds: 900,
  firstSlot: 100,
  slotCount: 50,
  homes: [{ id: "a", loadWh: Int32Array.from({ length: 50 }, (_, i) => i), pvWh: new Int32Array(50).fill(7) }],
};

describe("a view of history", () => {
  it(`shows exactly the slots that ended by its cut (seed ${SEED})`, () => {
    const property = fc.property(
      fc.integer({ min: 0, max: 200 * 900 }),
      fc.integer({ min: 0, max: 200 }),
      (cut, slot) => {
        const view = new HistoryView(DATA, "a", cut);
        const known = (slot + 1) * 900 <= cut;
        if (!known) expect(() => view.loadWh(slot)).toThrow(LookAheadError);
        if (!known) expect(() => view.pvWh(slot)).toThrow(LookAheadError);
        if (known) expect(view.loadWh(slot)).toBe(slot >= 100 && slot < 150 ? slot - 100 : MISSING);
      },
    );
    fc.assert(property, { seed: SEED });
  });

  it("knows a slot at the second it ends, not one before", () => {
    expect(new HistoryView(DATA, "a", 111 * 900).pvWh(110)).toBe(7);
    expect(() => new HistoryView(DATA, "a", 111 * 900 - 1).pvWh(110)).toThrow(
      /ends at 1970-01-02T03:45:00Z, after the cut/,
    );
  });

  it("shows one home only, and refuses a home that is not there", () => {
    expect(new HistoryView(DATA, "a", 0).homeId).toBe("a");
    expect(refusal(() => new HistoryView(DATA, "b", 0)).remedy).toBe("take one of a");
  });
});
