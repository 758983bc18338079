import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { at, COUNT } from "../../agents/model/lanes.ts";
import { communityOf } from "../helpers/community.ts";
import { crossing } from "../helpers/crossing.ts";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const tryAt = tryAtOn(net);

/** Ten words of lanes with `packets` in the slot. */
function lanes(
  packets: number,
  slot = 0,
): [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint] {
  const words = new Array<bigint>(10).fill(0n);
  words[Math.floor(slot / COUNT)] = BigInt(packets) << BigInt(24 * (slot % COUNT));
  return words as ReturnType<typeof lanes>;
}

async function fixed() {
  const c = await communityOf(net, { capacity: 100 });
  const day = await c.fixDay({ count: 96 });
  const own = (member: number) => c.ecoins.connect(c.wallets[member - 1]!);
  /** Registered and free ecoins of a member in a slot. */
  const ecoinsOf = async (member: number, slot: number, number = day.day) => {
    const { registered, free } = await c.ecoins.registeredOf(number, member);
    const lane = (words: bigint[]) => at(words[Math.floor(slot / COUNT)]!, slot % COUNT);
    return [lane([...registered]), lane([...free])];
  };
  return { ...c, day, own, ecoinsOf };
}

/** A closed day on which member 3 holds ten ecoins of slot 0. */
async function closed() {
  const c = await fixed();
  const session = await c.open(c.day);
  await c.postOrders(session, crossing());
  await c.closeAndClear(session);
  await c.finish(c.day, [
    { member: 1, slot: 0, fedIn: 10 },
    { member: 3, slot: 0, drawn: 12 },
  ]);
  return { ...c, session };
}

describe("EcoinRegistry: roles", () => {
  it("only the market offers, only the day book releases and mints", async () => {
    const { ecoins, anyone } = await loadFixture(fixed);
    const call = ecoins.connect(anyone);
    const no = lanes(0);
    for (const sent of [call.offer(1, 1, 1, true, no), call.takeBack(1, 1, no)])
      await expect(sent).toRevertWith(ecoins, "NotTheMarket", [anyone.address]);
    for (const sent of [call.release(1, 1, no), call.mint(1, [], no, no), call.unmint(1, no, no), call.finalize(1)])
      await expect(sent).toRevertWith(ecoins, "NotTheDayBook", [anyone.address]);
  });
});

describe("EcoinRegistry: registration", () => {
  it("members register what they expect to feed in, in steps, up to their connection", async () => {
    const c = await loadFixture(fixed);
    for (const slot of [0, 9, 10, 19, 20, 95]) {
      await c.own(1).register(1, lanes(60, slot));
      await c.own(1).register(1, lanes(40, slot));
      expect(await c.ecoinsOf(1, slot)).toEqual([100, 100]);
      const word = Math.floor(slot / 20);
      await expect(c.own(1).register(1, lanes(1, slot))).toRevertWith(c.ecoins, "AboveCapacity", [1, 1, word]);
      await expect(c.own(2).register(1, lanes(4096, slot))).toRevertWith(c.ecoins, "AboveCapacity", [2, 1, word]);
    }
    await expect(c.ecoins.connect(c.anyone).register(1, lanes(1))).toRevertWith(c.ecoins, "UnknownMember", [0]);
    await expect(c.own(1).register(2, lanes(1))).toRevertWith(c.tariff, "UnknownDay", [2]);
  });

  it("until the day has ended", async () => {
    const c = await loadFixture(fixed);
    const register = () => c.own(1).register(1, lanes(1));
    await tryAt(c.day.end - 1, register);
    for (const late of [c.day.end, c.day.end + 1])
      await tryAt(late, () => expect(register()).toRevertWith(c.ecoins, "DayOver", [1]));
  });

  it("ECOIN-1 asks take free ecoins first, and register only what is missing", async () => {
    const c = await loadFixture(fixed);
    await c.own(1).register(1, lanes(30));
    const session = await c.open(c.day);
    await c.postOrders(session, [{ member: 1, slot: 0, side: "ask", price: 1000, packets: 50 }]);
    expect(await c.ecoinsOf(1, 0)).toEqual([50, 0]);
    await c.own(1).register(1, lanes(50));
    expect(await c.ecoinsOf(1, 0)).toEqual([100, 50]);
  });
});

describe("EcoinRegistry: several sessions", () => {
  it("ECOIN-1 what did not sell is offered again after its release, and what was bought may be sold", async () => {
    const c = await loadFixture(fixed);
    const first = await c.open(c.day, { gate: (await c.time.latest()) + 500 });
    await c.postOrders(first, crossing());
    await c.closeAndClear(first);
    const second = await c.open(c.day);
    const offer = async (member: number, packets: number) => {
      const order = { slot: 0, side: "ask" as const, price: 1500, packets };
      return c.postSigned(second, [await c.signed(second, member, [order], { registers: false })]);
    };
    for (const member of [1, 2, 3]) {
      await expect(offer(member, 1)).toRevertWith(c.market, "NothingAccepted", [10]);
    }
    await c.release(first);
    await expect(offer(1, 1)).toRevertWith(c.market, "NothingAccepted", [10]); // sold all ten
    await expect(offer(2, 11)).toRevertWith(c.market, "NothingAccepted", [10]);
    await offer(2, 10); // sold none
    await expect(offer(3, 11)).toRevertWith(c.market, "NothingAccepted", [10]);
    await offer(3, 10); // bought ten
    const { sold } = await c.ecoins.positionOf(1, 1);
    expect(sold[0]).toBe(10n);
    const reading = (await c.readings(c.day, [1]))[0];
    expect(reading).toBeUndefined();
  });
});

describe("EcoinRegistry: holdings", () => {
  it("ECOIN-3 a slot's holdings are what was delivered, at most, and final when the day is closed", async () => {
    const c = await loadFixture(closed);
    expect(await c.ecoins.isFinal(1)).toBe(true);
    expect(await Promise.all([1, 2, 3, 4].map((member) => c.ecoins.holdingOf(1, 0, member)))).toEqual([
      0n,
      0n,
      10n,
      0n,
    ]);
    const { delivered, drawn } = await c.ecoins.totalsOf(1);
    expect([delivered[0], drawn[0]]).toEqual([10n, 10n]);
  });

  it("holders transfer what they hold of a closed day to other members", async () => {
    const c = await loadFixture(closed);
    await expect(c.own(3).transfer(1, 0, 3, 4, 4)).toEmit(c.ecoins, "EcoinsTransferred", [3, 4, 1, 0, 4]);
    expect(await Promise.all([3, 4].map((member) => c.ecoins.holdingOf(1, 0, member)))).toEqual([6n, 4n]);
    await expect(c.own(3).transfer(1, 0, 3, 4, 7)).toRevertWith(c.ecoins, "InsufficientEcoins", [3, 1, 0, 6, 7]);
    await expect(c.own(4).transfer(1, 0, 3, 4, 1)).toRevertWith(c.ecoins, "NotTheMember", [3, c.wallets[3]!.address]);
    await expect(c.own(3).transfer(1, 0, 3, 9, 1)).toRevertWith(c.members, "UnknownMember", [9]);
    const next = await c.fixDay({ count: 1 });
    await expect(c.own(3).transfer(next.day, 0, 3, 4, 0)).toRevertWith(c.ecoins, "HoldingsNotFinal", [2]);
    await expect(c.ecoins.certify(next.day, [3])).toRevertWith(c.ecoins, "HoldingsNotFinal", [2]);
  });

  it("ECOIN-3 what left the ring is certified, and who gave ecoins away then does not hold more than all", async () => {
    const c = await loadFixture(closed);
    await c.own(3).transfer(1, 0, 3, 4, 4);
    for (let number = 2; number <= 4; number++) {
      await c.until(c.day.end + (number - 1) * 86_400);
      const day = await c.fixDay({ count: 1 });
      const session = await c.open(day);
      await c.postOrders(session, crossing());
      await c.closeAndClear(session);
      await c.finish(day, [
        { member: 1, slot: 0, fedIn: number },
        { member: 3, slot: 0, drawn: 12 },
      ]);
    }
    // Day 4 took the place of day 1: its ten ecoins are certificates, less the four that member 4 has now.
    expect(await Promise.all([3, 4].map((member) => c.ecoins.certificatesOf(member)))).toEqual([6n, 4n]);
    expect(await c.ecoins.holdingOf(4, 0, 3)).toBe(4n); // 10 x 4 / 10
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(0n);
    await expect(c.own(3).transfer(1, 0, 3, 4, 1)).toRevertWith(c.ecoins, "InsufficientEcoins", [3, 1, 0, 0, 1]);
    // Booked before the ring does it, ecoins count once.
    await c.ecoins.certify(2, [3]);
    await c.ecoins.certify(2, [3]);
    expect(await c.ecoins.certificatesOf(3)).toBe(8n);
  });

  it("ECOIN-3 what was not certified before the day's totals are gone counts as nothing", async () => {
    const c = await loadFixture(closed);
    for (let number = 2; number <= 6; number++) {
      await c.until(c.day.end + (number - 1) * 86_400);
      await c.fixDay({ count: 1 });
    }
    const day = await c.fixDay({ count: 1 });
    const session = await c.open(day);
    const swapped = crossing().map((order) => ({ ...order, member: [2, 1, 4, 3][order.member - 1]! }));
    await c.postOrders(session, swapped);
    await c.closeAndClear(session);
    await c.finish(day, [
      { member: 2, slot: 0, fedIn: 10 },
      { member: 4, slot: 0, drawn: 10 },
    ]);
    expect(day.day).toBe(7);
    expect(await c.ecoins.holdingOf(7, 0, 4)).toBe(10n);
    expect(await c.ecoins.holdingOf(1, 0, 3)).toBe(0n);
    await expect(c.own(3).transfer(1, 0, 3, 4, 1)).toRevertWith(c.ecoins, "HoldingsNotFinal", [1]);
  });
});
