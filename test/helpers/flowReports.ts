import { type BaseWallet, ethers } from "ethers";
import {
  FLOW_REPORT_TYPES,
  type FlowOraclePlace,
  type FlowReport,
  flowOracleDomain,
} from "../../agents/model/flowReport.ts";
import { ZERO_HASH } from "../../agents/model/keccak.ts";

/** Deterministic keys of reading signers, in rising order of their addresses. */
export const signingKeys = (count: number): BaseWallet[] =>
  Array.from({ length: count }, (_, i) => new ethers.Wallet(ethers.id(`signing key ${i}`))).sort((a, b) =>
    a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1,
  );

/** A balanced first report about `meters` meters, before a test changes it. */
export const reportOf = (change: Partial<FlowReport> & Pick<FlowReport, "feeder" | "firstSlot">): FlowReport => ({
  day: 1,
  count: 4,
  revision: 0,
  previous: ZERO_HASH,
  root: ethers.id("root"),
  meters: 5,
  drawnPackets: 1000n,
  fedInPackets: 400n,
  feederPackets: 600n,
  estimated: 0,
  epoch: 1,
  ...change,
});

/** The signatures of `keys`, in the order given. */
export const signedBy = (report: FlowReport, place: FlowOraclePlace, keys: readonly BaseWallet[]): Promise<string[]> =>
  Promise.all(keys.map((key) => key.signTypedData(flowOracleDomain(place), FLOW_REPORT_TYPES, report)));

/** The other signature of the same key over the same digest, with s in the upper half of the curve's order. */
export function highS(signature: string): string {
  const { r, s, v } = ethers.Signature.from(signature);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  return ethers.concat([r, ethers.toBeHex(order - BigInt(s), 32), v === 27 ? "0x1c" : "0x1b"]);
}
