import { describe, expect, it } from "vitest";
import { herdHtml, herdSchema, herdText } from "../../agents/report/herdResult.ts";
import { DEFAULT_VOTE } from "../../agents/simulation/commonsSettings.ts";
import { flexibleUses } from "../../agents/simulation/flexibleUses.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { herdLevel } from "../../agents/simulation/herd.ts";
import { SEED } from "../helpers/seed.ts";

describe(`the herd (seed ${SEED})`, async () => {
  const community = generateCommunity({ homes: 8, seed: 8, historyDays: 21, slotSeconds: 3600 });
  const options = { seed: SEED, packetWh: 10, vote: DEFAULT_VOTE, uses: flexibleUses(community) };
  const [none, all] = [await herdLevel(community, 0, options), await herdLevel(community, 100, options)];

  it("with nobody following, nothing moves: no sharing, and a commons that nobody asks", () => {
    expect([none.followers, none.movedWh]).toEqual([0, 0]);
    expect(none.commons.unmetWh + none.commons.beyondWh).toBe(0);
  });

  it("the market does not change what the feeder carries, and takes off what suppliers deliver", () => {
    for (const level of [none, all]) {
      expect(level.market.netWh).toEqual(level.noSharing.netWh);
      expect(level.market.supplierWh).toBeLessThanOrEqual(level.noSharing.supplierWh);
    }
  });

  it("with all following, all of them and all of their loads are the commons'", () => {
    expect(all.followers).toBe(8);
    expect(all.besides.unmetWh).toBe(0);
    expect(all.commons.supplierWh).toBeLessThan(all.noSharing.supplierWh);
  });

  it("is told in a page that loads nothing, and in text", () => {
    const head = { schema: "commonwatt-herd/1", seed: SEED, homes: 8, day: community.day.date, label: community.label };
    const result = herdSchema.parse({ ...head, tariff: "own", slotSeconds: 3600, levels: [none, all] });
    expect(herdHtml(result)).not.toMatch(/(src|href)="?https?:/);
    expect(herdHtml(result).match(/"name":"no sharing, and market"/g)!.length).toBeGreaterThanOrEqual(2);
    expect(herdText(result)).toContain("Peak through the feeder");
    expect(herdText(result)).toMatch(/ kW at \d\d:\d\d to .* kW at \d\d:\d\d; /);
  });
});
