import type { Bug } from "./bug.ts";
import { MARKET_BUGS } from "./marketBugs.ts";
import { MONEY_BUGS } from "./moneyBugs.ts";
import { PROOF_BUGS } from "./proofBugs.ts";

/** Realistic mistakes, at least one for each threat of `docs/threats.md`. `scripts/plantBugs.ts` plants them one at a time. */
export const BUGS: readonly Bug[] = [...MONEY_BUGS, ...MARKET_BUGS, ...PROOF_BUGS];
