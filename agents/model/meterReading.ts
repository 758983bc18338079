/** Twin of what `contracts/Arbitration.sol` has members sign and compares: a member's own reading of its meter. */
import { type Hash, keccak256, keccakOf, word } from "./keccak.ts";
import { spread } from "./lanes.ts";

/** What a member says flowed on a day, against a report's revision. */
export interface MeterReading {
  readonly day: number;
  readonly member: number;
  readonly revision: number;
  /** Ten flow words as in a leaf (`flowTree.ts`), without quality. */
  readonly flows: readonly bigint[];
}

const FIELDS = [
  { name: "day", type: "uint16" },
  { name: "member", type: "uint16" },
  { name: "revision", type: "uint8" },
  { name: "flows", type: "uint256[10]" },
] as const satisfies readonly { name: keyof MeterReading; type: string }[];

/** The EIP-712 struct as wallets take it. */
export const READING_TYPES = { MeterReading: FIELDS.map((field) => ({ ...field })) };

const TYPE_HASH = keccakOf(`MeterReading(${FIELDS.map(({ name, type }) => `${type} ${name}`).join(",")})`);

/** EIP-712 struct hash of a reading. */
export const structHash = ({ day, member, revision, flows }: MeterReading): Hash =>
  keccak256(TYPE_HASH, word(day), word(member), word(revision), keccak256(...flows.map(word)));

/** All of a lane but its quality, bits 23 and 22. */
const FLOWS = spread(0x3fffff);

/** Flow words without quality. */
export const withoutQuality = (words: readonly bigint[]): bigint[] => words.map((flows) => flows & FLOWS);
