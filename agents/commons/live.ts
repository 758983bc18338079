import type { PacketCommons } from "../model/commons.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import { keccak256, word } from "../model/keccak.ts";
import type { Slot } from "../model/slots.ts";
import { MessageLog } from "./log.ts";
import { type HomeSpec, Router } from "./router.ts";
import { type Expected, planDischarge } from "./stores.ts";
import { logDelivery, logPost, logStores } from "./talk.ts";

/** What surrounds a commons: sun, wind and uncontrolled load of all its homes. */
export interface Surroundings {
  /** What is expected of `slot` when `at` is the next slot; what comes true where both are the same. */
  expected(at: Slot, slot: Slot): Expected;
  /** Surplus of one home in a slot, for its local server; none if left out. */
  surplus?(member: number, slot: Slot): number;
}

/** A commons to be lived, without a chain. */
export interface Setting {
  readonly commons: PacketCommons;
  readonly homes: readonly HomeSpec[];
  readonly surroundings: Surroundings;
  readonly slots: number;
  /** Seed of the lots; a chain takes the hash of a block. */
  readonly seed: number;
  /** What happens before a slot's messages: a vote, emergency mode. */
  readonly before?: (next: Slot, commons: PacketCommons) => void;
  readonly progress?: () => void;
}

/** What became of it. */
export interface Lived {
  readonly outcomes: readonly SlotOutcome[];
  readonly expected: readonly Expected[];
  readonly log: MessageLog;
  /** Packets that homes gave their own clients, by slot. */
  readonly local: readonly number[];
}

/** The server's loop: forecast, requests and answers, allocation, delivery, acknowledgment, slot by slot. */
export function live(setting: Setting): Lived {
  const { commons, homes, slots } = setting;
  const routers = homes.map((home) => new Router(home));
  const log = new MessageLog();
  const outcomes: SlotOutcome[] = [];
  const expected: Expected[] = [];
  const local: number[] = [];
  for (let i = 0; i < slots; i++) {
    setting.before?.(commons.next, commons);
    const ahead = forecast(setting, routers);
    expected.push(ahead[0]!);
    for (const router of routers) ask(router, commons, log);
    commons.close(keccak256(word(setting.seed), word(commons.next)));
    const outcome = commons.allocate();
    outcomes.push(outcome);
    local.push(deliver(setting, routers, outcome, log));
    setting.progress?.();
  }
  return { outcomes, expected, log, local };
}

/** The server's forecast of the horizon: what homes keep for their own clients is not in it. */
function forecast({ commons, surroundings }: Setting, routers: readonly Router[]): Expected[] {
  const { next, terms, planned, stores } = commons;
  const ahead = Array.from({ length: terms.horizonSlots }, (_, i): Expected => {
    const { source, baseload } = surroundings.expected(next, next + i);
    const kept = routers.reduce((sum, router) => sum + router.kept(next + i), 0);
    return { source: Math.max(0, source - kept), baseload };
  });
  commons.forecast(planDischarge(ahead, stores, (slot) => planned[slot % planned.length] ?? 0, next));
  return ahead;
}

function ask(router: Router, commons: PacketCommons, log: MessageLog): void {
  const message = router.message(commons.next);
  if (message === undefined) return;
  const answer = commons.post(message);
  router.answered(answer);
  logPost(router, message, answer, log);
}

/** Hands out a slot, logs who was given what and what was acknowledged; returns the packets that stayed at home. */
function deliver(setting: Setting, routers: readonly Router[], outcome: SlotOutcome, log: MessageLog): number {
  const { commons, surroundings } = setting;
  const { slot } = outcome;
  logStores(outcome, log);
  let kept = 0;
  for (const router of routers) {
    const { member } = router.spec;
    const own = (packets: { cell: { member: number } }) => packets.cell.member === member;
    for (const { cell } of outcome.closed.filter(own)) router.closed(cell.client);
    const surplus = surroundings.surplus?.(member, slot) ?? 0;
    const delivered = router.deliver(slot, outcome.grants.filter(own), surplus);
    kept += delivered.reduce((sum, { local }) => sum + local, 0);
    const receipts = Router.receipts(delivered);
    if (receipts.size > 0) commons.acknowledge(member, slot, receipts);
    logDelivery(router, outcome, delivered, log);
  }
  return kept;
}
