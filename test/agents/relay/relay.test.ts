import fc from "fast-check";
import { expect, it } from "vitest";
import { batchesOf, postArguments, type SignedProfile } from "../../../agents/relay/relay.ts";
import { SEED } from "../../helpers/seed.ts";

const profile = (member: number, nonce = 1, signature = `0x${"11".repeat(70)}`): SignedProfile => ({
  session: 256,
  member,
  nonce,
  registers: false,
  orders: [7n],
  signature,
});

it(`every profile is in exactly one batch, members rise in each, none is too large (seed ${SEED})`, () => {
  const profiles = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 })));
  const property = fc.property(profiles, fc.integer({ min: 1, max: 4 }), (list, size) => {
    const given = list.map(([member, nonce]) => profile(member, nonce));
    const batches = batchesOf(given, size);
    expect(new Set(batches.flat())).toEqual(new Set(given));
    expect(batches.flat().length).toBe(given.length);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(size);
      batch.slice(1).forEach(({ member }, i) => expect(member).toBeGreaterThan(batch[i]!.member));
    }
  });
  fc.assert(property, { seed: SEED });
});

it("a signature that is none of a key goes to the list, and its row names its place", () => {
  const wallet = `0x${"ab".repeat(97)}`;
  const { rows, signatures } = postArguments([profile(1, 1, `0x${"00".repeat(65)}`), profile(2, 1, wallet)]);
  const words = Array.from({ length: (rows.length - 2) / 64 }, (_, i) =>
    BigInt(`0x${rows.slice(2 + 64 * i, 66 + 64 * i)}`),
  );
  expect(words.slice(4, 8)).toEqual([2n | (1n << 16n), 1n, 0n, 7n]); // head, place, vs 0, orders
  expect(signatures[1]).toBe(wallet);
});
