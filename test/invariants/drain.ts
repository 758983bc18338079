import { passed } from "./action.ts";
import { endDisputes } from "./actions/disputing.ts";
import { alone } from "./actions/settling.ts";
import { expectSame } from "./checks.ts";
import type { Dice } from "./dice.ts";
import type { Ghost } from "./ghost.ts";

/**
 * MONEY-6: from now on nobody acts but one member at a time, for itself alone. After the deadlines it releases, settles
 * or unwinds its own days, pays its debt from what it has, and takes out everything.
 */
export async function drain(ghost: Ghost, dice: Dice): Promise<void> {
  const last = Math.max(ghost.now, ...ghost.days.map((day) => Math.max(ghost.hardBy(day), ghost.unprovenFrom(day))));
  ghost.driver.clock.now = last + 1;
  await endOpen(ghost);
  for (const member of dice.shuffled(ghost.members)) await drainOne(ghost, member);
  expectSame("MONEY-6", "bonds of disputes that are over", ghost.bonds, 0n);
  for (const day of ghost.days)
    expectSame("MARKET-5", `open profiles of day ${day.day}`, ghost.liveOf(day).filter(({ end }) => !end).length, 0);
}

/** Settles who was ruled on, as anyone could, and ends every dispute, so that no bond stays. */
async function endOpen(ghost: Ghost): Promise<void> {
  for (const day of ghost.alive)
    for (const member of ghost.unsettled(day)) if (day.disputes.has(member)) await alone(ghost, day, member);
  await endDisputes(ghost);
}

async function drainOne(ghost: Ghost, member: number): Promise<void> {
  for (const day of ghost.alive) {
    if (!ghost.unsettled(day).includes(member)) continue;
    await alone(ghost, day, member);
  }
  const { driver } = ghost;
  const account = ghost.account(member);
  expectSame("MONEY-6", `what stays locked of member ${member}`, account.locked, 0n);
  const free = ghost.free(member);
  if (account.debt > 0n) expectSame("MONEY-6", `free money of member ${member}, who owes`, free, 0n);
  const from = driver.wallets[member - 1]!.address;
  passed(await driver.send("house", "withdraw", [member, from, free], from), "MONEY-6", `member ${member} alone`);
  account.balance -= free;
  ghost.inflow -= free;
  expectSame("MONEY-6", `what stays of member ${member}`, account.balance, 0n);
}
