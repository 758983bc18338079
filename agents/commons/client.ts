import type { PacketRequest } from "../model/commonsRequest.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";

/** What a client wants of its router: a request without the numbers that the router adds. */
export type Wish = Omit<PacketRequest, "client" | "category" | "yields">;

/** A flexible load as the commons sees it (Nardelli et al., Table I): it asks, waits for an answer, takes packets. */
export interface Client {
  readonly name: string;
  /** Load category, 0 .. 15; the community votes its class. */
  readonly category: number;
  /** What it wants to ask for before slot `next` is allocated; it is not asked while a request of it is open. */
  wish(next: Slot): Wish | undefined;
  /** Hears that what the home could not give itself of a wish was accepted. */
  accepted?(wish: Wish): void;
  /** Is offered `packets` in `slot`; returns those that it took. Called in every slot, also with 0. */
  take(slot: Slot, packets: Packets): Packets;
  /** Packets that it would have needed by its deadline and did not get, once that is over. */
  readonly missed: Packets;
}

/** How a client goes on after a rejection: it asks again every slot, and sends an emergency when time is short. */
export interface Persistence {
  /** Slots to spare below which it sends an emergency; never if left out. */
  readonly emergencyBelow?: number;
}

/** A load that appears in a slot and is done when it has its packets or its time is over. */
export interface LoadSpec {
  readonly name: string;
  readonly category: number;
  readonly shape: PacketRequest["shape"];
  readonly packets: Packets;
  readonly perSlot: Packets;
  /** The slot before which it makes its request. */
  readonly appears: Slot;
  readonly earliest: Slot;
  readonly deadline: Slot;
  readonly persistence?: Persistence;
}

/** A washer, a car, anything whose wish is known when it appears. */
export class Load implements Client {
  readonly name: string;
  readonly category: number;
  readonly spec: LoadSpec;
  #left: Packets;
  #missed = 0;

  constructor(spec: LoadSpec) {
    [this.spec, this.name, this.category, this.#left] = [spec, spec.name, spec.category, spec.packets];
  }

  get missed(): Packets {
    return this.#missed;
  }

  /** Packets that it still wants. */
  get left(): Packets {
    return this.#left;
  }

  wish(next: Slot): Wish | undefined {
    const { appears, deadline, persistence } = this.spec;
    if (this.#left === 0 || next < appears || next >= deadline) return undefined;
    const wish = this.#wishFrom(Math.max(next, this.spec.earliest));
    if (wish === undefined) return undefined;
    return { ...wish, emergency: spareOf(wish) < (persistence?.emergencyBelow ?? Number.NEGATIVE_INFINITY) };
  }

  /** What still fits into its window from `earliest` on; a block only whole. */
  #wishFrom(earliest: Slot): Wish | undefined {
    const { shape, perSlot, deadline } = this.spec;
    const packets = Math.min(this.#left, perSlot * (deadline - earliest));
    if (shape === "block" && packets < this.#left) return undefined;
    return { shape, packets, perSlot, earliest, deadline, emergency: false };
  }

  take(slot: Slot, packets: Packets): Packets {
    const taken = Math.min(packets, this.#left);
    this.#left -= taken;
    if (slot + 1 >= this.spec.deadline) this.#missed = this.#left;
    return taken;
  }
}

/** Slots to spare of a wish if it is served as late as possible. */
export const spareOf = ({ packets, perSlot, earliest, deadline }: Wish): number =>
  deadline - earliest - Math.ceil(packets / perSlot);
