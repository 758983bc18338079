import { describe, expect, it } from "vitest";
import { HistoryView } from "../../../agents/data/historyView.ts";
import { homeOf } from "../../../agents/data/meterData.ts";
import { defaultForecasters } from "../../../agents/forecast/net.ts";
import { planSession } from "../../../agents/household/plan.ts";
import { truthful } from "../../../agents/household/traders.ts";
import { MAX_TICK, pricePerPacketDown, pricePerPacketUp } from "../../../agents/model/prices.ts";
import { actualFlows, marketTerms } from "../../../agents/simulation/community.ts";
import { generateCommunity } from "../../../agents/simulation/generated.ts";
import { SEED } from "../../helpers/seed.ts";

describe(`a community's day (seed ${SEED})`, () => {
  const community = generateCommunity({ seed: SEED, homes: 12, historyDays: 21 });
  const { data, day, homes, zone, location } = community;

  it("has meters that see load less PV less battery", () => {
    for (const home of homes) {
      const { loadWh, pvWh } = homeOf(data, home.id);
      const { importWh, exportWh, batteryWh } = actualFlows(community, home);
      const start = day.firstSlot - data.firstSlot;
      expect(importWh).toHaveLength(day.slotCount);
      importWh.forEach((wh, t) => {
        const net = (loadWh[start + t] as number) - (pvWh[start + t] as number) - (batteryWh[t] as number);
        expect(wh - (exportWh[t] as number)).toBe(net);
      });
    }
  });

  it("has terms under which every honest price fits, in 12 bits", () => {
    const market = marketTerms(community, 10, 6);
    expect(
      Math.ceil((Math.max(...Array.from(market.retailPrice)) - market.scale.floorPrice) / market.scale.tickSize),
    ).toBeLessThanOrEqual(MAX_TICK);
    for (const { prices } of homes)
      for (let t = 0; t < day.slotCount; t++) {
        expect(market.retailPrice[t]).toBeGreaterThanOrEqual(
          pricePerPacketUp(prices.retailMicroPerKwh[t] as number, 10, 6),
        );
        expect(market.feedInPrice[t]).toBeLessThanOrEqual(
          pricePerPacketDown(prices.feedInMicroPerKwh[t] as number, 10, 6),
        );
      }
  });

  it("finds sellers and buyers at noon whose honest prices differ and cross", () => {
    const market = marketTerms(community, 10, 6);
    const forecasters = defaultForecasters(zone, location);
    const noon = homes.map((home) => {
      const view = new HistoryView(data, home.id, day.firstSlot * data.slotSeconds - 43_200);
      return truthful().decide({ home, plan: planSession(view, home, day, forecasters), market })[48];
    });
    const of = (side: "bid" | "ask") => noon.flatMap((order) => (order?.side === side ? [order.price] : []));
    expect(of("bid").length > 1 && of("ask").length > 1).toBe(true);
    expect(new Set(of("bid")).size > 1 && new Set(of("ask")).size > 1).toBe(true);
    expect(Math.max(...of("bid"))).toBeGreaterThan(Math.min(...of("ask")));
  });
});
