import { booksOf, claimsOf } from "../../../agents/keeper/claims.ts";
import { clear as clearSlot, type Outcome } from "../../../agents/model/auction.ts";
import { CLAIM_FIELDS, decodeClaim, encodeClaim } from "../../../agents/model/claimWord.ts";
import { wordsOf } from "../../../agents/model/orders.ts";
import { readingOf } from "../../../agents/model/profileBook.ts";
import { tieKeysOf } from "../../../agents/model/tieKey.ts";
import { type Action, judged, passed, refused } from "../action.ts";
import type { Dice } from "../dice.ts";
import type { Receipt } from "../driver.ts";
import type { Ghost, GhostSession } from "../ghost.ts";
import { checkOutcome } from "../outcomes.ts";

const open = (ghost: Ghost) => ghost.sessions.filter((session) => ghost.stage(session) === "closed");

/** Anyone closes the book after the gate; too early, twice, or too late for a seed: refused. */
export const close: Action = async (ghost, dice) => {
  const early = dice.chance(10);
  const wanted = ghost.sessions.filter((given) =>
    early ? true : ghost.stage(given) !== "taking" && given.closedAt === 0,
  );
  const session = dice.pick(wanted);
  if (!session) return undefined;
  const reason =
    ghost.stage(session) === "taking"
      ? "GateNotPassed"
      : session.outcomes
        ? "AlreadyCleared"
        : session.closedAt !== 0
          ? "AlreadyClosed"
          : undefined;
  const receipt = await ghost.driver.send("market", "close", [session.id]);
  if (!judged(receipt, "MARKET-6", "closing the book", reason)) return `refused: ${reason}`;
  session.closedAt = ghost.driver.clock.block;
  await ghost.driver.mine(dice.pick([0, 3, 3, 3])!);
  return "closed";
};

/** What a session's claims and readings are, once its seed is there. */
async function claim(ghost: Ghost, session: GhostSession) {
  const { driver } = ghost;
  const { day, first, count, closedAt, batches } = session;
  const block = await driver.rpc.send("eth_getBlockByNumber", [`0x${(closedAt + 2).toString(16)}`, false]);
  const firstLane = day.firstSlot + first - (first % 10);
  const live = batches.flat().filter((profile) => profile.live);
  const words = wordsOf(first, count);
  const seed: string = block?.hash ?? `0x${"0".repeat(64)}`;
  const claims = claimsOf(live, words, firstLane, seed as never);
  const readings = batches.map((batch) => readingOf(batch, (profile) => (profile as { live?: boolean }).live === true));
  return { seed, words, firstLane, live, claims, readings };
}
type Claimed = Awaited<ReturnType<typeof claim>>;

/** By slot of the day, what the twin makes of the books. Prices in base units. */
function outcomesOf(
  ghost: Ghost,
  session: GhostSession,
  { live, words, firstLane, seed }: Claimed,
): Map<number, Outcome> {
  const keys = tieKeysOf(seed as never);
  const { floorPrice, tickSize } = ghost.driver.terms;
  const priced = (orders: readonly { id: number; price: number; packets: number }[]) =>
    orders.map((order) => ({ ...order, price: floorPrice + order.price * tickSize }));
  const lane = session.first - (session.first % 10);
  return new Map(
    booksOf(live, words).map(({ bids, asks }, i) => [
      lane + i,
      clearSlot(priced(bids), priced(asks), keys(firstLane + i)),
    ]),
  );
}

/** Anyone clears a session, at once or in parts, by true or false claims. */
export const clear: Action = async (ghost, dice) => {
  const session = dice.pick(open(ghost).filter(({ batches, closedAt }) => batches.length > 0 && closedAt !== 0));
  if (!session) return undefined;
  const { driver } = ghost;
  if (driver.clock.block + 1 <= session.closedAt + 2) {
    const claims = new Array(10 * wordsOf(session.first, session.count)).fill(0n);
    refused(
      await driver.send("market", "clear", [session.id, claims, [], []]),
      "MARKET-6",
      "no seed yet",
      "SeedNotReady",
    );
    return "refused: no seed yet";
  }
  const claimed = await claim(ghost, session);
  if (dice.chance(35)) return falsely(ghost, dice, session, claimed);
  const whole = dice.chance(60) || session.batches.length === 1;
  const from = whole ? 0 : (session.tally?.next ?? 0);
  const to = whole ? session.batches.length : dice.between(from + 1, session.batches.length);
  const tally = from === 0 ? [] : session.tally!.values;
  const receipt = await driver.send("market", "clear", [
    session.id,
    claimed.claims,
    tally,
    claimed.readings.slice(from, to),
  ]);
  return advance(ghost, dice, session, claimed, receipt, to);
};

async function advance(
  ghost: Ghost,
  dice: Dice,
  session: GhostSession,
  claimed: Claimed,
  receipt: Receipt,
  to: number,
) {
  const events = passed(receipt, "MARKET-4", `clearing session ${session.id} by the twin's claims`);
  if (to < session.batches.length) {
    const { args } = events.find(({ name }) => name === "ClearingAdvanced")!;
    if (to > (session.tally?.next ?? 0)) session.tally = { values: [...args.tally], next: to };
    return "a part";
  }
  session.seed = claimed.seed;
  session.outcomes = outcomesOf(ghost, session, claimed);
  await checkOutcome(ghost, dice, session, claimed);
  return [...session.outcomes.values()].some(({ packets }) => packets > 0) ? "cleared" : "cleared, nothing traded";
}

/** Claims with one field changed, books with a profile left out, batches in another order. */
async function falsely(ghost: Ghost, dice: Dice, session: GhostSession, claimed: Claimed): Promise<string | undefined> {
  const { driver } = ghost;
  const send = (claims: readonly bigint[], readings: readonly string[], tally: readonly bigint[] = []) =>
    driver.send("market", "clear", [session.id, claims, tally, readings]);
  const { claims, readings } = claimed;
  switch (dice.upTo(4)) {
    case 0: {
      const left = dice.pick(claimed.live);
      if (!left) return undefined;
      const partly = session.batches.map((batch) =>
        readingOf(batch, (profile) => (profile as { live?: boolean }).live === true && profile !== left),
      );
      refused(await send(claims, partly), "MARKET-6", "leaving a profile out", "LiveProfileMissing");
      return "refused: a profile left out";
    }
    case 1: {
      const full = session.batches.map((batch) => readingOf(batch, () => true));
      if (session.batches.flat().every(({ live }) => live)) return undefined;
      refused(await send(claims, full), "MARKET-5", "a replaced profile", "ReplacedProfileInFull");
      return "refused: a replaced profile";
    }
    case 2: {
      const others = [...readings].reverse();
      if (others.length === 1) return undefined;
      refused(await send(claims, others), "MARKET-6", "batches in another order", "WrongCommitment", "WrongReading");
      return "refused: batches in another order";
    }
    case 3: {
      const words = session.tally ? session.tally.values.map((sum) => sum ^ 1n) : [1n];
      refused(await send(claims, readings, words), "MARKET-6", "a tally of one's own", "WrongTally");
      return "refused: another tally";
    }
    default:
      return mutated(ghost, dice, session, claimed);
  }
}

/** One field of one claim changed: refused, or the same outcome. */
async function mutated(ghost: Ghost, dice: Dice, session: GhostSession, claimed: Claimed): Promise<string> {
  const slot = dice.upTo(claimed.claims.length - 1);
  const truth = decodeClaim(claimed.claims[slot]!);
  const [field, bits] = dice.pick(CLAIM_FIELDS)!;
  const near = [truth[field] + 1, truth[field] - 1, dice.upTo(Math.min(2 ** bits - 1, 9))];
  const value =
    near.filter((given) => given >= 0 && given < 2 ** bits && given !== truth[field])[dice.upTo(1)] ?? truth[field] ^ 1;
  const claims = claimed.claims.with(slot, encodeClaim({ ...truth, [field]: value }));
  const receipt = await ghost.driver.send("market", "clear", [session.id, claims, [], claimed.readings]);
  if (receipt.ok) return advance(ghost, dice, session, claimed, receipt, session.batches.length);
  refused(receipt, "MARKET-4", `a claim with ${field} ${value}`, "FalseClaim");
  return "refused: a false claim";
}
