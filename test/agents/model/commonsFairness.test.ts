import { describe, expect, it } from "vitest";
import { PacketCommons } from "../../../agents/model/commons.ts";
import { NO_STORE, type SlotForecast } from "../../../agents/model/commonsEnergy.ts";
import type { RequestMessage } from "../../../agents/model/commonsFirewall.ts";
import type { PacketRequest } from "../../../agents/model/commonsRequest.ts";
import { type CommonsRules, DEFAULT_RULES } from "../../../agents/model/commonsRules.ts";
import { keccak256, word } from "../../../agents/model/keccak.ts";
import { randomStream } from "../../../agents/random/random.ts";
import { drawCommons, drawStep, fitsRules, newCommons } from "../../helpers/commonsDays.ts";

const FIRST = 1000;
const STORES = { buffer: NO_STORE, cache: NO_STORE };
const TWO_CLASSES: CommonsRules = {
  ...DEFAULT_RULES,
  ...{ classes: 2, shares: [500, 300], riseAfter: 0, classOf: DEFAULT_RULES.classOf.map((_, i) => Math.min(1, i)) },
};

const seedOf = (seed: number, slot: number) => keccak256(word(seed), word(slot));
const sunOf = (source: number): SlotForecast => ({ source, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 });

function commonsOf(rules: CommonsRules, feederLimit: number, connection = 2047, horizonSlots = 6): PacketCommons {
  const terms = { horizonSlots, feederLimit, monthSlots: 96 };
  return new PacketCommons(terms, rules, STORES, FIRST, () => connection);
}

const budget = (change: Partial<PacketRequest>): PacketRequest => ({
  ...{ client: 0, category: 1, yields: 0, emergency: false, shape: "budget", packets: 2, perSlot: 1 },
  ...{ earliest: FIRST, deadline: FIRST + 3, ...change },
});

/** All ways to choose one of `options` for each of `n`. */
function* choices<T>(options: readonly T[], n: number): Generator<T[]> {
  if (n === 0) yield [];
  else for (const rest of choices(options, n - 1)) for (const option of options) yield [...rest, option];
}

describe("every small community of up to three requests, every sun of three slots", () => {
  const kinds: readonly Partial<PacketRequest>[] = [0, 1].flatMap((category) => [
    { category, packets: 1, perSlot: 1, deadline: FIRST + 1 },
    { category, packets: 2, perSlot: 1, deadline: FIRST + 3 },
    { category, packets: 2, perSlot: 2, deadline: FIRST + 2 },
    { category, packets: 2, perSlot: 1, shape: "block", deadline: FIRST + 3 },
  ]);
  const suns = [...choices([0, 1, 3], 3)];
  const expected = [sunOf(1), sunOf(2), sunOf(1)];

  /** Lives each; `watch` sees every slot. Forecasts may be wrong: the sun that comes is another. */
  function all(watch: (commons: PacketCommons, outcome: ReturnType<PacketCommons["allocate"]>) => void): number {
    let admitted = 0;
    for (const [i, asked] of [...choices(kinds, 3)].entries()) {
      for (const sun of suns.filter((_, j) => (i + j) % 3 === 0)) {
        const commons = commonsOf({ ...TWO_CLASSES, importAllowance: 1 }, 3);
        commons.forecast(expected);
        for (const [member, kind] of asked.entries())
          commons.post({ member: member + 1, slot: FIRST, requests: [budget(kind)] });
        admitted += commons.cells.length;
        for (let slot = 0; slot < 4; slot++) {
          commons.forecast(sun.slice(slot).map(sunOf));
          commons.close(seedOf(i, slot));
          const outcome = commons.allocate();
          watch(commons, outcome);
          for (const { cell, packets } of outcome.grants)
            if (packets > 0) commons.acknowledge(cell.member, outcome.slot, new Map([[cell.client, "all"]]));
        }
      }
    }
    return admitted;
  }

  it("COMMONS-4: whatever sun comes, all that was admitted is made available by its deadline", () => {
    const endings = new Map<string, number>();
    const admitted = all((commons, { closed, open }) => {
      for (const { ending } of closed) endings.set(ending, (endings.get(ending) ?? 0) + 1);
      for (const cell of open)
        expect(cell.left, "what is late").toBeLessThanOrEqual(cell.perSlot * (cell.deadline - commons.next + 1));
    });
    expect([...endings.keys()]).toEqual(["kept"]);
    expect(endings.get("kept")).toBe(admitted);
    expect(admitted).toBeGreaterThan(5000);
  });

  it("COMMONS-5: no class gets more than its slice while a higher one that could use it waits", () => {
    let scarce = 0;
    all((commons, { grants, shared, slot }) => {
      const beyond = grants.filter(({ level, packets, forced }) => level === 1 && packets > forced);
      const free = beyond.reduce((sum, { packets, forced }) => sum + packets - forced, 0);
      if (free <= Math.floor((shared * commons.rules.shares[1]!) / 1000)) return;
      const short = grants.filter(
        ({ level, cell, packets }) =>
          level === 0 && !cell.block && cell.earliest <= slot && packets < Math.min(cell.perSlot, packets + cell.left),
      );
      expect(short).toEqual([]);
      scarce++;
    });
    expect(scarce).toBeGreaterThan(100);
  });
});

describe("COMMONS-6: who a member is plays no part", () => {
  it("permuting members permutes outcomes, over random communities, all but the lot of equals", () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = randomStream(seed, "permuted");
      const { terms, rules, stores, members } = drawCommons(random);
      const mirrored = (member: number) => members + 1 - member;
      // By the lot equals are told apart, so here no two are equal: one request a member, each of its own deadline.
      const [one, other] = [0, 1].map(() => newCommons(terms, { ...rules, rule: "deadline" }, stores, members));
      for (let i = 0; i < 20; i++) {
        const step = drawStep(random, one!, members);
        const forecast = step.forecast ?? [];
        const used = new Set(one!.cells.map(({ deadline }) => deadline));
        const messages = step.messages.filter(({ requests }) => {
          const deadlines = requests.map(({ deadline }) => deadline);
          const distinct =
            deadlines.every((deadline) => !used.has(deadline)) && new Set(deadlines).size === deadlines.length;
          if (distinct) for (const deadline of deadlines) used.add(deadline);
          return distinct;
        });
        for (const [commons, as] of [
          [one!, (m: number) => m],
          [other!, mirrored],
        ] as const) {
          if (fitsRules(forecast, commons)) commons.forecast(forecast);
          for (const message of messages) commons.post({ ...message, member: as(message.member) });
          commons.close(seedOf(seed, commons.next));
        }
        const [a, b] = [one!.allocate(), other!.allocate()];
        const named = ({ grants }: typeof a, as: (m: number) => number) =>
          grants.map(({ cell, packets }) => [as(cell.member), cell.client, packets]);
        expect(named(b, mirrored), `seed ${seed}, slot ${a.slot}`).toEqual(named(a, (m) => m));
        expect(b.balance).toEqual(a.balance);
      }
    }
  });

  it("equal members get equal chances: over 2,000 slots the lot favours none of ten", () => {
    const got = new Array<number>(11).fill(0);
    for (let slot = 0; slot < 2000; slot++) {
      const commons = commonsOf(TWO_CLASSES, 20);
      commons.forecast([sunOf(4), sunOf(20), sunOf(20)]);
      for (let member = 1; member <= 10; member++)
        commons.post({ member, slot: FIRST, requests: [budget({ packets: 1 })] });
      commons.close(seedOf(7, slot));
      for (const { cell, packets } of commons.allocate().grants) got[cell.member]! += packets;
    }
    // 4 of 10 in each of 2,000 draws: 800 on average, a standard deviation of 22.
    for (const packets of got.slice(1)) expect(Math.abs(packets - 800)).toBeLessThan(100);
  });

  it("a member that splits its wish into up to sixteen requests gets the same total as with one", () => {
    const total = (parts: number) => {
      let sum = 0;
      for (let seed = 0; seed < 600; seed++) {
        const commons = commonsOf(TWO_CLASSES, 32);
        commons.forecast([sunOf(10), sunOf(32), sunOf(32)]);
        const each = 16 / parts;
        const requests = Array.from({ length: parts }, (_, client) => budget({ client, packets: each, perSlot: each }));
        commons.post({ member: 1, slot: FIRST, requests });
        commons.post({ member: 2, slot: FIRST, requests: [budget({ packets: 16, perSlot: 16 })] });
        commons.close(seedOf(seed, 1));
        const { grants } = commons.allocate();
        sum += grants.filter(({ cell }) => cell.member === 1).reduce((all, { packets }) => all + packets, 0);
      }
      return sum;
    };
    const [whole, halves, sixteenths] = [1, 2, 16].map(total);
    expect(whole).toBeGreaterThan(2000);
    expect([halves, sixteenths]).toEqual([whole, whole]);
  });
});

it("COMMONS-7: a client that always cries emergency ends no better over 1,000 slots than the same one that doesn't", () => {
  /** Packets that the first of six equal members got in its windows of one slot, with and without emergencies. */
  const served = (cries: boolean): number => {
    const rules = { ...TWO_CLASSES, emergencyQuota: 2, importAllowance: 0 };
    const commons = commonsOf(rules, 6, 12, 8);
    let got = 0;
    for (let i = 0; i < 1000; i++) {
      commons.forecast(Array.from({ length: 8 }, (_, t) => sunOf(2 + ((i + t) % 3))));
      for (let member = 1; member <= 6; member++) {
        const earliest = commons.next;
        const wish = budget({ packets: 2, perSlot: 2, earliest, deadline: earliest + 2 });
        const emergency = cries && member === 1 && commons.member(1).used < rules.emergencyQuota;
        commons.post({ member, slot: commons.next, requests: [{ ...wish, emergency }] });
      }
      commons.close(seedOf(11, commons.next));
      const outcome = commons.allocate();
      for (const { cell, packets } of outcome.grants) {
        if (cell.member === 1) got += packets;
        if (packets > 0) commons.acknowledge(cell.member, outcome.slot, new Map([[cell.client, "all"]]));
      }
    }
    return got;
  };
  const [honest, crying] = [served(false), served(true)];
  expect(honest).toBeGreaterThan(200);
  expect(crying).toBeLessThanOrEqual(honest);
});

describe("a hostile client is refused with its reason, and changes nothing of others", () => {
  const rules = { ...TWO_CLASSES, emergencyQuota: 1 };
  const honest: RequestMessage = { member: 2, slot: FIRST, requests: [budget({ packets: 3 })] };
  const bad = (requests: readonly PacketRequest[], change: Partial<RequestMessage> = {}): RequestMessage => ({
    ...{ member: 1, slot: FIRST, requests, ...change },
  });
  const MESSAGES: readonly [string, RequestMessage, boolean?][] = [
    ["unknownMember", bad([budget({})], { member: 99 })],
    ["staleMessage", bad([budget({})], { slot: FIRST + 1 })],
    ["staleMessage", bad([budget({})], { slot: FIRST - 2 })],
    ["wrongSize", bad([])],
    ["wrongSize", bad(Array.from({ length: 17 }, (_, client) => budget({ client })))],
    ["wrongSize", bad([budget({})], { part: 4 })],
    ["badSignature", bad([budget({})]), false],
  ];
  const REQUESTS: readonly [string, Partial<PacketRequest>][] = [
    ["malformed", { packets: 0 }],
    ["malformed", { perSlot: 0 }],
    ["malformed", { packets: 4, perSlot: 1 }],
    ["malformed", { deadline: FIRST }],
    ["malformed", { shape: "block", packets: 3, perSlot: 2 }],
    ["malformed", { packets: 0x4000, perSlot: 0x7ff, deadline: FIRST + 6 }],
    ["malformed", { client: 16 }],
    ["malformed", { yields: 4 }],
    ["outOfWindow", { earliest: FIRST - 1 }],
    ["outOfWindow", { deadline: FIRST + 7 }],
    ["aboveConnection", { perSlot: 13, packets: 13 }],
  ];

  /** A commons of two, with the state of the second and all that is shared. */
  function fresh() {
    const terms = { horizonSlots: 6, feederLimit: 12, monthSlots: 96 };
    const commons = new PacketCommons(terms, rules, STORES, FIRST, (id) => (id === 1 || id === 2 ? 12 : undefined));
    commons.forecast(Array.from({ length: 6 }, () => sunOf(4)));
    commons.post(honest);
    const seen = () =>
      JSON.stringify([commons.cells, [...commons.planned], [...commons.latest], commons.stores, commons.member(2)]);
    return { commons, seen };
  }

  it.each(MESSAGES)("%s: a whole message", (reason, message, signed = true) => {
    const { commons, seen } = fresh();
    const before = [seen(), JSON.stringify(commons.member(1))];
    expect(commons.post(message, signed)).toEqual({ kind: "refused", reason });
    expect([seen(), JSON.stringify(commons.member(1))]).toEqual(before);
  });

  it.each(REQUESTS)("%s: one request, %j", (reason, change) => {
    const { commons, seen } = fresh();
    const before = seen();
    const answer = commons.post(bad([budget(change)]));
    expect(answer).toMatchObject({ kind: "taken", answers: [{ kind: "refused", reason }] });
    expect(seen()).toBe(before);
  });

  it("replayed: the same message again, an earlier part after a later one, a fifth in a slot", () => {
    const { commons } = fresh();
    expect(commons.post(bad([budget({})], { part: 1 })).kind).toBe("taken");
    for (const part of [1, 0])
      expect(commons.post(bad([budget({ client: 1 })], { part }))).toEqual({ kind: "refused", reason: "replayed" });
    for (const part of [2, 3]) expect(commons.post(bad([budget({ client: part })], { part })).kind).toBe("taken");
    expect(commons.post(bad([budget({ client: 5 })], { part: 4 })).kind).toBe("refused");
  });

  it("clientBusy, quotaSpent, clientIdle, alreadyUrgent: what its own state says", () => {
    const { commons, seen } = fresh();
    const reasons = (message: RequestMessage) => {
      const answer = commons.post(message);
      if (answer.kind === "refused") return [answer.reason];
      return [...answer.unheard, ...answer.answers].map((each) => ("reason" in each ? each.reason : each.kind));
    };
    expect(reasons(bad([budget({}), budget({}), budget({ client: 1, emergency: true })]))).toEqual([
      ...["accepted", "clientBusy", "accepted"],
    ]);
    const before = seen();
    expect(reasons(bad([budget({ client: 2, emergency: true })], { part: 1, urgent: [0, 9] }))).toEqual([
      ...["quotaSpent", "clientIdle", "quotaSpent"],
    ]);
    expect(seen()).toBe(before);
  });

  it("bookFull: who fills the book takes nobody's place in it, and frees it by what it asked for", () => {
    const commons = commonsOf(rules, 0x7fff, 2047, 6);
    commons.forecast(Array.from({ length: 6 }, () => sunOf(0x7fff)));
    const ask = (member: number, part = 0) =>
      commons.post({
        member,
        slot: FIRST,
        part,
        requests: Array.from({ length: 16 }, (_, client) => budget({ client })),
      });
    for (let member = 1; member <= 64; member++) ask(member);
    expect(commons.cells.length).toBe(1024);
    const answer = ask(65);
    expect(
      answer.kind === "taken" && answer.answers.every((each) => each.kind === "refused" && each.reason === "bookFull"),
    ).toBe(true);
    expect(commons.member(65)).toMatchObject({ open: 0, power: 0 });
  });
});
