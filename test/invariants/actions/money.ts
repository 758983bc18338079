import { fundShares } from "../../../agents/model/fundRule.ts";
import { readingOf } from "../../../agents/model/profileBook.ts";
import { type Action, judged, passed, refused } from "../action.ts";
import { holdingsOf } from "../checks.ts";
import type { Ghost, GhostSession } from "../ghost.ts";

/** Anyone pays into a member's balance: little, so that shortage is frequent. */
export const deposit: Action = async (ghost, dice) => {
  const [member, amount] = [dice.pick(ghost.members)!, BigInt(dice.between(1, 300))];
  passed(await ghost.driver.send("house", "deposit", [member, amount]), "MONEY-2", "a deposit");
  ghost.inflow += amount;
  ghost.credit(member, amount);
  return "deposited";
};

/** A member withdraws what is free, or more, or somebody else's. */
export const withdraw: Action = async (ghost, dice) => {
  const { wallets, stranger } = ghost.driver;
  const member = dice.pick(ghost.members)!;
  const { debt } = ghost.account(member);
  const free = ghost.free(member);
  const amount = dice.chance(20) ? free + 1n : (free * BigInt(dice.upTo(3))) / 3n;
  const thief = dice.chance(10) ? dice.pick([stranger, wallets[member % ghost.accounts.length]!.address])! : undefined;
  const over = amount > free || (debt > 0n && amount > 0n);
  const reason = thief ? "NotTheMember" : over ? "InsufficientFree" : undefined;
  const from = thief ?? wallets[member - 1]!.address;
  const receipt = await ghost.driver.send("house", "withdraw", [member, stranger, amount], from);
  if (!judged(receipt, "MONEY-3", "a withdrawal", reason)) return `refused: ${reason}`;
  ghost.account(member).balance -= amount;
  ghost.inflow -= amount;
  return "withdrawn";
};

/** The supplier pays in little, and takes out what it owes to nobody. */
export const supplier: Action = async (ghost, dice) => {
  const { driver } = ghost;
  if (dice.chance(40)) {
    const amount = BigInt(dice.between(1, 40));
    passed(await driver.send("house", "depositForSupplier", [amount]), "MONEY-2", "the supplier's deposit");
    ghost.inflow += amount;
    ghost.supplier += amount;
    return "deposited";
  }
  const free = ghost.supplier > ghost.supplierOwes ? ghost.supplier - ghost.supplierOwes : 0n;
  const amount = dice.pick([free + 1n, free / 2n, free, free])!; // mostly all of it, so that it comes to owe
  const reason = amount > free ? "InsufficientSupplier" : undefined;
  const receipt = await driver.send("house", "withdrawForSupplier", [driver.stranger, amount]);
  if (!judged(receipt, "MONEY-3", "the supplier's withdrawal", reason)) return `refused: ${reason}`;
  ghost.supplier -= amount;
  ghost.inflow -= amount;
  return "withdrawn";
};

/** Anyone has the supplier pay a member what it owes it; now and then one whom it owes nothing, which changes nothing. */
export const collect: Action = async (ghost, dice) => {
  const anyone = dice.chance(8);
  const member = dice.pick(ghost.members.filter((given) => anyone || ghost.account(given).owed > 0n));
  if (!member) return undefined;
  passed(await ghost.driver.send("house", "collect", [member], ghost.driver.stranger), "MONEY-6", "collecting");
  const account = ghost.account(member);
  const short = ghost.supplier < account.owed;
  const paid = short ? ghost.supplier : account.owed;
  account.owed -= paid;
  ghost.supplier -= paid;
  ghost.credit(member, paid);
  return paid > 0n ? "collected" : "nothing to pay with";
};

/** A member gives away ecoins of a closed day; or more than it has, or too early, or somebody else's. */
export const transfer: Action = async (ghost, dice) => {
  const { driver } = ghost;
  const greedy = dice.chance(6); // gives what it does not hold, or of a day that is not closed
  const closed = ghost.alive.filter(({ closed }) => closed || greedy);
  const owners = closed.flatMap((day) =>
    ghost.members.flatMap((member) =>
      holdingsOf(ghost, day, member).flatMap((held, slot) => (held > 0 || greedy ? [{ day, member, slot, held }] : [])),
    ),
  );
  const owner = dice.pick(owners);
  if (!owner) return undefined;
  const { day, member, slot, held } = owner;
  const to = dice.pick(ghost.members)!;
  const packets = held === 0 || dice.chance(20) ? held + 1 : dice.between(1, held);
  const thief = dice.chance(10);
  const open = day.closed ? (dice.chance(10) ? ghost.alive.find((given) => !given.closed) : undefined) : day;
  const reason = thief ? "NotTheMember" : open ? "HoldingsNotFinal" : packets > held ? "InsufficientEcoins" : undefined;
  const args = [(open ?? day).day, slot, member, to, packets];
  const from = thief ? driver.stranger : driver.wallets[member - 1]!.address;
  const receipt = await driver.send("ecoins", "transfer", args, from);
  if (!judged(receipt, "ECOIN-3", "a transfer", reason)) return `refused: ${reason}`;
  ghost.cells("moved", day, member)[slot]! -= packets;
  ghost.cells("moved", day, to)[slot]! += packets;
  return "transferred";
};

/** The fund's rule: the trustee spends, or members are paid their shares, once. */
export const fund: Action = async (ghost, dice) => {
  const { driver } = ghost;
  if (driver.terms.fundRule !== "treasury") return claimShare(ghost, dice);
  if (ghost.fund === 0n) return undefined;
  const amount = dice.chance(30) ? ghost.fund + 1n : ghost.fund / 2n;
  const reason = amount > ghost.fund ? "InsufficientFund" : undefined;
  const receipt = await driver.send("fund", "spend", [driver.stranger, amount, "a bench"]);
  if (!judged(receipt, "MONEY-5", "spending", reason)) return `refused: ${reason}`;
  ghost.fund -= amount;
  ghost.inflow -= amount;
  return "spent";
};

const claimShare: Action = async (ghost, dice) => {
  const session = dice.pick(ghost.sessions.filter(({ outcomes, day }) => outcomes && (day.closed || dice.chance(5))));
  const left = ghost.members.filter((given) => dice.chance(5) || !session?.claimed.has(given));
  const member = dice.pick(left);
  if (!session || !member) return undefined;
  const profile = session.batches.flat().find((given) => given.member === member && given.live);
  const batch = profile?.batch ?? 0;
  const reading = profile ? readingOf(session.batches[batch]!, (given) => given === profile) : "0x";
  const reason = !session.day.closed
    ? "DayNotClosed"
    : member > session.members
      ? "NotEligible"
      : session.claimed.has(member)
        ? "AlreadyClaimed"
        : undefined;
  const receipt = await ghost.driver.send(
    "fund",
    "claimShare",
    [session.id, member, batch, reading],
    ghost.driver.stranger,
  );
  if (!judged(receipt, "MONEY-5", "a share of the fund", reason)) return `refused: ${reason}`;
  const amount = shareOf(ghost, session, member);
  session.claimed.add(member);
  ghost.fund -= amount;
  ghost.credit(member, amount);
  return "shared";
};

/** By the twin's rule, slot by slot. */
function shareOf(ghost: Ghost, session: GhostSession, member: number): bigint {
  const members = Array.from({ length: session.members }, (_, i) => i + 1);
  const live = session.batches.flat().filter((profile) => profile.live);
  return [...session.outcomes!].reduce((sum, [slot, { surplus }]) => {
    const ordered = live.filter(({ orderList }) => orderList.some((order) => order.slot === slot));
    const traders = new Set(ordered.map((profile) => profile.member));
    const shares = fundShares(ghost.driver.terms.fundRule, surplus, members, traders);
    return shares.members.includes(member) ? sum + shares.each : sum;
  }, 0n);
}

/** A stranger calls what only a contract, a role or an account may. */
export const strange: Action = async (ghost, dice) => {
  const { driver } = ghost;
  const ten = new Array<bigint>(10).fill(1n);
  const calls = [
    ["house", "lock", [1, 1n]],
    ["house", "unlock", [1, 1n]],
    ["house", "relock", [1, 1n, 2n]],
    ["house", "reduceLock", [1, 1n, 0n]],
    ["house", "pay", [[(1n << 240n) | 5n, 0n]]],
    ["house", "move", [1, -5n]],
    ["house", "raiseFund", [5n]],
    ["house", "payFromFund", [0, driver.stranger, 1n]],
    ["house", "withdraw", [1, driver.stranger, 0n]],
    ["house", "withdrawForSupplier", [driver.stranger, 0n]],
    ["ecoins", "offer", [1, 1, 5n, true, ten]],
    ["ecoins", "takeBack", [1, 1, ten]],
    ["ecoins", "release", [1, 1, ten]],
    ["ecoins", "mint", [1, [], ten, ten]],
    ["ecoins", "unmint", [1, ten, ten]],
    ["ecoins", "finalize", [1]],
    ["ecoins", "register", [1, ten]],
    ["dayBook", "addProfiles", [1, [1n]]],
    ["tariff", "fixDay", [9_999_999, 4, [0n]]],
    ["market", "openSession", [1, 0, 1, 9_999_999_999]],
    ["members", "attest", [driver.stranger, `0x${"11".repeat(32)}`, 5]],
    ["oracle", "proposeSigners", [[driver.stranger], 1]],
    ["fund", "spend", [driver.stranger, 1n, "a boat"]],
  ] as const;
  const [part, call, args] = dice.pick(calls)!;
  refused(await driver.send(part, call, args, driver.stranger), "AUTH-1", `${part}.${call} by a stranger`);
  return `refused: ${part}.${call}`;
};
