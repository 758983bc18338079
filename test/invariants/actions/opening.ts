import { packAll } from "../../../agents/model/lanes.ts";
import { encodePrices, tickOf } from "../../../agents/model/orders.ts";
import { type Action, judged, refused } from "../action.ts";
import type { GhostDay } from "../ghost.ts";

/** The supplier fixes the next day, if its place in the ring is free; prices -3 .. 6, feed-in at most retail. */
export const fixDay: Action = async (ghost, dice) => {
  const { driver, days, now } = ghost;
  const { slotSeconds, ringDays } = driver.terms;
  if (days.filter(({ end }) => end > now).length > (dice.chance(10) ? 1 : 0)) return undefined;
  const earliest = Math.ceil((now + 1) / slotSeconds) + dice.upTo(2);
  const firstSlot = Math.max(earliest, days.length === 0 ? 0 : days.at(-1)!.firstSlot + days.at(-1)!.count);
  const count = dice.between(4, 12);
  const retail = Array.from({ length: count }, () => dice.between(dice.chance(10) ? -3 : 2, 6));
  const feedIn = retail.map((price) => dice.between(-3, Math.min(price, 3)));
  const tick = (price: number) => tickOf(price, driver.terms);
  const prices = packAll(retail.map((price, i) => encodePrices(tick(price), tick(feedIn[i]!))));
  const reversed = packAll(retail.map((price, i) => encodePrices(tick(feedIn[i]!), tick(price) + 1)));
  if (dice.chance(5)) {
    const receipt = await driver.send("tariff", "fixDay", [firstSlot, count, reversed]);
    refused(receipt, "AUTH-2", "a feed-in price above retail", "FeedInAboveRetail");
    return "refused: feed-in above retail";
  }
  const old = days.length >= ringDays ? days.at(-ringDays) : undefined;
  const reason = old && !ghost.isFree(old) ? "DayNotFree" : undefined;
  if (reason && !dice.chance(20)) return undefined;
  const receipt = await driver.send("tariff", "fixDay", [firstSlot, count, prices]);
  if (!judged(receipt, "MONEY-6", `day ${days.length + 1}`, reason)) return "refused: ring not free";
  const zeros = new Array<number>(count).fill(0);
  const day: GhostDay = {
    day: days.length + 1,
    firstSlot,
    count,
    start: firstSlot * slotSeconds,
    end: (firstSlot + count) * slotSeconds,
    tariff: { retail, feedIn },
    sessions: [],
    reports: [],
    acceptedAt: 0,
    revisedAt: 0,
    disputes: new Map(),
    frozen: false,
    silent: dice.chance(20),
    hidden: new Set(ghost.members.filter(() => dice.chance(25))),
    closed: false,
    pot: 0n,
    settled: new Map(),
    registered: new Map(),
    free: new Map(),
    received: new Map(),
    moved: new Map(),
    delivered: [...zeros],
    drawn: [...zeros],
  };
  days.push(day);
  return "fixed";
};

/** The operator opens a session over some slots of a day; several may overlap. */
export const openSession: Action = async (ghost, dice) => {
  const { driver, now } = ghost;
  const day = dice.pick(ghost.alive.filter(({ start, sessions }) => start > now && sessions.length < 4));
  if (!day) return undefined;
  const quiet = day.sessions.some((given) => ghost.stage(given) === "taking" && given.batches.length === 0);
  if (quiet && !dice.chance(20)) return undefined;
  const first = dice.chance(60) ? 0 : dice.upTo(day.count - 1);
  const count = dice.chance(60) ? day.count - first : dice.between(1, day.count - first);
  const latest = (day.firstSlot + first) * driver.terms.slotSeconds;
  const gate = Math.min(latest, now + dice.pick([5, 60, 300, 9000, 9000, 9000])!);
  const id = day.day * 256 + day.sessions.length;
  const wrong = dice.chance(5);
  const receipt = await driver.send("market", "openSession", [day.day, first, count, wrong ? latest + 1 : gate]);
  if (!judged(receipt, "MARKET-5", "a session", wrong ? "GateOutOfRange" : undefined)) return "refused: late gate";
  const members = ghost.accounts.length;
  day.sessions.push({ id, day, first, count, members, gate, batches: [], closedAt: 0, claimed: new Set() });
  return "opened";
};

/** A producer registers ecoins before it offers them. */
export const register: Action = async (ghost, dice) => {
  const { driver, now } = ghost;
  const day = dice.pick(ghost.alive);
  if (!day) return undefined;
  const member = dice.pick(ghost.members)!;
  const more = Array.from({ length: day.count }, () => (dice.chance(30) ? dice.upTo(3) : 0));
  const [registered, free] = [ghost.cells("registered", day, member), ghost.cells("free", day, member)];
  const over = more.some((packets, slot) => packets > 0 && registered[slot]! + packets > driver.terms.capacity);
  const reason = now >= day.end ? "DayOver" : over ? "AboveCapacity" : undefined;
  const words = [...packAll(more), ...new Array<bigint>(10).fill(0n)].slice(0, 10);
  const from = driver.wallets[member - 1]!.address;
  const receipt = await driver.send("ecoins", "register", [day.day, words], from);
  if (!judged(receipt, "ECOIN-1", "a registration", reason)) return `refused: ${reason}`;
  for (const [slot, packets] of more.entries()) {
    registered[slot]! += packets;
    free[slot]! += packets;
  }
  return "registered";
};
