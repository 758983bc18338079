import { createHmac } from "node:crypto";
import type { Wallet } from "ethers";
import type { FlowOraclePlace, FlowReport } from "../model/flowReport.ts";
import type { Hash } from "../model/keccak.ts";
import { type LeavesMessage, leavesToMessage } from "../mqtt/messages.ts";
import { crashPoint } from "../store/crash.ts";
import type { Store } from "../store/store.ts";
import type { DayReport } from "./dso.ts";
import { type SignedReports, signReport } from "./signer.ts";

const REPORT = "report";
const SIGNED = "signed";

/** A report as it is kept: numbers that don't fit in JSON as text. */
interface Kept {
  readonly report: Record<string, string | number>;
  readonly leaves: LeavesMessage;
}

/** What the DSO made and signed, kept before anyone sees it. */
export class ReportLedger {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Keeps a report before it is signed, so that what is sent after a crash is the same. */
  keep(made: Pick<DayReport, "report" | "leaves">): void {
    const { day, revision } = made.report;
    const plain = Object.entries(made.report).map(([name, value]) => [
      name,
      typeof value === "bigint" ? `${value}` : value,
    ]);
    this.#store.set(REPORT, `${day}/${revision}`, { report: Object.fromEntries(plain), leaves: leavesToMessage(made) });
  }

  /** A kept report; undefined if none was made, or the file was lost. */
  kept(day: number, revision: number): { report: FlowReport; leaves: LeavesMessage } | undefined {
    const found = this.#store.get<Kept>(REPORT, `${day}/${revision}`);
    if (!found) return undefined;
    const { drawnPackets, fedInPackets, feederPackets } = found.report;
    const big = { drawnPackets, fedInPackets, feederPackets };
    const exact = Object.fromEntries(Object.entries(big).map(([name, text]) => [name, BigInt(text!)]));
    return { report: { ...found.report, ...exact } as unknown as FlowReport, leaves: found.leaves };
  }

  /** Forgets a report that is not the one the chain has. What was signed is not forgotten. */
  drop(day: number, revision: number): void {
    this.#store.delete(REPORT, `${day}/${revision}`);
  }

  /** Forgets reports of days before `day`. What was signed is not forgotten. */
  forgetBefore(day: number): void {
    for (const { key } of this.#store.list(REPORT))
      if (Number(key.split("/")[0]) < day) this.#store.delete(REPORT, key);
  }

  /** What a signer signed: durable before its signature leaves. */
  signedBy(address: string): SignedReports {
    return {
      get: (key) => this.#store.get<Hash>(SIGNED, `${address}/${key}`),
      set: (key, digest) => {
        this.#store.set(SIGNED, `${address}/${key}`, digest);
        crashPoint("dso.signed");
      },
    };
  }
}

/** A report's signatures by as many signers as it takes, addresses rising. Throws Contradiction; see `signReport`. */
export function signaturesOf(
  report: FlowReport,
  signers: readonly Wallet[],
  place: FlowOraclePlace,
  ledger: ReportLedger,
  witness: (signer: string) => Hash | undefined,
): Promise<string[]> {
  const rising = [...signers].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  return Promise.all(
    rising.map((signer) => signReport(signer, report, place, ledger.signedBy(signer.address), witness(signer.address))),
  );
}

/** The salt of a member's leaf: nobody without the secret can tell it, and it can be had again after a loss. */
export const saltOf = (secret: string, oracle: string, day: number, member: number): Hash =>
  `0x${createHmac("sha256", secret).update(`${oracle.toLowerCase()}/${day}/${member}`).digest("hex")}`;
