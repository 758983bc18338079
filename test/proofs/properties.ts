import { type Action, type Call, type Caster, MEMBERS, movement } from "./alphabet.ts";
import { booked, freeOf, type Money, type State, sameMoney } from "./money.ts";

export const PROPERTIES = ["conservation", "solvency", "withdrawal"] as const;
export type Property = (typeof PROPERTIES)[number];

/** A property that does not hold, and what was seen. */
export interface Breach {
  readonly property: Property;
  readonly says: string;
}

/** What calls in a row came to: whether all passed, the first word of the last answer, the money after them. */
export interface Outcome {
  readonly passed: boolean;
  readonly answer: bigint;
  readonly money: Money;
}

/** Calls to be tried in a state, and what must come of them. */
export interface Probe {
  readonly calls: readonly Call[];
  readonly judge: (outcome: Outcome) => Breach | undefined;
}

const breach = (property: Property, says: string): Breach => ({ property, says });

/** MONEY-1, MONEY-2: the tokens held are what is booked, and the pot; locks are what the callers locked. */
export function conserved({ money, books }: State): Breach | undefined {
  const sum = booked(money) + books.pot;
  if (money.held !== sum) return breach("conservation", `${money.held} tokens are held, ${sum} booked`);
  const locks = money.accounts.map(({ locked }) => locked);
  if (locks.some((locked, i) => locked !== books.locks[i]))
    return breach("conservation", `${locks} are locked where ${books.locks} were`);
  const owed = money.accounts[0].owed + money.accounts[1].owed;
  if (money.supplierOwes !== owed)
    return breach("conservation", `the supplier owes ${money.supplierOwes}, members are owed ${owed}`);
  return undefined;
}

/** MONEY-3: who neither signed nor called has not less than before, its debt counted. */
export function kept(before: Money, action: Action, after: Money): Breach | undefined {
  for (const member of MEMBERS) {
    if (action.lessens.includes(member)) continue;
    const [was, is] = [before.accounts[member - 1]!, after.accounts[member - 1]!];
    if (is.balance - is.debt + is.owed < was.balance - was.debt + was.owed)
      return breach("withdrawal", `member ${member} has less by what it had no part in`);
  }
  return undefined;
}

/** `Refusal.InDebt`. */
const IN_DEBT = 9n;

/** Money is kept in by a debt only while there is one, and then nothing is free that could pay it. */
export function keptIn({ money }: State): Breach | undefined {
  for (const { balance, locked, debt, refusal } of money.accounts) {
    if ((refusal === IN_DEBT) === debt > 0n && (debt === 0n || balance === locked)) continue;
    return breach(
      "withdrawal",
      `debt ${debt}, balance ${balance}, locked ${locked}, and a lock is answered by ${refusal}`,
    );
  }
  return undefined;
}

const refused = (call: Call): Probe => ({
  calls: [call],
  judge: ({ passed }) => (passed ? breach("withdrawal", `${call.by} may ${call.method}`) : undefined),
});

/** MONEY-3: what is another's right is refused. */
export const refusals = (forbidden: readonly Call[]): Probe[] => forbidden.map(refused);

/** MONEY-3, MONEY-6: what is free is its owner's to take out, to the unit. */
export const withdrawals = ({ money }: State, bank: string): Probe[] =>
  MEMBERS.flatMap((member) => ownWithdrawals(money, member, bank));

function ownWithdrawals(money: Money, member: 1 | 2, bank: string): Probe[] {
  const account = money.accounts[member - 1]!;
  const free = freeOf(account);
  const withdraw = (amount: bigint): Call => ({
    by: `member ${member}`,
    method: "withdraw",
    args: [member, bank, amount],
  });
  const all: Probe = {
    calls: [withdraw(free)],
    judge: ({ passed, money: after }) =>
      passed && sameMoney(after, less(money, member, free))
        ? undefined
        : breach("withdrawal", `member ${member} can't take out the ${free} that is free`),
  };
  return [all, refused(withdraw(free + 1n))];
}

function less(money: Money, member: 1 | 2, amount: bigint): Money {
  const [first, second] = money.accounts;
  const paid = (account: typeof first) => ({ ...account, balance: account.balance - amount });
  const accounts = member === 1 ? ([paid(first), second] as const) : ([first, paid(second)] as const);
  return { ...money, held: money.held - amount, accounts };
}

/**
 * What ends all business: buyers pay out of their locks what sellers got already, locks fall, bonds go back, the pot is the
 * fund's, and the supplier pays what it owes as far as it can.
 */
export function ending({ money, books }: State): Call[] {
  const day = (method: string, ...args: unknown[]): Call => ({ by: "dayBook", method, args });
  const calls: Call[] = [];
  let missing = books.pot < 0n ? -books.pot : 0n;
  for (const member of MEMBERS) {
    const lock = money.accounts[member - 1]!.locked;
    const pays = missing < lock ? missing : lock;
    missing -= pays;
    if (pays > 0n) calls.push(day("pay", movement(member, pays, -pays, 0n)));
    if (lock > pays) calls.push(day("reduceLock", member, lock - pays, 0n));
  }
  if (books.pot > 0n) calls.push(day("raiseFund", books.pot));
  if (money.bonds > 0n) calls.push({ by: "arbitration", method: "returnBond", args: [1, money.bonds] });
  // A debt that is paid from what one collects lets the other collect more.
  const rounds = Number(money.supplierOwes) + 1;
  const collect = MEMBERS.map((member): Call => ({ by: "bank", method: "collect", args: [member] }));
  return [...calls, ...Array.from({ length: rounds }, () => collect).flat()];
}

/** Everybody takes out what is its own, in an order and in the other. */
export function drains(ended: Money, before: readonly Call[], bank: string): Probe[] {
  const takes = (by: Caster, method: string, ...args: unknown[]): Call => ({ by, method, args });
  const free = ended.supplier > ended.supplierOwes ? ended.supplier - ended.supplierOwes : 0n;
  const calls = [
    ...MEMBERS.map((m) => takes(`member ${m}`, "withdraw", m, bank, ended.accounts[m - 1]!.balance)),
    takes("supplier", "withdrawForSupplier", bank, free),
    takes("fund", "payFromFund", 0, bank, ended.fund),
  ];
  return [calls, [...calls].reverse()].map((order) => ({
    calls: [...before, ...order],
    judge: ({ passed, money: after }) =>
      passed && after.held === 0n && booked(after) === 0n
        ? undefined
        : breach(
            "solvency",
            passed ? `${after.held} tokens stay, ${booked(after)} booked` : "not everybody gets its own",
          ),
  }));
}

/** The house can pay all that is booked, less what unsettled buyers still owe. */
export function solvent({ money, books }: State): Breach | undefined {
  const due = booked(money) + (books.pot < 0n ? books.pot : 0n);
  return money.held < due ? breach("solvency", `${money.held} tokens are held, ${due} due`) : undefined;
}
