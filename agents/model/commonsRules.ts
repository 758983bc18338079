/**
 * What the community of a commons decides by vote, and what is fixed at deployment. Twin of
 * `contracts/libraries/CommonsRules.sol`.
 */
import type { Packets } from "./packets.ts";

/** Slots that the plan of a commons can hold; a slot stands at its number modulo this. */
export const RING_SLOTS = 128;
/** Slots ahead that a request may reach, at most: with the slots of a begun word they stay within the ring. */
export const MAX_HORIZON = 112;
/** Clients of a member, each with at most one open request. */
export const MAX_CLIENTS = 16;
/** Requests that are open at once, at most: their allocation is one transaction (`docs/commons.md`, Gas). */
export const MAX_LIVE = 1024;
export const MAX_CLASSES = 8;
export const CATEGORIES = 16;
/** Packets per slot that a feeder carries for a commons, at most: a lane of 15 bits. */
export const MAX_FEEDER = 0x7fff;

/** Fixed at deployment. */
export interface CommonsTerms {
  /** Slots ahead of the next one that requests and forecasts reach, 1 .. 112. */
  readonly horizonSlots: number;
  /** Most packets per slot that the feeder leaves to the commons, consumption and charging together. */
  readonly feederLimit: Packets;
  /** Slots of a month, over which emergencies are counted. */
  readonly monthSlots: number;
}

/**
 * Who is first within a class: `deadline` the one that must be done first, `arrival` the one that asked first, `random`
 * whom the lot of the slot names. Equals are always told apart by that lot.
 */
export const ALLOCATION_RULES = ["deadline", "arrival", "random"] as const;
export type AllocationRule = (typeof ALLOCATION_RULES)[number];

/** `selfSufficient`: import is for forced packets only. `leastCost`: the server may plan import up to the allowance. */
export const GOALS = ["selfSufficient", "leastCost"] as const;
export type Goal = (typeof GOALS)[number];

/** Where packets that nobody wants go: buffer then cache, cache then buffer, or out at once. */
export const SURPLUS_ORDERS = ["buffer", "cache", "export"] as const;
export type SurplusOrder = (typeof SURPLUS_ORDERS)[number];

/** What the community votes on. Class 0 is the highest and the basic one. */
export interface CommonsRules {
  /** Number of classes, 2 .. 8. */
  readonly classes: number;
  /** Share of each class in what is shared in a slot, permille; with `bufferShare` at most 1000. */
  readonly shares: readonly number[];
  /** Share that is held for the buffer, permille. */
  readonly bufferShare: number;
  readonly rule: AllocationRule;
  readonly goal: Goal;
  readonly surplusFirst: SurplusOrder;
  /** Import per slot that admission counts on, packets. */
  readonly importAllowance: Packets;
  /** Emergencies of a member in a month, 0 .. 15. */
  readonly emergencyQuota: number;
  /** Rejections of a client after which its request stands one class higher, 1 .. 3; 0 for never. */
  readonly riseAfter: number;
  /** A request with fewer slots to spare than this stands one class higher, 0 .. 63. */
  readonly urgentLaxity: number;
  /** Class of each of the 16 load categories. */
  readonly classOf: readonly number[];
}

/** Three classes with 400, 300 and 200 permille, earliest deadline first, as self-sufficient as can be. */
export const DEFAULT_RULES: CommonsRules = {
  classes: 3,
  shares: [400, 300, 200],
  bufferShare: 0,
  rule: "deadline",
  goal: "selfSufficient",
  surplusFirst: "buffer",
  importAllowance: 0,
  emergencyQuota: 2,
  riseAfter: 3,
  urgentLaxity: 0,
  classOf: [0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2],
};

/** What is wrong with `rules`, or undefined if they may be voted in. */
export function faultOfRules(rules: CommonsRules): string | undefined {
  const { classes, shares, bufferShare, classOf } = rules;
  if (!whole(classes, 2, MAX_CLASSES)) return `classes: ${classes} is not 2 .. ${MAX_CLASSES}`;
  if (shares.length !== classes) return `shares: ${shares.length} for ${classes} classes`;
  if (![...shares, bufferShare].every((share) => whole(share, 0, 1000))) return "shares: permille are 0 .. 1000";
  if (shares.reduce((sum, share) => sum + share, bufferShare) > 1000) return "shares: more than 1000 permille";
  if (classOf.length !== CATEGORIES) return `classOf: ${classOf.length} of ${CATEGORIES} categories`;
  if (!classOf.every((named) => whole(named, 0, classes - 1))) return "classOf: names a class that is not there";
  if (!whole(rules.importAllowance, 0, MAX_FEEDER)) return `importAllowance: is not 0 .. ${MAX_FEEDER}`;
  if (!whole(rules.emergencyQuota, 0, 15)) return "emergencyQuota: is not 0 .. 15";
  if (!whole(rules.riseAfter, 0, 3)) return "riseAfter: is not 0 .. 3";
  return whole(rules.urgentLaxity, 0, 63) ? undefined : "urgentLaxity: is not 0 .. 63";
}

/** Throws RangeError for rules that may not be voted in. */
export function checkedRules(rules: CommonsRules): CommonsRules {
  const fault = faultOfRules(rules);
  if (fault !== undefined) throw new RangeError(fault);
  return rules;
}

/** Throws RangeError for terms that can't be deployed. */
export function checkedTerms(terms: CommonsTerms): CommonsTerms {
  if (!whole(terms.horizonSlots, 1, MAX_HORIZON)) throw new RangeError(`horizonSlots: is not 1 .. ${MAX_HORIZON}`);
  if (!whole(terms.feederLimit, 1, MAX_FEEDER)) throw new RangeError(`feederLimit: is not 1 .. ${MAX_FEEDER}`);
  if (!whole(terms.monthSlots, 1, 0xffff)) throw new RangeError("monthSlots: is not 1 .. 65535");
  return terms;
}

const whole = (value: number, lowest: number, highest: number): boolean =>
  Number.isInteger(value) && value >= lowest && value <= highest;

/**
 * The rules in one word, from the low bits up: classes (4), rule (2), goal (1), surplus order (2), allowance (15), quota
 * (4), rise (2), urgent laxity (6), class of each category (16 x 3), share of each class (8 x 10), share of the buffer (10).
 */
export function packRules(rules: CommonsRules): bigint {
  const fields: (readonly [number, number])[] = [
    [rules.classes, 4],
    [ALLOCATION_RULES.indexOf(rules.rule), 2],
    [GOALS.indexOf(rules.goal), 1],
    [SURPLUS_ORDERS.indexOf(rules.surplusFirst), 2],
    [rules.importAllowance, 15],
    [rules.emergencyQuota, 4],
    [rules.riseAfter, 2],
    [rules.urgentLaxity, 6],
    ...rules.classOf.map((named) => [named, 3] as const),
    ...Array.from({ length: MAX_CLASSES }, (_, i) => [rules.shares[i] ?? 0, 10] as const),
    [rules.bufferShare, 10],
  ];
  return packFields(fields);
}

/** The rules that a word of `packRules` holds. Assumes that they are in range, as the contract sees to. */
export function unpackRules(packed: bigint): CommonsRules {
  let rest = packed;
  const take = (bits: number): number => {
    const value = Number(BigInt.asUintN(bits, rest));
    rest >>= BigInt(bits);
    return value;
  };
  const classes = take(4);
  const [rule, goal] = [ALLOCATION_RULES[take(2)]!, GOALS[take(1)]!];
  const surplusFirst = SURPLUS_ORDERS[take(2)]!;
  const [importAllowance, emergencyQuota, riseAfter, urgentLaxity] = [take(15), take(4), take(2), take(6)];
  const classOf = Array.from({ length: CATEGORIES }, () => take(3));
  const shares = Array.from({ length: MAX_CLASSES }, () => take(10)).slice(0, classes);
  const bufferShare = take(10);
  return {
    ...{ classes, shares, bufferShare, rule, goal, surplusFirst },
    ...{ importAllowance, emergencyQuota, riseAfter, urgentLaxity, classOf },
  };
}

/** Fields of value and width side by side, the first in the lowest bits. */
export function packFields(fields: readonly (readonly [value: number | bigint, bits: number])[]): bigint {
  let word = 0n;
  let at = 0n;
  for (const [value, bits] of fields) {
    word |= BigInt(value) << at;
    at += BigInt(bits);
  }
  return word;
}
