import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import {
  commitmentOf,
  decodeHead,
  headOf,
  MAX_ROWS,
  mark,
  type PostedProfile,
  PROFILE_TYPES,
  readingOf,
  rowOf,
  structHash,
} from "../../agents/model/profileBook.ts";
import { upTo } from "../helpers/lanes.ts";
import { SEED } from "../helpers/seed.ts";

const { ethers } = await network.create();
const harness = await ethers.deployContract("ProfileBookHarness");

const SESSION = 77 * 256 + 3;
const MAX_WORD = 2n ** 256n - 1n;

const profileArb = (words: number): fc.Arbitrary<PostedProfile> =>
  fc.record({
    session: fc.constant(SESSION),
    member: upTo(0xffff),
    nonce: upTo(255),
    registers: fc.boolean(),
    orders: fc.array(fc.bigInt({ min: 0n, max: MAX_WORD }), { minLength: words, maxLength: words }),
    lock: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  });

/** A batch, and which of its profiles are read in full. */
const batchArb = fc.integer({ min: 1, max: 10 }).chain((words) =>
  fc.array(fc.tuple(profileArb(words), fc.boolean()), { minLength: 1, maxLength: 12 }).map((rows) => ({
    words,
    batch: rows.map(([profile]) => profile),
    full: new Set(rows.filter(([, isFull]) => isFull).map(([profile]) => profile)),
  })),
);
type Batch = { words: number; batch: PostedProfile[]; full: Set<PostedProfile> };

const reading = ({ batch, full }: Batch) => readingOf(batch, (profile) => full.has(profile));
const read = ({ batch, words }: Batch, bytes: string) => harness.read(SESSION, bytes, batch.length, words);
const size = (bytes: string) => (bytes.length - 2) / 2;

describe(`ProfileBook (seed ${SEED})`, () => {
  it("a profile's struct hash is EIP-712's, its mark the twin's", async () => {
    const profiles = fc.nat(10).chain(profileArb);
    const property = fc.asyncProperty(profiles, async (profile) => {
      expect(structHash(profile)).toBe(ethers.TypedDataEncoder.hashStruct("Profile", PROFILE_TYPES, profile));
      const [struct, marked] = await harness.hashes(SESSION, [headOf(profile), ...profile.orders]);
      expect([struct, marked]).toEqual([structHash(profile), mark(profile)]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("a head says what went into it, whatever its other bits are, and these change no hash", async () => {
    const unused = fc.bigInt({ min: 0n, max: 2n ** 103n - 1n });
    const property = fc.asyncProperty(profileArb(2), unused, async (profile, other) => {
      const head = headOf(profile) | (other << 25n);
      const { member, nonce, registers, lock } = profile;
      expect(decodeHead(head)).toEqual({ member, nonce, registers, lock });
      expect([...(await harness.head(head))]).toEqual([BigInt(member), BigInt(nonce), registers, lock]);
      expect((await harness.hashes(SESSION, [head, ...profile.orders])).mark).toBe(mark(profile));
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("MARKET-6 any mixture of profiles in full and marks leads to the batch's commitment, and gives the full ones", async () => {
    const property = fc.asyncProperty(batchArb, async (given) => {
      const said = await read(given, reading(given));
      const { batch, full } = given;
      const mask = batch.reduce((bits, profile, i) => bits | (BigInt(full.has(profile)) << BigInt(i)), 0n);
      expect([said.full, said.commitment]).toEqual([mask, commitmentOf(batch)]);
      const rows = batch.filter((profile) => full.has(profile)).map(rowOf);
      expect(said.rows).toBe(ethers.concat(rows));
      expect(said.after_).toBe(`0x${"ff".repeat(64)}`); // memory taken later lies behind the rows
    });
    await fc.assert(property, { seed: SEED, numRuns: 150 });
  });

  it("a batch of 120 profiles is read whole, and as nothing but marks", async () => {
    const one: PostedProfile = { session: SESSION, member: 1, nonce: 1, registers: true, orders: [1n, 2n], lock: 3n };
    const batch = Array.from({ length: MAX_ROWS }, (_, i) => ({ ...one, member: i + 1 }));
    for (const full of [new Set(batch), new Set<PostedProfile>()]) {
      const said = await read({ words: 2, batch, full }, reading({ words: 2, batch, full }));
      expect(said.commitment).toBe(commitmentOf(batch));
      expect(size(said.rows)).toBe(full.size * 96);
    }
  });

  it("a reading of another length is refused with the length that it needs", async () => {
    const changes = fc.constantFrom(-64, -33, -32, -31, -1, 1, 31, 32, 64, 352);
    const property = fc.asyncProperty(batchArb, changes, async (given, by) => {
      const bytes = reading(given);
      const needed = size(bytes);
      const wrong = by < 0 ? bytes.slice(0, 2 * Math.max(needed + by, 0) + 2) : bytes + "00".repeat(by);
      await expect(read(given, wrong)).toRevertWith(harness, "WrongReading", [size(wrong), needed]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("no reading at all is refused", async () => {
    await expect(harness.read(SESSION, "0x", 1, 1)).toRevertWith(harness, "WrongReading");
    await expect(harness.read(SESSION, "0x", 0, 1)).toRevertWith(harness, "WrongReading", [0, 32]);
  });

  it("MARKET-6 a batch with one bit changed has another commitment", async () => {
    const bits = [...Array(25).keys(), ...Array.from({ length: 128 }, (_, i) => 128 + i)]; // of a head that say something
    const property = fc.asyncProperty(batchArb, fc.nat(), fc.nat(), async (given, which, bit) => {
      const { words, batch } = given;
      const rows = batch.map((profile) => [headOf(profile), ...profile.orders]);
      const place = bit % (bits.length + 256 * words);
      const inOrders = place - bits.length;
      const [word, shift] = inOrders < 0 ? [0, bits[place]!] : [1 + Math.floor(inOrders / 256), inOrders % 256];
      const row = rows[which % batch.length]!;
      row[word] = row[word]! ^ (1n << BigInt(shift));
      const mask = 2n ** BigInt(batch.length) - 1n;
      const changed = ethers.concat([mask, ...rows.flat()].map((value) => ethers.toBeHex(value, 32)));
      expect((await read(given, changed)).commitment).not.toBe(commitmentOf(batch));
    });
    await fc.assert(property, { seed: SEED, numRuns: 100 });
  });

  it("MARKET-6 a batch with a profile left out, doubled or moved has another commitment", () => {
    const property = fc.property(batchArb, ({ batch }) => {
      const numbered = batch.map((profile, i) => ({ ...profile, member: i + 1 }));
      const others = [numbered.slice(1), numbered.slice(0, -1), [...numbered, numbered[0]!], numbered.toReversed()];
      for (const other of others.filter((_, i) => i !== 3 || batch.length > 1))
        expect(commitmentOf(other)).not.toBe(commitmentOf(numbered));
    });
    fc.assert(property, { seed: SEED });
  });

  it("AUTH-1 the same orders in another session, of another member, nonce or kind have another hash", () => {
    const property = fc.property(profileArb(3), (profile) => {
      const { session, member, nonce, registers, orders } = profile;
      const others = [
        { ...profile, session: session + 1 },
        { ...profile, member: member ^ 1 },
        { ...profile, nonce: nonce ^ 1 },
        { ...profile, registers: !registers },
        { ...profile, orders: orders.with(0, orders[0]! ^ 1n) },
        { ...profile, orders: [...orders, 0n] },
      ];
      expect(new Set([profile, ...others].map(structHash)).size).toBe(7);
    });
    fc.assert(property, { seed: SEED });
  });
});
