import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { CLAIM_FIELDS, decodeClaim, encodeClaim } from "../../agents/model/claimWord.ts";
import { word } from "../../agents/model/keccak.ts";
import { readingOf } from "../../agents/model/profileBook.ts";
import { closed, type Kind } from "../helpers/mutations.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const fromClosed = () => closed(net);

interface Clearing {
  session: number;
  claims: bigint[];
  tally: bigint[];
  readings: string[];
}
type Closed = Awaited<ReturnType<typeof closed>>;
/** Fields of which a value nearby can be as true, and one that never is: a threshold of member 3, who buys all it wants, gives it more. */
const FALSE_VALUES: Readonly<Partial<Record<(typeof CLAIM_FIELDS)[number][0], number>>> = { tau: 0, threshold: 3 };
/** The claim of slot 0, which trades, with another value in a field: one bit away where that is false. */
const claimKinds = CLAIM_FIELDS.map(([field, bits]): Kind<Clearing> => {
  const change = (claims: bigint[]) => {
    const truth = decodeClaim(claims[0]!);
    const near = bits === 1 ? 1 - truth[field] : truth[field] ^ 1;
    return claims.with(0, encodeClaim({ ...truth, [field]: FALSE_VALUES[field] ?? near }));
  };
  return [`another ${field}`, "FalseClaim", (g) => ({ ...g, claims: change(g.claims) })];
});
const bookKinds: readonly (readonly [
  string,
  string,
  (book: Closed["book"]) => Closed["book"],
  (member: number) => boolean,
])[] = [
  [
    "a packet more in a profile",
    "WrongCommitment",
    (b) => [{ ...b[0]!, orders: [b[0]!.orders[0]! + 1n] }, ...b.slice(1)],
    () => true,
  ],
  ["another lock", "WrongCommitment", (b) => [{ ...b[0]!, lock: b[0]!.lock + 1n }, ...b.slice(1)], () => true],
  ["another member in a profile", "WrongCommitment", (b) => [{ ...b[0]!, member: 5 }, ...b.slice(1)], () => true],
  ["another nonce in a profile", "WrongCommitment", (b) => [{ ...b[0]!, nonce: 2 }, ...b.slice(1)], () => true],
  [
    "the other word on registering in a profile",
    "WrongCommitment",
    (b) => [{ ...b[0]!, registers: !b[0]!.registers }, ...b.slice(1)],
    () => true,
  ],
  ["profiles in another order", "WrongCommitment", (b) => [...b].reverse(), () => true],
  ["a profile as a mark alone", "LiveProfileMissing", (b) => b, (member) => member !== 2],
  ["a profile less", "WrongReading", (b) => b.slice(1), () => true],
  ["a profile twice", "WrongReading", (b) => [b[0]!, ...b], () => true],
];

describe("claims and books with one field changed", () => {
  const send = (c: Closed, g: Clearing) => c.market.clear(g.session, g.claims, g.tally, g.readings);
  const truth = (c: Closed): Clearing => ({
    session: c.session,
    claims: c.claims,
    tally: [],
    readings: [readingOf(c.book, () => true)],
  });
  const kinds: readonly Kind<Clearing>[] = [
    ...claimKinds,
    ["a claim less", "WrongNumberOfClaims", (g) => ({ ...g, claims: g.claims.slice(1) })],
    ["a claim more", "WrongNumberOfClaims", (g) => ({ ...g, claims: [...g.claims, 0n] })],
    ["claims of the next slot", "FalseClaim", (g) => ({ ...g, claims: [...g.claims.slice(1), g.claims[0]!] })],
    ["a tally of one's own", "WrongTally", (g) => ({ ...g, tally: [1n] })],
    ["a session that there is not", "UnknownSession", (g) => ({ ...g, session: g.session + 1 })],
    ["a batch twice", "WrongReading", (g) => ({ ...g, readings: [g.readings[0]!, g.readings[0]!] })],
    ["a byte more of reading", "WrongReading", (g) => ({ ...g, readings: [`${g.readings[0]}00`] })],
    [
      "a mark of a profile that there is not",
      "WrongCommitment",
      (g) => ({ ...g, readings: [strayBit(g.readings[0]!)] }),
    ],
  ];
  it.each(kinds)("%s: %s", async (_, error, change) => {
    const c = await loadFixture(fromClosed);
    const contract = error === "FalseClaim" ? c.auction : c.market;
    await expect(send(c, await change(truth(c)))).toRevertWith(contract, error);
    await send(c, truth(c));
  });
  it.each(bookKinds)("%s: %s", async (_, error, change, inFull) => {
    const c = await loadFixture(fromClosed);
    const reading = readingOf(change(c.book), ({ member }) => inFull(member));
    await expect(send(c, { ...truth(c), readings: [reading] })).toRevertWith(c.market, error);
    await send(c, truth(c));
  });
});

/** The reading with a bit of its mask set for a profile after the last. */
const strayBit = (reading: string): string => word(BigInt(reading.slice(0, 66)) | (1n << 119n)) + reading.slice(66);
