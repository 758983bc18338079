import { describe, expect, it } from "vitest";
import { type Chain, inProcessChain } from "../../agents/chain/chain.ts";
import { readMeterCsv } from "../../agents/data/meterCsv.ts";
import { clear } from "../../agents/model/auction.ts";
import type { Hash } from "../../agents/model/keccak.ts";
import { tieKeysOf } from "../../agents/model/tieKey.ts";
import { checkResult } from "../../agents/report/check.ts";
import { sumOf } from "../../agents/report/figures.ts";
import type { Result } from "../../agents/report/result.ts";
import type { Community } from "../../agents/simulation/community.ts";
import { dayResult } from "../../agents/simulation/dayResult.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import type { LivedDay } from "../../agents/simulation/livedDay.ts";
import { liveMarketDay, type MarketDayOptions } from "../../agents/simulation/marketDay.ts";
import { measuredCommunity } from "../../agents/simulation/measured.ts";
import { measuredFile } from "../agents/data/measuredFolder.ts";
import { SEED } from "../helpers/seed.ts";

interface Day {
  readonly chain: Chain;
  readonly lived: LivedDay;
  readonly result: Result;
}

async function live(community: Community, options: Partial<MarketDayOptions> = {}): Promise<Day> {
  const chain = await inProcessChain(chainStartFor(community.day));
  const lived = await liveMarketDay(chain, community, { seed: SEED, ...options });
  return { chain, lived, result: checkResult(await dayResult(lived)) };
}

/** Tokens held by the clearing house less everything that is booked: MONEY-1 says 0 once all days are closed. */
async function unbooked({ lived: { stage } }: Day): Promise<bigint> {
  const { house, token } = stage.contracts;
  const accounts = await Promise.all(stage.community.homes.map((_, i) => house.accountOf(i + 1)));
  const balances = accounts.reduce((sum, { balance }) => sum + balance, 0n);
  const { balance: supplier } = await house.supplierAccount();
  return (await token.balanceOf(house)) - balances - supplier - (await house.fundBalance());
}

describe(`a generated community lives a market day (seed ${SEED})`, async () => {
  const community = generateCommunity({ homes: 6, seed: 8, historyDays: 21, slotSeconds: 1800 });
  const day = await live(community);
  const { result, lived } = day;

  it("MONEY-1 moves money between members, fund and supplier, and nowhere else", async () => {
    const members = sumOf(result.members, ({ balanceChange }) => balanceChange);
    expect(members + result.fund.balanceChange + result.supplier.balanceChange).toBe(0);
    expect(sumOf(result.slots, ({ packets }) => packets)).toBeGreaterThan(0);
    expect(await unbooked(day)).toBe(0n);
  });

  it("leaves no lock, debt or unsettled profile", async () => {
    const { house, dayBook } = lived.stage.contracts;
    for (const [i] of community.homes.entries()) {
      expect((await house.accountOf(i + 1)).locked).toBe(0n);
      expect(await house.debtOf(i + 1)).toBe(0n);
    }
    expect(await dayBook.dayState(lived.day)).toMatchObject([0n, 0n, true]);
  });

  it("clears as the twin does, with the chain's own tie keys", async () => {
    const seed = (await lived.stage.contracts.market.seedOf(lived.sessions[0]!.session)) as Hash;
    const keys = tieKeysOf(seed);
    const numberOf = (id: string) => community.homes.findIndex((home) => home.id === id) + 1;
    for (const [t, slot] of result.slots.entries()) {
      const orders = (wanted: string) =>
        slot.orders
          .filter(({ side }) => side === wanted)
          .map(({ member, price, packets }) => ({ id: numberOf(member), price, packets }));
      const outcome = clear(orders("bid"), orders("ask"), keys(lived.stage.times.firstSlot + t));
      const { buyPrice, sellPrice, packets } = outcome;
      expect({ buyPrice: slot.buyPrice, sellPrice: slot.sellPrice, packets: slot.packets }).toEqual(
        packets > 0 ? { buyPrice, sellPrice, packets } : { buyPrice: null, sellPrice: null, packets: 0 },
      );
      for (const { member, fill } of slot.orders) expect(fill).toBe(outcome.fills.get(numberOf(member)) ?? 0);
    }
  });

  it("bills flows outside local trades at the home's own tariff, to the base unit", () => {
    for (const [i, member] of result.members.entries()) {
      const { prices } = community.homes[i]!;
      const flows = lived.stage.flows[i]!;
      // micro-EUR per kWh x Wh is 1,000 base units of a token with six decimals.
      const exact = sumOf([...flows.importWh.keys()], (t) => {
        return flows.importWh[t]! * prices.retailMicroPerKwh[t]! - flows.exportWh[t]! * prices.feedInMicroPerKwh[t]!;
      });
      expect(member.billWithout).toBe(Math.ceil(exact / 1000));
      if (member.boughtPackets + member.soldPackets === 0) expect(member.billWith).toBe(member.billWithout);
    }
  });

  it("mints what was delivered and drawn, and no more than was fed in", () => {
    for (const slot of result.slots) expect(slot.mintedEcoins * 10).toBeLessThanOrEqual(slot.exportWh + 10 * 6);
  });

  it("is the same day again from the same seed, to the last figure", async () => {
    expect((await live(community)).result).toEqual(result);
  });
});

describe("rules, strategies and sizes", () => {
  it("shares the fund out to bystanders, and all of it adds up", async () => {
    const community = generateCommunity({ homes: 6, seed: 8, historyDays: 21, slotSeconds: 1800 });
    const day = await live(community, { fundRule: "bystanders", strategy: "mixed" });
    const { result } = day;
    expect(new Set(result.members.map(({ strategy }) => strategy)).size).toBe(4);
    expect(await unbooked(day)).toBe(0n);
    const shared = sumOf(result.members, ({ fundShare }) => fundShare);
    expect(shared + result.fund.balanceChange).toBe(result.fund.took);
    expect(shared).toBeGreaterThan(0);
  });

  it("says that the fund takes all where everyone has the same flat prices", async () => {
    const generated = generateCommunity({ homes: 6, seed: 8, historyDays: 21, slotSeconds: 1800 });
    const { prices, tariff } = generated.homes[0]!;
    const flat = {
      firstSlot: prices.firstSlot,
      retailMicroPerKwh: prices.retailMicroPerKwh.map(() => 300_000),
      feedInMicroPerKwh: prices.feedInMicroPerKwh.map(() => 80_000),
    };
    const homes = generated.homes.map((home) => ({ ...home, tariff, prices: flat }));
    const { result } = await live({ ...generated, homes });
    expect(result.fund).toMatchObject({ tookAll: true, rule: "treasury" });
  });

  it("lives the day of a single home, on which nothing can trade, in larger packets where the slot is long", async () => {
    const { result } = await live(generateCommunity({ homes: 1, seed: 8, historyDays: 21, slotSeconds: 7200 }));
    expect(result.run.packetWh).toBe(20);
    expect(result.members[0]).toMatchObject({ boughtPackets: 0, soldPackets: 0, balanceChange: 0 });
    expect(result.members[0]!.billWith).toBe(result.members[0]!.billWithout);
  });
});

const measured = measuredFile("ca_fontana_15h_60min.csv");

describe.skipIf(!measured)("measured homes live a market day", () => {
  it("has bills that add up to the unit on 24 August 2016", async () => {
    const community = measuredCommunity({
      data: readMeterCsv(measured!).data,
      source: "ca_fontana_15h_60min.csv",
      date: "2016-08-24",
      zone: "America/Los_Angeles",
      tariffs: { kind: "mixed", seed: 8 },
    });
    const day = await live(community);
    const { members, fund, supplier, slots } = day.result;
    expect([members.length, slots.length, slots[0]!.start]).toEqual([15, 24, "2016-08-24T07:00:00Z"]);
    const saved = sumOf(members, ({ billWithout, billWith }) => billWithout - billWith);
    const kept = sumOf(members, ({ billWithout, ordinaryBill }) => billWithout - ordinaryBill);
    expect(saved).toBe(kept - fund.balanceChange - supplier.balanceChange);
    expect(await unbooked(day)).toBe(0n);
  });
});
