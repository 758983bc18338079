import type { Books } from "./money.ts";

/** Who calls: puppets of the explorer. The bank holds what is outside the house, and is nobody in it. */
export const CAST = ["bank", "member 1", "member 2", "supplier", "market", "dayBook", "fund", "arbitration"] as const;
export type Caster = (typeof CAST)[number];

export interface Call {
  readonly by: Caster;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Calls in a row, as one of the callers makes them; what its own books say afterwards. */
export interface Action {
  readonly calls: readonly Call[];
  readonly books: (before: Books) => Books;
  /** Whether the caller does it where its books say this; a call that is not made shows nothing. */
  readonly when?: (before: Books) => boolean;
  /** Members whose money this may lessen: they signed for it, or a rule they signed says so. */
  readonly lessens: readonly number[];
}

export const MEMBERS = [1, 2] as const;
type Member = (typeof MEMBERS)[number];

const same = (books: Books): Books => books;
const locking =
  (member: Member, change: bigint, legs = 0n) =>
  ({ pot, locks }: Books): Books => ({
    pot: pot - legs,
    locks: member === 1 ? [locks[0] + change, locks[1]] : [locks[0], locks[1] + change],
  });
const one = (by: Caster, method: string, args: readonly unknown[], books = same, lessens: readonly number[] = []) => ({
  calls: [{ by, method, args }],
  books,
  lessens,
});

/** `from` .. `to`. */
const range = (from: bigint, to: bigint): bigint[] =>
  Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i));

/** A movement of `pay`: lock that falls free, what trades bring, what the supplier gets. */
export const movement = (member: number, freed: bigint, legs: bigint, toSupplier: bigint): bigint[] => [
  (BigInt(member) << 240n) | (freed << 120n) | BigInt.asUintN(120, legs),
  BigInt.asUintN(256, toSupplier),
];

const payment = (member: Member, freed: bigint, legs: bigint, toSupplier: bigint): Action =>
  one("dayBook", "pay", [movement(member, freed, legs, toSupplier)], locking(member, -freed, legs), [member]);

/** Buyer and seller of a trade in one call: the buyer pays `price` out of its lock, the seller gets `gets`. */
function trade(buyer: Member, price: bigint, gets: bigint): Action {
  const seller = buyer === 1 ? 2 : 1;
  const movements = [...movement(buyer, price, -price, 0n), ...movement(seller, 0n, gets, 0n)];
  const books = (before: Books) => locking(seller, 0n, gets)(locking(buyer, -price, -price)(before));
  return one("dayBook", "pay", [movements], books, [buyer]);
}

function ofMember(member: Member, amounts: readonly bigint[], bank: string): Action[] {
  const owner = `member ${member}` as Caster;
  const most = amounts.at(-1)!;
  const withNone = range(0n, most);
  const signed = range(-most, most);
  const locked = (amount: bigint) => locking(member, amount);
  return [
    one("bank", "collect", [member]),
    ...amounts.flatMap((x) => [
      one("bank", "deposit", [member, x]),
      one(owner, "withdraw", [member, bank, x], same, [member]),
      one("fund", "payFromFund", [member, bank, x]),
      one("arbitration", "returnBond", [member, x]),
      one("market", "lock", [member, x], locked(x)),
      undone(member, x),
    ]),
    ...withNone.flatMap((freed) => withNone.map((x) => one("market", "relock", [member, freed, x], locked(x - freed)))),
    ...amounts.flatMap((freed) =>
      range(0n, freed).map((held) => one("dayBook", "reduceLock", [member, freed, held], locked(held - freed))),
    ),
    ...withNone.flatMap((freed) => signed.flatMap((legs) => signed.map((to) => payment(member, freed, legs, to)))),
    ...signed.map((toSupplier) => one("dayBook", "move", [member, toSupplier], same, [member])),
    ...amounts.flatMap((price) => range(0n, price).map((gets) => trade(member, price, gets))),
  ];
}

/** The market takes a lock back in the same call. */
const undone = (member: Member, amount: bigint): Action => ({
  calls: ["lock", "unlock"].map((method) => ({ by: "market", method, args: [member, amount] })),
  books: same,
  lessens: [],
});

/** Everything that can be called with amounts up to `most`, by those who may. */
export function alphabet(most: bigint, bank: string): Action[] {
  const amounts = range(1n, most);
  const common = amounts.flatMap((x): Action[] => [
    one("bank", "depositForSupplier", [x]),
    one("supplier", "withdrawForSupplier", [bank, x]),
    one("fund", "payFromFund", [0, bank, x]),
    one("arbitration", "takeBond", [bank, x]),
    one("arbitration", "forfeitBond", [x]),
    {
      ...one("dayBook", "raiseFund", [x], ({ pot, locks }) => ({ pot: pot - x, locks })),
      when: ({ pot }) => pot >= x,
    },
  ]);
  return [...MEMBERS.flatMap((member) => ofMember(member, amounts, bank)), ...common];
}

/** Calls of those who may not: each must be refused in every state. */
export function forbidden(bank: string): Call[] {
  const rights: [Caster, string, unknown[]][] = [
    ...MEMBERS.flatMap((m): [Caster, string, unknown[]][] => [
      [`member ${m}`, "withdraw", [m, bank, 1n]],
      [`member ${m}`, "withdraw", [m, bank, 0n]],
    ]),
    ["supplier", "withdrawForSupplier", [bank, 1n]],
    ["market", "lock", [1, 1n]],
    ["market", "unlock", [1, 1n]],
    ["market", "relock", [1, 1n, 0n]],
    ["dayBook", "reduceLock", [1, 1n, 0n]],
    ["dayBook", "pay", [movement(1, 0n, 1n, 0n)]],
    ["dayBook", "move", [1, -1n]],
    ["dayBook", "raiseFund", [1n]],
    ["fund", "payFromFund", [1, bank, 1n]],
    ["arbitration", "takeBond", [bank, 1n]],
    ["arbitration", "returnBond", [1, 1n]],
    ["arbitration", "forfeitBond", [1n]],
  ];
  return rights.flatMap(([right, method, args]) =>
    CAST.filter((by) => by !== right).map((by) => ({ by, method, args })),
  );
}

/** A call in words. */
export const named = ({ by, method, args }: Call): string => `${by}: ${method}(${args.flat().join(", ")})`;
