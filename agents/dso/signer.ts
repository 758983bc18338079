import type { Signer } from "ethers";
import {
  digestOf,
  FLOW_REPORT_TYPES,
  type FlowOraclePlace,
  type FlowReport,
  flowOracleDomain,
} from "../model/flowReport.ts";
import type { Hash } from "../model/keccak.ts";

/** What a signer signed, by chain, oracle, day and revision. Must be kept: it is what stops a contradiction. */
export interface SignedReports {
  get(key: string): Hash | undefined;
  /** Must be durable when it returns. */
  set(key: string, digest: Hash): void;
}

/** Signing this report would contradict one that was signed before. */
export class Contradiction extends Error {
  override readonly name = "Contradiction";
  constructor(day: number, revision: number, signed: Hash, asked: Hash) {
    super(
      `day ${day}, revision ${revision}: report ${signed} is signed already, ${asked} would contradict it; make it the next revision`,
    );
  }
}

/**
 * A signer's signature under a report, 65 bytes; the same again for the same report. Throws Contradiction for another
 * report of the same day and revision.
 * @param accepted Digest of that revision on the chain, if there is one: holds even if `signed` was lost.
 */
export async function signReport(
  signer: Signer,
  report: FlowReport,
  place: FlowOraclePlace,
  signed: SignedReports,
  accepted?: Hash,
): Promise<string> {
  const digest = digestOf(report, place);
  const key = `${place.chainId}/${place.verifyingContract.toLowerCase()}/${report.day}/${report.revision}`;
  for (const before of [signed.get(key), accepted]) {
    if (before !== undefined && before !== digest) throw new Contradiction(report.day, report.revision, before, digest);
  }
  signed.set(key, digest);
  return signer.signTypedData(flowOracleDomain(place), FLOW_REPORT_TYPES, report);
}
