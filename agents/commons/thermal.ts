import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";
import type { Client, Wish } from "./client.ts";

/** A room or a sauna: one heat store that loses to its surroundings in proportion to the difference. */
export interface ThermalSpec {
  readonly name: string;
  readonly category: number;
  /** Heat that a degree takes, Wh/K. */
  readonly capacityWhPerK: number;
  /** Heat lost per degree above the surroundings, W/K. */
  readonly lossWPerK: number;
  /** Degrees Celsius: at first, and around it. */
  readonly startC: number;
  readonly outsideC: number;
  /** Heat per unit of electricity: 1 for a resistance, more for a heat pump. */
  readonly gain: number;
  readonly perSlot: Packets;
  readonly packetWh: number;
  readonly slotSeconds: number;
  /** The temperature is reached by slot `ready` and kept until `until`; heating may begin in `from`. */
  readonly targetC: number;
  readonly from: Slot;
  readonly ready: Slot;
  readonly until: Slot;
}

/** The heat in a room or sauna, slot by slot; two clients feed it. */
class HeatStore {
  readonly spec: ThermalSpec;
  readonly temperaturesC: number[] = [];
  temperatureC: number;
  #packets = 0;

  constructor(spec: ThermalSpec) {
    [this.spec, this.temperatureC] = [spec, spec.startC];
  }

  /** Takes packets in, no more in a slot than it has power for; returns how many. */
  add(packets: Packets): Packets {
    const taken = Math.min(packets, this.spec.perSlot - this.#packets);
    this.#packets += taken;
    return taken;
  }

  /** Ends the slot: what was put in becomes heat, what the surroundings take is lost. */
  pass(): void {
    this.temperatureC = this.after(this.temperatureC, this.#packets);
    this.temperaturesC.push(this.temperatureC);
    this.#packets = 0;
  }

  /** The temperature a slot later, with `packets` of heat in it; losses at its temperature at the slot's start. */
  after(temperatureC: number, packets: Packets): number {
    const { capacityWhPerK, lossWPerK, outsideC, gain, packetWh, slotSeconds } = this.spec;
    const lostWh = (lossWPerK * (temperatureC - outsideC) * slotSeconds) / 3600;
    return temperatureC + (packets * packetWh * gain - lostWh) / capacityWhPerK;
  }
}

/**
 * A thermal load is three clients of its home. The first asks for a budget that brings it to its temperature in time, worth
 * what heating as late as possible takes; the second for what early heating loses of it again; the third, for the time of
 * use, for what the losses take.
 */
export class ThermalLoad {
  readonly spec: ThermalSpec;
  readonly clients: readonly Client[];
  readonly #heat: HeatStore;

  constructor(spec: ThermalSpec) {
    [this.spec, this.#heat] = [spec, new HeatStore(spec)];
    const first = new HeatingUp(this.#heat);
    this.clients = [first, new HeatingUp(this.#heat, first), new KeepingWarm(this.#heat)];
  }

  /** Degrees Celsius at the end of each slot lived. */
  get temperaturesC(): readonly number[] {
    return this.#heat.temperaturesC;
  }
}

class HeatingUp implements Client {
  readonly name: string;
  readonly category: number;
  readonly #heat: HeatStore;
  readonly #first: HeatingUp | undefined;
  #accepted = false;
  #promised = 0;
  #missed = 0;

  /** @param first The client whose losses this one makes up for. */
  constructor(heat: HeatStore, first?: HeatingUp) {
    [this.#heat, this.#first, this.category] = [heat, first, heat.spec.category];
    this.name = first ? `${heat.spec.name}, again` : heat.spec.name;
  }

  get missed(): Packets {
    return this.#missed;
  }

  /** Packets that it was promised and has not got. */
  get outstanding(): Packets {
    return this.#promised;
  }

  wish(next: Slot): Wish | undefined {
    const { from, ready } = this.#heat.spec;
    if (next < from || next >= ready) return undefined;
    return this.#first ? this.#again(next, this.#first.outstanding) : this.#once(next);
  }

  /** All of it, once. */
  #once(next: Slot): Wish | undefined {
    const packets = this.#needed(next);
    return this.#accepted || packets === 0 ? undefined : this.#budget(next, packets, this.#heat.spec.ready);
  }

  /** What was lost again, asked for as late as it still fits before the rest of the first request is forced. */
  #again(next: Slot, outstanding: Packets): Wish | undefined {
    const { ready, perSlot } = this.#heat.spec;
    const lost = this.#needed(next) - outstanding;
    const free = ready - Math.ceil(outstanding / perSlot);
    const slots = Math.ceil(lost / perSlot);
    if (lost <= 0 || next + slots + 1 < free) return undefined;
    return this.#budget(next, lost, Math.max(free, next + slots));
  }

  #budget(earliest: Slot, packets: Packets, deadline: Slot): Wish {
    return { shape: "budget", packets, perSlot: this.#heat.spec.perSlot, earliest, deadline, emergency: false };
  }

  accepted({ packets }: Wish): void {
    [this.#accepted, this.#promised] = [true, packets];
  }

  /** The fewest packets, taken as late as possible from `next` on, that reach the target in time; or all that fit. */
  #needed(next: Slot): Packets {
    const { perSlot, ready, targetC } = this.#heat.spec;
    let [low, high] = [0, perSlot * (ready - next)];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#reached(next, middle) >= targetC) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #reached(next: Slot, packets: Packets): number {
    const { perSlot, ready } = this.#heat.spec;
    let temperatureC = this.#heat.temperatureC;
    for (let slot = next; slot < ready; slot++) {
      const here = Math.min(perSlot, Math.max(0, packets - perSlot * (ready - slot - 1)));
      temperatureC = this.#heat.after(temperatureC, here);
    }
    return temperatureC;
  }

  take(slot: Slot, packets: Packets): Packets {
    if (!this.#first && slot + 1 === this.#heat.spec.ready) this.#missed = Math.max(0, this.#needed(slot) - packets);
    const taken = this.#heat.add(packets);
    this.#promised = Math.max(0, this.#promised - taken);
    return taken;
  }
}

class KeepingWarm implements Client {
  readonly name: string;
  readonly category: number;
  readonly #heat: HeatStore;
  #left: Packets | undefined;

  constructor(heat: HeatStore) {
    [this.#heat, this.name, this.category] = [heat, `${heat.spec.name}, keeping`, heat.spec.category];
  }

  get missed(): Packets {
    return this.#left ?? 0;
  }

  /** Packets a slot that the losses take at its temperature, rounded up. */
  get #losses(): Packets {
    const { lossWPerK, targetC, outsideC, gain, packetWh, slotSeconds, perSlot } = this.#heat.spec;
    const wh = (lossWPerK * (targetC - outsideC) * slotSeconds) / 3600 / gain;
    return Math.min(perSlot, Math.max(0, Math.ceil(wh / packetWh - 1e-9)));
  }

  wish(next: Slot): Wish | undefined {
    const { ready, until, from } = this.#heat.spec;
    const earliest = Math.max(ready, next);
    if (next < from || earliest >= until || this.#losses === 0) return undefined;
    this.#left ??= this.#losses * (until - ready);
    const packets = Math.min(this.#left, this.#losses * (until - earliest));
    if (packets === 0) return undefined;
    return { shape: "budget", packets, perSlot: this.#losses, earliest, deadline: until, emergency: false };
  }

  take(_slot: Slot, packets: Packets): Packets {
    const taken = this.#heat.add(packets);
    this.#heat.pass();
    if (this.#left !== undefined) this.#left -= taken;
    return taken;
  }
}
