import { keccak_256 } from "@noble/hashes/sha3";

/** 32 bytes as lower-case hex with 0x, so that the order of strings is the order of numbers. */
export type Hash = string;

export const ZERO_HASH: Hash = `0x${"0".repeat(64)}`;

/** The last 256 bits of `value` in two's complement, as 32 bytes. */
export const word = (value: bigint | number): Hash =>
  `0x${BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, "0")}`;

/** Keccak-256 of the concatenated bytes of `parts`, each in hex with 0x. */
export function keccak256(...parts: readonly string[]): Hash {
  const bytes = Buffer.from(parts.map((part) => part.slice(2)).join(""), "hex");
  return `0x${Buffer.from(keccak_256(bytes)).toString("hex")}`;
}

/** Keccak-256 of a text's UTF-8 bytes. */
export const keccakOf = (text: string): Hash => keccak256(`0x${Buffer.from(text, "utf8").toString("hex")}`);
