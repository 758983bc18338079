import { describe, expect, it } from "vitest";
import { inProcessChain } from "../../agents/chain/chain.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { across, BrokenCommunities, checkCommunities } from "../../agents/report/communities.ts";
import { communitiesHtml } from "../../agents/report/communitiesHtml.ts";
import { communitiesText } from "../../agents/report/communitiesText.ts";
import { sumOf } from "../../agents/report/figures.ts";
import { generateTown } from "../../agents/simulation/communities.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { liveFederationDay } from "../../agents/simulation/federationDay.ts";
import { federationResult } from "../../agents/simulation/federationResult.ts";
import { SEED } from "../helpers/seed.ts";

/** A day of three small communities over links of so many W. */
async function live(linkW: number) {
  const town = generateTown({ homesEach: 5, seed: 8, historyDays: 21, slotSeconds: 1800 });
  const chain = await inProcessChain(chainStartFor(town[0]!.community.day));
  const day = await liveFederationDay(chain, town, { seed: SEED, linkW });
  return { day, result: checkCommunities(await federationResult(day)) };
}

describe(`three generated communities live a day with each other (seed ${SEED})`, async () => {
  const { day, result } = await live(5000);
  const { stage, book, session } = day;

  it("trade at home and then across their links, where the roofs are few most of it coming in", () => {
    expect(result.energy.atHomeWh).toBeGreaterThan(0);
    expect(result.energy.togetherWh).toBeGreaterThan(0);
    expect(sumOf(result.slots, across)).toBeGreaterThan(0);
    const net = (c: number) => sumOf(result.slots, (slot) => slot.net[c]!);
    expect(net(0)).toBeLessThan(0);
    expect(net(2)).toBeGreaterThan(0);
  });

  it("MONEY-1 the federation's house holds what it has booked, to the unit, and no lock or open profile is left", async () => {
    const { house, token, dayBook } = stage.contracts;
    let booked = (await house.supplierAccount()).balance + (await house.fundBalance());
    for (const [i] of stage.deposits.entries()) {
      const { balance, locked } = await house.accountOf(i + 1);
      expect(locked).toBe(0n);
      booked += balance;
    }
    expect(await token.balanceOf(house)).toBe(booked);
    expect(await dayBook.dayState(day.day)).toMatchObject([0n, 0n, true]);
  });

  it("LINK-1 on the chain no community offers more over its link in a slot than it carries, and some would have", async () => {
    const limit = stage.links[0]!.limitPackets;
    let fullest = 0;
    for (const [c] of stage.links.entries()) {
      const { asks, bids } = await stage.contracts.federation.offeredBy(session, c + 1);
      fullest = Math.max(fullest, ...unpackAll([...asks, ...bids]));
    }
    expect(fullest).toBeLessThanOrEqual(limit);
    expect(fullest).toBeGreaterThan(limit - 5);
    expect(sumOf(result.communities, ({ fullSlots }) => fullSlots)).toBeGreaterThan(0);
  });

  it("ECOIN-2 each seat's ecoins come from what flowed beyond its trades at home", async () => {
    const { ecoins } = stage.contracts;
    for (const { member, fills } of book)
      for (const [t, fill] of fills.entries()) {
        if (fill === 0) continue;
        const flow = day.report.leaves[member - 1]!.slice(2)[Math.floor(t / 10)]!;
        const drawn = Number((flow >> BigInt(24 * (t % 10) + 11)) & 2047n);
        expect(Number(await ecoins.holdingOf(day.day, t, member))).toBeLessThanOrEqual(Math.min(fill, drawn));
      }
  });

  it("keeps every transaction within what mainnet allows", () => {
    for (const { dearest } of result.gas) expect(dearest).toBeLessThan(16_777_216);
  });

  it("comes out in a page that loads nothing, and in text", () => {
    const page = communitiesHtml(result);
    expect(page).not.toMatch(/<script|src=|url\((?!#)|https?:\/\/(?!www\.w3\.org)/);
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(communitiesText(result)).toContain("sum 0.00 EUR");
  });

  it("a result that breaks a rule is refused by its number", () => {
    const broken = (slots: Partial<(typeof result.slots)[number]>) => () =>
      checkCommunities({ ...result, slots: result.slots.map((slot, t) => (t === 0 ? { ...slot, ...slots } : slot)) });
    expect(broken({ net: [1, 0, 0] })).toThrow(/^SETTLE-5/);
    expect(broken({ asked: [result.run.linkPackets + 1, 0, 0] })).toThrow(/^LINK-1/);
    expect(() => checkCommunities({ ...result, money: { ...result.money, fund: -1 } })).toThrow(BrokenCommunities);
  });
});
