import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { commonsHtml } from "../../agents/report/commonsHtml.ts";
import { compareHtml } from "../../agents/report/compareHtml.ts";
import { compareText } from "../../agents/report/compareText.ts";
import { sumOf } from "../../agents/report/figures.ts";
import { liveCommonsDay } from "../../agents/simulation/commonsDay.ts";
import { commonsResult } from "../../agents/simulation/commonsResult.ts";
import { compareResult } from "../../agents/simulation/compare.ts";
import { dayResult } from "../../agents/simulation/dayResult.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { liveMarketDay } from "../../agents/simulation/marketDay.ts";
import { SEED } from "../helpers/seed.ts";

describe(`no sharing, market and commons of the same homes and day (seed ${SEED})`, async () => {
  const community = generateCommunity({ homes: 6, seed: 8, historyDays: 21, slotSeconds: 3600 });
  const chain = () => inProcessChain(chainStartFor(community.day));
  const market = await liveMarketDay(await chain(), community, { seed: SEED });
  const commons = await liveCommonsDay(await chain(), community, { seed: SEED });
  const [marketResult, ofCommons] = [await dayResult(market), commonsResult(commons)];
  const result = compareResult({ market, marketResult, commons, commonsResult: ofCommons });
  const [alone, traded, shared] = result.ways as [
    (typeof result.ways)[0],
    (typeof result.ways)[0],
    (typeof result.ways)[0],
  ];

  it("the homes use the same energy in all three, what stayed unmet apart", () => {
    for (const way of result.ways) expect(way.usedWh + way.unmetWh).toBe(sumOf(result.members, ({ usedWh }) => usedWh));
    expect(result.managers).toBe(false);
    for (const way of result.ways)
      expect(sumOf(way.slots, ({ flexibleWh }) => flexibleWh) + way.unmetWh).toBe(
        sumOf(alone.slots, ({ flexibleWh }) => flexibleWh),
      );
  });

  it("the market's meters see what they see without sharing", () => {
    expect(traded.slots.map(({ importWh, exportWh }) => importWh - exportWh)).toEqual(
      alone.slots.map(({ importWh, exportWh }) => importWh - exportWh),
    );
  });

  it("in every way energy adds up: use is what meters drew less what they fed in, plus roofs and batteries", () => {
    const pvWh = sumOf(ofCommons.slots, (slot) => slot.pvWh);
    for (const way of result.ways) expect(way.importWh - way.exportWh).toBe(way.usedWh - pvWh - way.batteryWh);
  });

  it("nobody is matched with more than met, and bills of a way are parts of one sum", () => {
    for (const way of result.ways) {
      expect(way.matchedWh).toBeLessThanOrEqual(way.coincidentWh);
      expect(way.supplierWh).toBe(way.importWh - way.matchedWh);
      for (const { bills, total } of way.bills) expect(bills.reduce((a, b) => a + b, 0)).toBe(total);
    }
    expect(new Set(shared.bills.map(({ total }) => total)).size).toBe(1);
    expect(shared.bills[0]!.savings.most - shared.bills[0]!.savings.least).toBeLessThanOrEqual(1);
  });

  it("is told in a page that loads nothing and in text", () => {
    for (const page of [compareHtml(result), commonsHtml(ofCommons)]) {
      expect(page).not.toMatch(/(src|href)="?https?:/);
      expect(page).toContain("default-src 'none'");
    }
    expect(compareText(result)).toContain("from neighbours");
  });
});
