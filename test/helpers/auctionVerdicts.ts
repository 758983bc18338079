import type { network } from "hardhat";
import { expect } from "vitest";
import { packResults } from "../../agents/model/claimWord.ts";
import { unpackAll } from "../../agents/model/lanes.ts";
import { encodePrices } from "../../agents/model/orders.ts";
import { fillsOf, outcomesOf, rowsHex, type SessionBook, tradedFills } from "./sessionBooks.ts";

/**
 * Judges claims about a book on chain. Whatever is accepted must come to the twin's outcome. Gives the reasons, empty
 * where a claim is accepted.
 */
export async function auctionVerdicts({ ethers }: Pick<Awaited<ReturnType<typeof network.create>>, "ethers">) {
  const auction = await ethers.deployContract("HuangAuction");
  const harness = await ethers.deployContract("LaneAuctionHarness");

  /** Reasons alone; `dirt` words of free memory are ones. */
  const judge = async ({ seed, firstSlot, rows }: SessionBook, claims: readonly bigint[], dirt = 0) => {
    const [reasons, traded] = await harness.judge(seed, firstSlot, [...claims], rowsHex(rows), dirt);
    return { reasons: [...reasons], traded: traded.map(Number) };
  };

  const verdicts = async (book: SessionBook, claims: readonly bigint[]): Promise<string[]> => {
    const { seed, firstSlot, rows, slots } = book;
    const [{ reasons, traded }, outcomes] = [await judge(book, claims), outcomesOf(book)];
    const accepted = [...reasons.keys()].filter((i) => reasons[i] === "");
    expect(accepted.map((i) => traded[i])).toEqual(accepted.map((i) => outcomes[i]!.packets));
    expect(accepted.map((i) => claims[i]! & 1n)).toEqual(accepted.map((i) => (outcomes[i]!.packets > 0 ? 1n : 0n)));
    const results = packResults(claims.map((claim, i) => (reasons[i] === "" ? claim : 0n)));
    if (results.every((result) => result === 0n)) return reasons;
    const said = outcomes.map(({ buyPrice, sellPrice }) => encodePrices(buyPrice ?? 0, sellPrice ?? 0));
    const prices = unpackAll(await auction.prices(results, slots / 10));
    expect(accepted.map((i) => prices[i])).toEqual(accepted.map((i) => said[i]));
    const [fills, mask] = await auction.fills(seed, firstSlot, results, rowsHex(rows), slots / 10);
    const counts = outcomes.map(({ packets }, i) => reasons[i] === "" && packets > 0);
    const expected = fillsOf(rows, outcomes).map((row) => row.map((fill, i) => (counts[i] ? fill : 0)));
    expect({ fills, mask }).toEqual(tradedFills(expected, counts));
    return reasons;
  };
  return { auction, judge, verdicts };
}
