import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { sumOf } from "../../agents/report/figures.ts";
import { dayFigures } from "../../agents/simulation/dayFigures.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { liveSessionedDay } from "../../agents/simulation/sessionedDay.ts";
import { sessionsOf, TIMESCALES } from "../../agents/simulation/timescales.ts";

const SLOT_SECONDS = 7200;

describe.each(["truthful", "hems"] as const)(
  "a day of day-ahead, intraday and real-time sessions on a chain, homes %s",
  async (strategy) => {
    const community = generateCommunity({ homes: 8, seed: 8, historyDays: 21, slotSeconds: SLOT_SECONDS });
    const sessions = sessionsOf(community.day, SLOT_SECONDS, TIMESCALES);
    const chain = await inProcessChain(chainStartFor(community.day));
    const lived = await liveSessionedDay(chain, community, sessions, { seed: 8, strategy });
    const { stage, day, positions, changes } = lived;

    it("offers in every timescale, each session only what differs from the net position", () => {
      for (const timescale of TIMESCALES) expect(lived.orders[timescale]).toBeGreaterThan(0);
    });

    it("has net positions that add up to 0 in every slot, a member on one side only", () => {
      for (let t = 0; t < community.day.slotCount; t++) {
        expect(sumOf(positions, ({ bought, sold }) => bought[t]! - sold[t]!)).toBe(0);
        for (const { bought, sold } of positions) expect(Math.min(bought[t]!, sold[t]!)).toBe(0);
      }
      expect(sumOf(positions, ({ bought }) => sumOf([...bought], (packets) => packets))).toBeGreaterThan(0);
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
      expect(changes.reduce((sum, change) => sum + change, 0n) + fund + BigInt(figures.imbalance)).toBe(0n);
    });
  },
);
