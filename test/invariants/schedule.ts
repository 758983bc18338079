import { clear, close } from "./actions/clearing.ts";
import { closeDay, correct } from "./actions/correcting.ts";
import { carryOut, dispute, rule } from "./actions/disputing.ts";
import { collect, deposit, fund, strange, supplier, transfer, withdraw } from "./actions/money.ts";
import { fixDay, openSession, register } from "./actions/opening.ts";
import { post, replace } from "./actions/posting.ts";
import { freeze, report, rotate } from "./actions/reporting.ts";
import { mixed, release, settle, settleUnproven, unwind } from "./actions/settling.ts";
import { jump } from "./actions/time.ts";
import type { Ghost } from "./ghost.ts";

export const ACTIONS = {
  fixDay,
  openSession,
  register,
  post,
  replace,
  close,
  clear,
  release,
  report,
  freeze,
  rotate,
  settle,
  settleUnproven,
  unwind,
  correct,
  closeDay,
  dispute,
  rule,
  carryOut,
  deposit,
  withdraw,
  supplier,
  collect,
  transfer,
  fund,
  strange,
  jump,
};
export type ActionName = keyof typeof ACTIONS;

/** How often each is drawn. */
const WEIGHTS: Readonly<Record<ActionName, number>> = {
  fixDay: 8,
  openSession: 9,
  register: 4,
  post: 14,
  replace: 5,
  close: 10,
  clear: 14,
  release: 7,
  report: 12,
  freeze: 2,
  rotate: 2,
  settle: 18,
  settleUnproven: 8,
  unwind: 8,
  correct: 6,
  closeDay: 10,
  dispute: 6,
  rule: 6,
  carryOut: 8,
  deposit: 4,
  withdraw: 4,
  supplier: 4,
  collect: 6,
  transfer: 10,
  fund: 4,
  strange: 4,
  jump: 14,
};

/** What can be done at any time: left out where an action finds nothing to do, and another comes in its place. */
const ANY_TIME: readonly ActionName[] = ["deposit", "withdraw", "supplier", "register", "strange"];

export const WEIGHTED = (Object.keys(WEIGHTS) as ActionName[]).flatMap((name) =>
  new Array<ActionName>(WEIGHTS[name]).fill(name),
);

export const FALLBACK = WEIGHTED.filter((name) => !ANY_TIME.includes(name));

/** What waits to be done, so that many days of a sequence come to their end. */
export function urgent(ghost: Ghost): ActionName[] {
  const { now } = ghost;
  const sessions = ghost.sessions.filter((session) => ghost.stage(session) === "closed" && session.batches.length > 0);
  const names = sessions.map(({ closedAt }): ActionName => (closedAt === 0 ? "close" : "clear"));
  for (const day of ghost.alive) {
    const [state, open] = [ghost.state(day), ghost.unsettled(day).length > 0];
    const proves = now >= day.end && state === "awaited" && !day.silent && !day.frozen;
    if (proves && ghost.traders(day).length > 0) names.push("report");
    if (state === "settleable" && open)
      names.push("settle", now < ghost.unprovenFrom(day) ? "correct" : "settleUnproven");
    if (state === "settleable" && open && now >= ghost.unprovenFrom(day))
      names.push("settleUnproven", "settleUnproven");
    if (open && mixed(ghost, day, ghost.unsettled(day))) names.push("release", "release");
    if (state === "missing" && open) names.push("unwind", "unwind");
    if (day.reports.length > 0 && !day.frozen && now < ghost.disputeBy(day) && day.disputes.size < 2)
      names.push("dispute");
    for (const { stage } of day.disputes.values())
      if (stage !== "over") names.push(...((stage === "open" ? ["rule"] : ["carryOut", "carryOut"]) as ActionName[]));
    if (state === "settleable" && !open && !day.closed && now >= ghost.unprovenFrom(day)) names.push("closeDay");
    if (day.closed) names.push("transfer", "transfer", "fund", "fund", "correct");
  }
  return ghost.supplierOwes > 0n ? [...names, "collect", "collect"] : names;
}
