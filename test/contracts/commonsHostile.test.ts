import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { NO_STORE, type SlotForecast } from "../../agents/model/commonsEnergy.ts";
import type { RequestMessage } from "../../agents/model/commonsFirewall.ts";
import { boundBook, type Proposal, packReceipts } from "../../agents/model/commonsProposal.ts";
import type { PacketRequest } from "../../agents/model/commonsRequest.ts";
import { DEFAULT_RULES } from "../../agents/model/commonsRules.ts";
import type { SlotOutcome } from "../../agents/model/commonsSlot.ts";
import { keccak256, word } from "../../agents/model/keccak.ts";
import { type CommonsPair, commonsPair, concat, eventsOf } from "../helpers/commonsChain.ts";
import { FIRST_SLOT, newCommons } from "../helpers/commonsDays.ts";

const net = await network.create();
const HORIZON = 8;
const NONE = { buffer: NO_STORE, cache: NO_STORE };
const FIREWALL = { badSignature: 4n, replayed: 3n, unknownMember: 1n, staleMessage: 2n };

const request = (change: Partial<PacketRequest> = {}): PacketRequest => ({
  ...{ client: 0, category: 1, yields: 0, emergency: false, shape: "budget", packets: 6, perSlot: 2 },
  ...{ earliest: FIRST_SLOT, deadline: FIRST_SLOT + 6, ...change },
});
const sun: SlotForecast = { source: 5, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 };

/** Four members under a scarce sun. */
async function community(): Promise<CommonsPair> {
  const terms = { horizonSlots: HORIZON, feederLimit: 12, monthSlots: 96 };
  const pair = await commonsPair(net, newCommons(terms, { ...DEFAULT_RULES, importAllowance: 2 }, NONE, 4), 4);
  await pair.forecast(Array.from({ length: HORIZON }, () => sun));
  return pair;
}

const ask = (member: number, ...requests: PacketRequest[]): RequestMessage => ({ member, slot: FIRST_SLOT, requests });

/** What binds a book just after an allocation, of the same twin. */
const boundOf = (twin: CommonsPair["twin"]): string => {
  const { book, records } = boundBook(twin, []);
  return keccak256(keccak256(book), keccak256(records), word(0));
};

/** Two bytes at place `i` of a hex string, replaced. */
const withPair = (hex: string, i: number, value: number): string =>
  `${hex.slice(0, 2 + 4 * i)}${value.toString(16).padStart(4, "0")}${hex.slice(6 + 4 * i)}`;
const pairs = (hex: string): number[] =>
  Array.from({ length: (hex.length - 2) / 4 }, (_, i) => Number.parseInt(hex.slice(2 + 4 * i, 6 + 4 * i), 16));
const flipped = (hex: string, byte: number, bit = 1): string => {
  const at = 2 + 2 * byte;
  const changed = (Number.parseInt(hex.slice(at, at + 2), 16) ^ bit).toString(16).padStart(2, "0");
  return `${hex.slice(0, at)}${changed}${hex.slice(at + 2)}`;
};

describe("a proposal that breaks one rule for one packet is refused on the chain, with the exact error", () => {
  type Mutant = readonly [what: string, change: Partial<Proposal>, error: string, args?: readonly unknown[]];

  /** Every field of a valid proposal, mutated. */
  function mutants({ pages, book, records, back, order, grants }: Proposal, { grants: due }: SlotOutcome): Mutant[] {
    const [named, given] = [pairs(order), pairs(grants)];
    const idle = given.findIndex((_, i) => !named.includes(i));
    const cells = (book.length - 2) / 32;
    return [
      ...Array.from(
        { length: cells },
        (_, i): Mutant => [`cell ${i}`, { book: flipped(book, 16 * i + 9) }, "WrongBook"],
      ),
      ...(cells === 0 ? [] : ([["a cell less", { book: book.slice(0, -32) }, "WrongBook"]] as Mutant[])),
      ...Array.from(
        { length: (records.length - 2) / 64 },
        (_, i): Mutant => [`record ${i}`, { records: flipped(records, 32 * i + 7) }, "WrongBook"],
      ),
      ["a record more", { records: `${records}${"0".repeat(64)}` }, "WrongBook"],
      ...Array.from(
        { length: (back.length - 2) / 32 },
        (_, i): Mutant => [`cell ${i} that came back`, { back: flipped(back, 16 * i + 9) }, "WrongCells"],
      ),
      ...(back === "0x"
        ? []
        : ([["one that did not come back", { back: back.slice(0, -32) }, "WrongCells"]] as Mutant[])),
      ["one that came back though all arrived", { back: `${back}${"0".repeat(32)}` }, "WrongCells"],
      ["a page more", { pages: `${pages}0000` }, "WrongBook"],
      ["a page's size", { pages: withPair(pages, 0, pairs(pages)[0]! + 1) }, "WrongBook"],
      ...given.flatMap((packets, i): Mutant[] => [
        [
          `a packet more for ${i}`,
          { grants: withPair(grants, i, packets + 1) },
          "FalseGrant",
          [i, packets + 1, due[i]!.packets],
        ],
        ...(packets > 0
          ? [
              [
                `a packet less for ${i}`,
                { grants: withPair(grants, i, packets - 1) },
                "FalseGrant",
                [i, packets - 1, packets],
              ] as Mutant,
            ]
          : []),
      ]),
      [
        "a grant less",
        { grants: grants.slice(0, -4) },
        "WrongGrantsLength",
        [grants.length / 2 - 3, grants.length / 2 - 1],
      ],
      ...(named.length < 2
        ? []
        : ([
            [
              "someone left out",
              { order: order.slice(0, -4) },
              "WrongOrderLength",
              [2 * named.length - 2, 2 * named.length],
            ],
            ["someone twice", { order: withPair(order, 1, named[0]!) }, "OutOfOrder", [1]],
            ["nobody", { order: withPair(order, 0, given.length) }, "NotInBook", [given.length, given.length]],
            ...named
              .slice(1)
              .map((_, i) => [
                `${i + 1} before ${i}`,
                { order: withPair(withPair(order, i, named[i + 1]!), i + 1, named[i]!) },
                "OutOfOrder",
                [i + 1],
              ]),
            ...(idle < 0 ? [] : [["who wants nothing", { order: withPair(order, 0, idle) }, "WantsNothing", [idle]]]),
          ] as unknown as Mutant[])),
    ];
  }

  it("whatever slot it is for: books of waiting, forced and running requests", async () => {
    const pair = await community();
    let tried = 0;
    await pair.post([
      ask(1, request(), request({ client: 1, shape: "block", packets: 4 })),
      ask(2, request({ category: 0, packets: 4 }), request({ client: 1, earliest: FIRST_SLOT + 3 })),
      ask(3, request({ category: 5, packets: 2, deadline: FIRST_SLOT + 2 })),
    ]);
    for (let slot = 0; slot < 4; slot++) {
      const { outcome, proposal } = await pair.close();
      for (const [what, change, error, args] of mutants(proposal, outcome)) {
        await expect(
          pair.contract.allocate.staticCall({ ...proposal, ...change }),
          `${what}, slot ${slot}`,
        ).toRevertWith(pair.contract, error, args);
        tried++;
      }
      await pair.allocate(proposal);
      await pair.forecast(Array.from({ length: HORIZON }, () => sun));
      const taken = outcome.grants.filter(({ packets, cell }) => packets > 0 && cell.member !== 2);
      const heard = [...new Set(taken.map(({ cell }) => cell.member))].map((member) => ({
        ...{ member, slot: pair.twin.next, requests: [] },
        receipts: new Map(
          taken.filter(({ cell }) => cell.member === member).map(({ cell }) => [cell.client, "all" as const]),
        ),
      }));
      if (heard.length > 0) await pair.post(heard);
    }
    expect(tried).toBeGreaterThan(50);
  });

  it("the hashes of a book's pages are not taken for its cells", async () => {
    const pair = await community();
    const before = await pair.contract.bound();
    await pair.post([ask(1, request(), request({ client: 1 }))]);
    const { proposal } = await pair.close();
    const hashes = concat([before, keccak256(proposal.book)]);
    expect(keccak256(hashes)).toBe(await pair.contract.bound());
    for (const records of ["0x", proposal.book]) {
      const shown = { ...proposal, pages: "0x0004", book: hashes, records, order: "0x", grants: "0x" };
      await expect(pair.contract.allocate(shown)).toRevertWith(pair.contract, "WrongBook");
    }
    await pair.allocate(proposal);
  });

  it("nobody allocates before a slot is closed, without its seed, or twice", async () => {
    const pair = await community();
    await pair.post([ask(1, request())]);
    const nothing = { pages: "0x", book: "0x", records: "0x", back: "0x", order: "0x", grants: "0x" };
    await expect(pair.contract.allocate(nothing)).toRevertWith(pair.contract, "WrongBook");
    const { proposal } = await pair.close();
    await expect(pair.contract.close()).toRevertWith(pair.contract, "AlreadyClosed", [FIRST_SLOT]);
    await pair.allocate(proposal);
    await expect(pair.contract.allocate(proposal)).toRevertWith(pair.contract, "WrongBook");
  });
});

describe("a hostile client costs others nothing", () => {
  it("AUTH-1: a flipped bit anywhere in what is signed, or in the signature, is refused", async () => {
    const pair = await community();
    const row = await pair.row({ ...ask(1, request(), request({ client: 1 })), withdrawn: [3] });
    const head = [0, 1, 4, 5, 6, 7, 8]; // where all arrived, part, slot
    const rest = Array.from({ length: (row.length - 2) / 2 - 11 }, (_, i) => i + 11);
    for (const byte of [...head, ...rest.filter((i) => i % 5 === 0)]) {
      const sent = pair.contract.post.staticCall(flipped(row, byte, 1 << (byte % 8)), []);
      await expect(sent, `byte ${byte}`).rejects.toThrow(/NothingTaken|RowsCutShort/);
    }
    await pair.contract.post.staticCall(row, []);
  });

  it("AUTH-1: a message counts once, in one contract, on one chain, by its own member's key", async () => {
    const [pair, other] = [await community(), await community()];
    const mine = ask(1, request());
    const forged = await pair.row(mine, pair.wallets[1]);
    const elsewhere = await other.row(mine);
    for (const row of [forged, elsewhere])
      await expect(pair.contract.post(row, [])).toRevertWith(pair.contract, "NothingTaken", [FIREWALL.badSignature]);
    const stranger = await pair.row({ ...mine, member: 9 }, pair.wallets[0]);
    await expect(pair.contract.post(stranger, [])).toRevertWith(pair.contract, "NothingTaken", [
      FIREWALL.unknownMember,
    ]);
    const late = await pair.row({ ...mine, slot: FIRST_SLOT + 1 });
    await expect(pair.contract.post(late, [])).toRevertWith(pair.contract, "NothingTaken", [FIREWALL.staleMessage]);
    const { receipt } = await pair.post([mine]);
    expect(eventsOf(receipt!, pair.contract.interface, "RequestsAccepted")).toHaveLength(1);
    const again = await pair.row(mine);
    await expect(pair.contract.post(again, [])).toRevertWith(pair.contract, "NothingTaken", [FIREWALL.replayed]);
    await expect(pair.contract.post(again.slice(0, -2), [])).toRevertWith(pair.contract, "RowsCutShort");
  });

  it("what is refused in a batch leaves the honest rows, and everyone's state, as they would be without it", async () => {
    const [pair, alone] = [await community(), await community()];
    const honest = ask(2, request({ packets: 4 }));
    const bad = await Promise.all([
      pair.row(ask(1, request()), pair.wallets[3]),
      pair.row({ ...ask(3, request()), slot: FIRST_SLOT + 1 }),
      pair.row(
        ask(4, request({ packets: 0 }), request({ perSlot: 13, packets: 13 }), request({ deadline: FIRST_SLOT + 999 })),
      ),
    ]);
    const rows = concat([...bad, await pair.row(honest)]);
    const receipt = (await (await pair.contract.post(rows, [])).wait())!;
    await alone.post([honest]);
    const of = (name: string) => eventsOf(receipt, pair.contract.interface, name);
    expect(of("MessageRefused").map(({ reason }) => reason)).toEqual([FIREWALL.badSignature, FIREWALL.staleMessage]);
    expect(of("RequestRefused").map(({ reason }) => reason)).toEqual([6n, 9n, 7n]);
    expect(await pair.contract.plan()).toEqual(await alone.contract.plan());
    expect(await pair.contract.bound()).toBe(await alone.contract.bound());
    for (const member of [1, 2, 3])
      expect(await pair.contract.stateOf(member)).toEqual(await alone.contract.stateOf(member));
    expect((await pair.contract.stateOf(4)).open).toBe(0n);
  });

  it("a later word on the same client counts: a part after all, all after a part", async () => {
    const pair = await community();
    await pair.post([ask(1, ...[0, 1, 2].map((client) => request({ client, packets: 1, perSlot: 1 })))]);
    await pair.post([ask(2, request({ packets: 2 }))]);
    await pair.allocate((await pair.close()).proposal);
    const slot = pair.twin.next;
    const say = (part: number, ...receipts: [number, number | "all"][]): RequestMessage => ({
      ...{ member: 1, slot, part, requests: [], receipts: new Map(receipts) },
    });
    await pair.post([say(0, [0, "all"], [1, 1], [2, "all"]), { ...say(0), member: 2, receipts: new Map([[0, 1]]) }]);
    await pair.post([say(1, [1, "all"]), say(2, [2, 2])]);
    await pair.post([{ ...say(3), withdrawn: [0] }]);
    const { outcome, proposal, unseen } = await pair.close();
    expect(unseen.size).toBe(0);
    const receipt = await pair.allocate(proposal);
    const [event] = eventsOf(receipt, pair.contract.interface, "PacketsReceived");
    expect(event!.receipts).toBe(packReceipts(outcome.received));
    expect(outcome.received).toEqual([
      { member: 1, packets: 3 },
      { member: 2, packets: 1 },
    ]);
    expect(await pair.contract.bound()).toBe(boundOf(pair.twin));
  });

  it("what was said for one slot says nothing for the next", async () => {
    const pair = await community();
    await pair.post([ask(1, request({ packets: 1, perSlot: 1 }), request({ client: 1, packets: 2, perSlot: 1 }))]);
    for (let i = 0; i < 2; i++) {
      await pair.allocate((await pair.close()).proposal);
      const { next } = pair.twin;
      if (i === 0) await pair.post([{ member: 1, slot: next, requests: [], receipts: new Map([[1, "all"]]) }]);
    }
    const { outcome, proposal, unseen } = await pair.close();
    expect([outcome.received.length, unseen.size]).toEqual([0, 0]);
    await pair.allocate(proposal);
    expect(await pair.contract.bound()).toBe(boundOf(pair.twin));
  });

  it("COMMONS-7: emergencies beyond the quota are refused, and those used are public", async () => {
    const pair = await community();
    const urgent = [0, 1, 2].map((client) => request({ client, emergency: true, packets: 2 }));
    const { receipt } = await pair.post([ask(1, ...urgent)]);
    const of = (name: string) => eventsOf(receipt!, pair.contract.interface, name);
    expect(of("EmergencyUsed").map(({ client, used }) => [client, used].map(Number))).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(of("RequestRefused").map(({ client, reason }) => [client, reason].map(Number))).toEqual([[2, 10]]);
  });
});
