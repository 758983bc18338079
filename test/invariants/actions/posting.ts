import { readingOf } from "../../../agents/model/profileBook.ts";
import { postArguments, REFUSALS, type RefusalName } from "../../../agents/relay/relay.ts";
import { type Action, judged, passed, refused } from "../action.ts";
import { expectSame } from "../checks.ts";
import type { Event } from "../driver.ts";
import type { Ghost, GhostProfile, GhostSession } from "../ghost.ts";
import { type Draft, draft, lockOf, offer, taken, unreadable } from "../profiles.ts";

/** A relay posts profiles of some members: good ones, spoilt ones, replays, now and then in a wrong order. */
export const post: Action = async (ghost, dice) => {
  const session = dice.pick(ghost.sessions.filter((given) => ghost.stage(given) === "taking"));
  if (!session) return undefined;
  const drafts: Draft[] = [];
  for (const member of dice.some(ghost.members, dice.pick([50, 100, 100])!)) {
    const before = session.batches.flat().find((profile) => profile.member === member);
    const replay = before && dice.chance(12);
    if (before && !replay && dice.chance(92)) continue;
    drafts.push(replay ? { profile: before, faults: new Set() } : await draft(ghost, dice, session, member, 1, 8));
  }
  const fresh = drafts.some(({ profile }) => !session.batches.flat().some(({ member }) => member === profile.member));
  if (drafts.length === 0 || (!fresh && !dice.chance(15))) return undefined;
  return postAll(ghost, session, dice.chance(5) ? dice.shuffled(drafts) : drafts);
};

async function postAll(ghost: Ghost, session: GhostSession, drafts: readonly Draft[]): Promise<string> {
  const { rows, signatures } = postArguments(drafts.map(({ profile }) => profile));
  const run = { last: 0, accepted: [] as GhostProfile[], refusals: [] as [number, RefusalName][] };
  for (const [i, given] of drafts.entries()) {
    const reason = takeOne(ghost, session, given, run.last);
    if (reason !== "None") {
      run.refusals.push([i, reason]);
      continue;
    }
    run.last = given.profile.member;
    run.accepted.push(taken(ghost, session, given.profile, session.batches.length));
  }
  const receipt = await ghost.driver.send("market", "post", [session.id, rows, signatures]);
  if (run.accepted.length === 0) {
    refused(receipt, "AUTH-1", "a batch of bad profiles", `NothingAccepted`);
    return "refused: all rows";
  }
  const events = passed(receipt, "AUTH-1", "a batch");
  expectSame("AUTH-1", "refused profiles", refusalsIn(events), run.refusals);
  const heads = events.find(({ name }) => name === "BatchPosted")!.args.heads as bigint[];
  expectSame(
    "MONEY-4",
    "locks taken",
    heads.map((head) => head >> 128n),
    run.accepted.map(({ lock }) => lock),
  );
  session.batches.push(run.accepted);
  return run.refusals.length > 0 ? "posted a part" : "posted";
}

const refusalsIn = (events: readonly Event[]) =>
  events
    .filter(({ name }) => name === "ProfileRefused")
    .map(({ args }) => [Number(args.index), REFUSALS[Number(args.reason)]]);

/** The rules of taking one profile, in the market's order; books it if it is taken. */
function takeOne(ghost: Ghost, session: GhostSession, given: Draft, last: number): RefusalName {
  const { profile } = given;
  const reason = unreadable(ghost, session, given);
  if (reason !== "None") return reason;
  const { member, nonce } = profile;
  if (member <= last) return member === last ? "AlreadyPosted" : "OutOfOrder";
  if (session.batches.flat().some((posted) => posted.member === member) || nonce !== 1) return "AlreadyPosted";
  const account = ghost.account(member);
  const lock = lockOf(ghost, session, profile);
  if (account.debt > 0n) return "InDebt";
  if (lock > ghost.free(member)) return "NoFunds";
  if (!offer(ghost, session, profile)) return "NoEcoins";
  account.locked += lock;
  return "None";
}

/** A member replaces its profile, or cancels it. */
export const replace: Action = async (ghost, dice) => {
  const session = dice.pick(
    ghost.sessions.filter((given) => ghost.stage(given) === "taking" && given.batches.length > 0),
  );
  const old = session && dice.pick(session.batches.flat().filter(({ live }) => live));
  if (!old) return undefined;
  const next = await draft(ghost, dice, session, old.member, old.nonce + 1, 10);
  return replaceBy(ghost, session, old, next, dice.chance(5));
};

async function replaceBy(ghost: Ghost, session: GhostSession, old: GhostProfile, next: Draft, stale: boolean) {
  const { rows, signatures } = postArguments([next.profile]);
  const shown = stale ? (session.batches[old.batch]!.find(({ live }) => !live) ?? old) : old;
  const reading = readingOf(session.batches[shown.batch]!, (profile) => profile === shown);
  const cells = (["registered", "free"] as const).map((kind) => ghost.cells(kind, session.day, old.member));
  const saved = cells.map((slots) => [...slots]);
  const reason = shown === old ? refusalOf(ghost, session, old, next) : "NotTheLiveProfile";
  if (reason !== undefined) for (const [i, slots] of cells.entries()) slots.splice(0, slots.length, ...saved[i]!);
  const receipt = await ghost.driver.send("market", "replace", [session.id, shown.batch, reading, rows, signatures]);
  if (!judged(receipt, "AUTH-1", "a replacement", reason)) return `refused: ${reason}`;
  const profile = taken(ghost, session, next.profile, session.batches.length);
  ghost.account(old.member).locked += profile.lock - old.lock;
  ghost.payDebt(old.member);
  old.live = false;
  old.end = "replaced";
  session.batches.push([profile]);
  return "replaced";
}

/** Why a replacement fails, by the error that the market gives; its offers are booked if it doesn't. */
function refusalOf(ghost: Ghost, session: GhostSession, old: GhostProfile, next: Draft): string | undefined {
  const { profile } = next;
  if (unreadable(ghost, session, next) !== "None") return "NothingAccepted";
  if (profile.member !== old.member || profile.nonce !== old.nonce + 1 || old.nonce === 8) return "WrongNonce";
  const free = ghost.cells("free", session.day, old.member);
  for (const { slot, side, packets } of old.orderList) if (side === "ask") free[slot]! += packets;
  if (!offer(ghost, session, profile)) return "NothingAccepted";
  const lock = lockOf(ghost, session, profile);
  const inDebt = ghost.account(old.member).debt > 0n && lock > old.lock;
  return inDebt || lock > ghost.free(old.member) + old.lock ? "NothingAccepted" : undefined;
}
