import type { MessageAnswer } from "../model/commons.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import { MAX_CLIENTS } from "../model/commonsRules.ts";
import type { Receipt } from "../model/commonsSignals.ts";
import type { Grant } from "../model/commonsSlot.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";
import type { Client, Wish } from "./client.ts";

/** A home in the commons. */
export interface HomeSpec {
  readonly member: number;
  readonly name: string;
  readonly clients: readonly Client[];
  /** Classes by which the home ranks a client back, by its place; 0 if left out. */
  readonly yields?: readonly number[];
  /**
   * Packets of the home's own surplus that are expected in a slot. Where given, the router is a local server: it keeps
   * of them what its clients can use, and asks the commons for the rest.
   */
  readonly own?: (slot: Slot) => Packets;
}

/** What a client got in a slot, and from where. */
export interface Delivered {
  readonly client: number;
  readonly local: Packets;
  readonly shared: Packets;
  readonly taken: Packets;
}

/**
 * The router of a home: it bundles what its clients want into one message a slot, ranks them, serves from the home's own
 * surplus first, and says what arrived.
 */
export class Router {
  readonly spec: HomeSpec;
  #asked: RequestMessage["requests"] = [];
  /** Clients with an open request in the commons. */
  readonly #open = new Set<number>();
  /** Packets of the home's own surplus that are set aside, by slot and client. */
  readonly #local = new Map<Slot, Map<number, Packets>>();

  constructor(spec: HomeSpec) {
    if (spec.clients.length > MAX_CLIENTS) throw new RangeError(`${spec.name}: more than ${MAX_CLIENTS} clients`);
    this.spec = spec;
  }

  /** The home's message for slot `next`, signed nowhere yet; undefined if nobody wants anything of the commons. */
  message(next: Slot): RequestMessage | undefined {
    const { member, clients, yields } = this.spec;
    const requests = clients.flatMap((client, i) => {
      const wish = this.#open.has(i) ? undefined : this.#afterOwn(i, client.wish(next), next);
      return wish === undefined ? [] : [{ ...wish, client: i, category: client.category, yields: yields?.[i] ?? 0 }];
    });
    this.#asked = requests;
    return requests.length === 0 ? undefined : { member, slot: next, requests };
  }

  /** Reads the commons' answers to the last message. */
  answered(answer: MessageAnswer): void {
    if (answer.kind === "refused") return;
    for (const [i, request] of this.#asked.entries()) {
      if (answer.answers[i]!.kind !== "accepted") continue;
      this.#open.add(request.client);
      this.spec.clients[request.client]!.accepted?.(request);
    }
  }

  /** Hears that a client's request left the commons' book. */
  closed(client: number): void {
    this.#open.delete(client);
  }

  /** Packets of its own surplus that the home keeps in a slot for its clients. */
  kept(slot: Slot): Packets {
    return [...(this.#local.get(slot)?.values() ?? [])].reduce((sum, packets) => sum + packets, 0);
  }

  /**
   * Offers the clients what they were given: first the home's own, as far as `surplus` really came, then the commons'
   * `grants`. What they did not take of the latter is not acknowledged.
   */
  deliver(slot: Slot, grants: readonly Grant[], surplus: Packets): Delivered[] {
    let own = surplus;
    const delivered = this.spec.clients.map((client, i) => {
      const local = Math.min(own, this.#local.get(slot)?.get(i) ?? 0);
      own -= local;
      const shared = grants.find(({ cell }) => cell.client === i)?.packets ?? 0;
      return { client: i, local, shared, taken: client.take(slot, local + shared) };
    });
    this.#local.delete(slot);
    return delivered;
  }

  /** Acknowledgments of what came from the commons. */
  static receipts(delivered: readonly Delivered[]): Map<number, Receipt> {
    const some = delivered.filter(({ shared }) => shared > 0);
    return new Map(
      some.map(({ client, local, shared, taken }) => [
        client,
        taken >= local + shared ? ("all" as const) : Math.max(0, taken - local),
      ]),
    );
  }

  /**
   * The local server: sets aside what the home's own surplus can give, first slots first; returns what is left to ask. A
   * block is always asked of the commons, whose promise does not break it.
   */
  #afterOwn(client: number, wish: Wish | undefined, next: Slot): Wish | undefined {
    const { own } = this.spec;
    if (wish === undefined || own === undefined || wish.emergency || wish.shape === "block") return wish;
    this.#forget(client, next);
    let left = wish.packets;
    for (let slot = wish.earliest; slot < wish.deadline && left > 0; slot++) {
      const here = Math.min(left, wish.perSlot, Math.max(0, own(slot) - this.kept(slot)));
      if (here > 0) this.#keep(slot, client, here);
      left -= here;
    }
    return left === 0 ? undefined : { ...wish, packets: left };
  }

  /** A client that asks anew is planned anew. */
  #forget(client: number, next: Slot): void {
    for (const [slot, here] of this.#local) if (slot >= next) here.delete(client);
  }

  #keep(slot: Slot, client: number, packets: Packets): void {
    const here = this.#local.get(slot) ?? new Map<number, Packets>();
    here.set(client, packets);
    this.#local.set(slot, here);
  }
}
