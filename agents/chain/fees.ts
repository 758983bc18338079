/** Fees of a transaction, wei per gas. */
export interface Fees {
  readonly maxFee: bigint;
  readonly priority: bigint;
}

const GWEI = 1_000_000_000n;
/** Nodes take a replacement from 10 % more on; some ask for an eighth. */
const STEP_PERCENT = 130n;

/** Wei of gwei, rounded down. */
export const weiOf = (gwei: number): bigint => BigInt(Math.floor(gwei * 1e9));

/** The fees of a first attempt: room for the base fee to double, within the cap. */
export function firstFees(baseFee: bigint, tip: bigint, cap: bigint): Fees {
  return capped({ maxFee: 2n * baseFee + tip, priority: tip }, cap);
}

/**
 * The fees of the next attempt: 30 % more than the last, rounded up, and at least a first attempt's; undefined where the
 * cap leaves no room for what nodes take as a replacement.
 */
export function raisedFees(last: Fees, baseFee: bigint, tip: bigint, cap: bigint): Fees | undefined {
  const up = (fee: bigint) => (fee * STEP_PERCENT + 99n) / 100n;
  const fresh = firstFees(baseFee, tip, cap);
  const wanted = { maxFee: most(up(last.maxFee), fresh.maxFee), priority: most(up(last.priority), fresh.priority) };
  const raised = capped(wanted, cap);
  const takes = (now: bigint, before: bigint) => now * 100n >= before * 110n;
  return takes(raised.maxFee, last.maxFee) && takes(raised.priority, last.priority) ? raised : undefined;
}

function capped({ maxFee, priority }: Fees, cap: bigint): Fees {
  const most = maxFee < cap ? maxFee : cap;
  return { maxFee: most, priority: priority < most ? priority : most };
}

const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Gwei with three decimals, for messages. */
export const inGwei = (wei: bigint): string => (Number(wei) / Number(GWEI)).toFixed(3);
