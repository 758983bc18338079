import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { sumOf } from "../../agents/report/figures.ts";
import { liveCommonsDay } from "../../agents/simulation/commonsDay.ts";
import { commonsResult } from "../../agents/simulation/commonsResult.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { SEED } from "../helpers/seed.ts";

describe(`a generated community lives a commons' day on a chain (seed ${SEED})`, async () => {
  const community = generateCommunity({ homes: 6, seed: 8, historyDays: 21, slotSeconds: 3600 });
  const chain = await inProcessChain(chainStartFor(community.day));
  const lived = await liveCommonsDay(chain, community, { seed: SEED });
  const result = commonsResult(lived);
  const { members, slots, promises, requests } = result;

  it("COMMONS-4 keeps every promise of the contract, and asks for nothing it does not need", () => {
    expect(promises.admitted).toBeGreaterThan(3);
    expect(requests).toHaveLength(promises.admitted);
    for (const { ending } of requests) expect(ending).toBe("kept");
    expect(sumOf(requests, ({ packets }) => packets)).toBe(sumOf(slots, ({ served }) => served));
  });

  it("BILL-1 parts the same bill by both rules, and leaves nothing with the supplier", () => {
    const charged = sumOf(members, (member) => member.charged - member.paidForFeedIn);
    expect(sumOf(members, ({ equalGain }) => equalGain)).toBe(charged);
    expect(sumOf(members, ({ byUse }) => byUse)).toBe(charged);
    expect(result.supplierChange).toEqual({ equalGain: 0, byUse: 0 });
  });

  it("shares in each slot what meets, and as much is given as is received", () => {
    expect(sumOf(members, ({ received }) => received)).toBe(sumOf(members, ({ given }) => given));
    expect(sumOf(slots, ({ sharedPackets }) => sharedPackets)).toBe(sumOf(members, ({ given }) => given));
  });

  it("uses as much energy as without a commons: flexible loads draw what they would have drawn by habit", () => {
    const unmetWh = promises.unmetPackets * result.run.packetWh;
    expect(sumOf(slots, ({ flexibleWh }) => flexibleWh) + unmetWh).toBe(sumOf(slots, ({ habitWh }) => habitWh));
    const usedWh = sumOf(slots, ({ baseWh, flexibleWh }) => baseWh + flexibleWh);
    expect(sumOf(members, (member) => member.usedWh)).toBe(usedWh);
  });

  it("four of the five messages occur, and gas is booked to every phase", () => {
    for (const kind of ["request", "answer", "delivery", "acknowledgment"])
      expect(result.messages[kind], kind).toBeGreaterThan(0);
    for (const { name, gas } of result.phases) expect(gas, name).toBeGreaterThan(0);
  });

  it("every emergency and every packet beyond the allowance is counted", () => {
    expect(promises.beyondPackets).toBe(sumOf(lived.run.outcomes, ({ balance }) => balance.beyondAllowance));
    expect(promises.beyondWh).toBe(sumOf(slots, ({ beyondWh }) => beyondWh));
  });
});
