import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import * as Cells from "../../agents/model/ecoinCells.ts";
import { keccakOf, ZERO_HASH } from "../../agents/model/keccak.ts";
import { pack } from "../../agents/model/lanes.ts";
import { ofMember, ofSlot, tieKeysOf } from "../../agents/model/tieKey.ts";
import { laneWord, upTo } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers, networkHelpers } = await network.create();
const deploy = () => ethers.deployContract("CellsHarness");
const harness = await deploy();

const dayArb = fc.constantFrom(1, 2, 3, 0x7fff);
const counts = (max: number) => fc.array(upTo(max), { minLength: 20, maxLength: 20 });
const wordArb = fc
  .tuple(counts(4095), dayArb, fc.boolean())
  .map(([cells, day, flag]) => Cells.tagged(Cells.cellsOf(cells), day, flag));

describe(`EcoinCells (seed ${SEED})`, () => {
  it("says of any word, day and capacity what the twin says", async () => {
    const property = fc.asyncProperty(wordArb, dayArb, upTo(2047), async (word, day, capacity) => {
      const said = await harness.cells(word, day, capacity);
      expect([said.low, said.high]).toEqual(Cells.unpack(word));
      expect(said.cells).toBe(Cells.cellsOf(Cells.countsOf(word)));
      expect([said.ofDay, said.flagged]).toEqual([Cells.ofDay(word, day), Cells.flagged(word, day)]);
      expect(said.lanesOfDay).toBe(Cells.lanesOfDay(word, day));
      expect([said.within, said.sum]).toEqual([Cells.within(word, capacity), BigInt(Cells.sum(word))]);
      expect(said.each.map(Number)).toEqual(Cells.countsOf(word));
    });
    await fc.assert(property, { seed: SEED, numRuns: 200 });
  });

  it("ECOIN-1 within finds a single cell above the capacity, in every place, and nothing at it", async () => {
    for (const capacity of [0, 1, 1000, 2046, 2047])
      for (let i = 0; i < Cells.CELLS; i++) {
        const full = new Array<number>(Cells.CELLS).fill(capacity);
        const word = (cell: number) => Cells.tagged(Cells.cellsOf(full.with(i, cell)), 0x7fff, true);
        expect((await harness.cells(word(capacity), 1, capacity)).within).toBe(true);
        for (const cell of [capacity + 1, 2 * capacity + 1, 4094])
          expect((await harness.cells(word(cell), 1, capacity)).within).toBe(cell <= capacity);
      }
  });

  it("words are made as in the twin; more is added to those of the same day, and the flag stays", async () => {
    const lanes = fc.tuple(laneWord(2047), laneWord(2047));
    const more = counts(2047).map(Cells.cellsOf);
    const property = fc.asyncProperty(
      lanes,
      dayArb,
      fc.boolean(),
      dayArb,
      more,
      async ([low, high], day, flag, other, add) => {
        const { word, lanes: tagged, plus } = await harness.made(low, high, day, flag, other, add);
        expect(word).toBe(Cells.tagged(Cells.pack(low, high), day, flag));
        expect(tagged).toBe(Cells.taggedLanes(low, day));
        expect(plus).toBe(Cells.plus(word, other, add));
        expect(Cells.unpack(word)).toEqual([low, high]);
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 150 });
  });

  it("the slots 0 .. 9 lie in the low halves of the lanes, 10 .. 19 in the high halves", () => {
    const word = Cells.cellsOf(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(word).toBe(pack(Array.from({ length: 10 }, (_, i) => i + 1 + ((i + 11) << 12))));
    expect(() => Cells.cellsOf(new Array(21).fill(0))).toThrow(RangeError);
    for (const wrong of [-1, 4096, 0.5]) expect(() => Cells.cellsOf([wrong])).toThrow(RangeError);
    const two = Cells.tagged(Cells.cellsOf([2048]), 1, false);
    expect(() => Cells.plus(two, 1, Cells.cellsOf([2048]))).toThrow(RangeError);
  });
});

describe(`MemberCells (seed ${SEED})`, () => {
  const members = [1, 14, 15, 16, 29, 30, 31, 59, 60, 8191, 8192];
  const write = fc.record({
    day: fc.constantFrom(1, 2, 65_535),
    who: fc.array(fc.constantFrom(...members), { maxLength: 6 }),
    value: upTo(0xffff),
  });

  it.each([
    ["one byte", false, 30, 0xff],
    ["two bytes", true, 15, 0xffff],
  ] as const)(
    "a member's cell of %s is what was last set on its day, and 0 on another day",
    async (_, two, perWord, mask) => {
      const property = fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 5 }), async (writes) => {
        const fresh = await networkHelpers.loadFixture(deploy);
        const words = new Map<number, { day: number; cells: Map<number, number> }>(); // day and cells of each word
        for (const { day, who, value } of writes) {
          const values = who.map((_, i) => (value + i) & mask);
          await fresh.set(two, day, who, values);
          for (const [i, member] of who.entries()) {
            const known = words.get(Math.floor(member / perWord));
            const word = known?.day === day ? known : { day, cells: new Map<number, number>() };
            words.set(Math.floor(member / perWord), word);
            word.cells.set(member, values[i]!);
          }
        }
        for (const day of [1, 2, 65_535]) {
          const expected = members.map((member) => {
            const word = words.get(Math.floor(member / perWord));
            return word?.day === day ? (word.cells.get(member) ?? 0) : 0;
          });
          expect((await fresh.get(two, day, members)).map(Number)).toEqual(expected);
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: 30 });
    },
  );
});

describe(`Accounts (seed ${SEED})`, () => {
  const MAX = 2n ** 120n - 1n;
  const amount = fc.oneof(fc.bigInt({ min: 0n, max: 5n }), fc.bigInt({ min: 0n, max: MAX }), fc.constant(MAX));
  const accountOf = (balance: bigint, locked: bigint, debt: boolean) =>
    balance | (locked << 120n) | (debt ? 1n << 240n : 0n);

  it("SETTLE-3 balance and lock change by what is asked, or not at all where one would leave its bounds", async () => {
    const change = fc.oneof(fc.bigInt({ min: -5n, max: 5n }), fc.bigInt({ min: -MAX, max: MAX }));
    const args = fc.tuple(amount, amount, fc.boolean(), change, change, fc.boolean());
    let [done, refused] = [0, 0];
    const property = fc.asyncProperty(args, async ([balance, part, debt, more, lock, after]) => {
      const locked = part % (balance + 1n);
      const account = accountOf(balance, locked, debt);
      const [nextBalance, nextLocked] = [balance + more, locked + lock];
      const call = harness.change(account, more, lock, after);
      const kept = { account: harness, name: "Uncovered" };
      if (nextBalance < locked || nextBalance > MAX) {
        await expect(call).toRevertWith(harness, kept.name, [balance, locked, more]);
        refused++;
      } else if (nextLocked < 0n || nextLocked > nextBalance) {
        await expect(call).toRevertWith(harness, kept.name, [nextBalance, locked, lock]);
        refused++;
      } else {
        const [word, amounts, inDebt] = await call;
        expect(word).toBe(accountOf(nextBalance, nextLocked, after));
        expect([...amounts]).toEqual([nextBalance, nextLocked, nextBalance - nextLocked]);
        expect(inDebt).toBe(after);
        done++;
      }
    });
    await fc.assert(property, { seed: SEED, numRuns: 300 });
    expect(Math.min(done, refused)).toBeGreaterThan(50);
  });

  it("numbers that no word holds are refused, not wrapped", async () => {
    const top = accountOf(MAX, MAX, true);
    await expect(harness.change(top, 1n, 0n, true)).toRevertWith(harness, "Uncovered", [MAX, MAX, 1n]);
    await expect(harness.change(top, 0n, 1n, true)).toRevertWith(harness, "Uncovered", [MAX, MAX, 1n]);
    await expect(harness.change(top, ethers.MaxInt256, 0n, true)).toRevertWith(harness, "Panic", [0x11n]);
    const [word] = await harness.change(top, 0n, 0n, false);
    expect(word).toBe(accountOf(MAX, MAX, false));
  });
});

describe(`TieKey (seed ${SEED})`, () => {
  const who = [1, 2, 3, 255, 256, 8191, 8192, 65_535];

  it("both halves of a key are the twin's, under any seed", async () => {
    const seeds = [ZERO_HASH, ...[1, 2, 3].map((i) => keccakOf(`seed ${i}`))];
    for (const seed of seeds) {
      const slots = [0, 1, 1_976_873, 0xffff_ffff];
      const [members, halves] = await harness.keys(seed, who, slots);
      expect([...members]).toEqual(who.map((member) => ofMember(seed, member)));
      expect([...halves]).toEqual(slots.map((slot) => ofSlot(seed, slot)));
    }
  });

  it("keys never collide, say whose they are, and under the seed 0 are the member ids", () => {
    const keysOf = tieKeysOf(keccakOf("seed"));
    const keys = who.map((member) => BigInt(keysOf(7)(member)));
    expect(keys.map((key) => Number(key & 0xffffn))).toEqual(who);
    expect(new Set(keys).size).toBe(who.length);
    expect(keys).not.toEqual(who.map((member) => keysOf(8)(member)));
    expect(who.map((member) => Number(tieKeysOf(ZERO_HASH)(7)(member)))).toEqual(who);
  });

  it("nobody is first in every slot: among ten members each goes first in some of 500 slots, nobody in half of them", () => {
    const [keysOf, ten] = [tieKeysOf(keccakOf("seed")), Array.from({ length: 10 }, (_, i) => i + 1)];
    const firsts = Array.from({ length: 500 }, (_, slot) => {
      const key = keysOf(slot);
      return ten.reduce((a, b) => (key(a) < key(b) ? a : b));
    });
    const times = ten.map((member) => firsts.filter((first) => first === member).length);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(Math.max(...times)).toBeLessThan(250);
  });
});
