/**
 * How the bill of a commons is parted among its members. Twin of `contracts/libraries/CostRules.sol` and of the sums in
 * `contracts/CommonsBills.sol`. Amounts are token base units; what is owed is positive.
 */

/**
 * Parts of `whole` in proportion to `weights`, which add up to it: part i is floor(whole x W(i) / W) - floor(whole x W(i-1) / W),
 * W(i) the sum of the first i weights and W of all, floors towards minus infinity. Equal parts where all weights are 0.
 */
export function partsOf(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const [each, all] = sum === 0n ? [weights.map(() => 1n), BigInt(weights.length)] : [weights, sum];
  let [reached, given] = [0n, 0n];
  return each.map((weight) => {
    reached += weight;
    const upTo = floorDiv(whole * reached, all);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < quotient * b ? quotient - 1n : quotient;
}

/** What suppliers say of a member's day, and what its meter saw: twin of `ICommonsBills.Statement` and the leaves. */
export interface MemberBill {
  /** For what it drew that no neighbour fed in. */
  readonly charged: bigint;
  /** For what it fed in that no neighbour drew. */
  readonly paid: bigint;
  /** What it would have owed without a commons. */
  readonly alone: bigint;
  /** Packets that its meter drew less those that it fed in. */
  readonly net: number;
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** What a member owes its supplier. */
export const owedOf = ({ charged, paid }: MemberBill): bigint => charged - paid;

/**
 * `by-use`: what is shared is free. All that suppliers charge is parted by net use, all that they pay by net giving:
 * packets drawn less fed in over the day, or the other way round, at least 0.
 */
export function byUse(bills: readonly MemberBill[]): bigint[] {
  const positive = (sign: number) => bills.map(({ net }) => BigInt(Math.max(0, sign * net)));
  const costs = partsOf(sumOf(bills.map(({ charged }) => charged)), positive(1));
  const credits = partsOf(sumOf(bills.map(({ paid }) => paid)), positive(-1));
  return costs.map((cost, i) => cost - credits[i]!);
}

/** `equal-gain`: each owes what it would have owed alone, less the same part of what the commons saved. */
export function equalGain(bills: readonly MemberBill[]): bigint[] {
  const saved = sumOf(bills.map((bill) => bill.alone - owedOf(bill)));
  const parts = partsOf(
    -saved,
    bills.map(() => 0n),
  );
  return bills.map(({ alone }, i) => alone + parts[i]!);
}
