import type { Answer, MessageAnswer } from "../model/commons.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import type { Slot } from "../model/slots.ts";
import type { MessageLog } from "./log.ts";
import type { Delivered, Router } from "./router.ts";

/** What is said in a commons, as it is logged. */

const SERVER = "server";

/** A router's message and the answer to each of its requests. */
export function logPost(router: Router, message: RequestMessage, answer: MessageAnswer, log: MessageLog): void {
  for (const request of message.requests) logRequest(router, message, request, log);
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

/** What a home was given of the commons in a slot, and what it acknowledges. */
export function logDelivery(
  router: Router,
  outcome: SlotOutcome,
  delivered: readonly Delivered[],
  log: MessageLog,
): void {
  for (const { client, local, shared, taken } of delivered.filter((each) => each.shared > 0)) {
    const place = placeOf(router, client, outcome.slot);
    const name = nameOf(router, client);
    log.say({
      ...{ ...place, kind: "delivery", from: SERVER, to: name, packets: shared },
      text: `${shared} packets, ${sourceText(outcome)}`,
    });
    log.say({
      ...{ ...place, kind: "acknowledgment", from: name, to: SERVER, packets: taken - local },
      text: `${taken - local} packets arrived`,
    });
  }
}

/** Storage messages: the buffer and the cache are told what to take and to give. */
export function logStores({ slot, balance }: SlotOutcome, log: MessageLog): void {
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
