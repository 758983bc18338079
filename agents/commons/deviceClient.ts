import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";
import { type Client, Load, type LoadSpec, type Persistence, type Wish } from "./client.ts";

/** A device with one load after another: each asks while its own window lasts, the first unfinished one first. */
export class DeviceClient implements Client {
  readonly name: string;
  readonly category: number;
  readonly loads: readonly Load[];
  /** Loads before this one are over. */
  #next = 0;

  /** @param specs Loads of one device, by deadline. */
  constructor(specs: readonly LoadSpec[], persistence?: Persistence) {
    [this.name, this.category] = [specs[0]!.name, specs[0]!.category];
    this.loads = specs.map((spec) => new Load({ ...spec, ...(persistence && { persistence }) }));
  }

  get missed(): Packets {
    return this.loads.reduce((sum, load) => sum + load.missed, 0);
  }

  wish(next: Slot): Wish | undefined {
    return this.#current(next)?.wish(next);
  }

  take(slot: Slot, packets: Packets): Packets {
    return this.#current(slot)?.take(slot, packets) ?? 0;
  }

  /** The first load whose time is not over and that lacks packets, or that waits to hear that its time is over. */
  #current(slot: Slot): Load | undefined {
    while (this.#next < this.loads.length && isOver(this.loads[this.#next]!, slot)) this.#next++;
    return this.loads[this.#next];
  }
}

const isOver = (load: Load, slot: Slot): boolean => slot >= load.spec.deadline || load.left === 0;
