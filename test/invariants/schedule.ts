import { clear, close } from "./actions/clearing.ts";
import { closeDay, correct } from "./actions/correcting.ts";
import { collect, deposit, fund, strange, supplier, transfer, withdraw } from "./actions/money.ts";
import { fixDay, openSession, register } from "./actions/opening.ts";
import { post, replace } from "./actions/posting.ts";
import { freeze, report, rotate } from "./actions/reporting.ts";
import { release, settle, settleUnproven, unwind } from "./actions/settling.ts";
import { jump } from "./actions/time.ts";

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
  register: 1,
  post: 14,
  replace: 5,
  close: 10,
  clear: 14,
  release: 7,
  report: 12,
  freeze: 2,
  rotate: 1,
  settle: 14,
  settleUnproven: 4,
  unwind: 6,
  correct: 6,
  closeDay: 10,
  deposit: 2,
  withdraw: 2,
  supplier: 1,
  collect: 3,
  transfer: 6,
  fund: 4,
  strange: 1,
  jump: 14,
};

/** What can be done at any time: left out where an action finds nothing to do, and another comes in its place. */
const ANY_TIME: readonly ActionName[] = ["deposit", "withdraw", "supplier", "register", "strange"];

export const WEIGHTED = (Object.keys(WEIGHTS) as ActionName[]).flatMap((name) =>
  new Array<ActionName>(WEIGHTS[name]).fill(name),
);

export const FALLBACK = WEIGHTED.filter((name) => !ANY_TIME.includes(name));
