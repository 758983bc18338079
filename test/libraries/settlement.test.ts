import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { askLock, bidLock, deviation, proved, supplierLeg } from "../../agents/model/settlement.ts";
import { many } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("SettlementHarness");

const packets = fc.oneof(fc.nat(3), fc.nat(2047), fc.nat(2 ** 19));
const price = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer(), fc.constantFrom(-(2 ** 52), 2 ** 52));
const slotArb = fc.tuple(packets, packets, packets, packets);

describe(`Settlement (seed ${SEED})`, () => {
  it("locks, deviations, supplier legs and what is proved are the twin's", async () => {
    const prices = fc.tuple(price, price, price);
    const property = fc.asyncProperty(many(slotArb, 30), prices, async (slots, [order, retail, feedIn]) => {
      expect([...(await harness.locks(order, retail, feedIn))]).toEqual([
        bidLock(order, feedIn),
        askLock(order, retail),
      ]);
      const said = (await harness.settle(slots, retail, feedIn)).map((slot) => [...slot]);
      const twin = slots.map((slot) => {
        const { shortage, unused } = deviation(...slot);
        const { delivered, received } = proved(...slot);
        const leg = supplierLeg(shortage, unused, retail, feedIn);
        return [BigInt(shortage), BigInt(unused), leg, BigInt(delivered), BigInt(received)];
      });
      expect(said).toEqual(twin);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });
});
