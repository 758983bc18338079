import fc from "fast-check";
import { COUNT, pack } from "../../agents/model/lanes.ts";

/** A number of 0 .. `max`, small ones and the bounds often. */
export const upTo = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.nat(Math.min(max, 3)), fc.nat(Math.min(max, 2047)), fc.nat(max), fc.constantFrom(0, 1, max - 1, max));

/** A word of ten lanes of 0 .. `max`. */
export const laneWord = (max: number): fc.Arbitrary<bigint> =>
  fc.array(upTo(max), { minLength: COUNT, maxLength: COUNT }).map(pack);

/** Many of the same, for one call. */
export const many = <T>(arb: fc.Arbitrary<T>, count: number): fc.Arbitrary<T[]> =>
  fc.array(arb, { minLength: count, maxLength: count });
