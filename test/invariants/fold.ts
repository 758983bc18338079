import { expectSame } from "./checks.ts";
import type { Event, Receipt } from "./driver.ts";
import type { Ghost } from "./ghost.ts";

interface Folded {
  balance: bigint;
  locked: bigint;
  debt: bigint;
  owed: bigint;
}

/** EVENT-1: money rebuilt from events alone, as a household or an auditor would. */
export class EventFold {
  readonly members = new Map<number, Folded>();
  supplier = 0n;
  fund = 0n;

  of(member: bigint | number): Folded {
    const known = this.members.get(Number(member)) ?? { balance: 0n, locked: 0n, debt: 0n, owed: 0n };
    this.members.set(Number(member), known);
    return known;
  }

  /** Takes a transaction in. */
  add(receipt: Receipt): void {
    if (!receipt.ok) return;
    const replaced = receipt.events.some(({ name }) => name === "ProfileReplaced");
    for (const event of receipt.events) this.#one(event, replaced);
  }

  #one({ name, args }: Event, replaced: boolean): void {
    const member = args.member === undefined ? undefined : this.of(args.member);
    if (name === "Deposited") member!.balance += args.amount;
    if (name === "Withdrawn") member!.balance -= args.amount;
    if (name === "SupplierDeposited") this.supplier += args.amount;
    if (name === "SupplierWithdrawn") this.supplier -= args.amount;
    if (name === "LockChanged") member!.locked += (args.locked as bigint) - (args.freed as bigint);
    if (name === "BatchPosted" && !replaced) for (const head of args.heads as bigint[]) this.#lock(head);
    if (name === "MembersPaid") this.#paid(args.movements);
    if (name === "MemberCorrected") this.#corrected(member!, args.toSupplier);
    if (name === "SupplierOwes") this.#owes(member!, args.amount);
    if (name === "SupplierPaid") this.#supplierPaid(member!, args.amount);
    if (name === "DebtRaised") member!.debt += args.amount;
    if (name === "DebtPaid") this.#debtPaid(member!, args.amount);
    if (name === "FundRaised") this.fund += args.amount;
    if (name === "BondReturned") member!.balance += args.amount;
    if (name === "BondForfeited") this.supplier += args.amount;
    if (name === "FundPaid") {
      this.fund -= args.amount;
      if (args.member !== 0n) member!.balance += args.amount;
    }
  }

  #lock(head: bigint): void {
    this.of(head & 0xffffn).locked += head >> 128n;
  }
  #paid(movements: readonly bigint[]): void {
    for (let i = 0; i < movements.length; i += 2) {
      const account = this.of(movements[i]! >> 240n);
      const toSupplier = BigInt.asIntN(256, movements[i + 1]!);
      account.locked -= BigInt.asUintN(120, movements[i]! >> 120n);
      account.balance += BigInt.asIntN(120, movements[i]!) - toSupplier;
      this.supplier += toSupplier;
    }
  }
  /** More to pay is a debt, which its own event tells; less comes from the supplier. */
  #corrected(account: Folded, toSupplier: bigint): void {
    if (toSupplier >= 0n) return;
    account.balance -= toSupplier;
    this.supplier += toSupplier;
  }
  /** Of what the supplier gives by another event, this much it does not have. */
  #owes(account: Folded, amount: bigint): void {
    account.owed += amount;
    account.balance -= amount;
    this.supplier += amount;
  }
  #supplierPaid(account: Folded, amount: bigint): void {
    account.owed -= amount;
    account.balance += amount;
    this.supplier -= amount;
  }
  #debtPaid(account: Folded, amount: bigint): void {
    account.debt -= amount;
    account.balance -= amount;
    this.supplier += amount;
  }

  check(ghost: Ghost): void {
    for (const member of ghost.members)
      expectSame("EVENT-1", `what events say of member ${member}`, this.of(member), ghost.account(member));
    expectSame(
      "EVENT-1",
      "what events say of supplier and fund",
      [this.supplier, this.fund],
      [ghost.supplier, ghost.fund],
    );
  }
}
