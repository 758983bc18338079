import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "../../../agents/model/flowTree.ts";
import { restFlows } from "../../../agents/model/restFlow.ts";
import { SEED } from "../../helpers/seed.ts";

const packets = fc.oneof(fc.nat(5), fc.nat(2047));
const flow: fc.Arbitrary<Flow> = fc.record({
  drawn: packets,
  fedIn: packets,
  quality: fc.constantFrom("measured" as const, "estimated" as const),
});

/** What a seller is short by, and what a buyer leaves unused (`Settlement.sol`). */
const short = (sold: number, fedIn: number) => Math.max(0, sold - fedIn);
const unused = (bought: number, drawn: number) => Math.max(0, bought - drawn);

describe(`restFlows (seed ${SEED})`, () => {
  it("SETTLE-5 settled by its flow at home and by the rest in the federation, a member deviates by what it would in one market of both", () => {
    const property = fc.property(flow, packets, packets, (measured, own, abroad) => {
      const [sellers] = restFlows([measured], [{ sold: own, bought: 0 }]);
      const apart = short(own, measured.fedIn) + short(abroad, sellers!.fedIn);
      expect(apart).toBe(short(own + abroad, measured.fedIn));
      const [buyers] = restFlows([measured], [{ sold: 0, bought: own }]);
      const bought = unused(own, measured.drawn) + unused(abroad, buyers!.drawn);
      expect(bought).toBe(unused(own + abroad, measured.drawn));
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });

  it("ECOIN-2 no packet that flowed counts in both markets, and none is lost", () => {
    const property = fc.property(flow, packets, packets, (measured, sold, bought) => {
      const [rest] = restFlows([measured], [{ sold, bought }]);
      expect(rest!.fedIn + Math.min(sold, measured.fedIn)).toBe(measured.fedIn);
      expect(rest!.drawn + Math.min(bought, measured.drawn)).toBe(measured.drawn);
      expect(rest!.quality).toBe(measured.quality);
    });
    fc.assert(property, { seed: SEED, numRuns: 500 });
  });
});
