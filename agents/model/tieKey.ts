/**
 * Twin of `contracts/libraries/TieKey.sol`: the order among members whose prices are equal. A hash of the session's seed
 * and the member, crossed with a hash of the seed and the slot; the low 16 bits are the member id.
 */
import type { TieKey } from "./book.ts";
import { type Hash, keccak256, word, ZERO_HASH } from "./keccak.ts";
import type { Slot } from "./slots.ts";

const HIGH = ((1n << 240n) - 1n) << 16n;

/** The member's half of the key. Under the seed 0 it is the member id itself. */
export const ofMember = (seed: Hash, member: number): bigint =>
  seed === ZERO_HASH ? BigInt(member) : (BigInt(keccak256(seed, word(member))) & HIGH) | BigInt(member);

/** The slot's half of the key; its low 16 bits are 0. */
export const ofSlot = (seed: Hash, slot: Slot): bigint =>
  seed === ZERO_HASH ? 0n : BigInt(keccak256(seed, word(slot))) & HIGH;

/** The keys of all members in a slot of the session with this seed; a member's half is worked out once. */
export function tieKeysOf(seed: Hash): (slot: Slot) => TieKey {
  const members = new Map<number, bigint>();
  const half = (member: number): bigint => {
    const known = members.get(member) ?? ofMember(seed, member);
    members.set(member, known);
    return known;
  };
  return (slot) => {
    const slotKey = ofSlot(seed, slot);
    return (member) => half(member) ^ slotKey;
  };
}
