import { leavesReading } from "../../../agents/dso/leaves.ts";
import { settleMember } from "../../../agents/model/settlement.ts";
import { NO_LEAVES } from "../../helpers/communitySettling.ts";
import { type Action, judged } from "../action.ts";
import type { Ghost, GhostDay } from "../ghost.ts";
import { readings, receive } from "./settling.ts";

/** Anyone corrects a member who was settled by an older report, or without one. */
export const correct: Action = async (ghost, dice) => {
  const stale = (day: GhostDay) =>
    [...day.settled].filter(([, by]) => by !== 126 && by !== 125 && (dice.chance(3) || by !== day.reports.length));
  const day = dice.pick(ghost.alive.filter((given) => given.reports.length > 0 && stale(given).length > 0));
  const chosen = day && dice.pick(stale(day));
  if (!day || !chosen) return undefined;
  const [member, by] = chosen;
  const latest = day.reports.at(-1)!;
  if (member > latest.report.meters) return undefined;
  const only = new Set([member]);
  const before = by === 127 ? NO_LEAVES : leavesReading(day.reports[by - 1]!, only);
  const late = ghost.now > ghost.hardBy(day) ? "CorrectionsOver" : undefined;
  const reason = late ?? (by === day.reports.length ? "NothingToCorrect" : undefined);
  const args = [day.day, member, before, leavesReading(latest, only), readings(day, only)];
  const receipt = await ghost.driver.send("dayBook", "correct", args, ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-2", "a correction", reason)) return `refused: ${reason}`;
  moveSupplierLeg(ghost, day, member, by, day.reports.length);
  return "corrected";
};

/** Books the difference of what a member was settled `by` and what it is now. */
export function moveSupplierLeg(ghost: Ghost, day: GhostDay, member: number, by: number, now: number): void {
  const fills = ghost.fillsOfDay(day, member);
  const settled = (settledBy: number) =>
    settleMember({
      tariff: day.tariff,
      fills,
      flows: ghost.flowsBy(day, member, settledBy),
    });
  const [before, after] = [settled(by), settled(now)];
  day.settled.set(member, now);
  const more = after.toSupplier - before.toSupplier;
  if (more < 0n) ghost.credit(member, ghost.fromSupplier(member, -more));
  if (more > 0n) {
    ghost.account(member).debt += more;
    ghost.payDebt(member);
  }
  if (day.closed) return;
  receive(ghost, day, member, before, -1);
  receive(ghost, day, member, after, 1);
}

/** Anyone closes a day that is settled; its pot is the fund's. */
export const closeDay: Action = async (ghost, dice) => {
  const ready = (day: GhostDay) =>
    ghost.state(day) === "settleable" && ghost.unsettled(day).length === 0 && ghost.now >= ghost.unprovenFrom(day);
  const day = dice.pick(ghost.alive.filter((given) => !given.closed && (ready(given) || dice.chance(3))));
  if (!day) return undefined;
  const reason =
    ghost.state(day) !== "settleable"
      ? "NotSettleable"
      : ghost.unsettled(day).length > 0
        ? "DayNotSettled"
        : ghost.now < ghost.unprovenFrom(day)
          ? "DayStillOpen"
          : undefined;
  const receipt = await ghost.driver.send("dayBook", "closeDay", [day.day], ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-4", "closing a day", reason)) return `refused: ${reason}`;
  day.closed = true;
  ghost.fund += day.pot;
  return "closed";
};
