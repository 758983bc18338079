import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_ORDER_PACKETS } from "../../../agents/household/market.ts";
import { type Need, needsOf } from "../../../agents/household/needs.ts";
import { connectionPackets } from "../../../agents/model/packets.ts";
import { SEED } from "../../helpers/seed.ts";
import { days, homeWith, planFor, termsFor } from "./homes.ts";

const signed = (need: Need) => (need.side === "none" ? 0 : need.side === "bid" ? need.packets : -need.packets);
const needs = (load: number[], pv: number[], position?: number[], connectionW = 100_000) => {
  const market = termsFor(load.length);
  const context = { home: homeWith(load.length, { connectionW }), plan: planFor(load, pv), market };
  return needsOf(position ? { ...context, position } : context);
};

describe(`what a home trades (seed ${SEED})`, () => {
  it("is what its plan lacks or has too much, in whole packets, none lost", () => {
    const property = fc.property(days, ({ loadWh, pvWh }) => {
      const traded = needs([...loadWh], [...pvWh]).map(signed);
      const net = loadWh.map((wh, t) => wh - (pvWh[t] as number));
      const total = (sign: number) => Math.floor(net.reduce((sum, wh) => sum + Math.max(0, sign * wh), 0) / 10);
      expect(traded.reduce((sum, packets) => sum + Math.max(0, packets), 0)).toBe(total(1));
      expect(traded.reduce((sum, packets) => sum + Math.max(0, -packets), 0)).toBe(total(-1));
    });
    fc.assert(property, { seed: SEED });
  });

  it("is within the connection and 2,047 packets, and at least one packet", () => {
    const big = fc.array(fc.tuple(fc.nat(90_000), fc.nat(90_000), fc.integer({ min: -9000, max: 9000 })), {
      minLength: 1,
    });
    const property = fc.property(big, fc.nat(200_000), (slots, connectionW) => {
      const [load, pv, position] = [0, 1, 2].map((i) => slots.map((slot) => slot[i] as number)) as [
        number[],
        number[],
        number[],
      ];
      const most = connectionPackets(connectionW, 900, 10);
      needs(load, pv, position, connectionW).forEach((need, t) => {
        if (need.side === "none") return;
        expect(need.packets >= 1 && need.packets <= MAX_ORDER_PACKETS).toBe(true);
        const after = (position[t] as number) + signed(need);
        expect(Math.abs(after)).toBeLessThanOrEqual(Math.max(most, Math.abs(position[t] as number)));
      });
    });
    fc.assert(property, { seed: SEED });
  });

  it("filled session after session, ends where the plan wants to be", () => {
    const property = fc.property(fc.nat(9000), fc.nat(9000), fc.integer({ min: -900, max: 900 }), (load, pv, start) => {
      const wanted = signed(needs([load], [pv])[0] as Need);
      let position = start;
      for (let session = 0; session < 3; session++) position += signed(needs([load], [pv], [position])[0] as Need);
      expect(position).toBe(wanted);
    });
    fc.assert(property, { seed: SEED });
  });

  it.each([
    [200, 0, 0, { side: "bid", packets: 20, reason: "lack" }],
    [0, 200, 0, { side: "ask", packets: 20, reason: "surplus" }],
    [200, 0, 5, { side: "bid", packets: 15, reason: "lack" }],
    [200, 0, 25, { side: "ask", packets: 5, reason: "give-back" }],
    [0, 200, 25, { side: "ask", packets: 25, reason: "give-back" }],
    [0, 200, -25, { side: "bid", packets: 5, reason: "buy-back" }],
    [200, 0, -5, { side: "bid", packets: 5, reason: "buy-back" }],
    [0, 200, -20, { side: "none", reason: "balanced" }],
    [5, 0, 0, { side: "none", reason: "balanced" }],
  ])("load %d Wh, PV %d Wh and a position of %d packets make %o", (load, pv, position, need) => {
    expect(needs([load], [pv], [position])).toEqual([need]);
  });
});
