import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { network } from "hardhat";
import pino from "pino";
import { expect, it, onTestFinished } from "vitest";
import { certify, certifyDue, daysToCertify } from "../../../agents/keeper/certificates.ts";
import { Store } from "../../../agents/store/store.ts";
import { communityOf } from "../../helpers/community.ts";
import { crossing } from "../../helpers/crossing.ts";

const net = await network.create();
const RING = 3;
const DAY = 86_400;

/** A community whose member 3 received ten ecoins on day 1, and how to live another day, with that trade or without. */
async function received() {
  const c = await communityOf(net, { capacity: 100 });
  const first = await c.fixDay({ count: 1 });
  const trade = async (day: typeof first) => {
    const session = await c.open(day);
    await c.postOrders(session, crossing());
    await c.closeAndClear(session);
    await c.finish(day, [
      { member: 1, slot: 0, fedIn: 10 },
      { member: 3, slot: 0, drawn: 12 },
    ]);
  };
  await trade(first);
  const next = async (trades: boolean) => {
    const latest = Number(await c.tariff.latestDay());
    await c.until(first.end + latest * DAY);
    const day = await c.fixDay({ count: 1 });
    if (trades) await trade(day);
    return day.day;
  };
  return { ...c, next };
}

it("a keeper books what members received before the ring forgets it, once, also after it lost its store", async () => {
  const c = await received();
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-certify-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let sent = 0;
  const send: typeof c.send = (phase, transaction) => {
    sent++;
    return c.send(phase, transaction);
  };
  const keep = async (name: string, latest: number) => {
    const store = new Store(join(folder, name));
    const log = pino({ level: "silent" });
    await certifyDue({ contracts: c.contracts, fromBlock: 0, send, store, log }, latest, RING);
    store.close();
  };
  for (let latest = 1; latest < 2 * RING; latest = await c.next(false)) await keep("a.sqlite", latest);
  expect(sent).toBe(0);
  expect(await c.ecoins.certificatesOf(3)).toBe(0n);
  for (const name of ["a.sqlite", "a.sqlite", "b.sqlite"]) {
    await keep(name, 2 * RING);
    expect(await c.ecoins.certificatesOf(3)).toBe(10n);
  }
  expect(sent).toBe(2);
  await c.next(true); // day 7 takes the place of day 1, and its totals
  expect(await c.ecoins.certificatesOf(3)).toBe(10n);
});

it("nothing is sent for a day whose holdings the ring booked by itself", async () => {
  const c = await received();
  while ((await c.next(true)) < RING + 1);
  expect(await c.ecoins.certificatesOf(3)).toBe(10n);
  expect(await certify(c.contracts, 1, RING, 0, () => Promise.reject(new Error("sent")))).toBe(0);
});

it("days are due from a week before their totals go, or half a ring", () => {
  expect(daysToCertify(128, 64)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(daysToCertify(122, 64)).toEqual([1]);
  expect(daysToCertify(121, 64)).toEqual([]);
  expect(daysToCertify(2 * RING, RING)).toEqual([1]);
});
