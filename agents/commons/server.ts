import type { MessageAnswer, PacketCommons } from "../model/commons.ts";
import type { SlotForecast, Stores } from "../model/commonsEnergy.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import { keccak256, word } from "../model/keccak.ts";

/** The server's way to a commons. It keeps a copy of the state, without which it could propose nothing. */
export interface CommonsServer {
  /** The server's copy: the next slot, the book, the plan. */
  readonly commons: PacketCommons;
  /** Says what the stores hold. */
  setStores(stores: Stores): Promise<void>;
  /** Gives the forecast from the next slot on. */
  forecast(slots: readonly SlotForecast[]): Promise<void>;
  /** Relays the messages of routers; one answer each. */
  post(messages: readonly RequestMessage[]): Promise<MessageAnswer[]>;
  /** Closes the next slot and allocates it. */
  allocate(): Promise<SlotOutcome>;
}

/** A commons without a chain: the rules alone. Its lots come from a seed. */
export function ruleServer(commons: PacketCommons, seed: number): CommonsServer {
  return {
    commons,
    setStores: async (stores) => commons.setStores(stores),
    forecast: async (slots) => commons.forecast(slots),
    post: async (messages) => messages.map((message) => commons.post(message)),
    allocate: async () => {
      commons.close(keccak256(word(seed), word(commons.next)));
      return commons.allocate();
    },
  };
}
