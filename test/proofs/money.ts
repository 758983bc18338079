/** A member's account in the house, and what either side owes the other; token base units. */
export interface Account {
  readonly balance: bigint;
  readonly locked: bigint;
  /** What it owes the supplier. */
  readonly debt: bigint;
  /** What the supplier owes it. */
  readonly owed: bigint;
  /** Why the house refuses it a lock of nothing: 0, or 9 where it takes it to be in debt (`Refusal`). */
  readonly refusal: bigint;
}

/** All money of a house with two members. */
export interface Money {
  readonly held: bigint;
  readonly supplier: bigint;
  readonly supplierOwes: bigint;
  readonly fund: bigint;
  readonly bonds: bigint;
  readonly accounts: readonly [Account, Account];
}

/** What the callers know of their own calls: what buyers paid more than sellers got, and what they locked. */
export interface Books {
  readonly pot: bigint;
  readonly locks: readonly [bigint, bigint];
}

export interface State {
  readonly money: Money;
  readonly books: Books;
}

/** Money in the order of `HouseExplorer.money`. */
export function moneyOf(words: readonly bigint[]): Money {
  const account = (i: number): Account => ({
    balance: words[i]!,
    locked: words[i + 1]!,
    debt: words[i + 2]!,
    owed: words[i + 3]!,
    refusal: words[i + 4]!,
  });
  const [held, supplier, supplierOwes, fund, bonds] = words as [bigint, bigint, bigint, bigint, bigint];
  return { held, supplier, supplierOwes, fund, bonds, accounts: [account(5), account(10)] };
}

const wordsOf = ({ held, supplier, supplierOwes, fund, bonds, accounts }: Money): bigint[] => [
  held,
  supplier,
  supplierOwes,
  fund,
  bonds,
  ...accounts.flatMap(({ balance, locked, debt, owed, refusal }) => [balance, locked, debt, owed, refusal]),
];

/** Equal for equal states only. */
export const keyOf = ({ money, books }: State): string => [...wordsOf(money), books.pot, ...books.locks].join(" ");

export const sameMoney = (a: Money, b: Money): boolean => wordsOf(a).join() === wordsOf(b).join();

/** What the house has booked to somebody. */
export const booked = ({ supplier, fund, bonds, accounts }: Money): bigint =>
  supplier + fund + bonds + accounts[0].balance + accounts[1].balance;

export const freeOf = ({ balance, locked }: Account): bigint => balance - locked;
