/**
 * Twin of `contracts/libraries/ProfileBook.sol`: what a member signs for a session, and how the chain binds profiles in
 * batches. A batch's commitment is the hash over the marks of its profiles; who reads a batch gives each profile in full
 * or as its mark.
 */
import { type Hash, keccak256, keccakOf, word } from "./keccak.ts";

/** One member's orders for all slots of a session. */
export interface Profile {
  readonly session: number;
  readonly member: number;
  /** 1 for the first in a session, one more for each that replaces it. */
  readonly nonce: number;
  /** Whether its asks register new ecoins. */
  readonly registers: boolean;
  /** Order words of the session (`orders.ts`). */
  readonly orders: readonly bigint[];
}

/** A profile in the book, with the lock that was taken for it, token base units. */
export interface PostedProfile extends Profile {
  readonly lock: bigint;
}

/** Profiles in a batch, at most. */
export const MAX_ROWS = 120;

/** Fields of the EIP-712 struct in order. */
const FIELDS = [
  { name: "session", type: "uint32" },
  { name: "member", type: "uint16" },
  { name: "nonce", type: "uint8" },
  { name: "registers", type: "bool" },
  { name: "orders", type: "uint256[]" },
] as const satisfies readonly { name: keyof Profile; type: string }[];

/** The struct as wallets take it. */
export const PROFILE_TYPES = { Profile: FIELDS.map((field) => ({ ...field })) };

const TYPE_HASH = keccakOf(`Profile(${FIELDS.map(({ name, type }) => `${type} ${name}`).join(",")})`);

/** EIP-712 struct hash of a profile. */
export const structHash = ({ session, member, nonce, registers, orders }: Profile): Hash =>
  keccak256(
    TYPE_HASH,
    word(session),
    word(member),
    word(nonce),
    word(registers ? 1 : 0),
    keccak256(...orders.map(word)),
  );

/** The head word: member, nonce, 1 if its asks register new ecoins, lock (0 while it is only signed). */
export const headOf = ({ member, nonce, registers, lock }: PostedProfile): bigint =>
  BigInt(member) | (BigInt(nonce) << 16n) | (BigInt(registers) << 24n) | (lock << 128n);

/** What a head word says. */
export const decodeHead = (head: bigint): Omit<PostedProfile, "session" | "orders"> => ({
  member: Number(head & 0xffffn),
  nonce: Number((head >> 16n) & 0xffn),
  registers: ((head >> 24n) & 1n) === 1n,
  lock: head >> 128n,
});

/** The mark of a profile in its batch: its struct hash bound to the lock that was taken for it. */
export const mark = (profile: PostedProfile): Hash => keccak256(structHash(profile), word(profile.lock));

/** What binds a batch: the hash over its marks, in order. */
export const commitmentOf = (batch: readonly PostedProfile[]): Hash => keccak256(...batch.map(mark));

/** A row of a book: head and order words, in hex. */
export const rowOf = (profile: PostedProfile): string =>
  `0x${[headOf(profile), ...profile.orders].map((value) => word(value).slice(2)).join("")}`;

/**
 * A batch as calldata, in hex: a word whose bit i says that the i-th profile is given in full, then each profile, in
 * full or as its mark.
 */
export function readingOf<P extends PostedProfile>(batch: readonly P[], inFull: (profile: P) => boolean): string {
  const mask = batch.reduce((bits, profile, i) => bits | (BigInt(inFull(profile)) << BigInt(i)), 0n);
  const items = batch.map((profile) => (inFull(profile) ? rowOf(profile) : mark(profile)));
  return `0x${[word(mask), ...items].map((item) => item.slice(2)).join("")}`;
}
