import { leavesReading } from "../../../agents/dso/leaves.ts";
import { signReading } from "../../../agents/household/reading.ts";
import { encodeFlows } from "../../../agents/model/flowTree.ts";
import { NO_LEAVES } from "../../helpers/communitySettling.ts";
import { type Action, judged, passed } from "../action.ts";
import type { Dice } from "../dice.ts";
import type { Ghost, GhostDay, GhostDispute } from "../ghost.ts";
import { moveSupplierLeg } from "./correcting.ts";
import { book, mixed, readings } from "./settling.ts";

/** Any flows of a day within the connection. */
const someFlows = (ghost: Ghost, dice: Dice, day: GhostDay) =>
  Array.from({ length: day.count }, () => {
    const [drawn, fedIn] = [dice.upTo(ghost.driver.terms.capacity), dice.upTo(ghost.driver.terms.capacity)];
    return { drawn, fedIn, quality: "measured" as const };
  });
const words = (flows: GhostDispute["reading"]) =>
  [...encodeFlows(flows), ...new Array<bigint>(10).fill(0n)].slice(0, 10);

/** A member says that its leaf was withheld; in time or not, with its own signature or another's. */
export const dispute: Action = async (ghost, dice) => {
  const { driver, now } = ghost;
  const open = (day: GhostDay) =>
    day.reports.length > 0 && !day.frozen && (now < ghost.disputeBy(day) || dice.chance(5));
  const day = dice.pick(ghost.alive.filter(open));
  const member = day && dice.pick(ghost.traders(day).filter((given) => dice.chance(5) || !day.disputes.has(given)));
  if (!day || !member) return undefined;
  const reading = someFlows(ghost, dice, day);
  const forged = dice.chance(8);
  const by = driver.wallets[forged ? member % ghost.accounts.length : member - 1]!;
  const revision = day.reports.length - 1;
  const place = { ...driver.oraclePlace, verifyingContract: driver.addresses.arbitration };
  const signature = await signReading(by, { day: day.day, member, revision, flows: words(reading) }, place);
  const before = day.disputes.get(member);
  const again = before && (before.stage !== "over" || before.ruled || before.revision === revision);
  const late = now >= ghost.disputeBy(day) ? "NotDisputable" : undefined;
  const reason = late ?? (forged ? "BadReadingSignature" : again ? "DisputedBefore" : undefined);
  const receipt = await driver.send("arbitration", "disputeWithheld", [day.day, member, words(reading), signature]);
  if (!judged(receipt, "AUTH-1", "a dispute", reason)) return `refused: ${reason}`;
  const ruleBy = ghost.disputeBy(day) + driver.terms.windows.settleLimit;
  day.disputes.set(member, { revision, reading, ruleBy, stage: "open" });
  ghost.bonds += driver.terms.bond;
  ghost.inflow += driver.terms.bond;
  return "disputed";
};

const disputed = (ghost: Ghost, stage: GhostDispute["stage"]) =>
  ghost.alive.flatMap((day) =>
    [...day.disputes].flatMap(([member, given]) => (given.stage === stage ? [{ day, member, given }] : [])),
  );

/** The arbiter rules, or rejects; a stranger, or too late: refused. Anyone drops what nobody ruled on. */
export const rule: Action = async (ghost, dice) => {
  const { driver, now } = ghost;
  const found = dice.pick(disputed(ghost, "open"));
  if (!found) return undefined;
  const { day, member, given } = found;
  if (dice.chance(12)) return drop(ghost, found);
  const rejects = dice.chance(25);
  const ruled = dice.chance(50) ? given.reading : someFlows(ghost, dice, day);
  const thief = dice.chance(8);
  const reason = thief ? "NotTheArbiter" : now >= given.ruleBy ? "RulingOver" : undefined;
  const args = rejects ? [day.day, member] : [day.day, member, words(ruled)];
  const from = thief ? driver.stranger : driver.admin;
  const receipt = await driver.send("arbitration", rejects ? "reject" : "rule", args, from);
  if (!judged(receipt, "AUTH-1", "a ruling", reason)) return `refused: ${reason}`;
  ghost.bonds -= driver.terms.bond;
  given.stage = rejects ? "over" : "ruled";
  if (rejects) ghost.supplier += driver.terms.bond;
  else {
    given.ruled = ruled;
    ghost.credit(member, driver.terms.bond);
  }
  return rejects ? "rejected" : "ruled";
};

async function drop(ghost: Ghost, { day, member, given }: ReturnType<typeof disputed>[number]) {
  const unwound = ghost.state(day) === "missing";
  const reason = !unwound && (given.ruled || ghost.now < given.ruleBy) ? "RulingAwaited" : undefined;
  const receipt = await ghost.driver.send("arbitration", "drop", [day.day, member], ghost.driver.stranger);
  if (!judged(receipt, "MONEY-6", "dropping a dispute", reason)) return `refused: ${reason}`;
  if (!given.ruled) {
    ghost.bonds -= ghost.driver.terms.bond;
    ghost.credit(member, ghost.driver.terms.bond);
  }
  given.stage = "over";
  return "dropped";
}

/** Anyone has the day book settle a member as it was ruled, or move the difference. */
export const carryOut: Action = async (ghost, dice) => {
  const found = dice.pick(disputed(ghost, "ruled"));
  if (!found) return undefined;
  const { day, member, given } = found;
  if (ghost.state(day) === "missing") return drop(ghost, found);
  if (ghost.state(day) !== "settleable" && !dice.chance(15)) return undefined;
  const by = day.settled.get(member);
  if (by === undefined && mixed(ghost, day, [member])) return undefined;
  const only = new Set([member]);
  const before = by === undefined || by === 127 ? NO_LEAVES : leavesReading(day.reports[by - 1]!, only);
  const reason = ghost.state(day) !== "settleable" ? "NotSettleable" : undefined;
  const args = [day.day, member, words(given.ruled!), before, readings(day, only)];
  const receipt = await ghost.driver.send("arbitration", "carryOut", args, ghost.driver.stranger);
  if (!judged(receipt, "SETTLE-1", "carrying a ruling out", reason)) return `refused: ${reason}`;
  given.stage = "over";
  if (by === undefined) book(ghost, day, [member], 125);
  else moveSupplierLeg(ghost, day, member, by, 125);
  return "carried out";
};

/** MONEY-6: after all deadlines anyone ends what is open. */
export async function endDisputes(ghost: Ghost): Promise<void> {
  for (const found of [...disputed(ghost, "open"), ...disputed(ghost, "ruled")]) {
    const { day, member, given } = found;
    if (given.stage === "open" || ghost.state(day) === "missing") await drop(ghost, found);
    else {
      const by = day.settled.get(member)!;
      const only = new Set([member]);
      const before = by === 127 ? NO_LEAVES : leavesReading(day.reports[by - 1]!, only);
      const args = [day.day, member, words(given.ruled!), before, readings(day, only)];
      passed(await ghost.driver.send("arbitration", "carryOut", args, ghost.driver.stranger), "MONEY-6", "a ruling");
      moveSupplierLeg(ghost, day, member, by, 125);
      given.stage = "over";
    }
  }
}
