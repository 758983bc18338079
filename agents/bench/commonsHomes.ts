import type { SlotForecast } from "../model/commonsEnergy.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import type { PacketRequest } from "../model/commonsRequest.ts";
import { MAX_CLIENTS } from "../model/commonsRules.ts";
import type { Receipt } from "../model/commonsSignals.ts";
import { type Random, randomStream } from "../random/random.ts";
import type { CommonsLife, LivedSlot } from "./commonsLife.ts";

/** How a community of the benchmark asks. */
export interface CommonsCase {
  readonly name: string;
  readonly members: number;
  /** Requests that a home has waiting. */
  readonly open: number;
  /** Slots in which a request is given packets, at least and at most. */
  readonly needs: readonly [number, number];
  /** Slots more than that in its window, at least and at most. */
  readonly spare: readonly [number, number];
  /** Packets that the source gives a slot, as a share of what waiting requests could take in it. */
  readonly supply: number;
}

export const FEEDER = 0x7fff;
export const HORIZON = 96;

/** The homes of a case: each keeps so many requests open, and acknowledges all that arrived. */
export class Homes {
  readonly #given: CommonsCase;
  readonly #life: CommonsLife;
  readonly #random: Random;
  #receipts = new Map<number, Map<number, Receipt>>();

  constructor(given: CommonsCase, life: CommonsLife) {
    [this.#given, this.#life] = [given, life];
    this.#random = randomStream(1, `commons gas ${given.name}`);
  }

  forecast(): SlotForecast[] {
    const { members, open, supply } = this.#given;
    const source = Math.min(FEEDER, Math.round(members * open * 15 * supply));
    return Array.from({ length: HORIZON }, () => ({ source, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 }));
  }

  messages(): RequestMessage[] {
    const { twin } = this.#life;
    return Array.from({ length: this.#given.members }, (_, i): RequestMessage => {
      const member = i + 1;
      const receipts = this.#receipts.get(member) ?? new Map<number, Receipt>();
      return { member, slot: twin.next, requests: this.#requests(member), receipts };
    }).filter(({ requests, receipts }) => requests.length + receipts!.size > 0);
  }

  heard({ outcome }: LivedSlot): void {
    this.#receipts = new Map();
    for (const { cell, packets } of outcome.grants) {
      if (packets === 0) continue;
      const of = this.#receipts.get(cell.member) ?? new Map<number, Receipt>();
      this.#receipts.set(cell.member, of.set(cell.client, "all"));
    }
  }

  /** Asks for as much as is missing; what needs nothing any more counts as done. */
  #requests(member: number): PacketRequest[] {
    const { twin } = this.#life;
    const own = twin.cells.filter((cell) => cell.member === member);
    const busy = new Set(own.map(({ client }) => client));
    const waiting = own.filter(({ left, returned }) => left + returned > 0).length;
    const free = Array.from({ length: MAX_CLIENTS }, (_, client) => client).filter((client) => !busy.has(client));
    return free.slice(0, Math.max(0, this.#given.open - waiting)).map((client) => this.#request(client));
  }

  #request(client: number): PacketRequest {
    const { int } = this.#random;
    const { needs, spare } = this.#given;
    const { next } = this.#life.twin;
    const [slots, perSlot, block] = [int(...needs), int(1, 30), int(0, 3) === 0];
    return {
      ...{ client, category: int(0, 15), yields: 0, emergency: false, shape: block ? "block" : "budget" },
      ...{ packets: block ? slots * perSlot : slots * perSlot - int(0, perSlot - 1), perSlot },
      ...{ earliest: next, deadline: next + slots + int(...spare) },
    };
  }
}
