/** How far a search goes. Amounts in token base units. */
export interface Scope {
  /** Largest amount of a call. */
  readonly amount: bigint;
  /** Most tokens held; no state beyond is left by further calls. Likewise debts of either side, and the pot either way. */
  readonly tokens: bigint;
  readonly debt: bigint;
  readonly pot: bigint;
  /** Longest sequence; Infinity for all there are within these bounds. */
  readonly depth: number;
}

/** What every test run does: each sequence of two calls, and every probe after it. */
export const SHORT: Scope = { amount: 1n, tokens: 2n, debt: 1n, pot: 1n, depth: 2 };
