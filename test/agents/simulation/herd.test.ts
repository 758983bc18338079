import { describe, expect, it } from "vitest";
import { packetised } from "../../../agents/commons/flexible.ts";
import { flexibleUses } from "../../../agents/simulation/flexibleUses.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { byHabit, byPrice } from "../../../agents/simulation/priceFollowing.ts";
import { SEED } from "../../helpers/seed.ts";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe(`homes that follow the price (seed ${SEED})`, () => {
  const community = generateCommunity({ homes: 20, seed: SEED, historyDays: 21, slotSeconds: 1800 });
  const { day, homes } = community;
  const end = day.firstSlot + day.slotCount;
  const loads = flexibleUses(community).map((own) =>
    own
      .filter(({ earliest, deadline }) => earliest >= day.firstSlot && deadline <= end)
      .flatMap((use) => packetised(use, 10) ?? []),
  );

  it("shift each load within its window, keep its energy and its block, and never pay more", () => {
    let moved = 0;
    for (const [i, own] of loads.entries())
      for (const load of own) {
        const { prices } = homes[i]!;
        const [habit, shifted] = [byHabit(load, day), byPrice(load, day, prices, 10)];
        const cost = (drawn: readonly number[]) => sum(drawn.map((wh, t) => wh * prices.retailMicroPerKwh[t]!));
        expect(sum(shifted)).toBe(sum(habit));
        expect(cost(shifted)).toBeLessThanOrEqual(cost(habit));
        for (const [t, wh] of shifted.entries())
          if (wh > 0)
            expect(t + day.firstSlot >= load.spec.earliest && t + day.firstSlot < load.spec.deadline).toBe(true);
        if (cost(shifted) < cost(habit)) {
          moved++;
          const drawn = shifted.filter((wh) => wh > 0);
          if (load.spec.shape === "block") expect(new Set(drawn)).toEqual(new Set([load.spec.perSlot * 10]));
          if (load.spec.shape === "block")
            expect(shifted.findLastIndex((wh) => wh > 0) - shifted.findIndex((wh) => wh > 0) + 1).toBe(drawn.length);
        }
      }
    expect(moved).toBeGreaterThan(3);
  });

  it("stay where they are under a flat price", () => {
    const flat = homes.findIndex(({ tariff }, i) => tariff === "eu-flat" && loads[i]!.length > 0);
    for (const load of loads[flat]!) expect(byPrice(load, day, homes[flat]!.prices, 10)).toEqual(byHabit(load, day));
  });
});
