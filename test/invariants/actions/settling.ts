import { leavesReading } from "../../../agents/dso/leaves.ts";
import { readingOf } from "../../../agents/model/profileBook.ts";
import { settleMember } from "../../../agents/model/settlement.ts";
import { type Action, judged, passed } from "../action.ts";
import type { Dice } from "../dice.ts";
import type { Ghost, GhostDay, GhostProfile, GhostSession } from "../ghost.ts";

/** Every batch that holds an unreleased profile of `who`, with these in full; sessions and batches rising. */
export const readings = (day: GhostDay, who: ReadonlySet<number>) =>
  day.sessions.flatMap(({ id, batches }) =>
    batches.flatMap((profiles, batch) => {
      const inFull = (profile: unknown) => {
        const { live, released, member } = profile as GhostProfile;
        return live && !released && who.has(member);
      };
      return profiles.some(inFull) ? [{ session: id, batch, reading: readingOf(profiles, inFull) }] : [];
    }),
  );

/** Members whose profiles are neither all released nor all not. */
export const mixed = (ghost: Ghost, day: GhostDay, who: readonly number[]): boolean =>
  who.some((member) => new Set(ghost.liveOf(day, member).map(({ released }) => released)).size > 1);

/** Unsettled members that can be settled; now and then some that must be released first. */
const whole = (ghost: Ghost, dice: Dice, day: GhostDay): number[] => {
  const careless = dice.chance(8);
  return ghost.unsettled(day).filter((member) => careless || !mixed(ghost, day, [member]));
};

/** Books what a settlement moves; `by`: 1 + revision, 125 as ruled, 126 unwound, 127 unproven. */
export function book(ghost: Ghost, day: GhostDay, who: readonly number[], by: number): void {
  for (const member of who) {
    const account = ghost.account(member);
    const profiles = ghost.liveOf(day, member);
    const held = heldBy(ghost, day, member);
    day.settled.set(member, by);
    for (const profile of profiles) profile.end = by === 126 ? "unwound" : "settled";
    if (by === 126) {
      account.locked -= held;
      ghost.payDebt(member);
      continue;
    }
    const flows = ghost.flowsBy(day, member, by);
    const outcome = settleMember({ tariff: day.tariff, fills: ghost.fillsOfDay(day, member), flows });
    day.pot -= outcome.legs;
    const { toSupplier } = outcome;
    if (toSupplier > 0n) ghost.supplier += toSupplier;
    const moved = toSupplier < 0n ? -ghost.fromSupplier(member, -toSupplier) : toSupplier;
    account.locked -= held;
    account.balance += outcome.legs - moved;
    ghost.payDebt(member);
    receive(ghost, day, member, outcome, 1);
  }
}

/** What a member's profiles of a day hold locked. */
function heldBy(ghost: Ghost, day: GhostDay, member: number): bigint {
  const all = ghost.need(member);
  const by = day.settled.get(member);
  day.settled.set(member, 0);
  const rest = ghost.need(member);
  if (by === undefined) day.settled.delete(member);
  else day.settled.set(member, by);
  return all - rest;
}

/** Books what was delivered and received (sign 1), or takes it back (sign -1). */
export function receive(
  ghost: Ghost,
  day: GhostDay,
  member: number,
  { delivered, received }: { delivered: readonly number[]; received: readonly number[] },
  sign: 1 | -1,
): void {
  const cells = ghost.cells("received", day, member);
  for (const slot of cells.keys()) {
    cells[slot] = sign === 1 ? received[slot]! : 0;
    day.delivered[slot]! += sign * delivered[slot]!;
    day.drawn[slot]! += sign * received[slot]!;
  }
}

/** Releases some profiles of a batch of a session that is over; twice, or too early: refused. */
export const release: Action = async (ghost, dice) => {
  const hostile = dice.chance(8);
  const open = (batch: readonly GhostProfile[]) =>
    hostile || batch.some(({ live, end, released }) => live && !end && !released);
  const session = dice.pick(ghost.sessions.filter((given) => ghost.isOver(given) && given.batches.some(open)));
  const batch = session && dice.pick(session.batches.filter(open));
  if (!session || !batch) return undefined;
  const wanted = batch.filter((profile) => hostile || (profile.live && !profile.end && !profile.released));
  const some = new Set<unknown>(dice.some(wanted));
  if (some.size === 0) return undefined;
  return releaseSome(ghost, session, batch, some);
};

async function releaseSome(ghost: Ghost, session: GhostSession, batch: GhostProfile[], some: ReadonlySet<unknown>) {
  const { day } = session;
  const chosen = batch.filter((profile) => some.has(profile));
  const reading = readingOf(batch, (profile) => some.has(profile));
  const call = { session: session.id, batch: session.batches.indexOf(batch), reading };
  const reason = chosen.some(({ live }) => !live)
    ? "ReplacedProfileInFull"
    : chosen.some(({ released }) => released)
      ? "ProfileAlreadyReleased"
      : chosen.some(({ member }) => day.settled.has(member))
        ? "AlreadySettled"
        : undefined;
  const receipt = await ghost.driver.send("dayBook", "release", [call], ghost.driver.stranger);
  if (!judged(receipt, "MARKET-5", "a release", reason)) return `refused: ${reason}`;
  for (const profile of chosen) {
    const before = heldBy(ghost, day, profile.member);
    profile.released = true;
    ghost.account(profile.member).locked += heldBy(ghost, day, profile.member) - before;
    ghost.payDebt(profile.member);
    const free = ghost.cells("free", day, profile.member);
    for (const { slot, side, packets } of profile.orderList) if (side === "ask") free[slot]! += packets;
    for (const { slot, side, packets } of ghost.fillsOf(profile)) free[slot]! += side === "bid" ? packets : -packets;
  }
  return "released";
}

/** Days that still have somebody to settle; now and then any. */
const dayToSettle = (ghost: Ghost, dice: Dice, state: string) =>
  dice.pick(
    ghost.alive.filter((day) => {
      return dice.chance(5) ? ghost.now >= day.end : ghost.state(day) === state && ghost.unsettled(day).length > 0;
    }),
  );

/** Anyone settles some members by the latest report, again or too early among them. */
export const settle: Action = async (ghost, dice) => {
  const day = dayToSettle(ghost, dice, "settleable");
  if (!day) return undefined;
  const report = day.reports.at(-1);
  const again = dice.chance(8);
  const meters = report?.report.meters ?? 0;
  const shown = (again ? ghost.traders(day) : whole(ghost, dice, day)).filter((member) => !day.hidden.has(member));
  const who = dice.some(shown.filter((member) => member <= meters));
  if (who.length === 0 || !report) return undefined;
  const reason = ghost.state(day) !== "settleable" ? "NotSettleable" : (partly(ghost, day, who) ?? undefined);
  const args = [day.day, leavesReading(report, new Set(who)), readings(day, new Set(who))];
  const receipt = await ghost.driver.send("dayBook", "settle", args, ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-1", "a settlement", reason)) return `refused: ${reason}`;
  book(ghost, day, who, day.reports.length);
  return "settled";
};

/** Members settled already, or not wholly released: the first in rising order is what is complained of. */
function partly(ghost: Ghost, day: GhostDay, who: readonly number[]): string | undefined {
  for (const member of who) {
    if (day.settled.has(member)) return "AlreadySettled";
    if (mixed(ghost, day, [member])) return "ReleaseTheRest";
  }
  return undefined;
}

/** Anyone settles members without a proof, once that may be. */
export const settleUnproven: Action = async (ghost, dice) => {
  const day = dayToSettle(ghost, dice, "settleable");
  if (!day) return undefined;
  if (ghost.now < ghost.unprovenFrom(day) && !dice.chance(15)) return undefined;
  const who = dice.some(whole(ghost, dice, day));
  if (who.length === 0) return undefined;
  const late = ghost.state(day) !== "settleable" ? "NotSettleable" : undefined;
  const reason = late ?? (ghost.now < ghost.unprovenFrom(day) ? "ProvenOnly" : partly(ghost, day, who));
  const args = [day.day, who, readings(day, new Set(who))];
  const receipt = await ghost.driver.send("dayBook", "settleUnproven", args, ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-4", "settling without a proof", reason)) return `refused: ${reason}`;
  book(ghost, day, who, 127);
  return "settled";
};

/** Anyone unwinds members of a day whose report is missing. */
export const unwind: Action = async (ghost, dice) => {
  const day = dayToSettle(ghost, dice, "missing");
  if (!day) return undefined;
  const who = dice.some(whole(ghost, dice, day));
  if (who.length === 0) return undefined;
  const reason = ghost.state(day) !== "missing" ? "NotMissing" : partly(ghost, day, who);
  const args = [day.day, who, readings(day, new Set(who))];
  const receipt = await ghost.driver.send("dayBook", "unwind", args, ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-4", "unwinding", reason)) return `refused: ${reason}`;
  book(ghost, day, who, 126);
  return "unwound";
};

/** A member, by itself, after all deadlines: its profiles released where some were, then settled as zero, or unwound. */
export async function alone(ghost: Ghost, day: GhostDay, member: number): Promise<void> {
  const { driver } = ghost;
  const from = driver.wallets[member - 1]!.address;
  if (mixed(ghost, day, [member])) {
    for (const session of day.sessions) {
      for (const batch of session.batches) {
        const own = batch.filter((profile) => profile.member === member && profile.live && !profile.released);
        if (own.length > 0) await releaseSome(ghost, session, batch, new Set(own));
      }
    }
  }
  const proved = ghost.state(day) === "settleable";
  const args = [day.day, [member], readings(day, new Set([member]))];
  const receipt = await driver.send("dayBook", proved ? "settleUnproven" : "unwind", args, from);
  passed(receipt, "MONEY-6", `member ${member} on day ${day.day}, alone,`);
  book(ghost, day, [member], proved ? 127 : 126);
}
