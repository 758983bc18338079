/** What members say of their open requests between two slots: receipts, emergencies, withdrawals. */
import type { Packets } from "./packets.ts";

/** Packets that arrived at a client in a slot; `all` of what it was given. */
export type Receipt = Packets | "all";

/** What a member said since the last slot was allocated, by client. */
export interface Signals {
  readonly receipts: Map<number, Receipt>;
  readonly urgent: Set<number>;
  readonly withdrawn: Set<number>;
}

/** Why an acknowledgment, an emergency or a withdrawal is refused. */
export type SignalRefusal =
  | "unknownMember"
  | "staleMessage"
  | "badSignature"
  | "clientIdle"
  | "quotaSpent"
  | "alreadyUrgent";

/** The signals of all members. */
export class SignalBook {
  readonly #of = new Map<number, Signals>();

  get(member: number): Signals | undefined {
    return this.#of.get(member);
  }

  /** The signals of a member, to be added to. */
  at(member: number): Signals {
    const known = this.#of.get(member);
    if (known !== undefined) return known;
    const fresh = { receipts: new Map(), urgent: new Set<number>(), withdrawn: new Set<number>() };
    this.#of.set(member, fresh);
    return fresh;
  }

  /** Whether a member said that all it was given arrived at a client. */
  allArrived(member: number, client: number): boolean {
    return this.#of.get(member)?.receipts.get(client) === "all";
  }

  clear(): void {
    this.#of.clear();
  }
}

/** What arrived of `pending` packets by the member's word; nothing where it said nothing. */
export function receivedOf(signals: Signals | undefined, client: number, pending: Packets): Packets {
  const receipt = signals?.receipts.get(client) ?? 0;
  return receipt === "all" ? pending : Math.min(receipt, pending);
}
