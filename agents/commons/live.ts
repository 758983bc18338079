import type { Answer, PacketCommons } from "../model/commons.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import { keccak256, word } from "../model/keccak.ts";
import type { Slot } from "../model/slots.ts";
import { MessageLog } from "./log.ts";
import { type HomeSpec, Router } from "./router.ts";
import { type Expected, planDischarge } from "./stores.ts";

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

const SERVER = "server";

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
  for (const request of message.requests) logRequest(router, message, request, log);
  const answer = commons.post(message);
  router.answered(answer);
  for (const [i, request] of message.requests.entries())
    log.say({
      ...placeOf(router, request.client, message.slot),
      ...{ kind: "answer", from: SERVER, to: nameOf(router, request.client), packets: request.packets },
      text: answer.kind === "refused" ? `refused: ${answer.reason}` : answerText(answer.answers[i]!),
    });
}

function logRequest(
  router: Router,
  { slot }: RequestMessage,
  request: RequestMessage["requests"][number],
  log: MessageLog,
) {
  const { client, packets, perSlot, earliest, deadline, shape, emergency } = request;
  const place = placeOf(router, client, slot);
  const text = `${shape} of ${packets} packets, ${perSlot} a slot, in [${earliest}, ${deadline})`;
  const said = { ...place, from: nameOf(router, client), to: SERVER, packets };
  log.say({ ...said, kind: "request", text });
  if (emergency) log.say({ ...said, kind: "emergency", text: "highest class, against the quota" });
}

function answerText(answer: Answer): string {
  if (answer.kind === "accepted") return "yes";
  if (answer.kind === "refused") return `refused: ${answer.reason}`;
  const { packets, deadline } = answer.offer;
  const offers = [
    packets > 0 ? `${packets} packets in the same window` : "",
    deadline > 0 ? `all of it by slot ${deadline}` : "",
  ].filter((offer) => offer !== "");
  return `no: ${answer.reason}; would be accepted: ${offers.length === 0 ? "nothing now" : offers.join(", or ")}`;
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
    for (const { client, local, shared, taken } of delivered.filter((each) => each.shared > 0)) {
      const place = placeOf(router, client, slot);
      const client_ = nameOf(router, client);
      log.say({
        ...{ ...place, kind: "delivery", from: SERVER, to: client_, packets: shared },
        text: `${shared} packets, ${sourceText(outcome)}`,
      });
      log.say({
        ...{ ...place, kind: "acknowledgment", from: client_, to: SERVER, packets: taken - local },
        text: `${taken - local} packets arrived`,
      });
    }
  }
  return kept;
}

/** Storage messages: the buffer and the cache are told what to take and to give. */
function logStores({ slot, balance }: SlotOutcome, log: MessageLog): void {
  const say = (to: string, packets: number, text: string) => {
    if (packets > 0)
      log.say({ slot, kind: "delivery", from: SERVER, to, member: 0, client: 0, packets, text: `${text} ${packets}` });
  };
  say("buffer", balance.bufferOut, "give");
  say("cache", balance.cacheOut, "give");
  say("buffer", balance.charged, "take");
  say("cache", balance.cached, "take");
}

/** Where a slot's packets come from, in the order in which they are used. */
function sourceText({ balance }: SlotOutcome): string {
  const { served, bufferOut, cacheOut, imported } = balance;
  const parts = [
    [served - Math.min(served, bufferOut + cacheOut + imported), "source"],
    [bufferOut, "buffer"],
    [cacheOut, "cache"],
    [imported, "main grid"],
  ] as const;
  return `served from ${parts
    .filter(([packets]) => packets > 0)
    .map(([packets, name]) => `${name} (${packets})`)
    .join(", ")} in a slot of ${served}`;
}

const nameOf = ({ spec }: Router, client: number) => spec.clients[client]!.name;
const placeOf = ({ spec }: Router, client: number, slot: Slot) => ({ slot, member: spec.member, client });
