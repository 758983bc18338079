import type { Cell } from "../model/commonsRequest.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";

/** What the server expects of a slot, packets: beyond the base load for requests, and of base load beyond source and stores. */
export interface Outlook {
  readonly spare: Packets;
  readonly lack: Packets;
}

/**
 * The server's plan of import, packets a slot from `next` on, at most `allowance` in each: what open requests need beyond
 * the spare packets of their windows, laid where the homes draw least, so that import is flat rather than early or late.
 * Requests in order of their deadlines take spare packets first, earliest slots first. A plan only: who gets what is
 * settled slot by slot.
 */
export function planImport(
  cells: readonly Cell[],
  outlook: readonly Outlook[],
  next: Slot,
  allowance: Packets,
): Packets[] {
  const spare = outlook.map((slot) => slot.spare);
  const imports = outlook.map(() => 0);
  for (const cell of [...cells].sort((a, b) => a.deadline - b.deadline)) {
    const window = windowOf(cell, next, outlook.length);
    const free = window.map(() => cell.perSlot);
    let left = cell.left + cell.returned;
    for (const [i, t] of window.entries()) {
      const here = Math.min(left, free[i]!, spare[t]!);
      [left, spare[t], free[i]] = [left - here, spare[t]! - here, free[i]! - here];
    }
    fill(window, free, left, outlook, imports, allowance);
  }
  return imports;
}

function windowOf({ earliest, deadline }: Cell, next: Slot, slots: number): number[] {
  const from = Math.max(0, earliest - next);
  return Array.from({ length: Math.max(0, Math.min(slots, deadline - next) - from) }, (_, i) => from + i);
}

/** Lays packets into the slots of a window, always where least is drawn, in steps that keep it cheap. */
function fill(
  window: readonly number[],
  free: number[],
  packets: Packets,
  outlook: readonly Outlook[],
  imports: number[],
  allowance: Packets,
): void {
  let left = packets;
  const step = Math.max(1, Math.floor(left / 64));
  while (left > 0) {
    let best = -1;
    for (const [i, t] of window.entries()) {
      if (free[i]! === 0 || imports[t]! >= allowance) continue;
      if (best < 0 || levelOf(t, outlook, imports) < levelOf(window[best]!, outlook, imports)) best = i;
    }
    if (best < 0) return;
    const t = window[best]!;
    const here = Math.min(step, left, free[best]!, allowance - imports[t]!);
    [left, imports[t], free[best]] = [left - here, imports[t]! + here, free[best]! - here];
  }
}

const levelOf = (t: number, outlook: readonly Outlook[], imports: readonly number[]) => outlook[t]!.lack + imports[t]!;
