import fc from "fast-check";
import { expect, it } from "vitest";
import { reportOf } from "../../../agents/dso/dso.ts";
import { leavesReading, MAX_LEAVES } from "../../../agents/dso/leaves.ts";
import { type Flow, leaf, rangeRoot } from "../../../agents/model/flowTree.ts";
import { keccak256, keccakOf } from "../../../agents/model/keccak.ts";
import { SEED } from "../../helpers/seed.ts";

/** A report over so many meters, each with flows of its own in two slots. */
function reportFor(meters: number) {
  const flow = (i: number): Flow => ({ drawn: i % 7, fedIn: i % 3, quality: i % 5 === 0 ? "estimated" : "measured" });
  const flows = Array.from({ length: meters }, (_, i) => [flow(i), flow(i + 1)]);
  const header = { feeder: keccakOf("feeder"), day: 1, firstSlot: 10, count: 2, revision: 0, epoch: 1 };
  return reportOf(
    header,
    flows,
    flows.map((_, i) => keccakOf(`salt ${i}`)),
  );
}

it("a report adds up what its meters drew and fed in, and counts what was not measured", () => {
  const { report } = reportFor(3); // drawn 0 1, 1 2, 2 3; fed in 0 1, 1 2, 2 0; estimated: the first slot of meter 1
  expect(report).toMatchObject({ meters: 3, drawnPackets: 9n, fedInPackets: 6n, feederPackets: 3n, estimated: 1 });
});

it(`a run of leaves, in full or as hashes, leads to the report's root (seed ${SEED})`, () => {
  const property = fc.property(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.boolean()), (meters, coin) => {
    const day = reportFor(meters);
    const members = new Set([...Array(meters).keys()].map((i) => i + 1).filter(() => coin.next().value));
    if (members.size === 0) members.add(meters);
    const { first, count, reading, proof } = leavesReading(day, members);
    let at = 2;
    const take = (words: number) => {
      at += 64 * words;
      return `0x${reading.slice(at - 64 * words, at)}`;
    };
    const mask = BigInt(take(1));
    const hashes = Array.from({ length: count }, (_, i) =>
      (mask >> BigInt(i)) & 1n ? keccak256(keccak256(take(12))) : take(1),
    );
    expect(at).toBe(reading.length);
    expect(hashes).toEqual(day.leaves.slice(first, first + count).map(leaf));
    expect(rangeRoot(hashes, first, meters, proof)).toBe(day.report.root);
  });
  fc.assert(property, { seed: SEED });
});

it("a run longer than the mask is refused", () => {
  const day = reportFor(MAX_LEAVES + 1);
  expect(leavesReading(day, new Set([2, MAX_LEAVES + 1])).count).toBe(MAX_LEAVES);
  expect(() => leavesReading(day, new Set([1, MAX_LEAVES + 1]))).toThrow(RangeError);
});
