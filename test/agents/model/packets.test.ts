import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionPackets, toPackets } from "../../../agents/model/packets.ts";
import { SEED } from "../../helpers/seed.ts";

const sum = (series: ArrayLike<number>) => Array.from(series).reduce((total, value) => total + value, 0);

describe("packets by the cumulative register", () => {
  it.each([9, 10_000])(`no energy is lost or made in any run of slots of up to %d Wh (seed ${SEED})`, (max) => {
    const series = fc.array(fc.integer({ min: 0, max }), { maxLength: 100 });
    const property = fc.property(series, fc.integer({ min: 1, max: 20 }), fc.nat(99), (wh, packetWh, start) => {
      const packets = toPackets(wh, packetWh, start);
      for (let t = 0; t <= wh.length; t++) {
        const register = start + sum(wh.slice(0, t));
        expect(sum(packets.slice(0, t))).toBe(Math.floor(register / packetWh) - Math.floor(start / packetWh));
      }
    });
    fc.assert(property, { seed: SEED });
  });

  it(`two days in a row give the packets of both at once, if the register is carried over (seed ${SEED})`, () => {
    const series = fc.array(fc.nat(50), { minLength: 1, maxLength: 50 });
    const property = fc.property(series, series, (first, second) => {
      const apart = [...toPackets(first, 10), ...toPackets(second, 10, sum(first))];
      expect(apart).toEqual([...toPackets([...first, ...second], 10)]);
    });
    fc.assert(property, { seed: SEED });
  });

  it("what is left of a packet shows in the slot that completes it", () => {
    expect([...toPackets([4, 4, 4, 0, 9], 10)]).toEqual([0, 0, 1, 0, 1]);
  });

  it.each([[[-1]], [[1.5]], [[Number.NaN]]])("a register can't count %j", (wh) => {
    expect(() => toPackets(wh, 10)).toThrow(RangeError);
  });

  it("a packet without whole, positive Wh is refused", () => {
    expect(() => toPackets([1], 0)).toThrow(RangeError);
    expect(() => toPackets([1], 2.5)).toThrow(RangeError);
  });

  it("a connection of 17,250 W carries 431 packets of 10 Wh in a quarter of an hour", () => {
    expect(connectionPackets(17_250, 900, 10)).toBe(431);
  });
});
