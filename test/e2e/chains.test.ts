import { afterAll, describe, expect, it } from "vitest";
import { type Chain, inProcessChain, rpcChain } from "../../agents/chain/chain.ts";
import { anvilBinary, type LocalNode, startAnvil, startHardhatNode } from "../../agents/chain/localNode.ts";
import { clear } from "../../agents/model/auction.ts";
import { keccakOf } from "../../agents/model/keccak.ts";
import { tieKeysOf } from "../../agents/model/tieKey.ts";
import { checkResult } from "../../agents/report/check.ts";
import type { Result } from "../../agents/report/result.ts";
import { dayResult } from "../../agents/simulation/dayResult.ts";
import { chainStartFor } from "../../agents/simulation/dayTimes.ts";
import { generateCommunity } from "../../agents/simulation/generated.ts";
import { liveMarketDay } from "../../agents/simulation/marketDay.ts";
import { instrumented } from "../helpers/instrumented.ts";

// Ties, and packets that are left over in a division, are settled by the hash of a block, which differs from chain to
// chain. So homes draw their prices at random, and the seed is one whose day comes out the same under any hash.
const SEED = 16;
const community = generateCommunity({ homes: 8, seed: SEED, historyDays: 21, slotSeconds: 1800 });
const anvil = anvilBinary();

async function liveOn(chain: Chain): Promise<Result> {
  try {
    return checkResult(
      await dayResult(await liveMarketDay(chain, community, { seed: SEED, strategy: "zero-intelligence" })),
    );
  } finally {
    chain.provider.destroy();
  }
}

/** What must not depend on the chain. */
const outcomeOf = ({ members, slots, fund, supplier }: Result) => ({ members, slots, fund, supplier });

describe("the same day on every chain", async () => {
  const nodes: LocalNode[] = [];
  afterAll(() => Promise.all(nodes.map((node) => node.stop())));
  const reference = await liveOn(await inProcessChain(chainStartFor(community.day)));

  it("trades, and comes out the same under any hash", () => {
    const numberOf = (id: string) => community.homes.findIndex((home) => home.id === id) + 1;
    const others = Array.from({ length: 20 }, (_, i) => tieKeysOf(keccakOf(`hash ${i}`)));
    for (const { orders } of reference.slots) {
      const book = orders.map(({ member, ...order }) => ({ ...order, id: numberOf(member) }));
      const [bids, asks] = ["bid", "ask"].map((wanted) => book.filter(({ side }) => side === wanted));
      for (const keys of others)
        for (const { id, fill } of book) expect(clear(bids!, asks!, keys(7)).fills.get(id) ?? 0).toBe(fill);
    }
    expect(reference.fund.took).toBeGreaterThan(0);
  });

  it("gives the same bills and balances on hardhat node", async () => {
    const node = await startHardhatNode();
    nodes.push(node);
    const result = await liveOn(await rpcChain(node.url, { chainId: 31337n }));
    expect(outcomeOf(result)).toEqual(outcomeOf(reference));
  });

  it.skipIf(!anvil || instrumented)(
    "gives the same bills and balances on anvil with mainnet's transaction gas cap",
    async () => {
      const node = await startAnvil(anvil!);
      nodes.push(node);
      const first = await liveOn(await rpcChain(node.url));
      expect(outcomeOf(first)).toEqual(outcomeOf(reference));
      // Its clock is past the day now: the next run is moved to a later week, and is the same again.
      const again = await liveOn(await rpcChain(node.url));
      expect(outcomeOf(again)).toEqual(outcomeOf(reference));
      expect(again.warnings.map(({ text }) => text).join()).toMatch(/days later/);
    },
  );
  if (!anvil) console.log("anvil has no binary for this platform: its test is skipped");
});
