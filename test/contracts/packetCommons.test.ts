import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import type { MessageAnswer } from "../../agents/model/commons.ts";
import { packReceipts } from "../../agents/model/commonsProposal.ts";
import { type Cell, packBook, packCell } from "../../agents/model/commonsRequest.ts";
import { packRules } from "../../agents/model/commonsRules.ts";
import type { SlotOutcome } from "../../agents/model/commonsSlot.ts";
import { randomStream } from "../../agents/random/random.ts";
import { type CommonsPair, commonsPair, eventsOf, type Pending } from "../helpers/commonsChain.ts";
import { type Draw, drawCommons, drawReceipts, drawStep, fitsRules, newCommons } from "../helpers/commonsDays.ts";

const net = await network.create();
const RUNS = Number(process.env.COMMONS_CHAIN_RUNS ?? 4);
const SLOTS = 30;
const first = Number(process.env.SEED ?? 1) * 1000;

const pairOf = ({ terms, rules, stores, members }: Draw) =>
  commonsPair(net, newCommons(terms, rules, stores, members), members);

/** Lanes of a ring as words, as `plan` gives them. */
const words = (ring: Int32Array): bigint[] =>
  Array.from({ length: 8 }, (_, w) =>
    Array.from({ length: 16 }, (_, i) => BigInt(ring[16 * w + i]!) << BigInt(16 * i)).reduce((a, b) => a | b),
  );

/** Lives slots of a random community on both; `watch` sees each slot before it is allocated on the chain. */
async function live(seed: number, slots: number, watch: (pair: CommonsPair, pending: Pending) => Promise<void>) {
  const random = randomStream(seed, "commons on a chain");
  const draw = drawCommons(random);
  const pair = await pairOf(draw);
  let receipts = new Map<number, Map<number, number | "all">>();
  for (let i = 0; i < slots; i++) {
    const step = drawStep(random, pair.twin, draw.members);
    if (step.rules) await pair.setRules(step.rules);
    if (step.emergency) await pair.declareEmergency(step.emergency.from, step.emergency.to);
    if (step.forecast && fitsRules(step.forecast, pair.twin)) await pair.forecast(step.forecast);
    const heard = step.messages.map((message, part) => ({
      ...message,
      receipts: receipts.get(message.member) ?? new Map(),
      urgent: step.urges.filter(({ member }) => member === message.member).map(({ client }) => client),
      withdrawn: step.withdrawals.filter(({ member }) => member === message.member).map(({ client }) => client),
      part: part % 4,
    }));
    for (const batch of [heard.slice(0, 2), heard.slice(2)]) {
      const { answers, receipt } = await pair.post(batch);
      if (receipt) expect(said(pair, receipt), `seed ${seed}`).toEqual(expected(answers));
    }
    const pending = await pair.close();
    await watch(pair, pending);
    receipts = drawReceipts(random, pending.outcome);
  }
}

/** Answers as events say them: accepted cells, rejections, refusals. */
function said({ contract }: CommonsPair, receipt: Parameters<typeof eventsOf>[0]) {
  const of = (name: string) => eventsOf(receipt, contract.interface, name);
  return {
    accepted: of("RequestsAccepted").map(({ cells }) => cells),
    rejected: of("RequestRejected").map(({ reason, packets, deadline }) => [reason, packets, deadline].map(Number)),
    refused: of("RequestRefused").map(({ reason }) => Number(reason)),
    messages: of("MessageRefused").map(({ reason }) => Number(reason)),
  };
}

const REJECTIONS = ["", "feederFull", "poolTaken", "beyondForecast"];
const FIREWALL = [
  ...["", "unknownMember", "staleMessage", "replayed", "badSignature", "wrongSize"],
  ...[
    "malformed",
    "outOfWindow",
    "clientBusy",
    "aboveConnection",
    "quotaSpent",
    "clientIdle",
    "alreadyUrgent",
    "bookFull",
  ],
];

function expected(answers: readonly MessageAnswer[]) {
  const each = answers.flatMap((answer) => (answer.kind === "taken" ? answer.answers : []));
  const cells = each.flatMap((answer) => (answer.kind === "accepted" ? [answer.cell] : []));
  return {
    accepted: cells.length > 0 ? [packBook(cells)] : [],
    rejected: each.flatMap((answer) =>
      answer.kind === "rejected"
        ? [[REJECTIONS.indexOf(answer.reason), answer.offer.packets, answer.offer.deadline]]
        : [],
    ),
    refused: answers.flatMap((answer) => {
      if (answer.kind !== "taken") return [];
      const requests = answer.answers.flatMap((each) => (each.kind === "refused" ? [each.reason] : []));
      return [...answer.unheard.map(({ reason }) => reason), ...requests].map((reason) => FIREWALL.indexOf(reason));
    }),
    messages: answers.flatMap((answer) => (answer.kind === "refused" ? [FIREWALL.indexOf(answer.reason)] : [])),
  };
}

const ENDINGS = ["kept", "broken", "excused", "withdrawn"];

/** The event of an allocation as the twin has it. */
const eventOf = (outcome: SlotOutcome, unseen: ReadonlySet<Cell>) => ({
  slot: BigInt(outcome.slot),
  emergencyMode: outcome.emergencyMode,
  shared: BigInt(outcome.shared),
  held: BigInt(outcome.held),
  atRisk: BigInt(outcome.atRisk),
  balance: Object.values(inOrder(outcome)).map(BigInt),
  closed: `0x${outcome.closed
    .filter(({ cell }) => !unseen.has(cell))
    .map(
      ({ cell, ending }) => packCell({ ...cell, pending: 0, fresh: false }) | (BigInt(ENDINGS.indexOf(ending)) << 126n),
    )
    .map((cell) => cell.toString(16).padStart(32, "0"))
    .join("")}`,
});

const inOrder = ({ balance: b }: SlotOutcome) => [
  ...[b.served, b.bufferOut, b.cacheOut, b.imported, b.beyondAllowance, b.charged, b.cached, b.exported],
];

describe("PacketCommons", () => {
  it("does in every slot of random communities what its twin does: answers, grants, energy, plans, states", async () => {
    for (let seed = first; seed < first + RUNS; seed++) {
      await live(seed, SLOTS, async (pair, { outcome, proposal, unseen }) => {
        const where = `seed ${seed}, slot ${outcome.slot}`;
        const receipt = await pair.allocate(proposal);
        const [event] = eventsOf(receipt, pair.contract.interface, "SlotAllocated");
        const arrived = eventsOf(receipt, pair.contract.interface, "PacketsReceived").map(({ receipts }) => receipts);
        expect(arrived, where).toEqual(outcome.received.length === 0 ? [] : [packReceipts(outcome.received)]);
        const { slot, emergencyMode, shared, held, atRisk, balance, closed } = event!;
        expect({ slot, emergencyMode, shared, held, atRisk, balance: [...balance], closed }, where).toEqual(
          eventOf(outcome, unseen),
        );
        await same(pair, where);
      });
    }
  });
});

/** Holds all that the contract keeps against the twin. */
async function same({ contract, twin }: CommonsPair, where: string): Promise<void> {
  const [carried, planned, latest] = await contract.plan();
  expect([...carried], `carried, ${where}`).toEqual(words(twin.carried));
  expect([...planned], `planned, ${where}`).toEqual(words(twin.planned));
  expect([...latest], `latest, ${where}`).toEqual(words(twin.latest));
  const [buffer, cache] = await contract.stores();
  expect([Number(buffer.stored), Number(cache.stored)], where).toEqual([
    twin.stores.buffer.stored,
    twin.stores.cache.stored,
  ]);
  expect((await contract.rules())[0], where).toBe(packRules(twin.rules));
  for (let member = 1; member <= 6; member++) {
    const state = twin.member(member);
    const { last, open, power, used, month, rejections } = await contract.stateOf(member);
    expect([last, open, power, used, month].map(Number), where).toEqual([
      ...[state.last, state.open, state.power, state.used, state.month],
    ]);
    const counted = state.rejections.map((n, client) => BigInt(n) << BigInt(2 * client)).reduce((a, b) => a | b);
    expect(rejections, where).toBe(counted);
  }
}
