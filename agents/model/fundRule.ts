/**
 * What becomes of a slot's surplus, the difference between what its buyers pay and its sellers receive. Twin of
 * `contracts/CommunityFund.sol`.
 */

/**
 * - `treasury`: all stays with the community, which spends it by vote and never shares it out by slot. Strategy-proof.
 * - `bystanders`: equal parts to the members without an order in that slot. Strategy-proof in the price: whoever gets a
 *   part has no price to report, and whoever has one gets none.
 * - `equal`: equal parts to all members. NOT strategy-proof: a member moves a price against the others
 *   to raise its part.
 *
 * Warning: no rule protects against staying out or splitting identities: under `bystanders` a member may gain by
 * withdrawing its order.
 */
export type FundRule = "treasury" | "bystanders" | "equal";

/** Base units to each of `members`; `treasury` is the rest, so that `each` x members + treasury is the surplus. */
export interface FundShares {
  readonly each: bigint;
  readonly members: readonly number[];
  readonly treasury: bigint;
}

/**
 * Shares a slot's surplus (base units, not negative) among the `members` of the community, rounded down: the rest stays
 * with the treasury, and all of it where nobody is entitled. `traders` are the members with an order in the slot,
 * filled or not.
 */
export function fundShares(
  rule: FundRule,
  surplus: bigint,
  members: readonly number[],
  traders: ReadonlySet<number>,
): FundShares {
  const entitled = entitledTo(rule, members, traders);
  const count = BigInt(entitled.length);
  const each = count === 0n ? 0n : surplus / count;
  return { each, members: entitled, treasury: surplus - each * count };
}

function entitledTo(rule: FundRule, members: readonly number[], traders: ReadonlySet<number>): readonly number[] {
  if (rule === "treasury") return [];
  return rule === "equal" ? members : members.filter((id) => !traders.has(id));
}
