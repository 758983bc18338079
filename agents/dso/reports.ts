import { createHmac } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/**
 * What the DSO made and signed, kept before anyone sees it. Reports are kept twice, in the store and in a file each
 * beside it: readings from which one was estimated may be gone when it has to be made again, and its leaves with them.
 */
export class ReportLedger {
  readonly #store: Store;
  readonly #copies: string;

  constructor(store: Store) {
    this.#store = store;
    this.#copies = `${store.file}.reports`;
    mkdirSync(this.#copies, { recursive: true });
  }

  /** Keeps a report before it is signed, so that what is sent after a crash is the same. */
  keep(made: Pick<DayReport, "report" | "leaves">): void {
    const { day, revision } = made.report;
    const plain = Object.entries(made.report).map(([name, value]) => [
      name,
      typeof value === "bigint" ? `${value}` : value,
    ]);
    const kept: Kept = { report: Object.fromEntries(plain), leaves: leavesToMessage(made) };
    this.#store.set(REPORT, `${day}/${revision}`, kept);
    const copy = this.#copy(day, revision);
    writeFileSync(`${copy}.new`, JSON.stringify(kept), { flush: true });
    renameSync(`${copy}.new`, copy);
  }

  #copy(day: number, revision: number): string {
    return join(this.#copies, `${day}-${revision}.json`);
  }

  /** A copy that is whole. */
  #copied(day: number, revision: number): Kept | undefined {
    try {
      return JSON.parse(readFileSync(this.#copy(day, revision), "utf8")) as Kept;
    } catch {
      return undefined;
    }
  }

  /** A kept report; undefined if none was made, or both the store and the copy were lost. */
  kept(day: number, revision: number): { report: FlowReport; leaves: LeavesMessage } | undefined {
    const found = this.#store.get<Kept>(REPORT, `${day}/${revision}`) ?? this.#copied(day, revision);
    if (!found) return undefined;
    const { drawnPackets, fedInPackets, feederPackets } = found.report;
    const big = { drawnPackets, fedInPackets, feederPackets };
    const exact = Object.fromEntries(Object.entries(big).map(([name, text]) => [name, BigInt(text!)]));
    return { report: { ...found.report, ...exact } as unknown as FlowReport, leaves: found.leaves };
  }

  /** Forgets a report that is not the one the chain has. What was signed is not forgotten. */
  drop(day: number, revision: number): void {
    this.#store.delete(REPORT, `${day}/${revision}`);
    rmSync(this.#copy(day, revision), { force: true });
  }

  /** Forgets reports of days before `day`. What was signed is not forgotten. */
  forgetBefore(day: number): void {
    for (const { key } of this.#store.list(REPORT))
      if (Number(key.split("/")[0]) < day) this.#store.delete(REPORT, key);
    for (const name of readdirSync(this.#copies))
      if (Number(name.split("-")[0]) < day) rmSync(join(this.#copies, name), { force: true });
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
