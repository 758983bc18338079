import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { NO_STORE } from "../../agents/model/commonsEnergy.ts";
import type { PacketRequest } from "../../agents/model/commonsRequest.ts";
import { DEFAULT_RULES, MAX_CLIENTS, MAX_LIVE } from "../../agents/model/commonsRules.ts";
import { type CommonsPair, commonsPair } from "../helpers/commonsChain.ts";
import { FIRST_SLOT, newCommons } from "../helpers/commonsDays.ts";
import { instrumented } from "../helpers/instrumented.ts";

const net = await network.create();
/** Four fifths of what a transaction may use (EIP-7825). */
const BOUND = Math.floor(0.8 * 16_777_216);
const HORIZON = 112;

async function communityOf(members: number): Promise<CommonsPair> {
  const terms = { horizonSlots: HORIZON, feederLimit: 0x7fff, monthSlots: 2880 };
  const stores = { buffer: NO_STORE, cache: NO_STORE };
  const pair = await commonsPair(net, newCommons(terms, DEFAULT_RULES, stores, members), members);
  await shine(pair);
  return pair;
}

const shine = (pair: CommonsPair) =>
  pair.forecast(
    Array.from({ length: HORIZON }, () => ({ source: 0x7fff, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 })),
  );

const wish = (client: number, change: Partial<PacketRequest>): PacketRequest => ({
  ...{ client, category: client, yields: 0, emergency: false, shape: "budget", packets: 2, perSlot: 2 },
  ...{ earliest: FIRST_SLOT, deadline: FIRST_SLOT + HORIZON, ...change },
});

/** Posts in batches that fit a transaction. */
async function postAll(pair: CommonsPair, messages: Parameters<CommonsPair["post"]>[0]): Promise<bigint> {
  let dearest = 0n;
  for (let i = 0; i < messages.length; i += 32) {
    const { receipt } = await pair.post(messages.slice(i, i + 32));
    if (receipt!.gasUsed > dearest) dearest = receipt!.gasUsed;
  }
  return dearest;
}

describe.skipIf(instrumented)(
  "a full book of the dearest requests stays below four fifths of a transaction's gas",
  () => {
    it("where every request is a block of a hundred slots that starts", async () => {
      const pair = await communityOf(MAX_LIVE / MAX_CLIENTS);
      const blocks = Array.from({ length: MAX_CLIENTS }, (_, client) =>
        wish(client, { shape: "block", perSlot: 1, packets: 100 }),
      );
      const messages = Array.from({ length: MAX_LIVE / MAX_CLIENTS }, (_, i) => ({
        ...{ member: i + 1, slot: FIRST_SLOT, requests: blocks.slice(0, 12) },
      }));
      const posted = await postAll(pair, messages);
      expect(pair.twin.cells.every(({ block }) => block)).toBe(true);
      const { outcome, proposal } = await pair.close();
      const { gasUsed } = await pair.allocate(proposal);
      expect(outcome.grants.every(({ cell }) => cell.running)).toBe(true);
      const perCell = Number(gasUsed) / outcome.grants.length;
      console.log(`blocks: ${Math.round(perCell)} gas each to start, a batch of 32 messages ${posted}`);
      expect(perCell * MAX_LIVE).toBeLessThan(BOUND);
    });

    it.each([
      ["waits", 8],
      ["was given its last packets", 2],
    ])("where every request is another member's, %s, arrived in part, and is given up", async (what, packets) => {
      const members = 300;
      const pair = await communityOf(members);
      const all = Array.from({ length: members }, (_, i) => i + 1);
      const ask = (member: number) => ({ member, slot: FIRST_SLOT, requests: [wish(0, { packets })] });
      await postAll(pair, all.map(ask));
      await pair.allocate((await pair.close()).proposal);
      await shine(pair);
      const heard = { slot: FIRST_SLOT + 1, requests: [], receipts: new Map([[0, 1]]), withdrawn: [0] };
      await postAll(
        pair,
        all.map((member) => ({ member, ...heard })),
      );
      const { outcome, proposal } = await pair.close();
      const { gasUsed } = await pair.allocate(proposal);
      expect(outcome.closed.map(({ ending }) => ending)).toEqual(all.map(() => "withdrawn"));
      const perCell = Number(gasUsed) / members;
      console.log(`strangers that leave, each ${what}: ${Math.round(perCell)} gas each`);
      expect(perCell * MAX_LIVE).toBeLessThan(BOUND);
    });
  },
);
