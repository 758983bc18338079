import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { flowsOf } from "../../agents/dso/readings.ts";
import { clear } from "../../agents/model/auction.ts";
import type { Hash } from "../../agents/model/keccak.ts";
import { type DayTariff, settleMember } from "../../agents/model/settlement.ts";
import { tieKeysOf } from "../../agents/model/tieKey.ts";
import { checkResult } from "../../agents/report/check.ts";
import { orderCount, roundsOf, sumOf } from "../../agents/report/figures.ts";
import { dayFigures } from "../../agents/simulation/dayFigures.ts";
import { dayResult } from "../../agents/simulation/dayResult.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { liveSessionedDay } from "../../agents/simulation/sessionedDay.ts";
import { sessionsOf, TIMESCALES } from "../../agents/simulation/timescales.ts";
import { wayResults } from "../../agents/simulation/timescaleWays.ts";

const SLOT_SECONDS = 7200;

describe.each(["truthful", "hems"] as const)(
  "a day of day-ahead, intraday and real-time sessions on a chain, homes %s",
  async (strategy) => {
    const community = generateCommunity({ homes: 8, seed: 8, historyDays: 21, slotSeconds: SLOT_SECONDS });
    const sessions = sessionsOf(community.day, SLOT_SECONDS, TIMESCALES);
    const chain = await inProcessChain(chainStartFor(community.day));
    const fundRule = strategy === "hems" ? "treasury" : "bystanders";
    const lived = await liveSessionedDay(chain, community, sessions, { seed: 8, strategy, fundRule });
    const { stage, day, positions, changes } = lived;
    const result = checkResult(await dayResult(lived));
    const numberOf = (id: string) => community.homes.findIndex((home) => home.id === id) + 1;

    it("offers in every timescale, each session only what differs from the net position", () => {
      for (const timescale of TIMESCALES) {
        const own = result.sessions!.filter((session) => session.timescale === timescale);
        expect(sumOf(own, ({ orders }) => orders)).toBeGreaterThan(0);
      }
      expect(sumOf(result.sessions!, ({ orders }) => orders)).toBe(orderCount(result.slots));
    });

    it("clears every session as the twin does, with the chain's own tie keys", async () => {
      for (const [t, slot] of result.slots.entries())
        for (const round of [{ ...slot, session: 0 }, ...slot.later]) {
          const seed = (await stage.contracts.market.seedOf(lived.sessions[round.session]!.session)) as Hash;
          const side = (wanted: string) =>
            round.orders
              .filter((order) => order.side === wanted)
              .map(({ member, price, packets }) => ({ id: numberOf(member), price, packets }));
          const outcome = clear(side("bid"), side("ask"), tieKeysOf(seed)(stage.times.firstSlot + t));
          const prices = outcome.packets > 0 ? [outcome.buyPrice, outcome.sellPrice] : [null, null];
          expect([round.packets, round.buyPrice, round.sellPrice]).toEqual([outcome.packets, ...prices]);
          for (const { member, fill } of round.orders) expect(fill).toBe(outcome.fills.get(numberOf(member)) ?? 0);
        }
    });

    it("settles every member as the twin does, on its net position, and mints by what neighbours fed in", () => {
      const tariff = { retail: stage.market.retailPrice, feedIn: stage.market.feedInPrice } as DayTariff;
      const settled = community.homes.map(({ id }, i) => {
        const fills = result.slots.flatMap((slot, t) =>
          roundsOf(slot).flatMap(({ orders, buyPrice, sellPrice }) =>
            orders
              .filter(({ member, fill }) => member === id && fill > 0)
              .map(({ side, fill }) => ({
                slot: t,
                side,
                packets: fill,
                price: (side === "bid" ? buyPrice : sellPrice)!,
              })),
          ),
        );
        return settleMember({ tariff, fills, flows: flowsOf(stage.flows[i]!, stage.market.packetWh) });
      });
      for (const [i, { legs, toSupplier }] of settled.entries())
        expect(changes[i]! - lived.fundShares[i]!).toBe(legs - toSupplier);
      for (const [t, slot] of result.slots.entries()) {
        const delivered = sumOf(settled, (member) => member.delivered[t]!);
        const received = sumOf(settled, (member) => member.received[t]!);
        const minted = sumOf(settled, ({ received: own }) =>
          delivered >= received ? own[t]! : Math.floor((own[t]! * delivered) / received),
        );
        expect(slot.mintedEcoins).toBe(minted);
      }
    });

    it("says what each timescale left of imbalance, the last one what the supplier has more", () => {
      const [dayAhead, , all] = result.timescales!;
      expect(result.timescales!.map(({ timescale }) => timescale)).toEqual([...TIMESCALES]);
      expect(all!.imbalance).toBe(result.supplier.balanceChange);
      expect(all!.boughtPackets).toBeGreaterThan(dayAhead!.boughtPackets);
    });

    it("has net positions that add up to 0 in every slot, a member on one side only", () => {
      for (let t = 0; t < community.day.slotCount; t++) {
        expect(sumOf(positions, ({ bought, sold }) => bought[t]! - sold[t]!)).toBe(0);
        for (const { bought, sold } of positions) expect(Math.min(bought[t]!, sold[t]!)).toBe(0);
      }
      expect(sumOf(positions, ({ bought }) => sumOf([...bought], (packets) => packets))).toBeGreaterThan(0);
    });

    it("stands in the report beside devices by habit and no market, with the same figures", () => {
      const ways = wayResults([{ name: "all three", day: dayFigures(lived) }]);
      const told = checkResult({ ...result, ways }).ways!;
      expect(told.map(({ name }) => name)).toEqual(["devices by habit", "no market", "all three"]);
      const { contracts, bill } = told[2]!;
      const { boughtPackets, keptPackets, shortPackets, unusedPackets, imbalance } = result.timescales!.at(-1)!;
      const wh = [boughtPackets, keptPackets, shortPackets, unusedPackets].map(
        (packets) => packets * result.run.packetWh,
      );
      expect(Object.values(contracts!)).toEqual([...wh, imbalance]);
      expect(bill).toBe(sumOf(result.members, ({ billWith }) => billWith));
      expect(told[1]!.bill).toBe(sumOf(result.members, ({ billWithout }) => billWithout));
    });

    it("MONEY-1 is settled and closed: all money is where it was booked, no lock is left", async () => {
      const { house, token, dayBook } = stage.contracts;
      expect(await dayBook.dayState(day)).toMatchObject([0n, 0n, true]);
      let booked = (await house.supplierAccount()).balance + (await house.fundBalance());
      for (const [i] of community.homes.entries()) {
        const { balance, locked } = await house.accountOf(i + 1);
        expect(locked).toBe(0n);
        booked += balance;
      }
      expect(await token.balanceOf(house)).toBe(booked);
    });

    it("pays for contracts that were not kept what the supplier has more", async () => {
      const { balance } = await stage.contracts.house.supplierAccount();
      const figures = dayFigures(lived);
      expect(balance - stage.supplierDeposit).toBe(BigInt(figures.imbalance));
      const fund = await stage.contracts.house.fundBalance();
      expect(sumOf(result.members, ({ fundShare }) => fundShare) > 0).toBe(fundRule === "bystanders");
      expect(changes.reduce((sum, change) => sum + change, 0n) + fund + BigInt(figures.imbalance)).toBe(0n);
    });
  },
);
