import { NO_FORECAST, type SlotForecast, type Stores } from "../model/commonsEnergy.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import type { Receipt } from "../model/commonsSignals.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import type { Packets } from "../model/packets.ts";
import type { Slot } from "../model/slots.ts";
import { planImport } from "./importPlan.ts";
import { MessageLog } from "./log.ts";
import { type HomeSpec, Router } from "./router.ts";
import type { CommonsServer } from "./server.ts";
import { type Expected, planDischarge } from "./stores.ts";
import { logDelivery, logPost, logStores } from "./talk.ts";

/** The homes around a commons: what is expected of them, and what comes. */
export interface World {
  /** What is expected of the slots from `at` on, with what is known when it begins: source and base load of all homes. */
  expected(at: Slot): readonly Expected[];
  /** What the stores hold when `at` begins. */
  stores(at: Slot): Stores;
  /** A home's own surplus that really came in a slot. */
  surplus(member: number, slot: Slot): Packets;
  /** A slot went by in which members took these packets for their flexible loads. */
  pass(slot: Slot, taken: ReadonlyMap<number, Packets>): void;
}

/** A commons to be lived on any server. */
export interface Run {
  readonly server: CommonsServer;
  readonly homes: readonly HomeSpec[];
  readonly world: World;
  readonly slots: number;
  /** What happens before a slot's messages: time passes on the chain. */
  readonly before?: (slot: Slot) => Promise<void>;
  readonly step?: () => void;
}

/** What became of it. */
export interface CommonsRun {
  readonly homes: readonly HomeSpec[];
  readonly outcomes: readonly SlotOutcome[];
  readonly forecasts: readonly SlotForecast[];
  readonly log: MessageLog;
  /** Packets that homes gave their own clients, and took from the commons, by slot. */
  readonly local: readonly Packets[];
  readonly taken: readonly Packets[];
}

/**
 * The server's loop: stores, forecast, requests, allocation, delivery, slot by slot. What arrived is acknowledged in the
 * next message. One slot more than asked for is allocated, to close the book over what was done in the last.
 */
export async function runCommons({ server, homes, world, slots, before, step }: Run): Promise<CommonsRun> {
  const { commons } = server;
  const routers = homes.map((home) => new Router(home));
  const [log, receipts] = [new MessageLog(), new Map<number, ReadonlyMap<number, Receipt>>()];
  const lived = {
    outcomes: [] as SlotOutcome[],
    forecasts: [] as SlotForecast[],
    local: [] as Packets[],
    taken: [] as Packets[],
  };
  for (let i = 0; i <= slots; i++) {
    await before?.(commons.next);
    const closing = i === slots;
    lived.forecasts.push(await announce(server, routers, world));
    await relay(server, routers, receipts, closing, log);
    const outcome = await server.allocate();
    lived.outcomes.push(outcome);
    const { local, taken } = deliver(routers, outcome, world, receipts, log);
    if (!closing) world.pass(outcome.slot, taken.all);
    lived.local.push(local);
    lived.taken.push(taken.shared);
    step?.();
  }
  return { homes, ...lived, log };
}

/** Says what the stores hold and what is expected; gives the forecast of the next slot. */
async function announce(server: CommonsServer, routers: readonly Router[], world: World): Promise<SlotForecast> {
  const { commons } = server;
  const { next } = commons;
  const stores = world.stores(next);
  if (JSON.stringify(stores) !== JSON.stringify(commons.stores)) await server.setStores(stores);
  const ahead = world.expected(next).slice(0, commons.terms.horizonSlots);
  const forecast = forecastOf(server, routers, ahead);
  await server.forecast(forecast);
  return forecast[0] ?? NO_FORECAST;
}

/**
 * The forecast of the horizon. What homes keep for their own clients is not in it. Base load counts as far as source and
 * stores carry it: the rest is the suppliers', whatever the commons does.
 */
function forecastOf(
  { commons }: CommonsServer,
  routers: readonly Router[],
  ahead: readonly Expected[],
): SlotForecast[] {
  const { next, planned, stores, rules, cells } = commons;
  const left = ahead.map(({ source, baseload }, i): Expected => {
    const kept = routers.reduce((sum, router) => sum + router.kept(next + i), 0);
    return { source: Math.max(0, source - kept), baseload };
  });
  const plan = planDischarge(left, stores, (slot) => planned[slot % planned.length] ?? 0, next);
  const outlook = plan.map(({ source, baseload, bufferOut, cacheOut }) => {
    const net = source + bufferOut + cacheOut - baseload;
    return { spare: Math.max(0, net), lack: Math.max(0, -net) };
  });
  const most = rules.goal === "leastCost" ? rules.importAllowance : 0;
  const imports = most > 0 ? planImport(cells, outlook, next, most) : outlook.map(() => 0);
  return plan.map((slot, i) => ({ ...slot, baseload: slot.baseload - outlook[i]!.lack, import: imports[i]! }));
}

/** Relays what the routers say: receipts of the slot before, and new requests unless the book is being closed. */
async function relay(
  server: CommonsServer,
  routers: readonly Router[],
  receipts: Map<number, ReadonlyMap<number, Receipt>>,
  closing: boolean,
  log: MessageLog,
): Promise<void> {
  const slot = server.commons.next;
  const said = routers.flatMap((router): { router: Router; message: RequestMessage }[] => {
    const { member } = router.spec;
    const asked = closing ? undefined : router.message(slot);
    const heard = receipts.get(member);
    if (!asked && !heard) return [];
    return [{ router, message: { member, slot, requests: asked?.requests ?? [], ...(heard && { receipts: heard }) } }];
  });
  receipts.clear();
  if (said.length === 0) return;
  const answers = await server.post(said.map(({ message }) => message));
  for (const [i, { router, message }] of said.entries()) {
    if (message.requests.length > 0) router.answered(answers[i]!);
    logPost(router, message, answers[i]!, log);
  }
}

/** Hands out a slot; gives what stayed at home and what was taken, of the commons and in all by member. */
function deliver(
  routers: readonly Router[],
  outcome: SlotOutcome,
  world: World,
  receipts: Map<number, ReadonlyMap<number, Receipt>>,
  log: MessageLog,
) {
  const all = new Map<number, Packets>();
  let [local, shared] = [0, 0];
  logStores(outcome, log);
  for (const router of routers) {
    const { member } = router.spec;
    const own = (entry: { cell: { member: number } }) => entry.cell.member === member;
    for (const { cell } of outcome.closed.filter(own)) router.closed(cell.client);
    const delivered = router.deliver(outcome.slot, outcome.grants.filter(own), world.surplus(member, outcome.slot));
    const taken = delivered.reduce((sum, each) => sum + each.taken, 0);
    const kept = delivered.reduce((sum, each) => sum + Math.min(each.local, each.taken), 0);
    all.set(member, taken);
    [local, shared] = [local + kept, shared + taken - kept];
    const arrived = Router.receipts(delivered);
    if ([...arrived.values()].some((receipt) => receipt !== 0)) receipts.set(member, arrived);
    logDelivery(router, outcome, delivered, log);
  }
  return { local, taken: { all, shared } };
}
