import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";

/** The five messages of a commons (Nardelli et al., section II), by the names of `docs/commons.md`. */
export const MESSAGES = ["request", "answer", "delivery", "acknowledgment", "emergency"] as const;
export type MessageKind = (typeof MESSAGES)[number];

/** One message, as it was sent. */
export interface LoggedMessage {
  readonly slot: Slot;
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly member: number;
  readonly client: number;
  readonly packets: Packets;
  readonly text: string;
}

/** Everything that was said in a commons, in order. */
export class MessageLog {
  readonly messages: LoggedMessage[] = [];

  say(message: LoggedMessage): void {
    this.messages.push(message);
  }

  /** How often each of the five occurred. */
  counts(): Record<MessageKind, number> {
    const of = (kind: MessageKind) => this.messages.filter((message) => message.kind === kind).length;
    return Object.fromEntries(MESSAGES.map((kind) => [kind, of(kind)])) as Record<MessageKind, number>;
  }

  /**
   * The handshake of the `nth` request of a client (Nardelli et al., Fig. 3): from its request to the last
   * acknowledgment before the client asks again. Empty if there is no such request.
   */
  handshake(member: number, client: number, nth = 1): LoggedMessage[] {
    const own = this.messages.filter((message) => message.member === member && message.client === client);
    const asked = own.flatMap(({ kind }, i) => (kind === "request" ? [i] : []));
    const start = asked[nth - 1];
    return start === undefined ? [] : own.slice(start, asked[nth]);
  }
}
