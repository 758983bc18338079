import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";

const { ethers, networkHelpers } = await network.create();
const { loadFixture, setStorageAt, time } = networkHelpers;
const [admin, supplier, stranger] = await ethers.getSigners();

const SLOT = 900;
const HORIZON = 31 * 86_400;
/** A deployment's terms: 15-minute slots, 10 Wh packets, three days kept, ticks of 5 from -100. */
const TERMS = { slotSeconds: SLOT, packetWh: 10, ringDays: 3, floorPrice: -100n, tickSize: 5n };
type Ticks = readonly [retail: number, feedIn: number];

const deploy = async (terms: typeof TERMS) => {
  const house = await ethers.deployContract("DayBookMock");
  const tariff = await ethers.deployContract("Tariff", [admin!.address, supplier!.address, house, terms]);
  return { house, tariff: tariff.connect(supplier!) };
};
const fixture = () => deploy(TERMS);

/** Words of ten lanes, retail tick above feed-in tick. */
function encode(prices: readonly Ticks[]): bigint[] {
  const words = new Array<bigint>(Math.ceil(prices.length / 10)).fill(0n);
  for (const [i, [retail, feedIn]] of prices.entries())
    words[Math.floor(i / 10)]! |= BigInt((retail << 12) | feedIn) << BigInt(24 * (i % 10));
  return words;
}
const flat = (count: number, ticks: Ticks = [300, 100]): Ticks[] => new Array(count).fill(ticks);
const tenWords = (words: readonly bigint[]) => [...words, ...new Array<bigint>(10 - words.length).fill(0n)];
/** The first slot that starts at least `seconds` from now. */
const slotIn = async (seconds: number) => Math.ceil(((await time.latest()) + seconds) / SLOT);

const tick = fc.oneof(fc.nat(9), fc.nat(4095));
const ticks = fc.tuple(tick, tick).map(([a, b]): Ticks => [Math.max(a, b), Math.min(a, b)]);
const day = fc.record({ gap: fc.nat(2), prices: fc.array(ticks, { minLength: 1, maxLength: 100 }) });

describe("Tariff", () => {
  it("any days in a row: the ring keeps the last ones as they were fixed and forgets the others", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 8 }), async (days) => {
        const { tariff } = await loadFixture(fixture);
        let next = await slotIn(60);
        const fixed: { firstSlot: number; prices: Ticks[] }[] = [];
        for (const { gap, prices } of days) {
          const firstSlot = next + gap;
          const event = [fixed.push({ firstSlot, prices }), firstSlot, prices.length, encode(prices)];
          await expect(tariff.fixDay(firstSlot, prices.length, encode(prices))).toEmit(tariff, "DayFixed", event);
          next = firstSlot + prices.length;
        }
        expect(await tariff.latestDay()).toBe(BigInt(fixed.length));
        for (const [i, { firstSlot, prices }] of fixed.entries()) {
          const number = i + 1;
          if (number > fixed.length - TERMS.ringDays) {
            expect([...(await tariff.dayOf(number))]).toEqual([BigInt(firstSlot), BigInt(prices.length)]);
            expect([...(await tariff.prices(number))]).toEqual(tenWords(encode(prices)));
          } else {
            await expect(tariff.dayOf(number)).toRevertWith(tariff, "UnknownDay", [number]);
            await expect(tariff.prices(number)).toRevertWith(tariff, "UnknownDay", [number]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("retail is never below feed-in: one slot of any day where it is has the day refused", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    const wrong = fc.record({
      prices: fc.array(ticks, { minLength: 1, maxLength: 100 }),
      at: fc.nat(99),
      feedIn: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4095 })),
      below: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 4095 })),
    });
    await fc.assert(
      fc.asyncProperty(wrong, async ({ prices, at, feedIn, below }) => {
        const slot = at % prices.length;
        const retail = Math.max(0, feedIn - below);
        const sent = tariff.fixDay.staticCall(firstSlot, prices.length, encode(prices.with(slot, [retail, feedIn])));
        await expect(sent).toRevertWith(tariff, "FeedInAboveRetail", [firstSlot + slot, retail, feedIn]);
        const equal = encode(prices.with(slot, [feedIn, feedIn]));
        expect(await tariff.fixDay.staticCall(firstSlot, prices.length, equal)).toBe(1n);
      }),
      { numRuns: 60 },
    );
  });

  it("AUTH-2 only the supplier fixes a day", async () => {
    const { tariff } = await loadFixture(fixture);
    const role = await tariff.SUPPLIER_ROLE();
    for (const other of [admin!, stranger!]) {
      const sent = tariff.connect(other).fixDay(await slotIn(60), 1, encode(flat(1)));
      await expect(sent).toRevertWith(tariff, "AccessControlUnauthorizedAccount", [other.address, role]);
    }
    await tariff.connect(admin!).grantRole(role, stranger!);
    await tariff.connect(stranger!).fixDay(await slotIn(60), 1, encode(flat(1)));
  });

  it("a day is fixed before its first slot starts, to the second, and at most 31 days ahead", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(HORIZON + 3600);
    const start = firstSlot * SLOT;
    const fix = () => tariff.fixDay(firstSlot, 1, encode(flat(1)));
    const refusedAt = async (second: number, error: string, limit: number) => {
      await time.setNextBlockTimestamp(second);
      await expect(fix()).toRevertWith(tariff, error, [firstSlot, limit]);
    };
    await refusedAt(start - HORIZON - 1, "TooFarAhead", start - 1);
    for (const second of [start - HORIZON, start - HORIZON + 1, start - 1]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(second);
      await expect(fix()).toEmit(tariff, "DayFixed");
      await snapshot.restore();
    }
    await refusedAt(start, "DayStarted", start);
    await refusedAt(start + 1, "DayStarted", start);
  });

  it("a slot belongs to at most one day", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    await tariff.fixDay(firstSlot, 100, encode(flat(100)));
    for (const overlapping of [firstSlot - 1, firstSlot, firstSlot + 99]) {
      const sent = tariff.fixDay(overlapping, 1, encode(flat(1)));
      await expect(sent).toRevertWith(tariff, "DayOverlaps", [overlapping, firstSlot + 100]);
    }
    await expect(tariff.fixDay(firstSlot + 100, 1, encode(flat(1)))).toEmit(tariff, "DayFixed");
  });

  it("a day has 1 to 100 slots, in as many words as they need", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    for (const count of [0, 101, 255])
      await expect(tariff.fixDay(firstSlot, count, [])).toRevertWith(tariff, "CountOutOfRange", [count, 100]);
    for (const [count, words, needed] of [
      [1, 0, 1],
      [1, 2, 1],
      [10, 2, 1],
      [11, 1, 2],
      [100, 9, 10],
      [100, 11, 10],
    ] as const) {
      const sent = tariff.fixDay(firstSlot, count, new Array(words).fill(0n));
      await expect(sent).toRevertWith(tariff, "WrongLength", [words, needed]);
    }
  });

  it("bits outside the day's lanes are refused", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    for (const [count, index, bit] of [
      [1, 0, 24],
      [1, 0, 255],
      [9, 0, 216],
      [10, 0, 240],
      [12, 0, 240],
      [12, 1, 48],
      [100, 9, 255],
    ] as const) {
      const words = encode(flat(count));
      words[index]! |= 1n << BigInt(bit);
      const sent = tariff.fixDay(firstSlot, count, words);
      await expect(sent).toRevertWith(tariff, "StrayBits", [index, words[index]]);
    }
  });

  it("a day does not take the place of one that still waits for something", async () => {
    const { house, tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    const fix = (i: number) => tariff.fixDay(firstSlot + i, 1, encode(flat(1)));
    for (let day = 0; day <= 4; day++) await house.setBusy(day, true); // there is no day 0 to ask about
    for (let i = 0; i < 3; i++) await fix(i);
    await expect(fix(3)).toRevertWith(tariff, "DayNotFree", [1]);
    expect(await tariff.latestDay()).toBe(3n);
    await house.setBusy(1, false);
    await fix(3);
    await expect(fix(4)).toRevertWith(tariff, "DayNotFree", [2]);
    expect([...(await tariff.dayOf(4))]).toEqual([BigInt(firstSlot + 3), 1n]);
  });

  it("a shorter day shows nothing of the longer one whose place it took", async () => {
    const { tariff } = await loadFixture(fixture);
    const firstSlot = await slotIn(3600);
    await tariff.fixDay(firstSlot, 100, encode(flat(100)));
    for (let i = 0; i < 3; i++) await tariff.fixDay(firstSlot + 100 + i, 1, encode(flat(1)));
    expect([...(await tariff.prices(4))]).toEqual(tenWords(encode(flat(1))));
  });

  it("before the first day, and for day 0, every day is unknown", async () => {
    const { tariff } = await loadFixture(fixture);
    for (const unknown of [0, 1, 3, 65_535]) {
      await expect(tariff.dayOf(unknown)).toRevertWith(tariff, "UnknownDay", [unknown]);
      await expect(tariff.prices(unknown)).toRevertWith(tariff, "UnknownDay", [unknown]);
    }
    expect(await tariff.latestDay()).toBe(0n);
  });

  it("day 32,767 is the last", async () => {
    const { tariff } = await loadFixture(fixture);
    const latestDaySlot = 1;
    await setStorageAt(await tariff.getAddress(), latestDaySlot, 32_766);
    const firstSlot = await slotIn(3600);
    await tariff.fixDay(firstSlot, 1, encode(flat(1)));
    expect(await tariff.latestDay()).toBe(32_767n);
    const sent = tariff.fixDay(firstSlot + 1, 1, encode(flat(1)));
    await expect(sent).toRevertWith(tariff, "NoMoreDays", [32_767]);
  });

  it("the terms say how ticks become prices, and the price 0 is one", async () => {
    const { house, tariff } = await loadFixture(fixture);
    expect([...(await tariff.scale())]).toEqual([-100n, 5n]);
    expect(await tariff.zeroTick()).toBe(20n);
    expect(await tariff.slotSeconds()).toBe(900n);
    expect(await tariff.packetWh()).toBe(10n);
    expect(await tariff.ringDays()).toBe(3n);
    expect(await tariff.house()).toBe(await house.getAddress());
    const highest = await deploy({ ...TERMS, floorPrice: -4095n, tickSize: 1n });
    expect(await highest.tariff.zeroTick()).toBe(4095n);
    const lowest = await deploy({ ...TERMS, floorPrice: 0n, tickSize: (2n ** 63n - 1n) / 4095n });
    expect(await lowest.tariff.zeroTick()).toBe(0n);
    const step = (2n ** 63n - 1n) / 2359n; // exactly: the price of tick 4,095 is the largest int64
    const widest = await deploy({ ...TERMS, floorPrice: -1736n * step, tickSize: step });
    expect(await widest.tariff.zeroTick()).toBe(1736n);
  });

  it("AUTH-2 terms that are zero, off the grid or too large are refused", async () => {
    const { tariff } = await loadFixture(fixture);
    const refused: Partial<typeof TERMS>[] = [
      { slotSeconds: 0 },
      { packetWh: 0 },
      { ringDays: 0 },
      { tickSize: 0n },
      { floorPrice: 5n },
      { floorPrice: -101n },
      { floorPrice: -4096n, tickSize: 1n },
      { floorPrice: -(2n ** 63n), tickSize: 1n },
      { floorPrice: 0n, tickSize: (2n ** 63n - 1n) / 4095n + 1n },
      { floorPrice: 0n, tickSize: 2n ** 64n - 1n },
    ];
    for (const change of refused) {
      const terms = { ...TERMS, ...change };
      await expect(deploy(terms)).toRevertWith(tariff, "TermsOutOfRange", [Object.values(terms)]);
    }
  });
});
