import type { Dice } from "./dice.ts";
import type { Receipt } from "./driver.ts";
import type { Ghost } from "./ghost.ts";

/** One action of a sequence: says what it did, or undefined if there was nothing to do it with. */
export type Action = (ghost: Ghost, dice: Dice) => Promise<string | undefined>;

/** The events of a call that had to pass. */
export function passed(receipt: Receipt, invariant: string, what: string) {
  if (!receipt.ok) throw new Error(`${invariant}: ${what} was refused: ${receipt.error}`);
  return receipt.events;
}

/** Throws unless the call was refused for one of the reasons (any reason, where none is named). */
export function refused(receipt: Receipt, invariant: string, what: string, ...reasons: readonly string[]): void {
  if (receipt.ok) throw new Error(`${invariant}: ${what} passed`);
  const { error } = receipt;
  if (reasons.length > 0 && !reasons.some((reason) => error.startsWith(`${reason}(`)))
    throw new Error(`${invariant}: ${what} was refused by ${error}, not ${reasons.join(" or ")}`);
}

/** Of a call that may pass only where `reason` is undefined: whether it passed. */
export function judged(receipt: Receipt, invariant: string, what: string, reason: string | undefined): boolean {
  if (reason === undefined) passed(receipt, invariant, what);
  else refused(receipt, invariant, what, reason);
  return receipt.ok;
}
